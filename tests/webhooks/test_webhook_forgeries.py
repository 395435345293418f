"""What a webhook can be turned into: forgeries that a receiver must refuse, and oddities that it must tolerate."""

from __future__ import annotations

import json

import pytest
from phone import ANSWER, HOOKS, Site, answer, open_account, say

from pytest_minivoice import SettingError, verify

SECRET = "change-me"


@pytest.fixture
def site():
    return Site({ANSWER: [say()], HOOKS: answer({}, status=204)})


@pytest.fixture
def hook(site):
    return open_account(site, webhook_url=HOOKS, webhook_secret=SECRET).webhooks.call_created()


def is_signed(hook, secret=SECRET):
    """Say whether the signature is right."""
    return verify(secret, hook.headers["X-MiniVoice-Timestamp"], hook.body, hook.headers["X-MiniVoice-Signature"])


def test_a_tampered_webhook_says_something_else_under_the_same_signature(hook):
    forged = hook.tampered()
    assert forged.headers == hook.headers
    assert json.loads(forged.body) == forged.payload
    assert forged.payload["call"]["from"] != hook.payload["call"]["from"]
    assert not is_signed(forged)


def test_a_re_encoded_webhook_says_the_same_in_other_bytes_under_the_same_signature(hook):
    forged = hook.re_encoded()
    assert forged.headers == hook.headers
    assert forged.body != hook.body
    assert json.dumps(json.loads(forged.body)).encode() == hook.body
    assert not is_signed(forged)


def test_an_unsigned_webhook_lacks_both_headers_and_nothing_else(hook):
    forged = hook.unsigned()
    assert forged.body == hook.body
    assert hook.headers.keys() - forged.headers.keys() == {"X-MiniVoice-Timestamp", "X-MiniVoice-Signature"}


@pytest.mark.parametrize(("given", "seconds"), [({}, 600), ({"seconds": 60}, 60), ({"seconds": -60}, -60)])
def test_a_stale_webhook_is_signed_correctly_at_another_time(hook, given, seconds):
    stale = hook.stale(**given)
    before, now = (int(each.headers["X-MiniVoice-Timestamp"]) for each in (stale, hook))
    assert now - before == seconds
    assert stale.body == hook.body
    assert is_signed(stale)


def test_without_a_secret_nothing_can_be_stale(site):
    hook = open_account(site, webhook_url=HOOKS).webhooks.call_created()
    with pytest.raises(SettingError, match="only a signed webhook can be stale; set minivoice_webhook_secret"):
        hook.stale()
    assert is_signed(hook.signed_with("x").stale(), "x")


def test_a_webhook_signed_with_another_secret_is_right_for_that_one_alone(hook):
    forged = hook.signed_with("other")
    assert forged.body == hook.body
    assert is_signed(forged, "other")
    assert not is_signed(forged)


def test_another_event_and_an_extra_field_are_signed_correctly(hook):
    unknown, more = hook.with_event("call.unknown"), hook.with_extra_field("tag", 7)
    assert unknown.event == json.loads(unknown.body)["event"] == "call.unknown"
    assert [part["tag"] for part in (more.payload, more.payload["call"], more.payload["data"])] == [7, 7, 7]
    assert is_signed(unknown)
    assert is_signed(more)


@pytest.mark.parametrize("field", ["variables", "call.provider_call_id", "data.event_key", "event"])
def test_a_webhook_without_a_field_is_signed_correctly(hook, field):
    less = hook.without(field)
    inner = json.loads(less.body)
    *parents, last = field.split(".")
    for name in parents:
        inner = inner[name]
    assert last not in inner
    assert is_signed(less)


@pytest.mark.parametrize("field", ["digits", "call.digits", "event.name", "variables.x"])
def test_a_field_that_is_not_there_cannot_be_left_out(hook, field):
    with pytest.raises(SettingError, match="no such field; fields: event, created_at, call, call"):
        hook.without(field)


def test_the_original_stays_as_it_was(hook):
    body, headers, payload = hook.body, dict(hook.headers), json.dumps(hook.payload)
    hook.tampered()
    hook.without("call.id")
    hook.with_extra_field()
    hook.unsigned().headers["X"] = "y"
    assert (hook.body, hook.headers, json.dumps(hook.payload)) == (body, headers, payload)


def test_a_webhook_is_delivered_once_as_it_is(site, hook):
    response = hook.tampered().deliver()
    [request] = site.asked
    assert response.status == 204
    assert (request.method, request.path, request.body) == ("POST", HOOKS, hook.tampered().body)
    assert request.headers == hook.headers


def test_a_delivery_is_kept_with_what_was_answered(site, hook):
    assert (hook.status, hook.accepted) == (0, False)
    hook.deliver()
    assert (hook.status, hook.accepted, len(hook.attempts)) == (204, True, 1)
    site.pages[HOOKS] = broken = ValueError("x")
    assert hook.deliver().error is broken
    assert (hook.status, hook.accepted, len(hook.attempts)) == (0, False, 2)


def test_a_webhook_of_a_call_can_be_delivered_again_and_forged(site):
    call = open_account(site, webhook_url=HOOKS, webhook_secret=SECRET).inbound_call()
    ended = call.webhooks[-1]
    assert ended.deliver().status == 204
    assert site.asked[-1].body == site.asked[-2].body == ended.body
    assert not is_signed(ended.tampered())


def test_without_a_webhook_url_there_is_nowhere_to_deliver_to(site):
    with pytest.raises(SettingError, match="set minivoice_webhook_url = /minivoice/webhooks"):
        open_account(site).webhooks.call_created().deliver()

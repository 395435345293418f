"""The factory of webhooks: documented payloads, defaults that fit each other, and what no MiniVoice would send."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import datetime, timezone

import pytest
from jsonschema import Draft202012Validator
from phone import ANSWER, HOOKS, Site, answer, gather, open_account, redirect, say

from pytest_minivoice import SettingError, sign, verify
from pytest_minivoice.spec.calls import EVENTS
from pytest_minivoice.spec.schema import schema

SECRET = "change-me"
METHODS = [event.replace(".", "_") for event in EVENTS]
VALIDATOR = Draft202012Validator(schema("webhook"))


def account_of(**settings):
    """Open an account whose application asks for a key and accepts webhooks."""
    site = Site({ANSWER: [gather(), redirect("/next")], "/next": [say()], HOOKS: answer({}, status=204)})
    return open_account(site, **{"webhook_url": HOOKS, "webhook_secret": SECRET, **settings})


@pytest.fixture
def factory():
    return account_of().webhooks


@pytest.mark.parametrize(("method", "event"), list(zip(METHODS, EVENTS, strict=True)))
def test_each_event_has_a_method_whose_webhook_fits_the_schema(factory, method, event):
    hook = getattr(factory, method)()
    assert hook.event == hook.payload["event"] == event
    assert hook.call_id == hook.payload["call"]["id"]
    assert json.loads(hook.body) == hook.payload
    assert list(VALIDATOR.iter_errors(hook.payload)) == []


@pytest.mark.parametrize(
    ("method", "status", "direction"),
    [
        ("call_created", "in_progress", "inbound"),
        ("call_answered", "in_progress", "inbound"),
        ("call_gathered", "in_progress", "inbound"),
        ("call_completed", "completed", "inbound"),
        ("call_failed", "failed", "inbound"),
        ("call_canceled", "canceled", "outbound"),
        ("recording_started", "in_progress", "inbound"),
        ("recording_completed", "in_progress", "inbound"),
        ("recording_failed", "in_progress", "inbound"),
    ],
)
def test_each_event_has_the_status_and_direction_that_go_with_it(factory, method, status, direction):
    call = getattr(factory, method)().payload["call"]
    assert (call["status"], call["direction"]) == (status, direction)


def test_an_outbound_call_is_made_from_the_number_that_inbound_calls_go_to(factory):
    inbound, outbound = (factory.call_created(direction=each).payload["call"] for each in ("inbound", "outbound"))
    assert (inbound["from"], inbound["to"]) == (outbound["to"], outbound["from"])
    assert outbound["status"] == "dialing"


@pytest.mark.parametrize("method", ["call_created", "call_answered", "call_gathered", "call_completed"])
def test_a_webhook_says_what_the_call_itself_would_say(method):
    account = account_of()
    call = account.inbound_call().press("1")
    [sent] = [each for each in call.webhooks if each.event.replace(".", "_") == method]
    assert getattr(account.webhooks, method)(call=call).payload == sent.payload


@pytest.mark.parametrize(
    ("field", "value", "place", "name"),
    [
        ("call_id", "call_7", "call", "id"),
        ("customer_id", "cust_7", "call", "customer_id"),
        ("application_id", "app_7", "call", "application_id"),
        ("provider_call_id", "uuid", "call", "provider_call_id"),
        ("from_", "+15550000001", "call", "from"),
        ("to", "+15550000002", "call", "to"),
        ("route_mode", "reject", "call", "route_mode"),
        ("routing_target", "app_8", "call", "routing_target"),
        ("digits", "42", "data", "digits"),
        ("gather_status", "done", "data", "status"),
        ("min_digits", 0, "data", "min_digits"),
        ("max_digits", 9, "data", "max_digits"),
        ("timeout_seconds", 30, "data", "timeout_seconds"),
        ("finish_on_key", "#", "data", "finish_on_key"),
    ],
)
def test_every_field_can_be_given(factory, field, value, place, name):
    hook = factory.call_gathered(**{field: value})
    assert hook.payload[place][name] == value
    assert json.loads(hook.body)[place][name] == value


def test_time_variables_and_further_data_can_be_given(factory):
    moment = datetime(2026, 5, 29, 12, tzinfo=timezone.utc)
    hook = factory.call_created(created_at=moment, variables={"language": "en"}, data={"tag": 1})
    assert hook.payload["created_at"] == "2026-05-29T12:00:00Z"
    assert hook.payload["variables"] == {"language": "en"}
    assert hook.payload["data"] == {"tag": 1, "event_key": f"{hook.call_id}:call.created"}
    assert factory.call_failed(created_at="2026-05-29T12:10:00Z").payload["created_at"] == "2026-05-29T12:10:00Z"


def test_a_gather_that_timed_out_has_no_digits(factory):
    data = factory.call_gathered(timed_out=True).payload["data"]
    assert (data["digits"], data["status"], data["timed_out"]) == ("", "timed_out", True)
    assert factory.call_gathered(digits="12", timed_out=True).payload["data"]["max_digits"] > 2


@pytest.mark.parametrize(
    ("method", "fields", "said"),
    [
        ("call_completed", {"status": "failed"}, "an inbound call has the status completed at call.completed"),
        ("call_created", {"status": "dialing"}, "an inbound call has the status in_progress at call.created"),
        ("call_canceled", {"direction": "inbound"}, "only an outbound call is canceled"),
        ("call_gathered", {"digits": "12", "max_digits": 1}, "digits is '12', but max_digits is 1"),
        ("call_gathered", {"digits": ""}, "fewer than min_digits = 1, and the gather did not time out"),
        ("call_gathered", {"digits": "1", "timed_out": True, "max_digits": 1}, "so the gather did not time out"),
        ("call_gathered", {"digits": "1#", "finish_on_key": "#"}, "'#' is the key that finishes the gather"),
        ("call_gathered", {"min_digits": 4, "max_digits": 2, "digits": "12"}, "min_digits is 4 and max_digits is 2"),
        ("call_gathered", {"digits": "x"}, "it must look like '12'"),
        ("call_gathered", {"timeout_seconds": 31}, "31 is greater than the maximum of 30"),
        ("call_failed", {"from_": "5551230001"}, "it must look like '+15551230001'"),
        ("call_failed", {"direction": "in"}, "'in' is not one of ['inbound', 'outbound']"),
        ("call_failed", {"created_at": "now"}, "it must look like '2026-05-29T12:00:00Z'"),
        ("call_failed", {"created_at": datetime(2026, 5, 29)}, "the time needs a time zone"),  # noqa: DTZ001 - on purpose
        ("call_failed", {"variables": {"n": 1}}, "1 is not of type 'string'"),
    ],
)
def test_what_no_call_could_bring_is_refused_unless_it_is_forced(factory, method, fields, said):
    with pytest.raises(SettingError) as caught:
        getattr(factory, method)(**fields)
    assert said in str(caught.value)
    assert "force=True makes it nevertheless" in str(caught.value)
    if "created_at" not in fields:
        assert getattr(factory, method)(**fields, force=True).event == method.replace("_", ".", 1)


@pytest.mark.parametrize(
    ("method", "fields", "said"),
    [
        ("call_failed", {"form_": "+15551230001"}, "call_failed() has no field 'form_'; did you mean 'from_'?"),
        ("call_failed", {"digits": "1"}, "call_failed() has no field 'digits'"),
        ("call_failed", {"call": "call_123"}, "give a call of minivoice, or another webhook"),
    ],
)
def test_a_field_that_is_not_there_names_the_one_that_was_meant(factory, method, fields, said):
    with pytest.raises(SettingError) as caught:
        getattr(factory, method)(**fields, force=True)
    assert said in str(caught.value)


def test_a_webhook_can_be_about_the_call_of_another(factory):
    created = factory.call_created(direction="outbound", to="+15550000002", variables={"a": "b"})
    failed = factory.call_failed(call=created)
    for name in ("id", "direction", "from", "to", "customer_id", "application_id"):
        assert failed.payload["call"][name] == created.payload["call"][name]
    assert failed.payload["variables"] == {"a": "b"}
    assert factory.call_failed(call=created, to="+15550000003").payload["call"]["to"] == "+15550000003"


def test_a_lifecycle_is_one_call_a_second_apart_that_ends_now():
    account = account_of()
    hooks = account.webhooks.lifecycle()
    assert [each.event for each in hooks] == ["call.created", "call.answered", "call.gathered", "call.completed"]
    assert len({each.call_id for each in hooks}) == 1
    times = [datetime.fromisoformat(each.payload["created_at"][:-1] + "+00:00").timestamp() for each in hooks]
    assert [each - account.clock.seconds for each in times] == [-3, -2, -1, 0]
    assert [int(each.headers["X-MiniVoice-Timestamp"]) for each in hooks] == times


def test_a_lifecycle_takes_events_and_fields_and_gives_those_of_a_gather_to_the_gather(factory):
    events = [
        "call.created",
        "call.answered",
        "recording.started",
        "call.gathered",
        "call.failed",
        "recording.completed",
    ]
    hooks = factory.lifecycle(events, digits="7", from_="+15550000001", call_id="call_7")
    assert [each.event for each in hooks] == events
    assert {each.payload["call"]["from"] for each in hooks} == {"+15550000001"}
    assert hooks[3].payload["data"]["digits"] == "7"
    assert {each.call_id for each in hooks} == {"call_7"}


def test_a_canceled_lifecycle_is_outbound_throughout(factory):
    hooks = factory.lifecycle(["call.created", "call.canceled"])
    assert {each.payload["call"]["direction"] for each in hooks} == {"outbound"}


@pytest.mark.parametrize(
    ("events", "said"),
    [
        ([], "a call begins with call.created, once"),
        (["call.answered", "call.completed"], "a call begins with call.created, once"),
        (["call.created", "call.answered"], "a call ends once"),
        (["call.created", "call.failed", "call.completed"], "a call ends once"),
        (["call.created", "call.failed", "call.answered"], "only events of a recording can come after call.failed"),
        (["call.created", "call.completed"], "call.completed needs call.answered before it"),
        (["call.created", "call.gathered", "call.answered", "call.completed"], "call.gathered needs call.answered"),
        (["call.created", "call.answered", "call.answered", "call.completed"], "a call is answered once"),
        (["call.created", "call.answered", "call.canceled"], "a call is canceled before it is answered"),
        (["call.created", "call.answered", "recording.completed", "call.failed"], "needs recording.started before it"),
    ],
)
def test_an_order_that_no_call_has_is_refused_unless_it_is_forced(factory, events, said):
    with pytest.raises(SettingError, match=said):
        factory.lifecycle(events)
    assert [each.event for each in factory.lifecycle(events, force=True)] == events


def test_a_lifecycle_of_a_call_is_what_the_call_sent_or_would_have_sent():
    account = account_of()
    call = account.inbound_call(variables={"a": "b"}).press("1")
    assert [each.body for each in account.webhooks.lifecycle(call)] == [each.body for each in call.webhooks]
    silent = account_of(webhook_url=None)
    call = silent.inbound_call().press("1")
    assert call.webhooks == []
    assert [each.event for each in silent.webhooks.lifecycle(call)] == call.events
    with pytest.raises(SettingError, match="it takes no digits"):
        silent.webhooks.lifecycle(call, digits="2")


def test_a_lifecycle_of_a_call_can_have_another_id_throughout():
    account = account_of()
    call = account.inbound_call().press("1")
    hooks = account.webhooks.lifecycle(call, call_id="call_7")
    assert {each.call_id for each in hooks} == {"call_7"}
    assert not any(call.id.encode() in each.body for each in hooks)
    assert hooks[0].payload["data"]["event_key"] == "call_7:call.created"
    assert hooks[0].payload["call"]["provider_call_id"] != call.webhooks[0].payload["call"]["provider_call_id"]


def test_webhooks_are_signed_by_the_secret_at_the_virtual_time():
    account = account_of()
    account.clock.advance(7)
    hook = account.webhooks.call_created()
    timestamp = hook.headers["X-MiniVoice-Timestamp"]
    assert timestamp == str(int(account.clock.seconds))
    expected = hmac.new(SECRET.encode(), timestamp.encode() + b"." + hook.body, hashlib.sha256).hexdigest()
    assert hook.headers["X-MiniVoice-Signature"] == f"v1={expected}"


def test_without_a_secret_neither_header_is_there():
    headers = account_of(webhook_secret=None).webhooks.call_created().headers
    assert sorted(headers) == ["Content-Type", "User-Agent"]


# printf '%s.%s' "$TIMESTAMP" "$BODY" | openssl dgst -sha256 -hmac "$SECRET"
OPENSSL = "v1=a7317fbce213132bfe6a7c2dc6794def87023bf4e4a1226c63f7126c8e55818f"
BODY = '{"event": "call.created"}'


@pytest.mark.parametrize("body", [BODY, BODY.encode()])
@pytest.mark.parametrize("timestamp", ["1780056000", 1780056000])
def test_sign_and_verify_agree_with_openssl(body, timestamp):
    assert sign("change-me", timestamp, body) == OPENSSL
    assert verify("change-me", timestamp, body, OPENSSL)


@pytest.mark.parametrize(
    ("secret", "timestamp", "body", "signature"),
    [
        ("other", 1780056000, BODY, OPENSSL),
        ("change-me", 1780056001, BODY, OPENSSL),
        ("change-me", 1780056000, BODY + " ", OPENSSL),
        ("change-me", 1780056000, BODY, OPENSSL[3:]),
        ("change-me", 1780056000, BODY, OPENSSL.upper()),
        ("change-me", 1780056000, BODY, ""),
        ("change-me", 1780056000, BODY, "größe"),
    ],
)
def test_verify_refuses_what_differs_in_anything(secret, timestamp, body, signature):
    assert not verify(secret, timestamp, body, signature)

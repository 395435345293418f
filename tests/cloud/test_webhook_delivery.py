"""Delivery of webhooks: what they carry, the order, the attempts on the virtual clock, and what is found in the end."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from phone import ANSWER, HOOKS, Site, answer, codes, gather, open_account, redirect, say

from pytest_minivoice.spec.http import Response

SECRET = "change-me"
NETWORK_ERROR = Response(status=0, headers=[], body=b"", elapsed=0.0, failure="unreachable", detail="refused")


def delivered(*outcomes, **settings):
    """Deliver call.created with these outcomes, one for each attempt, then 204; return the webhook and the account."""
    left = iter(outcomes)
    site = Site({ANSWER: [say()], HOOKS: lambda _: next(left, answer({}, status=204))})
    account = open_account(site, webhook_url=HOOKS, strict=False, **settings)
    return account.inbound_call().webhooks[0], account


def failures(number):
    """Return answers that accept nothing."""
    return [answer(b"", status=500)] * number


@pytest.mark.parametrize(
    ("outcomes", "attempts", "accepted"),
    [
        ([], 1, True),
        ([answer({}, status=200)], 1, True),
        ([answer({}, status=299)], 1, True),
        ([answer({}, status=300)], 2, True),
        ([answer({}, status=199)], 2, True),
        ([answer({}, status=404)], 2, True),
        ([NETWORK_ERROR], 2, True),
        ([RuntimeError("broken")], 2, True),
        (failures(4), 5, True),
        (failures(5), 5, False),
    ],
)
def test_a_webhook_is_tried_until_it_is_accepted_or_five_times(outcomes, attempts, accepted):
    webhook, _ = delivered(*outcomes)
    assert len(webhook.attempts) == attempts
    assert webhook.accepted is accepted
    assert [each.accepted for each in webhook.attempts] == [False] * (attempts - 1) + [accepted]


@pytest.mark.parametrize("most", [1, 2, 6])
def test_the_number_of_attempts_is_a_setting(most):
    assert len(delivered(*failures(10), webhook_attempts=most)[0].attempts) == most


def test_retries_come_0_1_3_7_and_15_virtual_seconds_after_the_event_and_take_no_time():
    webhook, account = delivered(*failures(5))
    began = account.clock.seconds
    assert [each.seconds - began for each in webhook.attempts] == [0, 1, 3, 7, 15]
    assert account.clock.seconds == began


def test_every_attempt_has_the_same_bytes_and_is_signed_anew():
    webhook, _ = delivered(*failures(4), webhook_secret=SECRET)
    stamps = [int(each.headers["X-MiniVoice-Timestamp"]) for each in webhook.attempts]
    assert [each - stamps[0] for each in stamps] == [0, 1, 3, 7, 15]
    assert len({each.headers["X-MiniVoice-Signature"] for each in webhook.attempts}) == 5


def test_every_attempt_may_carry_the_first_ones_signature():
    webhook, _ = delivered(*failures(4), webhook_secret=SECRET, signature_timestamp="unix_seconds_signed_once")
    assert len(webhook.attempts) == 5
    assert len({each.headers["X-MiniVoice-Timestamp"] for each in webhook.attempts}) == 1
    assert len({each.headers["X-MiniVoice-Signature"] for each in webhook.attempts}) == 1


def test_the_timestamp_may_be_written_as_a_date():
    webhook, account = delivered(*failures(1), webhook_secret=SECRET, signature_timestamp="rfc3339")
    first, second = (each.headers["X-MiniVoice-Timestamp"] for each in webhook.attempts)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", second)
    assert first == account.clock.now.strftime("%Y-%m-%dT%H:%M:%SZ") == webhook.payload["created_at"]
    assert first != second


@pytest.mark.parametrize("form", ["unix_seconds", "rfc3339"])
def test_however_many_attempts_are_set_each_has_a_time(form):
    webhook, _ = delivered(*failures(64), webhook_attempts=64, webhook_secret=SECRET, signature_timestamp=form)
    assert len(webhook.attempts) == 64


def test_the_bytes_that_are_sent_are_those_that_are_kept():
    left = iter(failures(2))
    site = Site({ANSWER: [say()], HOOKS: lambda _: next(left, answer({}))})
    call = open_account(site, webhook_url=HOOKS, strict=False).inbound_call()
    sent = [each for each in site.asked if each.path == HOOKS]
    assert [each.body for each in sent[:3]] == [call.webhooks[0].body] * 3
    assert sent[0].json == call.webhooks[0].payload
    assert (sent[0].method, sent[0].headers["Content-Type"]) == ("POST", "application/json")


def test_a_webhook_tells_what_was_sent_and_how_it_was_taken():
    webhook, account = delivered(answer({}, status=503))
    [call] = account.calls
    assert (webhook.event, webhook.call_id, webhook.url) == ("call.created", call.id, f"https://example.com{HOOKS}")
    assert [each.status for each in webhook.attempts] == [503, 204]
    assert webhook.status == 204
    assert webhook.headers == webhook.attempts[0].headers


def test_call_created_carries_the_documented_fields():
    webhook, account = delivered()
    [call] = account.calls
    ids = webhook.payload["call"]
    assert webhook.payload == {
        "event": "call.created",
        "created_at": account.clock.now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "call": {
            "id": call.id,
            "customer_id": ids["customer_id"],
            "application_id": ids["application_id"],
            "provider_call_id": str(UUID(ids["provider_call_id"])),
            "status": "in_progress",
            "direction": "inbound",
            "from": "+15551230001",
            "to": "+15551230002",
            "route_mode": "webhook",
            "routing_target": ids["application_id"],
        },
        "variables": {},
        "data": {"event_key": f"{call.id}:call.created"},
    }


def test_call_completed_carries_the_documented_fields():
    _, account = delivered()
    webhook = account.calls[0].webhooks[-1]
    assert webhook.payload == {
        "event": "call.completed",
        "created_at": webhook.payload["created_at"],
        "call": {
            "id": webhook.call_id,
            "customer_id": webhook.payload["call"]["customer_id"],
            "application_id": webhook.payload["call"]["application_id"],
            "status": "completed",
            "direction": "inbound",
            "from": "+15551230001",
            "to": "+15551230002",
        },
        "variables": {},
        "data": {},
    }


def test_all_webhooks_of_an_account_name_the_same_customer_and_application():
    site = Site({ANSWER: [say()], HOOKS: answer({})})
    account = open_account(site, webhook_url=HOOKS)
    account.inbound_call()
    account.outbound_call("+15551230077").answer()
    sent = [each.json["call"] for each in site.asked if each.path == HOOKS]
    assert len({each["customer_id"] for each in sent}) == len({each["application_id"] for each in sent}) == 1
    assert len({each["id"] for each in sent}) == 2
    assert len({each["provider_call_id"] for each in sent if "provider_call_id" in each}) == 2


def test_a_webhook_of_a_rejected_call_names_the_route_mode():
    site = Site({HOOKS: answer({})})
    account = open_account(site, webhook_url=HOOKS)
    account.dids[0].route_mode = "reject"
    account.inbound_call()
    assert [each.json["event"] for each in site.asked] == ["call.created", "call.failed"]
    assert site.asked[0].json["call"]["route_mode"] == "reject"


def test_without_a_webhook_url_events_are_recorded_and_nothing_is_sent():
    site = Site({ANSWER: [say()], HOOKS: answer({})})
    call = open_account(site, webhook_secret=SECRET).inbound_call()
    assert call.events == ["call.created", "call.answered", "call.completed"]
    assert call.webhooks == []
    assert [each.path for each in site.asked] == [ANSWER]


def test_the_next_webhook_waits_until_the_one_before_was_accepted_or_given_up():
    left = iter(failures(3))
    site = Site({ANSWER: [say()], HOOKS: lambda _: next(left, answer({}))})
    open_account(site, webhook_url=HOOKS, strict=False).inbound_call()
    sent = [each.json["event"] for each in site.asked if each.path == HOOKS]
    assert sent == ["call.created"] * 4 + ["call.answered", "call.completed"]


@pytest.mark.parametrize(
    ("outcomes", "code", "message"),
    [
        ([answer({}, status=500)], "MV302", "call.created was accepted at attempt 2 only: 500, 204"),
        ([ValueError("x")], "MV302", "call.created was accepted at attempt 2 only: ValueError, 204"),
        ([NETWORK_ERROR], "MV302", "call.created was accepted at attempt 2 only: unreachable, 204"),
        (failures(2) + failures(1), "MV301", "call.created was not accepted in 3 attempts: 500, 500, 500"),
    ],
)
def test_a_webhook_that_is_not_accepted_at_once_is_a_finding(outcomes, code, message):
    _, account = delivered(*outcomes, webhook_attempts=3)
    [finding] = account.calls[0].findings
    assert (finding.code, finding.message, finding.where) == (code, message, f"https://example.com{HOOKS}")


def test_an_exception_of_the_receiver_is_the_cause_of_the_finding():
    broken = ValueError("x")
    _, account = delivered(broken)
    assert account.calls[0].findings[0].cause is broken


def test_a_receiver_that_refuses_everything_is_found_for_each_event_and_does_not_stop_the_call():
    site = Site({ANSWER: [gather(), redirect("/next")], "/next": [say()], HOOKS: answer({}, status=401)})
    call = open_account(site, webhook_url=HOOKS, strict=False).inbound_call().press("1")
    assert codes(call.findings) == ["MV301"] * 4
    assert call.terminal == "completed"

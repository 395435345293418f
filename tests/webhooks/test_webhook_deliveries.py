"""Deliveries that a test lets go wrong: duplicates, other orders, lost answers, and webhooks held back."""

from __future__ import annotations

import pytest
from phone import ANSWER, HOOKS, Site, answer, codes, gather, open_account, redirect, say

from pytest_minivoice import ContractViolation, SettingError

IN_ORDER = ["call.created", "call.answered", "call.gathered", "call.completed"]


def opened(receiver=None, **settings):
    """Open an account whose application asks for a key; return it and its site."""
    pages = {ANSWER: [gather(), redirect("/next")], "/next": [say()]}
    site = Site({**pages, HOOKS: receiver or answer({}, status=204)})
    return open_account(site, **{"webhook_url": HOOKS, "webhook_secret": "s", **settings}), site


def came(site):
    """Return the events that reached the receiver, in order."""
    return [each.json["event"] for each in site.asked if each.path == HOOKS]


def test_deliveries_are_as_they_should_be_by_default():
    account, site = opened()
    account.inbound_call().press("1")
    assert came(site) == IN_ORDER
    assert account.deliveries.held == []


@pytest.mark.parametrize("times", [1, 3])
def test_a_duplicate_has_the_same_bytes_and_headers(times):
    account, site = opened()
    account.deliveries.duplicate("call.gathered", times=times)
    call = account.inbound_call().press("1")
    assert came(site) == [*IN_ORDER[:3], *["call.gathered"] * times, IN_ORDER[3]]
    same = [each for each in site.asked if each.path == HOOKS and each.json["event"] == "call.gathered"]
    assert len({each.body for each in same}) == len({each.headers["X-MiniVoice-Signature"] for each in same}) == 1
    assert [len(each.attempts) for each in call.webhooks] == [1, 1, 1 + times, 1]
    assert call.findings == []


def test_a_duplicate_that_is_refused_is_a_finding():
    seen = []

    def receiver(request):
        seen.append(request.json["event"])
        return answer({}, status=204 if seen.count(seen[-1]) == 1 else 409)

    account, _ = opened(receiver)
    account.deliveries.duplicate("call.gathered")
    call = account.inbound_call()
    with pytest.raises(ContractViolation, match=r"call\.gathered was accepted, and refused when it came again: 409"):
        call.press("1")
    assert codes(call.findings) == ["MV311"]


def test_a_webhook_that_was_refused_is_not_duplicated():
    account, site = opened(answer({}, status=500), strict=False, webhook_attempts=1)
    account.deliveries.duplicate("call.created")
    account.inbound_call()
    assert came(site) == ["call.created", "call.answered"]


def test_a_lost_answer_brings_the_same_bytes_again_signed_a_second_later():
    account, site = opened()
    account.deliveries.lose_acknowledgement("call.gathered")
    call = account.inbound_call().press("1")
    assert came(site) == [*IN_ORDER[:3], "call.gathered", IN_ORDER[3]]
    first, second = call.webhooks[2].attempts
    assert (first.lost, second.lost, second.seconds - first.seconds) == (True, False, 1)
    assert first.headers["X-MiniVoice-Signature"] != second.headers["X-MiniVoice-Signature"]
    assert call.findings == []
    assert "answers 204 to the webhook call.gathered (the answer is lost)" in call.transcript()


def test_an_answer_may_be_lost_and_the_webhook_duplicated():
    account, site = opened()
    account.deliveries.lose_acknowledgement("call.created")
    account.deliveries.duplicate("call.created")
    account.inbound_call()
    assert came(site) == ["call.created"] * 3 + ["call.answered"]


@pytest.mark.parametrize("events", [("call.created", "call.answered"), ("call.answered", "call.created")])
def test_two_events_arrive_in_the_other_order_however_they_are_named(events):
    account, site = opened()
    account.deliveries.reorder(*events)
    call = account.inbound_call().press("1")
    assert came(site) == ["call.answered", "call.created", "call.gathered", "call.completed"]
    assert call.events == IN_ORDER
    assert "holds the webhook call.created back" in call.transcript()


def test_without_names_all_webhooks_of_a_call_come_at_its_end_in_reverse():
    account, site = opened()
    account.deliveries.reorder()
    call = account.inbound_call()
    assert came(site) == []
    call.press("1")
    assert came(site) == IN_ORDER[::-1]


def test_what_waits_for_an_event_that_does_not_happen_comes_at_the_end_of_the_call():
    account, site = opened()
    account.deliveries.reorder("call.gathered", "call.failed")
    account.inbound_call().press("1")
    assert came(site) == ["call.created", "call.answered", "call.completed", "call.gathered"]


def test_calls_are_reordered_each_by_itself():
    account, site = opened()
    account.deliveries.reorder("call.created", "call.completed")
    first, second = account.inbound_call(), account.inbound_call()
    second.press("1")
    assert [each.json["call"]["id"] for each in site.asked if each.path == HOOKS][-2:] == [second.id] * 2
    first.press("1")
    assert came(site)[-2:] == ["call.completed", "call.created"]


def test_a_webhook_held_back_comes_when_it_is_released_signed_then():
    account, site = opened()
    account.deliveries.hold("call.gathered")
    call = account.inbound_call().press("1")
    assert [each.path for each in site.asked][-2:] == ["/next", HOOKS]
    assert came(site) == ["call.created", "call.answered", "call.completed"]
    [held] = account.deliveries.held
    assert (held.event, held.attempts, held.accepted) == ("call.gathered", [], False)
    account.clock.advance(60)
    account.deliveries.release()
    assert came(site)[-1] == "call.gathered"
    assert int(held.headers["X-MiniVoice-Timestamp"]) == account.clock.seconds
    assert call.webhooks[2].accepted
    assert account.deliveries.held == []


def test_all_webhooks_are_held_back_in_order_and_none_after_the_release():
    account, site = opened()
    account.deliveries.hold()
    account.inbound_call()
    assert came(site) == []
    account.deliveries.release()
    assert came(site) == IN_ORDER[:2]
    account.calls[0].press("1")
    assert came(site) == IN_ORDER


def test_a_webhook_that_is_refused_when_it_is_released_fails_the_test():
    account, site = opened()
    account.deliveries.hold()
    call = account.inbound_call()
    site.pages[HOOKS] = answer({}, status=500)
    with pytest.raises(ContractViolation, match=r"call\.created was not accepted in 5 attempts"):
        account.deliveries.release()
    assert codes(call.findings) == ["MV301"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda deliveries: deliveries.duplicate("call.gatherd"), "did you mean 'call.gathered'"),
        (lambda deliveries: deliveries.duplicate("call.gathered", times=0), "at least once"),
        (lambda deliveries: deliveries.lose_acknowledgement("gathered"), "must be one of call.created"),
        (lambda deliveries: deliveries.reorder("call.created"), "one event has no order"),
        (lambda deliveries: deliveries.reorder("call.created", "call.cancelled"), "did you mean 'call.canceled'"),
        (lambda deliveries: deliveries.hold("call.complete"), "did you mean 'call.completed'"),
    ],
)
def test_a_mistake_is_named(wrong, said):
    account, _ = opened()
    with pytest.raises(SettingError, match=said):
        wrong(account.deliveries)

"""Customers reach an agent by their PIN, and nobody is lost when the agent is busy."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from support_line import calls

AGENT = settings.SUPPORT_AGENT
QUESTION = "Enter your four-digit PIN, then press the hash key."
WRONG = "We do not know this PIN."


@pytest.mark.minivoice_flow(["4711#"], terminal="transferred", destination=AGENT, id="right PIN")
@pytest.mark.minivoice_flow(["0000#", "1234#"], terminal="transferred", destination=AGENT, id="second try")
@pytest.mark.minivoice_flow(["47#", "timeout", "4711#"], terminal="transferred", destination=AGENT, id="third try")
@pytest.mark.minivoice_flow(["0000#", "47119#", "#"], terminal="completed", id="three wrong PINs")
@pytest.mark.minivoice_flow(["timeout"] * 3, terminal="completed", id="silence")
@pytest.mark.minivoice_flow(["0000#", "hang_up"], terminal="hung_up", id="hangs up")
def test_each_path_ends_where_it_should(minivoice_call):
    assert minivoice_call.findings == []
    assert calls.recall(minivoice_call.id, "ended") == "call.completed"
    assert calls.call_backs() == []


def test_the_call_to_the_agent_is_announced_as_recorded(minivoice):
    call = minivoice.inbound_call()
    call.press("4711#")
    assert call.heard[-1] == "This call is recorded. We connect you to an agent."
    assert call.events == [
        "call.created",
        "call.answered",
        "call.gathered",
        "recording.started",
        "recording.completed",
        "call.completed",
    ]
    assert [recording.status for recording in call.recordings] == ["completed"]
    assert calls.recall(call.id, "customer") == "Ana Silva"
    assert calls.recall(call.id, "recording") == "recording.completed"


def test_nothing_is_recorded_before_the_pin(minivoice):
    call = minivoice.inbound_call()
    call.run(["0000#", "0000#", "0000#"])
    assert call.heard == ["Welcome to the support line.", QUESTION, *[WRONG, QUESTION] * 2, f"{WRONG} Goodbye."]
    assert call.recordings == []


def test_a_customer_who_finds_the_agent_busy_is_called_back(minivoice):
    minivoice.destinations[AGENT] = "busy"
    call = minivoice.inbound_call(from_="+15551230001")
    call.press("4711#")
    assert call.terminal == "failed"
    assert call.events[-1] == "call.failed"
    assert calls.call_backs() == [("Ana Silva", "+15551230001")]


def test_a_webhook_that_comes_twice_asks_for_one_call_back(minivoice):
    minivoice.destinations[AGENT] = "no_answer"
    call = minivoice.inbound_call()
    call.press("1234#")
    assert post_again(call.webhooks[-1]) == 204
    assert len(calls.call_backs()) == 1


def test_a_changed_webhook_is_refused(minivoice):
    call = minivoice.inbound_call(from_="+15551230001")
    call.press("1234#")
    completed = call.webhooks[-1]
    assert post_again(completed, body=completed.body.replace(b"call.completed", b"call.failed")) == 401
    assert calls.call_backs() == []


def what_we_know(call_id):
    """Return what the support line remembers of a call."""
    return {fact: calls.recall(call_id, fact) for fact in ("ended", "recording")}


@pytest.mark.minivoice_receiver(state=what_we_know)
def test_webhooks_may_come_twice_late_or_from_a_stranger():
    assert calls.call_backs() == []


@pytest.mark.minivoice(webhook_secret="somebody-else", strict=False)
def test_a_stranger_cannot_fill_the_list(minivoice):
    minivoice.destinations[AGENT] = "busy"
    minivoice.inbound_call().press("1234#")
    assert calls.call_backs() == []


@pytest.mark.minivoice(strict=False)
def test_old_webhooks_are_refused(minivoice):
    minivoice.clock.set(minivoice.clock.now - timedelta(minutes=10))
    minivoice.destinations[AGENT] = "busy"
    call = minivoice.inbound_call()
    call.press("1234#")
    assert {webhook.status for webhook in call.webhooks} == {401}
    assert calls.call_backs() == []


def post_again(webhook, body=None):
    """Deliver a webhook once more, through Django's own test client, and return the status."""
    client = Client(headers=webhook.headers, SERVER_NAME="example.com")
    response = client.post("/minivoice/webhooks", body or webhook.body, content_type="application/json", secure=True)
    return response.status_code


def test_every_path_ends_and_the_agent_is_reached(minivoice):
    exploration = minivoice.explore(samples=["4711"])
    exploration.assert_clean()
    exploration.assert_reaches(AGENT)
    exploration.assert_matches("support_line.callflow.lock")

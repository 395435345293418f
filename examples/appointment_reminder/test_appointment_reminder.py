"""Patients are reminded, and called again when nobody was there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from appointment_reminder import CLINIC, MOST_CALLS

ANA = "+15551230001"
QUESTION = "Ana Silva, please come on Friday at ten. Press 1 to confirm, 2 for another day, 3 to talk to us."


@pytest.fixture
def call(minivoice, book):
    """The call to the first patient who is to be called; it rings."""
    appointment = book.to_call()[0]
    return minivoice.outbound_call(appointment.phone, CLINIC, metadata={"patient": appointment.patient})


def test_a_patient_confirms(call, book):
    call.answer()
    call.press("1")
    assert call.heard == [QUESTION, "Thank you. See you soon."]
    assert call.terminal == "completed"
    assert call.events == ["call.created", "call.answered", "call.gathered", "call.completed"]
    assert book.status(ANA) == "confirmed"


def test_a_patient_wants_another_day(call, book):
    call.answer()
    call.press("2")
    assert call.heard[-1] == "We will call you with another day."
    assert book.status(ANA) == "reschedule"


@pytest.mark.parametrize("key", ["3", "9"])
def test_a_patient_who_presses_another_key_talks_to_the_clinic(call, book, key):
    call.answer()
    call.press(key)
    assert call.terminal == "transferred"
    assert call.destination == CLINIC
    assert book.status(ANA) == "connected"


def test_a_patient_who_finds_the_clinic_busy_is_called_again(minivoice, call, book):
    minivoice.destinations[CLINIC] = "busy"
    call.answer()
    call.press("3")
    assert call.status == "failed"
    assert book.status(ANA) == "retry"


def test_an_answering_machine_presses_nothing_and_is_called_again(call, book):
    call.answer()
    call.wait()
    assert call.heard[-1] == "We will call again. Goodbye."
    assert book.status(ANA) == "retry"


def test_who_hangs_up_is_called_again(call, book):
    call.answer()
    call.hang_up()
    assert call.terminal == "hung_up"
    assert book.status(ANA) == "retry"


@pytest.mark.parametrize(
    ("ending", "event"), [("no_answer", "call.failed"), ("busy", "call.failed"), ("cancel", "call.canceled")]
)
def test_a_call_that_nobody_takes_is_made_again(call, book, ending, event):
    assert book.status(ANA) == "calling"
    getattr(call, ending)()
    assert call.events == ["call.created", event]
    assert book.status(ANA) == "retry"


def test_a_patient_is_called_three_times_at_most(minivoice, book):
    for _ in range(MOST_CALLS):
        assert ANA in [each.phone for each in book.to_call()]
        minivoice.outbound_call(ANA, CLINIC).no_answer()
    assert [each.patient for each in book.to_call()] == ["Jo Lind"]
    assert book.status(ANA) == "give up"


def test_who_calls_back_talks_to_the_clinic(minivoice):
    call = minivoice.inbound_call(from_=ANA, to="+15551230003")
    assert call.heard == ["Thank you for calling back."]
    assert call.destination == CLINIC


@pytest.mark.minivoice(webhook_before_redirect=False)
def test_the_key_may_come_after_the_redirect(call, book):
    call.answer()
    call.press("1")
    assert call.heard == [QUESTION, "One moment.", "Thank you. See you soon."]
    assert book.status(ANA) == "confirmed"


def test_a_webhook_that_comes_twice_counts_once(call, book):
    call.no_answer()
    failed = call.webhooks[-1].payload
    book.record(failed["event"], failed["call"], failed["data"])
    assert book.calls[call.id].events == ["call.created", "call.failed"]


def test_webhooks_may_come_late_or_from_a_stranger(minivoice, book):
    minivoice.check_receiver(state=lambda call_id: book.calls[call_id].outcome).assert_clean()


@pytest.mark.minivoice(webhook_secret="somebody-else", strict=False)
def test_webhooks_of_a_stranger_change_nothing(call, book):
    call.no_answer()
    assert {webhook.status for webhook in call.webhooks} == {401}
    assert book.calls == {}


@pytest.mark.minivoice(strict=False)
def test_old_webhooks_are_refused(minivoice, book):
    minivoice.clock.set(minivoice.clock.now - timedelta(minutes=10))
    call = minivoice.outbound_call(ANA, CLINIC).no_answer()
    assert {webhook.status for webhook in call.webhooks} == {401}
    assert book.calls == {}


@pytest.mark.minivoice_explore(direction="outbound", to=ANA, reaches=CLINIC, lock="reminder.callflow.lock")
def test_every_path_of_a_reminder(minivoice_exploration):
    assert minivoice_exploration.complete

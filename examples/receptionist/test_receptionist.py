"""Callers find the right person, whatever they press."""

from __future__ import annotations

from datetime import timedelta

import pytest
from receptionist import BILLING, NEW_PATIENTS, OPERATOR, PATIENTS

WELCOME = "Welcome to Harbour Dental."
MAIN = "Press 1 for appointments, 2 for billing, or 0 for the operator."
APPOINTMENTS = "Press 1 if you are new here, 2 if you know us, or star to go back."


@pytest.mark.minivoice_flow(["2"], terminal="transferred", destination=BILLING, id="billing")
@pytest.mark.minivoice_flow(["0"], terminal="transferred", destination=OPERATOR, id="operator")
@pytest.mark.minivoice_flow(["1", "1"], terminal="transferred", destination=NEW_PATIENTS, id="new patient")
@pytest.mark.minivoice_flow(["1", "2"], terminal="transferred", destination=PATIENTS, id="patient")
@pytest.mark.minivoice_flow(["1", "*", "2"], terminal="transferred", destination=BILLING, id="back to main")
@pytest.mark.minivoice_flow(["7", "2"], terminal="transferred", destination=BILLING, id="one wrong key")
@pytest.mark.minivoice_flow(["7", "8", "9"], terminal="transferred", destination=OPERATOR, id="wrong keys")
@pytest.mark.minivoice_flow(["timeout"] * 3, terminal="transferred", destination=OPERATOR, id="silence")
@pytest.mark.minivoice_flow(["1", "7", "timeout", "#"], terminal="transferred", destination=OPERATOR, id="lost inside")
@pytest.mark.minivoice_flow(["1", "hang_up"], terminal="hung_up", id="hangs up")
def test_each_path_ends_where_it_should(minivoice_call, calls):
    assert minivoice_call.findings == []
    assert calls[minivoice_call.id].status == "done"


def test_star_goes_back_to_the_main_menu(minivoice):
    call = minivoice.inbound_call()
    call.press("1")
    call.press("*")
    assert call.heard == [WELCOME, MAIN, APPOINTMENTS, MAIN]
    call.hang_up()


def test_a_wrong_key_and_silence_are_told_apart(minivoice):
    call = minivoice.inbound_call()
    call.press("7")
    call.wait()
    assert call.heard[2:] == ["This key is not in use.", MAIN, "I did not hear a key.", MAIN]
    call.hang_up()


def test_the_other_menu_allows_three_tries_again(minivoice):
    call = minivoice.inbound_call()
    call.run(["7", "7", "1", "7", "7", "2"])
    assert call.destination == PATIENTS


def test_a_call_that_the_operator_does_not_take_is_missed(minivoice, calls):
    minivoice.destinations[OPERATOR] = "busy"
    call = minivoice.inbound_call(from_="+15551230001")
    call.press("0")
    assert call.terminal == "failed"
    assert calls[call.id].status == "missed"
    assert calls[call.id].caller == "+15551230001"


def test_an_event_that_comes_twice_counts_once(minivoice, minivoice_app, calls):
    call = minivoice.inbound_call()
    call.press("0")
    ended = call.webhooks[-1]
    again = minivoice_app.test_client().post("/minivoice/webhooks", data=ended.body, headers=ended.headers)
    assert again.status_code == 204
    assert calls[call.id].events == ["call.created", "call.answered", "call.gathered", "call.completed"]


def test_a_changed_webhook_is_refused(minivoice, minivoice_app, calls):
    call = minivoice.inbound_call()
    call.press("0")
    ended = call.webhooks[-1]
    forged = ended.body.replace(b"call.completed", b"call.failed")
    refused = minivoice_app.test_client().post("/minivoice/webhooks", data=forged, headers=ended.headers)
    assert refused.status_code == 401
    assert calls[call.id].status == "done"


def test_webhooks_may_come_twice_late_or_from_a_stranger(minivoice, calls):
    def what_we_know(call_id):
        return {"status": calls[call_id].status, "events": set(calls[call_id].events)}

    minivoice.check_receiver(state=what_we_know).assert_clean()


@pytest.mark.minivoice(webhook_secret="somebody-else", strict=False)
def test_a_stranger_changes_nothing(minivoice, calls):
    minivoice.inbound_call().press("0")
    assert calls == {}


@pytest.mark.minivoice(strict=False)
def test_old_webhooks_are_refused(minivoice, calls):
    minivoice.clock.set(minivoice.clock.now - timedelta(minutes=10))
    minivoice.inbound_call().press("0")
    assert calls == {}

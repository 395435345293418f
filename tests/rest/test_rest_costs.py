"""What calls cost: exactly, by the price at their creation, and to the cent only where the API tells it."""

from __future__ import annotations

import pytest
from asking import CALL

USAGE = "/v1/usage?from=2026-05-01T00:00:00Z&to=2099-06-01T00:00:00Z"


def talk(api, seconds):
    api.ask("POST", "/v1/calls", CALL)
    call = api.account.calls[-1].answer()
    api.account.clock.advance(seconds)
    call.hang_up()


def told(api):
    return api.ask("GET", USAGE).data["summary"]["cost_amount"]


def test_short_calls_add_up_before_they_are_rounded(api):
    for _ in range(100):
        talk(api, 20)
    assert told(api) == "0.33"
    assert str(api.account.left).startswith("99.6666")


def test_three_thirds_of_a_cent_are_a_cent(api):
    api.account.limits.spend = "0.01"
    for _ in range(3):
        talk(api, 20)
    assert api.code("POST", "/v1/calls", CALL) == (403, "spend_control_exceeded")
    assert str(api.account.left) == "99.99"


@pytest.mark.parametrize(("rate", "cost"), [("0.005", "0.01"), ("0.004", "0.00"), ("0.015", "0.02"), ("0.025", "0.03")])
def test_half_a_cent_is_told_as_a_cent(api, rate, cost):
    api.account.limits.rates = {"+": rate}
    talk(api, 60)
    assert told(api) == cost


def test_a_call_costs_what_its_number_cost_when_it_was_created(api):
    api.account.limits.rates = {"+": "1.00"}
    api.ask("POST", "/v1/calls", CALL)
    api.account.limits.rates = {"+44": "9.00"}
    call = api.account.calls[-1].answer()
    api.account.limits.rates = {"+": "9.00"}
    api.account.clock.advance(60)
    call.hang_up()
    assert told(api) == "1.00"


def test_inbound_calls_cost_nothing(api):
    call = api.account.inbound_call()
    api.account.clock.advance(60)
    call.hang_up()
    assert told(api) == "0.00"

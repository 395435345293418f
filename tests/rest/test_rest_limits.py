"""What a test sets on the account is checked where it is set: no wrong value fails later inside the application."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import phone
import pytest
from asking import CALL

from pytest_minivoice import SettingError

NAN, INF = float("nan"), float("inf")
AMOUNT = 'it must be an amount such as "12.50"'
LEAST = f"{AMOUNT}, at least 0, or None for no limit"
ANOTHER_TRUNK = 'minivoice.add_trunk(name="second", proxy="sip.example.net") adds one'
COUNT = "it must be a whole number, at least 0, or None for no limit"


@pytest.fixture
def account(api):
    return api.account


@pytest.mark.parametrize("amount", [NAN, INF, "nan", "-Infinity", "abc", "", None, True, [], Fraction(1, 3)])
def test_a_balance_is_an_amount(account, amount):
    with pytest.raises(SettingError) as raised:
        account.balance = amount
    assert str(raised.value) == f"minivoice.balance is {amount!r}; {AMOUNT}"
    assert account.balance == 100


@pytest.mark.parametrize("amount", [0, 5, 0.1, "12.50", "-3", Decimal("0.001")])
def test_an_amount_is_a_number_or_a_decimal_string(account, amount):
    account.balance = amount
    assert account.balance == Decimal(str(amount))


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        *(
            (name, value, COUNT)
            for name in ("calls_per_second", "concurrent_calls")
            for value in ("2", -1, True, 1.5, NAN)
        ),
        *(
            ("spend", value, f"{AMOUNT}, at least 0, or None for no limit")
            for value in (NAN, INF, "abc", -1, "-0.01", True)
        ),
    ],
)
def test_a_limit_is_a_number(account, name, value, message):
    with pytest.raises(SettingError) as raised:
        setattr(account.limits, name, value)
    assert str(raised.value) == f"minivoice.limits.{name} is {value!r}; {message}"
    assert getattr(account.limits, name) is None


@pytest.mark.parametrize("name", ["calls_per_second", "concurrent_calls", "spend"])
def test_a_limit_is_taken_away_by_none(api, name):
    setattr(api.account.limits, name, 0)
    assert api.ask("POST", "/v1/calls", CALL).status in {403, 429}
    setattr(api.account.limits, name, None)
    assert api.ask("POST", "/v1/calls", CALL).status == 201


PRICES = 'it must be a dict of prices of a minute, such as {"+1": "0.01"}'
PREFIX = 'a prefix is + and digits, such as "+1", or "+" for every number'


@pytest.mark.parametrize(
    ("rates", "message"),
    [
        *(
            (
                rates,
                f"minivoice.limits.rates is {rates!r}; {PRICES}",
            )
            for rates in (None, "0.02", 0.02, ["+1"])
        ),
        *(
            ({prefix: "0.01"}, f"minivoice.limits.rates: {prefix!r} is no prefix of a number; {PREFIX}")
            for prefix in ("1", "", "1+", "+1 555", "+x", 1, None)
        ),
        *(
            ({"+": price}, f"minivoice.limits.rates['+'] is {price!r}; {AMOUNT}, at least 0")
            for price in ("abc", None, NAN, -1, True, {})
        ),
    ],
)
def test_rates_are_prices_by_prefix(api, rates, message):
    with pytest.raises(SettingError) as raised:
        api.account.limits.rates = rates
    assert str(raised.value) == message
    assert api.ask("POST", "/v1/calls", CALL).status == 201


@pytest.mark.parametrize(
    "change",
    [
        lambda rates: rates.__setitem__("1", "0.01"),
        lambda rates: rates.update({"+1": "abc"}),
        lambda rates: rates.setdefault("1", "0.01"),
    ],
)
def test_a_single_rate_is_checked_too(account, change):
    with pytest.raises(SettingError, match=r"minivoice\.limits\.rates"):
        change(account.limits.rates)
    assert account.limits.rates == {"+": "0.01"}


def test_rates_are_changed_one_by_one(api):
    rates = api.account.limits.rates
    rates["+1555"] = "0.02"
    rates.update({"+44": 0.03})
    del rates["+"]
    assert dict(rates) == {"+1555": "0.02", "+44": 0.03}
    assert repr(rates) == "{'+1555': '0.02', '+44': 0.03}"
    assert api.ask("POST", "/v1/calls", CALL).status == 201
    assert api.code("POST", "/v1/calls", CALL | {"to": "+15651230002"}) == (400, "rate_not_found")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda account: setattr(account, "balence", 0), "minivoice has no 'balence' to set; did you mean 'balance'?"),
        (lambda account: setattr(account, "wallet", None), "minivoice has no 'wallet' to set"),
        (
            lambda account: setattr(account.limits, "cps", 1),
            (
                "minivoice.limits has no 'cps' to set; did you mean 'calls_per_second'? "
                "It has calls_per_second, concurrent_calls, spend, rates"
            ),
        ),
        (
            lambda account: setattr(account.limits, "spent", 1),
            (
                "minivoice.limits has no 'spent' to set; did you mean 'spend'? "
                "It has calls_per_second, concurrent_calls, spend, rates"
            ),
        ),
        (
            lambda account: setattr(account, "limits", {"spend": 1}),
            "minivoice.limits cannot be replaced by {'spend': 1}; set one of them: minivoice.limits.spend = \"5.00\"",
        ),
        (
            lambda account: setattr(account, "destinations", {}),
            (
                "minivoice.destinations cannot be replaced by {}; set one of them: "
                'minivoice.destinations["+15551230099"] = "busy"'
            ),
        ),
        (
            lambda account: setattr(account, "ai_results", {}),
            "minivoice.ai_results cannot be replaced by {}; set those of a call: minivoice.ai_results[call.id] = {...}",
        ),
        (
            lambda account: setattr(account, "trunks", None),
            f"minivoice.trunks takes trunks, not None; {ANOTHER_TRUNK}",
        ),
        *(
            (add, f"minivoice.trunks takes trunks, not {{'name': 'b'}}; {ANOTHER_TRUNK}")
            for add in (
                lambda account: account.trunks.append({"name": "b"}),
                lambda account: account.trunks.extend([{"name": "b"}]),
                lambda account: account.trunks.insert(0, {"name": "b"}),
            )
        ),
        (
            lambda account: setattr(account.trunks[0], "is_active", "no"),
            "minivoice.trunks[...].is_active cannot be replaced by 'no'; it takes True or False",
        ),
        (
            lambda account: setattr(account.trunks[0], "gateway_name", 7),
            "minivoice.trunks[...].gateway_name cannot be replaced by 7; it takes a text or None",
        ),
        (
            lambda account: setattr(account.trunks[0], "active", False),
            "minivoice.trunks[...] has no 'active' to set; did you mean 'is_active'?",
        ),
        (
            lambda account: setattr(account.dids[0], "routemode", "reject"),
            "minivoice.dids[...] has no 'routemode' to set; did you mean 'route_mode'?",
        ),
        (
            lambda account: setattr(account.dids[0], "number", "+15551230005"),
            (
                "minivoice.dids[...].number cannot be replaced by '+15551230005'; "
                "minivoice.dids.add(number) adds a number"
            ),
        ),
        (
            lambda account: setattr(account, "calls", []),
            "minivoice.calls cannot be replaced by []; it is there to be read",
        ),
    ],
)
def test_what_cannot_be_set_is_refused_with_what_was_meant(account, change, message):
    with pytest.raises(SettingError) as raised:
        change(account)
    assert str(raised.value) == message


def test_what_can_be_set_is_set(api, monkeypatch):
    api.account.trunks = []
    assert api.code("POST", "/v1/calls", CALL) == (400, "no_active_trunk")
    spied = api.account.inbound_call
    monkeypatch.setattr(api.account, "inbound_call", lambda: "spied on")
    assert api.account.inbound_call() == "spied on"
    api.account.inbound_call = spied
    assert api.account.inbound_call().terminal is None


def test_a_value_that_was_refused_changes_nothing_for_later_calls():
    account = phone.open_account([phone.say()])
    with pytest.raises(SettingError):
        account.limits.rates = {"1": "0.01"}
    assert account.outbound_call("+15551230002").answer().terminal == "completed"

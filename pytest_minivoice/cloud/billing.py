"""What calls cost, and what keeps an account from making more of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pytest_minivoice.cloud.conversation import Conversation

CURRENCY = "EUR"
_MINUTE = 60
_CENTS = Decimal("0.01")


@dataclass(slots=True, kw_only=True)
class Limits:
    """Hold the limits of an account; None means that there is none [billing/spend-controls].

    Args:
        calls_per_second: Calls that may be created in one second of the virtual clock.
        concurrent_calls: Calls that may go on at the same time.
        spend: What outbound calls may cost altogether, in the account's currency.
        rates: Prices of a minute by number prefix; a number without a matching prefix cannot be called.
    """

    calls_per_second: int | None = None
    concurrent_calls: int | None = None
    spend: Decimal | float | str | None = None
    rates: dict[str, Decimal | float | str] = field(default_factory=lambda: {"+": "0.01"})

    def rate(self, number: str) -> Decimal | None:
        """Return the price of a minute to a number.

        Args:
            number: E.164.

        Returns:
            The price by the longest matching prefix, or None.
        """
        fitting = [prefix for prefix in self.rates if number.startswith(prefix)]
        return Decimal(str(self.rates[max(fitting, key=len)])) if fitting else None


def refusal(limits: Limits, balance: Decimal, to: str, talks: Iterable[Conversation], now: float) -> str | None:
    """Say why an outbound call cannot be made for money or limits.

    Args:
        limits: The account's limits.
        balance: What is left of its money.
        to: The number to call.
        talks: The calls so far.
        now: Unix seconds of the virtual clock.

    Returns:
        The error's code, or None.
    """
    made = list(talks)
    if limits.rate(to) is None:
        return "rate_not_found"
    if balance <= 0:
        return "insufficient_balance"
    spent = sum((cost(limits, each) for each in made), Decimal(0))
    if limits.spend is not None and spent >= Decimal(str(limits.spend)):
        return "spend_control_exceeded"
    second = [each for each in made if each.facts.direction == "outbound" and int(each.began) == int(now)]
    if limits.calls_per_second is not None and len(second) >= limits.calls_per_second:
        return "cps_limit_reached"
    active = [each for each in made if each.engine.terminal is None]
    if limits.concurrent_calls is not None and len(active) >= limits.concurrent_calls:
        return "concurrent_call_limit_reached"
    return None


def cost(limits: Limits, talk: Conversation) -> Decimal:
    """Return what a call cost.

    Args:
        limits: For the rates.
        talk: The call; only outbound calls that ended cost something.

    Returns:
        The price of its seconds after the answer, to the cent.
    """
    if talk.facts.direction == "inbound" or talk.engine.terminal is None:
        return Decimal(0)
    rate = limits.rate(talk.facts.to) or Decimal(0)
    return (rate * talk.billsec / _MINUTE).quantize(_CENTS)

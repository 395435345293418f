"""What calls cost, and what keeps an account from making more of them."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from pytest_minivoice.cloud.limits import amount_of

if TYPE_CHECKING:
    from pytest_minivoice.cloud.account import Account
    from pytest_minivoice.cloud.conversation import Conversation
    from pytest_minivoice.cloud.limits import Limits

CURRENCY = "EUR"
_MINUTE = 60


def refusal(account: Account, to: str) -> str | None:
    """Say why an outbound call cannot be made for money or limits.

    Args:
        account: Who wants to make it.
        to: The number to call.

    Returns:
        The error's code, or None.
    """
    limits = account.limits
    if limits.rate(to) is None:
        return "rate_not_found"
    if account.left <= 0:
        return "insufficient_balance"
    if limits.spend is not None and account.spent >= amount_of("limits.spend", limits.spend):
        return "spend_control_exceeded"
    limited = limits.calls_per_second is not None or limits.concurrent_calls is not None
    # The test may make calls while a thread of the application asks.
    talks = list(account.talks.values()) if limited else []
    if limits.calls_per_second is not None:
        now = int(account.clock.seconds)
        second = [each for each in talks if each.facts.direction == "outbound" and int(each.began) == now]
        if len(second) >= limits.calls_per_second:
            return "cps_limit_reached"
    if limits.concurrent_calls is not None:
        active = [each for each in talks if each.engine.terminal is None]
        if len(active) >= limits.concurrent_calls:
            return "concurrent_call_limit_reached"
    return None


def price(limits: Limits, to: str) -> Decimal:
    """Return what a minute of an outbound call will cost; it is fixed when the call is created.

    Args:
        limits: For the rates.
        to: The number called, E.164.

    Returns:
        The price; nothing where no rate fits.
    """
    return limits.rate(to) or Decimal(0)


def cost(talk: Conversation) -> Fraction:
    """Return what a call costs that has ended.

    Args:
        talk: The call.

    Returns:
        The price of its seconds after the answer, exactly: a third of a cent is no decimal number.
    """
    return Fraction(talk.price) * talk.billsec / _MINUTE


def cents(amount: Fraction) -> str:
    """Write an amount as the API tells it.

    Args:
        amount: Not negative.

    Returns:
        The amount to the cent; half a cent is one.
    """
    return str(Decimal(math.floor(amount * 100 + Fraction(1, 2))).scaleb(-2))


def decimal(amount: Fraction) -> Decimal:
    """Return an amount as a decimal number.

    Args:
        amount: The amount.

    Returns:
        The same, to 28 digits where it has no end.
    """
    return Decimal(amount.numerator) / Decimal(amount.denominator)

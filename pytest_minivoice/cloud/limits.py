"""The limits of an account, and the amounts of money that a test sets: checked where they are set."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, cast

from pytest_minivoice.choices import did_you_mean
from pytest_minivoice.cloud.quantities import check_whole
from pytest_minivoice.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Callable

Amount = Decimal | float | str

_PREFIX = re.compile(r"\+\d*")
_UNLIMITED = ", or None for no limit"
_SHORT = {"cps": "calls_per_second"}
"""What the API's own errors call it."""


def amount_of(name: str, amount: object, *, signed: bool = False, otherwise: str = "") -> Decimal:
    """Read an amount of money.

    Args:
        name: What it is, for the message.
        amount: A number or a decimal string.
        signed: Whether it may be negative.
        otherwise: What else is allowed, for the message.

    Returns:
        The amount.

    Raises:
        SettingError: If it is none.
    """
    __tracebackhide__ = True
    try:
        if isinstance(amount, Decimal | int | float | str) and not isinstance(amount, bool):
            read = Decimal(str(amount))
            if read.is_finite() and (signed or read >= 0):
                return read
    except InvalidOperation:
        pass
    least = "" if signed else ", at least 0"
    raise SettingError(f'{name} is {amount!r}; it must be an amount such as "12.50"{least}{otherwise}')


class Rates(MutableMapping[str, Amount]):
    """Hold the prices of a minute by number prefix: `rates["+44"] = "0.02"`."""

    def __init__(self, given: object) -> None:
        """Check and keep prices.

        Args:
            given: Prices by prefix.
        """
        __tracebackhide__ = True
        if not isinstance(given, Mapping):
            example = '{"+1": "0.01"}'
            raise SettingError(
                f"minivoice.limits.rates is {given!r}; it must be a dict of prices of a minute, such as {example}"
            )
        self._kept: dict[str, Amount] = {}
        self._prices: dict[str, Decimal] = {}
        for prefix, price in given.items():
            self[prefix] = price

    def __setitem__(self, prefix: str, price: Amount) -> None:
        """Set the price of a minute to numbers that begin so."""
        __tracebackhide__ = True
        if not isinstance(prefix, str) or not _PREFIX.fullmatch(prefix):
            cure = 'a prefix is + and digits, such as "+1", or "+" for every number'
            raise SettingError(f"minivoice.limits.rates: {prefix!r} is no prefix of a number; {cure}")
        self._prices[prefix] = amount_of(f"minivoice.limits.rates[{prefix!r}]", price)
        self._kept[prefix] = price

    def __getitem__(self, prefix: str) -> Amount:
        """Return a price as it was set."""
        return self._kept[prefix]

    def __delitem__(self, prefix: str) -> None:
        """Take a price away."""
        del self._kept[prefix], self._prices[prefix]

    def __iter__(self) -> Iterator[str]:
        """Give the prefixes; a thread of the application may read while the test sets one."""
        return iter(list(self._kept))

    def __len__(self) -> int:
        """Count the prices."""
        return len(self._kept)

    def price(self, number: str) -> Decimal | None:
        """Return the price of a minute to a number; see `Limits.rate`."""
        longest = ""
        for prefix in tuple(self._prices):
            if len(prefix) > len(longest) and number.startswith(prefix):
                longest = prefix
        return self._prices.get(longest)

    def __repr__(self) -> str:
        """Write them as a dict."""
        return repr(self._kept)


@dataclass(kw_only=True)
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
    spend: Amount | None = None
    rates: MutableMapping[str, Amount] = field(default_factory=lambda: {"+": "0.01"})

    def __setattr__(self, name: str, value: object) -> None:
        """Check a limit and set it."""
        __tracebackhide__ = True
        if name not in _CHECKS:
            meant = did_you_mean(_SHORT.get(name, name), _CHECKS)
            known = f"{meant} It has" if meant else "; it has"
            raise SettingError(f"minivoice.limits has no {name!r} to set{known} {', '.join(_CHECKS)}")
        super().__setattr__(name, _CHECKS[name](f"minivoice.limits.{name}", value))

    def rate(self, number: str) -> Decimal | None:
        """Return the price of a minute to a number.

        Args:
            number: E.164.

        Returns:
            The price by the longest matching prefix, or None.
        """
        return cast("Rates", self.rates).price(number)


def _count(name: str, value: object) -> object:
    __tracebackhide__ = True
    if value is not None:
        check_whole(name, value, least=0, otherwise=_UNLIMITED)
    return value


def _most(name: str, value: object) -> object:
    __tracebackhide__ = True
    return value if value is None else amount_of(name, value, otherwise=_UNLIMITED)


_CHECKS: Mapping[str, Callable[[str, object], object]] = {
    "calls_per_second": _count,
    "concurrent_calls": _count,
    "spend": _most,
    "rates": lambda _, value: Rates(value),
}

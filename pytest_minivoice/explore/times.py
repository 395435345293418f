"""How long the answers of an exploration took: it keeps the slowest, and counts those that took too long."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_minivoice.spec.http import Exchange

_KEPT = 5
"""Pages of which the slowest answer is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """Hold how long one answer document took.

    Args:
        method: The request's method.
        url: Its URL, without the query.
        status: The HTTP status.
        milliseconds: Real milliseconds.
    """

    method: str
    url: str
    status: int
    milliseconds: float


class Times:
    """Watch the answers go by."""

    def __init__(self, limit: float | None = None) -> None:
        """Begin.

        Args:
            limit: Milliseconds that an answer may take, or None.
        """
        self.too_slow = 0
        self._limit = limit
        self._pages: dict[tuple[str, str], Timed] = {}

    @property
    def slowest(self) -> tuple[Timed, ...]:
        """The slowest answer of each of the slowest pages, the slowest first."""
        return tuple(sorted(self._pages.values(), key=lambda each: -each.milliseconds))

    def add(self, exchange: Exchange) -> None:
        """Look at one answer.

        Args:
            exchange: The request and the answer.
        """
        took = exchange.milliseconds
        self.too_slow += self._limit is not None and took > self._limit
        page = exchange.method, exchange.url.partition("?")[0]
        if page in self._pages and self._pages[page].milliseconds >= took:
            return
        self._pages[page] = Timed(method=page[0], url=page[1], status=exchange.status, milliseconds=took)
        if len(self._pages) > _KEPT:
            del self._pages[min(self._pages, key=lambda each: self._pages[each].milliseconds)]

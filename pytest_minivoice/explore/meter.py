"""Counts the requests of an exploration, stops it at its budget, and tells how far it is."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_minivoice.cloud.routes import Routes
    from pytest_minivoice.explore.options import Options
    from pytest_minivoice.spec.http import Request, Response

_EVERY = 0.5
"""Seconds between two lines of progress."""
_MEASURED = 10
"""Requests after which an estimate is worth something."""


class Stopped(Exception):  # noqa: N818 - no error: the budget is used up
    """Say which budget is used up."""


@dataclass(slots=True)
class Phase:
    """Be what comes when every input was tried.

    Args:
        things: What is gone through, such as `cycles`.
        verb: What is done with each.
        total: How many there are.
        done: How many of them are done.
    """

    things: str
    verb: str
    total: int
    done: int = 0

    @property
    def left(self) -> str:
        """What is missing, in words; empty if nothing is."""
        return (
            f"{self.total - self.done} of {self.total} {self.things} not {self.verb}ed"
            if self.done < self.total
            else ""
        )


class Meter:
    """Pass requests on to the application."""

    def __init__(self, routes: Routes, options: Options, tell: Callable[[str], None] | None) -> None:
        """Begin to count.

        Args:
            routes: Which application answers for which host.
            options: For the budgets.
            tell: Shows a line of progress, or None.
        """
        self.requests = 0
        self.states = 0
        self.untried = 0
        self.phase: Phase | None = None
        self._routes = routes
        self._options = options
        self._tell = tell
        self._began = perf_counter()
        self._told = self._began
        self._closed = False

    def send(self, request: Request) -> Response:
        """Send a request; see `Driver.send`.

        Args:
            request: What MiniVoice asks.

        Returns:
            What came back.
        """
        self.check()
        self.requests += 1
        return self._routes.send(request)

    def check(self) -> None:
        """Stop when a budget is used up.

        Raises:
            Stopped: With the name of the budget.
        """
        if self._closed:
            return
        options = self._options
        now = perf_counter()
        if self.requests >= options.max_requests:
            raise Stopped(f"max_requests={options.max_requests}")
        if now - self._began >= options.max_seconds:
            raise Stopped(f"max_seconds={options.max_seconds:g}")
        if self.states > options.max_states:
            raise Stopped(f"max_states={options.max_states}")
        if self._tell is not None and now - self._told >= _EVERY and self.requests >= _MEASURED:
            self._told = now
            self._tell(self._line(now - self._began))

    def begin(self, phase: Phase | None) -> None:
        """Begin to go through cycles or merges, or to try inputs.

        Args:
            phase: What is gone through; None for inputs.
        """
        self.phase = phase

    def advance(self) -> None:
        """Count one of the phase as done."""
        if self.phase is not None:
            self.phase.done += 1

    def close(self) -> None:
        """End the exploration: a call that is made later to prove something is no part of its budget."""
        self._closed = True

    def _line(self, seconds: float) -> str:
        each = seconds / self.requests
        left = f", about {self.untried * each * self._depth():.0f} s to go" if self.untried else ""
        return (
            f"MiniVoice explores: {self.states} states, {self.untried} inputs to try, "
            f"{self.requests} requests of {each * 1000:.1f} ms{left}"
        )

    def _depth(self) -> float:
        return max(1.0, self.requests / max(1, self.states * 8))

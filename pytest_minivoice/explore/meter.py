"""Counts the requests of an exploration, stops it at its budget, and tells how far it is."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

from pytest_minivoice.explore.times import Times

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_minivoice.cloud.routes import Routes
    from pytest_minivoice.explore.options import Options
    from pytest_minivoice.spec.http import Exchange, Request, Response

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
        at: How many requests had been made when it began.
        began: How many were done then.
    """

    things: str
    verb: str
    total: int
    done: int = 0
    at: int = 0
    began: int = 0

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

    def __init__(
        self,
        routes: Routes,
        options: Options,
        tell: Callable[[str], None] | None,
        max_answer_ms: float | None = None,
    ) -> None:
        """Begin to count.

        Args:
            routes: Which application answers for which host.
            options: For the budgets.
            tell: Shows a line of progress, or None.
            max_answer_ms: Milliseconds that an answer document may take, or None.
        """
        self.requests = 0
        self.times = Times(max_answer_ms)
        self.states = 0
        self.untried = 0
        self.phase: Phase | None = None
        self.ahead: Callable[[], float] = float
        """Says how many requests it takes at least to try what is known so far."""
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

    def answered(self, exchange: Exchange) -> None:
        """Note how long an answer document took.

        Args:
            exchange: The request and the answer.
        """
        if not self._closed:
            self.times.add(exchange)

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
        if phase is not None:
            phase.at, phase.began = self.requests, phase.done

    def advance(self) -> None:
        """Count one of the phase as done."""
        if self.phase is not None:
            self.phase.done += 1

    def close(self) -> None:
        """End the exploration: a call that is made later to prove something is no part of its budget."""
        self._closed = True

    def _line(self, seconds: float) -> str:
        each = seconds / self.requests
        spent = f"{self.requests} requests of {each * 1000:.1f} ms"
        return f"MiniVoice explores: {self.states} states, {self._doing()}, {spent}{self._to_go(each)}"

    def _doing(self) -> str:
        if self.untried:
            return f"{self.untried} inputs to try"
        phase = self.phase
        if phase is None or phase.done == phase.total:
            return "last checks"
        return f"{phase.verb}s {phase.things}: {phase.done} of {phase.total}"

    def _to_go(self, each: float) -> str:
        """Estimate the time: while states are found, and before one cycle was repeated, it can only grow."""
        phase = self.phase
        if self.untried or (phase is not None and phase.began == phase.done < phase.total):
            return f", at least {self.ahead() * each:.0f} s to go"
        if phase is None or phase.done == phase.total:
            return ""
        cost = (self.requests - phase.at) / (phase.done - phase.began)
        return f", about {(phase.total - phase.done) * cost * each:.0f} s to go"

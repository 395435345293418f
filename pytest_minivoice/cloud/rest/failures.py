"""Failures of the API that a test asks for, each used up by the requests that it meets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from pytest_minivoice.choices import check_choice
from pytest_minivoice.cloud.quantities import check_whole, is_number
from pytest_minivoice.cloud.rest.named import named_endpoint
from pytest_minivoice.cloud.rest.origin import Origin, origin
from pytest_minivoice.cloud.rest.table import find
from pytest_minivoice.errors import SettingError

NETWORK = ("network_error", "timeout")
Planner = Literal["fail_next", "slow_next"]


@dataclass(slots=True, kw_only=True)
class Plan:
    """Hold what shall happen to the next requests.

    Args:
        by: Who planned it.
        method: The HTTP method.
        path: The endpoint's path, or that of one request.
        what: The error's code, or how slow the answer is.
        left: How many requests it is still for.
        seconds: How slow the answer is; 0 for an error.
        at: The line that planned it.
    """

    by: Planner
    method: str
    path: str
    what: str
    left: int
    seconds: float = 0
    at: Origin | None = field(default_factory=origin)


class Failures:
    """Hold what a test planned, in order."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._planned: list[Plan] = []

    def add(self, method: str, path: str, code: str, times: int) -> None:
        """Plan an error.

        Args:
            method: The HTTP method.
            path: The endpoint's path, or that of one request.
            code: An error code, `network_error` or `timeout`.
            times: How many requests it meets.
        """
        __tracebackhide__ = True
        endpoint, path = named_endpoint(method, path)
        check_choice(f"the code for {endpoint.method} {endpoint.path}", code, (*endpoint.codes, *NETWORK))
        check_whole("times", times, least=1)
        self._planned.append(Plan(by="fail_next", method=endpoint.method, path=path, what=code, left=times))

    def slow(self, method: str, path: str, seconds: float, times: int) -> None:
        """Plan a slow answer.

        Args:
            method: The HTTP method.
            path: The endpoint's path, or that of one request.
            seconds: How slow.
            times: How many requests it meets.
        """
        __tracebackhide__ = True
        endpoint, path = named_endpoint(method, path)
        if not is_number(seconds) or seconds <= 0:
            raise SettingError(f"seconds is {seconds!r}; a slow answer takes a number of seconds, more than 0")
        check_whole("times", times, least=1)
        what = f"slow by {seconds:g} s"
        self._planned.append(
            Plan(by="slow_next", method=endpoint.method, path=path, what=what, left=times, seconds=seconds)
        )

    def first(self, method: str, path: str) -> Plan | None:
        """Find the first error that meets a request; it is not used up by that.

        Args:
            method: The HTTP method.
            path: The request's path.

        Returns:
            Its plan, or None.
        """
        return self._first("fail_next", method, path)

    def delay(self, method: str, path: str) -> float:
        """Use up the first slowness that meets a request.

        Args:
            method: The HTTP method.
            path: The request's path.

        Returns:
            Virtual seconds.
        """
        plan = self._first("slow_next", method, path)
        if plan is None:
            return 0
        plan.left -= 1
        return plan.seconds

    def unused(self) -> list[tuple[Planner, str, Origin | None]]:
        """List what never met a request.

        Returns:
            Who planned it, a line for it, and where it was planned.
        """
        return [
            (each.by, f"{each.method} {each.path}: {each.what} ({each.left} left)", each.at)
            for each in self._planned
            if each.left
        ]

    def _first(self, by: Planner, method: str, path: str) -> Plan | None:
        for each in self._planned:
            if each.left and each.by == by and each.method == method and _meets(each, path):
                return each
        return None


def _meets(plan: Plan, path: str) -> bool:
    if ":" not in plan.path:
        return plan.path == path
    found = find(plan.method, path)
    return found is not None and found[0].path == plan.path

"""Failures of the API that a test asks for, each used up by the requests that it meets."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_minivoice.choices import check_choice
from pytest_minivoice.cloud.rest.table import Endpoint, find, nearest_endpoint
from pytest_minivoice.errors import SettingError

NETWORK = ("network_error", "timeout")


@dataclass(slots=True, kw_only=True)
class _Planned:
    method: str
    path: str
    what: str
    left: int
    seconds: float = 0


class Failures:
    """Hold what a test planned, in order."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._planned: list[_Planned] = []

    def add(self, method: str, path: str, code: str, times: int) -> None:
        """Plan an error.

        Args:
            method: The HTTP method.
            path: The endpoint's path, or that of one request.
            code: An error code, `network_error` or `timeout`.
            times: How many requests it meets.
        """
        __tracebackhide__ = True
        endpoint = _endpoint(method, path, times)
        check_choice(f"the code for {endpoint.method} {endpoint.path}", code, (*endpoint.codes, *NETWORK))
        self._planned.append(_Planned(method=endpoint.method, path=path, what=code, left=times))

    def slow(self, method: str, path: str, seconds: float, times: int) -> None:
        """Plan a slow answer.

        Args:
            method: The HTTP method.
            path: The endpoint's path, or that of one request.
            seconds: How slow.
            times: How many requests it meets.
        """
        __tracebackhide__ = True
        endpoint = _endpoint(method, path, times)
        if seconds <= 0:
            raise SettingError(f"seconds is {seconds}; a slow answer takes more than 0 seconds")
        what = f"slow by {seconds:g} s"
        self._planned.append(_Planned(method=endpoint.method, path=path, what=what, left=times, seconds=seconds))

    def take(self, method: str, path: str) -> str | None:
        """Use up the first error that meets a request.

        Args:
            method: The HTTP method.
            path: The request's path.

        Returns:
            Its code, or None.
        """
        planned = self._first(method, path, slow=False)
        return None if planned is None else planned.what

    def delay(self, method: str, path: str) -> float:
        """Use up the first slowness that meets a request.

        Args:
            method: The HTTP method.
            path: The request's path.

        Returns:
            Virtual seconds.
        """
        planned = self._first(method, path, slow=True)
        return 0 if planned is None else planned.seconds

    def unused(self) -> list[str]:
        """List what never met a request.

        Returns:
            A line for each.
        """
        return [f"{each.method} {each.path}: {each.what} ({each.left} left)" for each in self._planned if each.left]

    def _first(self, method: str, path: str, *, slow: bool) -> _Planned | None:
        for each in self._planned:
            if each.left and bool(each.seconds) == slow and each.method == method and _meets(each, path):
                each.left -= 1
                return each
        return None


def _meets(planned: _Planned, path: str) -> bool:
    if ":" not in planned.path:
        return planned.path == path
    found = find(planned.method, path)
    return found is not None and found[0].path == planned.path


def _endpoint(method: str, path: str, times: int) -> Endpoint:
    __tracebackhide__ = True
    if times < 1:
        raise SettingError(f"times is {times}; it must be at least 1")
    found = find(method.upper(), path)
    if found is None:
        near = nearest_endpoint(method.upper(), path)
        raise SettingError(f"there is no endpoint {method.upper()} {path}; did you mean {near!r}?")
    return found[0]

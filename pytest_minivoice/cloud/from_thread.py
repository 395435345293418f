"""Lets a worker thread reach the application in the event loop of an async test: exploring itself awaits nothing."""

from __future__ import annotations

from functools import wraps
from inspect import iscoroutinefunction
from threading import get_ident
from typing import TYPE_CHECKING, TypeVar

from pytest_minivoice.cloud.routes import Routes
from pytest_minivoice.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping

    from pytest_minivoice.spec.http import Request, Response

_R = TypeVar("_R")


class RoutesIntoLoop(Routes):
    """Send requests from a worker thread into the event loop that it was begun in."""

    def __init__(self, routes: Routes) -> None:
        """Wrap routes.

        Args:
            routes: What leads to the applications.
        """
        self._routes = routes
        self._loop_thread = get_ident()

    def send(self, request: Request) -> Response:
        """Send a request in the event loop, and wait for its answer; see `Routes.send`.

        Raises:
            SettingError: If this is the thread of the event loop, which would wait for itself.
        """
        if get_ident() == self._loop_thread:
            raise SettingError("its calls are made in an event loop: await phone.flows(exploration) plans them there")
        return _in_loop(self._routes.asend)(request)


def hooks_into_loop(given: Mapping[str, object]) -> dict[str, object]:
    """Let functions that are to be awaited run in the event loop.

    Args:
        given: Arguments by name, some of them functions.

    Returns:
        The same, for a worker thread.
    """
    return {name: _in_loop(each) if iscoroutinefunction(each) else each for name, each in given.items()}


async def in_worker(run: Callable[[], _R]) -> _R:
    """Run a function in a worker thread, while the event loop goes on.

    Args:
        run: The function.

    Returns:
        What it returns.
    """
    from anyio import to_thread  # noqa: PLC0415 - an extra, which the running loop has loaded

    return await to_thread.run_sync(run)


def _in_loop(function: Callable[..., Coroutine[object, object, _R]]) -> Callable[..., _R]:
    @wraps(function)  # whoever asks which arguments it takes gets those of the function
    def call(*arguments: object) -> _R:
        from anyio import from_thread  # noqa: PLC0415 - an extra, which the running loop has loaded

        return from_thread.run(function, *arguments)

    return call

"""Calls a plain function, sync or async, that takes a request and returns the answer document as a dict."""

from __future__ import annotations

import inspect
import json
from time import perf_counter
from typing import TYPE_CHECKING

from pytest_minivoice.spec.http import Request, Response

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from pytest_minivoice.drivers.loop import SessionLoop

_JSON = [("Content-Type", "application/json")]


class FunctionDriver:
    """Carry requests to a function."""

    def __init__(self, handler: Callable[[Request], object], loop: SessionLoop) -> None:
        """Wrap a function.

        Args:
            handler: Takes a `Request`, returns a dict; None accepts a webhook.
            loop: The session's loop, for an async function.
        """
        self._handler = handler
        self._loop = loop

    def send(self, request: Request) -> Response:
        """Call the function; see `Driver.send`."""
        __tracebackhide__ = True
        started = perf_counter()
        try:
            result = self._handler(request)
            if inspect.isawaitable(result):
                result = self._loop.run(_awaited(result))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever the handler raises is what the test must show
            return _raised(error, started)
        return _answer(result, perf_counter() - started)

    async def asend(self, request: Request) -> Response:
        """Call the function in the running loop."""
        started = perf_counter()
        try:
            result = self._handler(request)
            if inspect.isawaitable(result):
                result = await result
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever the handler raises is what the test must show
            return _raised(error, started)
        return _answer(result, perf_counter() - started)

    def close(self) -> None:
        """Hold nothing, so there is nothing to let go."""


async def _awaited(result: Awaitable[object]) -> object:
    return await result


def _raised(error: BaseException, started: float) -> Response:
    return Response(status=0, headers=[], body=b"", elapsed=perf_counter() - started, error=error)


def _answer(result: object, elapsed: float) -> Response:
    if result is None:
        return Response(status=204, headers=_JSON, body=b"", elapsed=elapsed)
    if isinstance(result, dict):
        try:
            body = json.dumps(result).encode()
        except (TypeError, ValueError, RecursionError) as error:
            detail = f"the handler returned a dict that is not JSON: {error}"
        else:
            return Response(status=200, headers=_JSON, body=body, elapsed=elapsed)
    else:
        got = f"{type(result).__name__}, {result!r:.80}"
        detail = f'the handler returned {got}; it must return a dict such as {{"actions": [...]}}'
    return Response(status=0, headers=[], body=b"", elapsed=elapsed, failure="unusable", detail=detail)

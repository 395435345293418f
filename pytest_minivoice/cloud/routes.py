"""Which application answers for which host. A host that nobody serves gives a failure, never a real request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from pytest_minivoice.spec.http import PORTS, Request, Response

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from contextlib import AbstractAsyncContextManager

    Starter = Callable[[Iterable["Driver"]], AbstractAsyncContextManager[None]]


class Driver(Protocol):
    """Carry requests to one application under test."""

    def send(self, request: Request) -> Response:
        """Send a request and wait for its answer.

        Args:
            request: What MiniVoice asks.

        Returns:
            What came back. An exception of the handler is part of the response, never raised.
        """

    async def asend(self, request: Request) -> Response:
        """Do what `send` does, in the running event loop."""


class Routes:
    """Choose the driver by the host of a URL."""

    def __init__(self, drivers: Mapping[str, Driver], starter: Starter) -> None:
        """Keep the drivers.

        Args:
            drivers: Hosts, with the port where it is not the scheme's own, and their drivers.
            starter: Starts applications in the running event loop, for as long as its context is open.
        """
        self._drivers = dict(drivers)
        self._starter = starter

    def send(self, request: Request) -> Response:
        """Send a request to the application that serves its host.

        Args:
            request: What MiniVoice asks.

        Returns:
            What came back, or the failure `unserved`.
        """
        __tracebackhide__ = True
        driver = self._drivers.get(origin(request.url.partition("?")[0]))
        return self._unserved(request) if driver is None else driver.send(request)

    async def asend(self, request: Request) -> Response:
        """Do what `send` does, in the running event loop."""
        driver = self._drivers.get(origin(request.url.partition("?")[0]))
        return self._unserved(request) if driver is None else await driver.asend(request)

    def in_this_loop(self) -> AbstractAsyncContextManager[None]:
        """Start the applications in the running event loop, asyncio or trio.

        Returns:
            A context; the applications are shut down at its end.
        """
        return self._starter(list({id(each): each for each in self._drivers.values()}.values()))

    def _unserved(self, request: Request) -> Response:
        served = ", ".join(sorted(self._drivers))
        detail = f"no application serves {origin(request.url)}; served are {served} (settings base_url and hosts)"
        return Response(status=0, headers=[], body=b"", elapsed=0.0, failure="unserved", detail=detail)


def origin(url: str) -> str:
    """Return the host under which a URL is routed.

    Args:
        url: An absolute URL.

    Returns:
        The host in lower case, with the port unless it is the scheme's own.
    """
    parts = urlsplit(url)
    scheme, netloc = parts.scheme, parts.netloc.rpartition("@")[2].lower()
    return netloc.removesuffix(f":{PORTS.get(scheme)}")

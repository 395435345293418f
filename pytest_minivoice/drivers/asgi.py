"""Calls an ASGI 3 application directly: on the session's loop, or in the event loop of an async test."""

from __future__ import annotations

import warnings
from time import perf_counter
from typing import TYPE_CHECKING, cast
from urllib.parse import unquote, urlsplit

from pytest_minivoice.drivers.lifespan import Lifespan
from pytest_minivoice.drivers.swallowed import SwallowedErrors
from pytest_minivoice.errors import MiniVoiceError
from pytest_minivoice.spec.http import MAX_BODY_BYTES, PORTS, Request, Response

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from pytest_minivoice.drivers.lifespan import AsgiApp, Event, Message
    from pytest_minivoice.drivers.loop import SessionLoop


class Lifespans:
    """Keep ASGI applications started on the session's loop.

    An application is started when it is first asked, and shut down when a test comes with another one, or at the end of
    the session: a global application starts once, and one made for each test does not pile up.
    """

    def __init__(self, loop: SessionLoop) -> None:
        """Begin with none.

        Args:
            loop: The session's loop.
        """
        self._loop = loop
        self._running: dict[int, tuple[AsgiApp, Lifespan, asyncio.Task[None]]] = {}
        self._idle: set[int] = set()

    def state(self, app: AsgiApp) -> dict[str, object]:
        """Start an application unless it runs.

        Args:
            app: The application.

        Returns:
            Its lifespan state.
        """
        __tracebackhide__ = True
        key = id(app)
        self._idle.discard(key)
        if key not in self._running:
            for idle in list(self._idle):
                self._stop(idle)
            self._running[key] = (app, *self._loop.run(self._start(app)))
        return self._running[key][1].state

    def rest(self, app: AsgiApp) -> None:
        """Say that no test uses an application at present.

        Args:
            app: The application.
        """
        if id(app) in self._running:
            self._idle.add(id(app))

    def close(self) -> None:
        """Shut all applications down."""
        for key in list(self._running):
            self._stop(key)

    def _stop(self, key: int) -> None:
        app, lifespan, task = self._running.pop(key)
        self._idle.discard(key)
        try:
            self._loop.run(_finish(lifespan, task))
        except MiniVoiceError as error:
            # No test can fail for it any more: the one that comes next may use another application.
            warnings.warn(f"{type(app).__name__}: {error}", RuntimeWarning, stacklevel=2)

    async def _start(self, app: AsgiApp) -> tuple[Lifespan, asyncio.Task[None]]:
        __tracebackhide__ = True
        import asyncio  # noqa: PLC0415 - loaded with the loop

        lifespan = Lifespan(app, asyncio.Event)
        task = asyncio.create_task(lifespan.run())
        await lifespan.started()
        return lifespan, task


async def _finish(lifespan: Lifespan, task: asyncio.Task[None]) -> None:
    await lifespan.stopped()
    await task


class AsgiDriver:
    """Carry requests to an ASGI application in this process."""

    def __init__(self, app: AsgiApp, loop: SessionLoop, lifespans: Lifespans) -> None:
        """Wrap an application.

        Args:
            app: The application.
            loop: The session's loop.
            lifespans: What keeps applications started on it.
        """
        self.app = app
        self._loop = loop
        self._lifespans = lifespans
        self._swallowed = SwallowedErrors()
        self.local_state: dict[str, object] | None = None

    def send(self, request: Request) -> Response:
        """Call the application on the session's loop; see `Driver.send`."""
        __tracebackhide__ = True
        try:
            state = self._lifespans.state(self.app)
        except MiniVoiceError as error:
            cause = error.__cause__ or error
            return Response(status=0, headers=[], body=b"", elapsed=0.0, error=cause, detail=str(error))
        from asyncio import CancelledError, Event  # noqa: PLC0415 - loaded with the loop

        # Nobody cancels a request here but the handler itself.
        return self._loop.run(self._call(request, state, Event, (Exception, SystemExit, CancelledError)))

    async def asend(self, request: Request) -> Response:
        """Call the application in the running loop."""
        from anyio import Event  # noqa: PLC0415 - an extra

        return await self._call(request, self.local_state or {}, Event, (Exception, SystemExit))

    def close(self) -> None:
        """Let the application go; it stays started for the next test."""
        self._lifespans.rest(self.app)
        self._swallowed.close()

    async def _call(
        self,
        request: Request,
        state: dict[str, object],
        new_event: Callable[[], Event],
        ends: tuple[type[BaseException], ...],
    ) -> Response:
        exchange = _Exchange(request.body, new_event)
        self._swallowed.clear()
        started = perf_counter()
        error: BaseException | None = None
        try:
            await self.app(_scope(request, state), exchange.receive, exchange.send)
        except ends as raised:  # whatever the handler raises is what the test must show
            error = raised
        elapsed = perf_counter() - started
        error = self._swallowed.behind(exchange.status) or error
        if error is None and not exchange.status:
            detail = "the ASGI application returned without sending http.response.start"
            return Response(status=0, headers=[], body=b"", elapsed=elapsed, failure="unusable", detail=detail)
        return Response(
            status=exchange.status, headers=exchange.headers, body=exchange.body, elapsed=elapsed, error=error
        )


class _Exchange:
    """Be the two channels of one request."""

    def __init__(self, body: bytes, new_event: Callable[[], Event]) -> None:
        self.status = 0
        self.headers: list[tuple[str, str]] = []
        self._chunks: list[bytes] = []
        self._size = 0
        self._unread: bytes | None = body
        self._new_event = new_event
        self._complete = False
        self._gone: Event | None = None

    @property
    def body(self) -> bytes:
        return b"".join(self._chunks)

    async def receive(self) -> Message:
        if self._unread is not None:
            body, self._unread = self._unread, None
            return {"type": "http.request", "body": body, "more_body": False}
        if not self._complete:
            self._gone = self._gone or self._new_event()
            await self._gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = cast("int", message["status"])
            headers = cast("list[tuple[bytes, bytes]]", message.get("headers") or [])
            self.headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers]
        elif message["type"] == "http.response.body":
            chunk = bytes(cast("bytes", message.get("body", b"")))
            if self._size <= MAX_BODY_BYTES:
                self._chunks.append(chunk)
                self._size += len(chunk)
            if not message.get("more_body"):
                self._complete = True
                if self._gone is not None:
                    self._gone.set()


def _scope(request: Request, state: dict[str, object]) -> Message:
    parts = urlsplit(request.url)
    headers = [(b"host", parts.netloc.rpartition("@")[2].encode())]
    headers += [(name.lower().encode(), value.encode()) for name, value in request.headers.items()]
    if request.body:
        headers.append((b"content-length", str(len(request.body)).encode()))
    path = parts.path or "/"
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": parts.scheme,
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": parts.query.encode(),
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 0),
        "server": (parts.hostname, parts.port or PORTS[parts.scheme]),
        "state": dict(state),
    }

"""Calls a WSGI application (PEP 3333) directly."""

from __future__ import annotations

import sys
from io import BytesIO
from time import perf_counter
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes, urlsplit

from pytest_minivoice.drivers.swallowed import SwallowedErrors
from pytest_minivoice.spec.http import MAX_BODY_BYTES, PORTS, Request, Response

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Environ = dict[str, object]
    StartResponse = Callable[..., Callable[[bytes], object]]
    WsgiApp = Callable[[Environ, StartResponse], Iterable[bytes]]

_CONSTANT = {
    "SCRIPT_NAME": "",
    "SERVER_PROTOCOL": "HTTP/1.1",
    "REMOTE_ADDR": "127.0.0.1",
    "wsgi.version": (1, 0),
    "wsgi.multithread": False,
    "wsgi.multiprocess": False,
    "wsgi.run_once": False,
}
_CONTENT = {"content-type": "CONTENT_TYPE"}


class WsgiDriver:
    """Carry requests to a WSGI application in this process."""

    def __init__(self, app: WsgiApp) -> None:
        """Wrap an application.

        Args:
            app: The application.
        """
        self._app = app
        self._swallowed = SwallowedErrors()
        self._keys: dict[str, str] = {}

    def send(self, request: Request) -> Response:
        """Call the application; see `Driver.send`."""
        self._swallowed.clear()
        started = perf_counter()
        answer: list[tuple[int, list[tuple[str, str]]]] = []
        written: list[bytes] = []

        def start_response(
            status: str, headers: list[tuple[str, str]], exc_info: object = None
        ) -> Callable[[bytes], object]:
            del exc_info
            answer.append((int(status[:3]), headers))
            return written.append

        try:
            _read(self._app(self._environ(request), start_response), written)
            body = b"".join(written)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever the handler raises is what the test must show
            return Response(status=0, headers=[], body=b"", elapsed=perf_counter() - started, error=error)
        elapsed = perf_counter() - started
        if not answer:
            detail = "the WSGI application did not call start_response"
            return Response(status=0, headers=[], body=b"", elapsed=elapsed, failure="unusable", detail=detail)
        status, headers = answer[-1]
        error_behind = self._swallowed.behind(status)
        return Response(status=status, headers=headers, body=body, elapsed=elapsed, error=error_behind)

    async def asend(self, request: Request) -> Response:
        """Call the application; the event loop waits meanwhile, as WSGI is synchronous."""
        return self.send(request)

    def close(self) -> None:
        """Let the application go."""
        self._swallowed.close()

    def _environ(self, request: Request) -> Environ:
        base, _, query = request.url.partition("?")
        parts = urlsplit(base)  # which remembers what it took apart; with its query, no URL comes twice
        path = parts.path or "/"
        environ: Environ = {
            **_CONSTANT,
            "REQUEST_METHOD": request.method,
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1") if "%" in path or not path.isascii() else path,
            "QUERY_STRING": query.partition("#")[0],
            "SERVER_NAME": parts.hostname or "",
            "SERVER_PORT": str(parts.port or PORTS[parts.scheme]),
            "HTTP_HOST": parts.netloc.rpartition("@")[2],
            "CONTENT_LENGTH": str(len(request.body)),
            "wsgi.url_scheme": parts.scheme,
            "wsgi.input": BytesIO(request.body),
            "wsgi.errors": sys.stderr,
        }
        keys = self._keys
        for name, value in request.headers.items():
            key = keys.get(name)
            if key is None:
                lower = name.lower()
                key = keys[name] = _CONTENT.get(lower) or "HTTP_" + lower.upper().replace("-", "_")
            environ[key] = value
        return environ


def _read(chunks: Iterable[bytes], written: list[bytes]) -> None:
    size = 0
    try:
        for chunk in chunks:
            written.append(chunk)
            size += len(chunk)
            if size > MAX_BODY_BYTES:
                break
    finally:
        close = getattr(chunks, "close", None)
        if close is not None:
            close()

"""Sends requests to a running server, on connections that are kept alive."""

from __future__ import annotations

import http.client
from time import perf_counter
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pytest_minivoice.spec.http import MAX_BODY_BYTES, Request, Response

if TYPE_CHECKING:
    from pytest_minivoice.spec.http import Failure


class UrlDriver:
    """Carry requests to a server, whatever host their URLs name."""

    def __init__(self, server: str, timeout: float) -> None:
        """Remember the server; the connection is made by the first request.

        Args:
            server: `http://host:port` or `https://host`.
            timeout: Seconds until a silent server is given up.
        """
        parts = urlsplit(server)
        self._server = server
        self._kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._netloc = parts.netloc
        self._timeout = timeout
        self._connection: http.client.HTTPConnection | None = None

    def send(self, request: Request) -> Response:
        """Send the request; see `Driver.send`."""
        started = perf_counter()
        kept_alive = self._connection is not None
        try:
            return self._exchange(request, started)
        except TimeoutError:
            self.close()
            detail = f"{self._server} did not answer within {self._timeout:g} s"
            return _failed("slow", detail, started)
        except (OSError, http.client.HTTPException) as error:
            self.close()
            if kept_alive and isinstance(
                error, http.client.RemoteDisconnected | BrokenPipeError | ConnectionResetError
            ):
                # The server closed an idle connection, as it may: HTTP asks the client to try once on a new one.
                return self.send(request)
            detail = f"{self._server} cannot be reached: {type(error).__name__}: {error}"
            return _failed("unreachable", detail, started)

    async def asend(self, request: Request) -> Response:
        """Send the request in a worker thread: the server may run in this very loop."""
        from anyio import to_thread  # noqa: PLC0415 - an extra

        return await to_thread.run_sync(self.send, request)

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _exchange(self, request: Request, started: float) -> Response:
        if self._connection is None:
            self._connection = self._kind(self._netloc, timeout=self._timeout)
        parts = urlsplit(request.url)
        target = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
        headers = {**request.headers, "Host": parts.netloc}
        self._connection.request(request.method, target, body=request.body or None, headers=headers)
        answer = self._connection.getresponse()
        body = answer.read(MAX_BODY_BYTES + 1)
        if not answer.isclosed() and answer.read(1):
            self.close()
        return Response(status=answer.status, headers=answer.getheaders(), body=body, elapsed=perf_counter() - started)


def _failed(failure: Failure, detail: str, started: float) -> Response:
    return Response(status=0, headers=[], body=b"", elapsed=perf_counter() - started, failure=failure, detail=detail)

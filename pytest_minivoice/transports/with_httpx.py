"""Answers `httpx`, sync and async, for MiniVoice's hosts alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from pytest_minivoice.cloud.rest.messages import NetworkFailure

if TYPE_CHECKING:
    from pytest_minivoice.cloud.rest.messages import ApiResponse
    from pytest_minivoice.transports.patching import Gate, Patches


def install(gate: Gate, patches: Patches) -> None:
    """Lead requests to MiniVoice's hosts to the gate.

    Args:
        gate: Says which hosts these are, and answers.
        patches: Keeps what was there.
    """
    if patches.is_on_top(httpx.HTTPTransport, "handle_request") and patches.is_on_top(
        httpx.AsyncHTTPTransport, "handle_async_request"
    ):
        return
    send, asend = httpx.HTTPTransport.handle_request, httpx.AsyncHTTPTransport.handle_async_request

    def handle_request(self: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        __tracebackhide__ = True
        if not gate.handles(request.url.host, request.url.port):
            return send(self, request)
        request.read()
        return _answered(gate, request, self)

    async def handle_async_request(self: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
        __tracebackhide__ = True
        if not gate.handles(request.url.host, request.url.port):
            return await asend(self, request)
        await request.aread()
        return _answered(gate, request, self)

    patches.set(httpx.HTTPTransport, "handle_request", handle_request)
    patches.set(httpx.AsyncHTTPTransport, "handle_async_request", handle_async_request)


def _answered(gate: Gate, request: httpx.Request, transport: object) -> httpx.Response:
    __tracebackhide__ = True
    answer = _asked(gate, request, transport)
    patience = request.extensions.get("timeout", {}).get("read")
    if patience is not None and answer.seconds > patience:
        raise httpx.ReadTimeout("MiniVoice was too slow (slow_next)", request=request)
    body = b"" if request.method == "HEAD" else answer.body
    # Headers as a transport gives them: what is made of content= is made anew for each answer.
    sent = [(name.encode(), value.encode()) for name, value in answer.headers.items()]
    sent.append((b"Content-Length", b"%d" % len(body)))
    return _Whole(answer.status, sent, body)


class _Whole(httpx.Response):
    """An answer whose body is in memory: to read it through httpx's iterators would cost as much as to make it."""

    def __init__(self, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        super().__init__(status, headers=headers, stream=httpx.ByteStream(body))
        self._whole = body

    def read(self) -> bytes:
        at_once = self._is_taken_from(httpx.SyncByteStream)
        content = super().read()
        if at_once and not self.is_closed:
            self.is_stream_consumed = True
            self.close()
        return content

    async def aread(self) -> bytes:
        at_once = self._is_taken_from(httpx.AsyncByteStream)
        content = await super().aread()
        if at_once and not self.is_closed:
            self.is_stream_consumed = True
            await self.aclose()
        return content

    def _is_taken_from(self, kind: type) -> bool:
        """Lay the body where httpx keeps what it has read, unless it would refuse; if it looks elsewhere, it reads."""
        if self.is_closed or self.is_stream_consumed or not isinstance(self.stream, kind):
            return False
        self._content = self._whole
        self._num_bytes_downloaded = len(self._whole)
        return True


def _asked(gate: Gate, request: httpx.Request, transport: object) -> ApiResponse:
    __tracebackhide__ = True
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in request.headers.raw}
    failed = 0
    while True:
        try:
            return gate.answer(request.method, str(request.url), headers, request.content)
        except NetworkFailure as failure:
            if failure.kind == "timeout":
                raise httpx.ReadTimeout("MiniVoice did not answer (fail_next)", request=request) from None
            if failed >= _retries(transport):
                raise httpx.ConnectError("MiniVoice cannot be reached (fail_next)", request=request) from None
        # httpcore, where httpx has its retries, sleeps 0, 0.5, 1, 2 seconds and so on.
        gate.wait(2.0 ** (failed - 2) if failed else 0)
        failed += 1


def _retries(transport: object) -> int:
    """Return the `retries=` of a transport, which httpx hands on to httpcore and keeps nowhere in public."""
    return int(getattr(getattr(transport, "_pool", None), "_retries", 0))

"""Answers `httpx`, sync and async, for MiniVoice's hosts alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from pytest_minivoice.cloud.rest.messages import NetworkFailure

if TYPE_CHECKING:
    from pytest_minivoice.transports.patching import Gate, Patches


def install(gate: Gate, patches: Patches) -> None:
    """Lead requests to MiniVoice's hosts to the gate.

    Args:
        gate: Says which hosts these are, and answers.
        patches: Keeps what was there.
    """
    send, asend = httpx.HTTPTransport.handle_request, httpx.AsyncHTTPTransport.handle_async_request

    def handle_request(self: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        __tracebackhide__ = True
        if not gate.handles(request.url.host, request.url.port):
            return send(self, request)
        request.read()
        return _answered(gate, request)

    async def handle_async_request(self: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
        __tracebackhide__ = True
        if not gate.handles(request.url.host, request.url.port):
            return await asend(self, request)
        await request.aread()
        return _answered(gate, request)

    patches.set(httpx.HTTPTransport, "handle_request", handle_request)
    patches.set(httpx.AsyncHTTPTransport, "handle_async_request", handle_async_request)


def _answered(gate: Gate, request: httpx.Request) -> httpx.Response:
    __tracebackhide__ = True
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in request.headers.raw}
    try:
        answer = gate.answer(request.method, str(request.url), headers, request.content)
    except NetworkFailure as failure:
        if failure.kind == "timeout":
            raise httpx.ReadTimeout("MiniVoice did not answer (fail_next)", request=request) from None
        raise httpx.ConnectError("MiniVoice cannot be reached (fail_next)", request=request) from None
    patience = request.extensions.get("timeout", {}).get("read")
    if patience is not None and answer.seconds > patience:
        raise httpx.ReadTimeout("MiniVoice was too slow (slow_next)", request=request)
    # Headers and stream as a transport gives them: what is made of content= is made anew for each answer.
    sent = [(name.encode(), value.encode()) for name, value in answer.headers.items()]
    sent.append((b"Content-Length", b"%d" % len(answer.body)))
    return httpx.Response(answer.status, headers=sent, stream=httpx.ByteStream(answer.body))

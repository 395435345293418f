"""Refuses `aiohttp` for MiniVoice's hosts, however it would resolve them and through whatever proxy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aiohttp

if TYPE_CHECKING:
    from pytest_minivoice.transports.patching import Gate, Patches


def install(gate: Gate, patches: Patches) -> None:
    """Refuse connections for requests to MiniVoice's hosts.

    Args:
        gate: Says which hosts these are.
        patches: Keeps what was there.
    """
    others = aiohttp.BaseConnector.connect

    async def connect(self: aiohttp.BaseConnector, req: aiohttp.ClientRequest, *args: Any, **keywords: Any) -> Any:  # noqa: ANN401 - as aiohttp has it
        __tracebackhide__ = True
        if gate.handles((req.url.host or "").rstrip(".").lower(), req.url.port):
            gate.refuse(f"{req.method} {req.url.with_query(None)}")
        return await others(self, req, *args, **keywords)

    if not patches.is_on_top(aiohttp.BaseConnector, "connect"):
        patches.set(aiohttp.BaseConnector, "connect", connect)

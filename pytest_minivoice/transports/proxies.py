"""The way out through a proxy: it is told MiniVoice's name, and looks it up and connects by itself."""

from __future__ import annotations

import re
import socket
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from http.client import HTTPConnection

    from pytest_minivoice.transports.patching import Gate, Patches

_TO_A_PROXY = re.compile(rb"(?:CONNECT |[A-Z]+ https?://)([\w.-]+)(?::(\d+))?")
"""How a request begins that a proxy is to pass on; others begin with a path."""


def install(gate: Gate, patches: Patches) -> None:
    """Refuse to ask a proxy for MiniVoice's hosts.

    Args:
        gate: Says which hosts these are.
        patches: Keeps what was there.
    """
    for name in ("send", "sendall"):
        patches.set(socket.socket, name, _guarded_send(getattr(socket.socket, name), gate))
    loaded = sys.modules.get("http.client")
    if loaded is not None:  # refused before the proxy is connected to; one that is loaded later meets the above
        _guard(loaded.HTTPConnection, gate, patches)


def _guarded_send(send: Callable[..., Any], gate: Gate) -> Callable[..., Any]:
    def guarded(self: socket.socket, data: Any, *flags: int) -> Any:  # noqa: ANN401 - as what it stands for
        __tracebackhide__ = True
        _refuse(gate, data)
        return send(self, data, *flags)

    return guarded


def _guard(connection: type[HTTPConnection], gate: Gate, patches: Patches) -> None:
    set_tunnel, putrequest = connection.set_tunnel, connection.putrequest

    def guarded_tunnel(self: HTTPConnection, host: str, port: int | None = None, *args: Any, **keywords: Any) -> None:  # noqa: ANN401 - as what it stands for
        __tracebackhide__ = True
        _refuse(gate, f"CONNECT {host}:{port}".encode() if port else f"CONNECT {host}".encode())
        set_tunnel(self, host, port, *args, **keywords)

    def guarded_request(self: HTTPConnection, method: str, url: str, *args: Any, **keywords: Any) -> None:  # noqa: ANN401 - the same
        __tracebackhide__ = True
        _refuse(gate, f"{method} {url}".encode())
        putrequest(self, method, url, *args, **keywords)

    patches.set(connection, "set_tunnel", guarded_tunnel)
    patches.set(connection, "putrequest", guarded_request)


def _refuse(gate: Gate, data: Any) -> None:  # noqa: ANN401 - whatever has bytes
    __tracebackhide__ = True
    found = _TO_A_PROXY.match(data)
    if found is not None:
        host, port = found[1].decode(), found[2]
        if gate.handles(host.rstrip(".").lower(), int(port) if port else None):
            gate.refuse(f"{host}, through a proxy")

"""The last way out: whatever client an application uses, it must look up a host, or connect to it by its name."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_minivoice.transports.patching import Gate, Patches

_LOOK_UPS = ("getaddrinfo", "gethostbyname", "gethostbyname_ex")
_CONNECTS = ("connect", "connect_ex")


def install(gate: Gate, patches: Patches) -> None:
    """Refuse to look up MiniVoice's hosts, and to connect to them.

    Args:
        gate: Says which hosts these are.
        patches: Keeps what was there.
    """
    for name in _LOOK_UPS:
        patches.set(socket, name, _guarded_look_up(getattr(socket, name), gate))
    for name in _CONNECTS:
        patches.set(socket.socket, name, _guarded_connect(getattr(socket.socket, name), gate))


def _guarded_look_up(look_up: Callable[..., Any], gate: Gate) -> Callable[..., Any]:
    def guarded(host: Any, *args: Any, **keywords: Any) -> Any:  # noqa: ANN401 - as what it stands for
        __tracebackhide__ = True
        _refuse(gate, host, args[0] if args else keywords.get("port"))
        return look_up(host, *args, **keywords)

    return guarded


def _guarded_connect(connect: Callable[..., Any], gate: Gate) -> Callable[..., Any]:
    def guarded(self: socket.socket, address: Any) -> Any:  # noqa: ANN401 - as what it stands for
        __tracebackhide__ = True
        if isinstance(address, tuple) and len(address) > 1:  # else it is a path, or nothing that connects
            _refuse(gate, *address[:2])
        return connect(self, address)

    return guarded


def _refuse(gate: Gate, host: object, port: object) -> None:
    __tracebackhide__ = True
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    number = int(str(port)) if str(port).isdecimal() else None
    if isinstance(name, str) and gate.handles(name.rstrip(".").lower(), number):
        gate.refuse(name)

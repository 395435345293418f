"""The last way out: whatever client an application uses, it must look up a host, and MiniVoice's are refused."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pytest_minivoice.transports.patching import Gate, Patches


def install(gate: Gate, patches: Patches) -> None:
    """Refuse to look up MiniVoice's hosts.

    Args:
        gate: Says which hosts these are.
        patches: Keeps what was there.
    """
    look_up = socket.getaddrinfo

    def getaddrinfo(host: Any, port: Any, *args: Any, **keywords: Any) -> Any:  # noqa: ANN401 - as what it stands for
        __tracebackhide__ = True
        name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
        number = int(port) if str(port).isdecimal() else None
        if isinstance(name, str) and gate.handles(name.rstrip(".").lower(), number):
            gate.refuse(name)
        return look_up(host, port, *args, **keywords)

    patches.set(socket, "getaddrinfo", getaddrinfo)

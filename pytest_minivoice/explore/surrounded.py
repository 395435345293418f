"""What surrounds a handler while thousands of calls are made: no other machine is reached, and no log is written."""

from __future__ import annotations

import logging
import socket
from contextlib import contextmanager
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_WHY = "while minivoice.explore() makes its many calls, a handler may not reach {}; replace that service in the test"


class _Guarded(socket.socket):
    """Be a socket that connects to this machine alone."""

    def connect(self, address: Any) -> None:  # noqa: ANN401 - as the base class has it
        """Connect, if the address is of this machine."""
        _refuse(self.family, address)
        super().connect(address)

    def connect_ex(self, address: Any) -> int:  # noqa: ANN401 - as the base class has it
        """Connect, if the address is of this machine."""
        _refuse(self.family, address)
        return super().connect_ex(address)


@contextmanager
def only_this_machine() -> Iterator[None]:
    """Refuse connections to other machines; those that are open stay open.

    Yields:
        Nothing.
    """
    plain, resolve = socket.socket, socket.getaddrinfo

    def local(host: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - passed on
        if not _is_local(host):
            raise ConnectionRefusedError(_WHY.format(host))
        return resolve(host, *args, **kwargs)

    socket.socket, socket.getaddrinfo = _Guarded, local  # type: ignore[misc]
    try:
        yield
    finally:
        socket.socket, socket.getaddrinfo = plain, resolve  # type: ignore[misc]


@contextmanager
def quiet() -> Iterator[None]:
    """Let the application write no log: a finding names the exception that a log would repeat for each call.

    Yields:
        Nothing.
    """
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)


def _refuse(family: int, address: Any) -> None:  # noqa: ANN401 - depends on the family
    if family in {socket.AF_INET, socket.AF_INET6} and not _is_local(address[0]):
        raise ConnectionRefusedError(_WHY.format(address[0]))


def _is_local(host: object) -> bool:
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if name in {None, "", "localhost"}:
        return True
    try:
        return ip_address(str(name)).is_loopback
    except ValueError:
        return str(name).endswith(".localhost")

"""Patches the HTTP clients of this process for requests to MiniVoice's hosts, and puts everything back.

Each client is patched where its requests to other hosts take no other way than before.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack, contextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import NoReturn

    from pytest_minivoice.cloud.rest.messages import ApiResponse


class Gate(Protocol):
    """Be what stands before the mocked API."""

    def handles(self, host: str, port: int | None = None) -> bool:
        """Say whether a host is MiniVoice's; no port means that of the scheme."""

    def answer(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> ApiResponse:
        """Answer a request."""

    def wait(self, seconds: float) -> None:
        """Let virtual time pass, where a client waits before it tries again."""

    def refuse(self, what: str) -> NoReturn:
        """Refuse a request."""


class Patches(ExitStack):
    """Set attributes, and put the old values back in reverse order at the end of its block."""

    def set(self, owner: type | object, name: str, value: object) -> None:
        """Set an attribute.

        Args:
            owner: A class or module.
            name: The attribute.
            value: Its value until the block ends.
        """
        if name in vars(owner):
            self.callback(setattr, owner, name, vars(owner)[name])
        else:  # a class has it from its base
            self.callback(delattr, owner, name)
        setattr(owner, name, value)


_ANSWERED = {"requests": "with_requests", "httpx": "with_httpx"}
_REFUSED = {"aiohttp": "with_aiohttp"}
_CLIENTS = _ANSWERED | _REFUSED


@contextmanager
def patched(gate: Gate) -> Iterator[None]:
    """Keep requests to MiniVoice's hosts on this machine: whatever client is used, they reach a gate.

    Args:
        gate: What answers or refuses them.

    Yields:
        Nothing.
    """
    from pytest_minivoice.transports import network, proxies  # noqa: PLC0415 - a module for each way out

    with Patches() as patches:
        _install(_loaded(), gate, patches)
        network.install(gate, patches)
        proxies.install(gate, patches)
        yield


@contextmanager
def patched_above_all(gate: Gate) -> Iterator[None]:
    """Let a gate answer the clients once more, above what others patched meanwhile, such as a mock for other hosts.

    Args:
        gate: What answers.

    Yields:
        Nothing.
    """
    with Patches() as patches:
        _install(_loaded(), gate, patches)
        yield


@contextmanager
def clients_patched(gate: Gate) -> Iterator[None]:
    """Let a gate answer the clients too that are installed and were not loaded before.

    Args:
        gate: What answers.

    Yields:
        Nothing.
    """
    late = [client for client in _ANSWERED if client not in sys.modules and find_spec(client) is not None]
    with Patches() as patches:
        _install(late, gate, patches)
        yield


def _loaded() -> list[str]:
    return [client for client in _CLIENTS if client in sys.modules]


def _install(clients: list[str], gate: Gate, patches: Patches) -> None:
    for client in clients:
        import_module(f"pytest_minivoice.transports.{_CLIENTS[client]}").install(gate, patches)

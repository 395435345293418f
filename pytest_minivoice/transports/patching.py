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

    def __init__(self) -> None:
        """Begin with nothing set."""
        super().__init__()
        self._set: dict[tuple[type | object, str], object] = {}

    def set(self, owner: type | object, name: str, value: object) -> None:
        """Set an attribute.

        Args:
            owner: A class or module.
            name: The attribute.
            value: Its value until the block ends.
        """
        # A class may have it from its base.
        before = vars(owner).get(name, _ABSENT)
        self.callback(_put_back, owner, name, value, before)
        self._set[owner, name] = value
        setattr(owner, name, value)

    def is_on_top(self, owner: type | object, name: str) -> bool:
        """Say whether an attribute is as it was set last, and nobody patched it meanwhile.

        Args:
            owner: A class or module.
            name: The attribute.

        Returns:
            Whether it is.
        """
        return vars(owner).get(name) is self._set.get((owner, name), _ABSENT)


_ABSENT = object()


def _put_back(owner: type | object, name: str, value: object, before: object) -> None:
    if vars(owner).get(name) is not value:
        return  # somebody patched it for longer, and knows what was there
    if before is _ABSENT:
        delattr(owner, name)
    else:
        setattr(owner, name, before)


_ANSWERED = {"requests": "with_requests", "httpx": "with_httpx"}
_REFUSED = {"aiohttp": "with_aiohttp"}


@contextmanager
def patched(gate: Gate, *, late: bool = False) -> Iterator[None]:
    """Keep requests to MiniVoice's hosts on this machine: whatever client is used, they reach a gate.

    Args:
        gate: What answers or refuses them.
        late: Whether it answers those clients too that are installed and were not loaded before.

    Yields:
        Nothing.
    """
    with Patches() as patches:
        patch_all(gate, patches)
        patch_clients(gate, patches, late=late)
        yield


def patch_all(gate: Gate, patches: Patches) -> None:
    """Patch each way out that is known.

    Args:
        gate: What answers or refuses.
        patches: Keeps what was there.
    """
    from pytest_minivoice.transports import network, proxies  # noqa: PLC0415 - a module for each way out

    patch_clients(gate, patches)
    network.install(gate, patches)
    proxies.install(gate, patches)


def patch_clients(gate: Gate, patches: Patches, *, late: bool = False) -> None:
    """Let a gate answer the clients, above what others patched meanwhile, such as a mock for other hosts.

    Args:
        gate: What answers.
        patches: Keeps what was there.
        late: Whether it answers those too that are installed and were not loaded before.
    """
    for client, module in (_ANSWERED | _REFUSED).items():
        if client in sys.modules or (late and client in _ANSWERED and find_spec(client) is not None):
            import_module(f"pytest_minivoice.transports.{module}").install(gate, patches)

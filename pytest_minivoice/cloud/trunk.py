"""The account's trunks: without an active one no outbound call can be made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import SupportsIndex, cast

from pytest_minivoice.cloud.guarded import Guarded
from pytest_minivoice.errors import SettingError


@dataclass(kw_only=True)
class Trunk(Guarded):
    """Hold an outbound trunk [trunks/create-trunk].

    Args:
        id: Its id.
        customer_id: The customer that it belongs to.
        name: Its name.
        proxy: The SIP proxy's host.
        gateway_name: Unique, or None.
        inbound_ip: Unique, or None; never told by the API.
        username: For the proxy, or None.
        is_active: Whether calls may use it.
        created_at: UTC, RFC 3339.
    """

    id: str
    customer_id: str
    name: str
    proxy: str
    gateway_name: str | None = None
    inbound_ip: str | None = None
    username: str | None = None
    is_active: bool = True
    created_at: str

    _place = "minivoice.trunks[...]"
    _cures = {"is_active": "it takes True or False"}  # noqa: RUF012 - a ClassVar of Guarded
    _texts = frozenset({"gateway_name", "inbound_ip", "username"})

    def __post_init__(self) -> None:
        """Refuse from now on what it does not have."""
        self._sealed = True

    def body(self) -> dict[str, object]:
        """Return what the API tells of it.

        Returns:
            The documented fields; those that it does not have are left out.
        """
        known = {
            "id": self.id,
            "customer_id": self.customer_id,
            "name": self.name,
            "direction": "outbound",
            "gateway_name": self.gateway_name,
            "proxy": self.proxy,
            "username": self.username,
            "is_active": self.is_active,
            "created_at": self.created_at,
            "updated_at": self.created_at,
        }
        return {name: value for name, value in known.items() if value is not None}


class Trunks(list[Trunk]):
    """Be the trunks of an account: a list that takes no other thing in place of one."""

    def __init__(self, trunks: object = ()) -> None:
        """Check and keep trunks."""
        __tracebackhide__ = True
        super().__init__(_checked(trunks))

    def append(self, trunk: Trunk) -> None:
        """Add a trunk."""
        __tracebackhide__ = True
        super().extend(_checked([trunk]))

    def insert(self, index: SupportsIndex, trunk: Trunk) -> None:
        """Add a trunk at a place."""
        __tracebackhide__ = True
        super().insert(index, *_checked([trunk]))

    def extend(self, trunks: Iterable[Trunk]) -> None:
        """Add trunks."""
        __tracebackhide__ = True
        super().extend(_checked(trunks))


def _checked(trunks: object) -> list[Trunk]:
    __tracebackhide__ = True
    given = list(trunks) if isinstance(trunks, Iterable) else [trunks]
    for each in given:
        if not isinstance(each, Trunk):
            example = 'minivoice.add_trunk(name="second", proxy="sip.example.net")'
            raise SettingError(f"minivoice.trunks takes trunks, not {each!r}; {example} adds one")
    return cast("list[Trunk]", given)

"""The account's trunks: without an active one no outbound call can be made."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True, kw_only=True)
class Trunk:
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

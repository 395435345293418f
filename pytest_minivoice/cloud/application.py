"""An application of the account: where its documents come from, where its webhooks go, and its API key."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True, kw_only=True)
class Application:
    """Hold an application [applications/create-application].

    Args:
        id: Its id.
        customer_id: The customer that it belongs to.
        name: Its name.
        answer_url: Absolute, or None where it was created without one.
        webhook_url: Absolute, or None: no webhooks are sent.
        webhook_secret: What webhooks are signed with, or None; never told by the API.
        api_key: What its REST requests carry.
        created_at: UTC, RFC 3339.
    """

    id: str
    customer_id: str
    name: str
    answer_url: str | None
    webhook_url: str | None
    webhook_secret: str | None
    api_key: str
    created_at: str

"""The bytes that MiniVoice sends: webhook envelopes, and requests for answer documents."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote_plus, urlsplit

from pytest_minivoice.cloud.ids import provider_call_id
from pytest_minivoice.spec.http import Request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_minivoice.call.effects import Emit, Fetch
    from pytest_minivoice.settings import Settings
    from pytest_minivoice.spec.calls import Direction

USER_AGENT = "pytest-minivoice"


class Facts(NamedTuple):
    """Hold what is the same for a call from its creation to its end.

    Args:
        id: The call's id.
        customer_id: The account's customer.
        application_id: The application that the call belongs to.
        direction: `inbound` or `outbound`.
        from_: The number that calls, E.164.
        to: The number that is called, E.164.
        route_mode: The DID's, `webhook` or `reject`.
    """

    id: str
    customer_id: str
    application_id: str
    direction: Direction
    from_: str
    to: str
    route_mode: str

    def body(self, status: str) -> dict[str, object]:
        """Return the `call` object of webhooks and answer requests.

        Args:
            status: The call's status.

        Returns:
            The documented fields.
        """
        return {
            "id": self.id,
            "customer_id": self.customer_id,
            "application_id": self.application_id,
            "status": status,
            "direction": self.direction,
            "from": self.from_,
            "to": self.to,
        }


def envelope(
    facts: Facts, emit: Emit, variables: Mapping[str, str], *, created_at: str, settings: Settings
) -> dict[str, object]:
    """Make a webhook's payload [webhooks/call-created].

    Args:
        facts: The call.
        emit: The event.
        variables: The call variables.
        created_at: UTC, RFC 3339.
        settings: For the assumption `event_key`.

    Returns:
        The payload.
    """
    call = facts.body(emit.status)
    data = dict(emit.data)
    created = emit.event == "call.created"
    if created:
        call["provider_call_id"] = provider_call_id(facts.id)
        call["route_mode"] = facts.route_mode
        call["routing_target"] = facts.application_id
    if settings.event_key == "all" or (created and settings.event_key == "created"):
        data["event_key"] = f"{facts.id}:{emit.event}"
    return {"event": emit.event, "created_at": created_at, "call": call, "variables": dict(variables), "data": data}


def answer_request(
    facts: Facts, fetch: Fetch, status: str, variables: Mapping[str, str], *, settings: Settings
) -> Request:
    """Make the request for an answer document.

    Args:
        facts: The call.
        fetch: What the call asks for.
        status: The call's status.
        variables: The call variables.
        settings: For the assumption `answer_payload`.

    Returns:
        The request: a GET carries its fields in the query, a POST in a JSON body.
    """
    headers = {"Accept": "application/json", "User-Agent": USER_AGENT}
    url, body = fetch.url, b""
    carries = settings.answer_payload == "call"
    if fetch.method == "GET":
        if carries:
            url = _with_query(url, _query(facts, status, fetch.data))
    else:
        headers["Content-Type"] = "application/json"
        payload = (
            {"call": facts.body(status), "variables": dict(variables), "data": dict(fetch.data)} if carries else {}
        )
        body = json.dumps(payload).encode()
    return Request(method=fetch.method, url=url, headers=headers, body=body)


_quoted = lru_cache(maxsize=1024)(quote_plus)
"""Quoting is the dearest part of a request, and its values are few."""


def _query(facts: Facts, status: str, data: Mapping[str, object]) -> str:
    parts = [
        (
            f"call_id={_quoted(facts.id)}&customer_id={_quoted(facts.customer_id)}&application_id="
            f"{_quoted(facts.application_id)}&status={status}&direction={facts.direction}"
            f"&from={_quoted(facts.from_)}&to={_quoted(facts.to)}"
        )
    ]
    for name, value in data.items():
        if value is not None:
            text = str(value).lower() if isinstance(value, bool) else str(value)
            parts.append(f"{'gather_status' if name == 'status' else name}={_quoted(text)}")
    return "&".join(parts)


def _with_query(url: str, query: str) -> str:
    if "?" not in url and "#" not in url:
        return f"{url}?{query}"
    parts = urlsplit(url)
    return parts._replace(query=f"{parts.query}&{query}" if parts.query else query).geturl()

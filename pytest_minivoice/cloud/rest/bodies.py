"""The bodies that the REST API answers, in the documented shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_minivoice.cloud.clock import rfc3339
from pytest_minivoice.cloud.ids import provider_call_id

if TYPE_CHECKING:
    from pytest_minivoice.cloud.application import Application
    from pytest_minivoice.cloud.conversation import Conversation
    from pytest_minivoice.cloud.dids import Did
    from pytest_minivoice.cloud.records import Recording
    from pytest_minivoice.spec.calls import Status

Body = dict[str, object]

_BYTES_PER_SECOND = 16_000
"""Of a recording: 8 kHz, 16 bits, one channel."""


def application(app: Application, *, with_key: bool) -> Body:
    """Return an application [applications/create-application]; its secret is never told.

    Args:
        app: The application.
        with_key: Whether its API key is told, as on creation.

    Returns:
        The documented fields; those that it does not have are left out.
    """
    known: Body = {
        "id": app.id,
        "customer_id": app.customer_id,
        "name": app.name,
        "answer_url": app.answer_url,
        "webhook_url": app.webhook_url,
        "api_key": app.api_key if with_key else None,
        "created_at": app.created_at,
    }
    return {name: value for name, value in known.items() if value is not None}


def created_call(talk: Conversation) -> Body:
    """Return the answer to the creation of a call [calls/outbound-calls].

    Args:
        talk: The call.

    Returns:
        The documented fields.
    """
    facts = talk.facts
    return _call(talk, "dialing") | {
        "application_id": facts.application_id,
        "customer_id": facts.customer_id,
        "provider_call_id": provider_call_id(facts.id),
        "answer_url": talk.application.answer_url,
        "metadata": dict(talk.metadata),
        "created_at": talk.created_at,
        "route_mode": facts.route_mode,
        "routing_target": facts.application_id,
        "dialing_at": talk.created_at,
    }


def call(talk: Conversation) -> Body:
    """Return a call [examples/overview].

    Args:
        talk: The call.

    Returns:
        The documented fields.
    """
    return _call(talk, talk.engine.status)


def recording(talk: Conversation, kept: Recording) -> Body:
    """Return a recording [recordings/recording-controls].

    Args:
        talk: Its call.
        kept: The recording.

    Returns:
        The documented fields; duration and size are filled on completion.
    """
    facts = talk.facts
    return {
        "id": kept.id,
        "call_id": facts.id,
        "customer_id": facts.customer_id,
        "application_id": facts.application_id,
        "provider_call_id": provider_call_id(facts.id),
        "status": kept.status,
        "storage_type": "local",
        "file_url": "",
        "duration_seconds": kept.duration_seconds,
        "size_bytes": kept.duration_seconds * _BYTES_PER_SECOND,
        "created_at": rfc3339(kept.started_at),
        "updated_at": rfc3339(kept.started_at + kept.duration_seconds),
    }


def did(number: Did, customer_id: str, application_id: str) -> Body:
    """Return a DID [dids/create-did].

    Args:
        number: The DID.
        customer_id: The customer that it belongs to.
        application_id: The application that it is routed to.

    Returns:
        The documented fields.
    """
    return {
        "id": number.id,
        "customer_id": customer_id,
        "application_id": application_id,
        "number_e164": number.number,
        "provider": "didww",
        "status": "active",
        "route_mode": number.route_mode,
        "created_at": number.created_at,
        "updated_at": number.created_at,
    }


def _call(talk: Conversation, status: Status) -> Body:
    facts = talk.facts
    return {"id": facts.id, "status": status, "direction": facts.direction, "from": facts.from_, "to": facts.to}

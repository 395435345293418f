"""Delivers webhooks in order, and tries again by the assumed schedule on the virtual clock, without sleeping."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pytest_minivoice.cloud.payloads import USER_AGENT
from pytest_minivoice.cloud.signing import signature_headers
from pytest_minivoice.rules import webhook_rules
from pytest_minivoice.rules.response import refusal
from pytest_minivoice.spec.http import Request, Response

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from pytest_minivoice.rules.rule import Finding
    from pytest_minivoice.settings import Settings

_DOUBLINGS = 16
"""After so many retries the spacing, eighteen hours by then, grows no more, and every attempt has a date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """Hold one attempt to deliver a webhook.

    Args:
        seconds: When, in Unix seconds of the virtual clock.
        headers: The headers sent.
        response: What the application answered.
    """

    seconds: float
    headers: Mapping[str, str]
    response: Response

    @property
    def status(self) -> int:
        """The HTTP status, 0 when the handler raised or nobody answered."""
        return self.response.status

    @property
    def accepted(self) -> bool:
        """Whether the application accepted it: any 2xx without an exception."""
        return self.response.accepted


@dataclass(slots=True, kw_only=True)
class Webhook:
    """Hold a webhook that was sent, with its attempts.

    Args:
        event: Such as `call.gathered`.
        call_id: The call's id.
        url: Where it went.
        payload: What it says.
        body: The exact bytes sent, and signed.
        attempts: Each try, in order; the last one is the accepted one, if any was.
    """

    event: str
    call_id: str
    url: str
    payload: Mapping[str, object]
    body: bytes
    attempts: list[Attempt] = field(default_factory=list)

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers of the first attempt."""
        return self.attempts[0].headers

    @property
    def status(self) -> int:
        """The HTTP status of the last attempt."""
        return self.attempts[-1].status

    @property
    def accepted(self) -> bool:
        """Whether the application accepted it in the end."""
        return self.attempts[-1].accepted


def webhook_of(payload: Mapping[str, object], call_id: str, url: str) -> Webhook:
    """Make a webhook that was not sent yet.

    Args:
        payload: What it says.
        call_id: The call's id.
        url: Where it goes.

    Returns:
        The webhook.
    """
    return Webhook(
        event=str(payload["event"]), call_id=call_id, url=url, payload=payload, body=json.dumps(payload).encode()
    )


def deliver(webhook: Webhook, seconds: float, settings: Settings) -> Generator[Request, Response, None]:
    """Send a webhook until it is accepted or given up.

    Args:
        webhook: The webhook; its attempts are added to it.
        seconds: The time of the first attempt.
        settings: The secret, and the assumptions `webhook_attempts` and `signature_timestamp`.

    Yields:
        The requests to make; their responses are sent back in.
    """
    headers: dict[str, str] = {}
    for number in range(settings.webhook_attempts):
        # Each retry waits twice as long as the one before: 0, 1, 3, 7, 15 ... seconds after the event.
        at = seconds + 2 ** min(number, _DOUBLINGS) - 1 + max(0, number - _DOUBLINGS) * 2**_DOUBLINGS
        if not headers or not settings.signature_timestamp.endswith("_signed_once"):
            headers = {
                "Content-Type": "application/json",
                "User-Agent": USER_AGENT,
                **signature_headers(settings.webhook_secret, at, webhook.body, settings),
            }
        response = yield Request(method="POST", url=webhook.url, headers=headers, body=webhook.body)
        webhook.attempts.append(Attempt(seconds=at, headers=headers, response=response))
        if webhook.accepted:
            return


def check_delivery(webhook: Webhook) -> Finding | None:
    """Say what was wrong with a delivery.

    Args:
        webhook: A webhook after its last attempt.

    Returns:
        The finding, or None when the first attempt was accepted.
    """
    first = webhook.attempts[0]
    if first.accepted:
        return None
    tried = ", ".join(_outcome(each) for each in webhook.attempts)
    request = f"POST {webhook.url}"
    if webhook.accepted:
        message = f"{webhook.event} was accepted at attempt {len(webhook.attempts)} only: {tried}"
        return webhook_rules.ACCEPTED_LATE.at(webhook.url, message, request=request, cause=first.response.error)
    more = "" if first.response.error is not None else refusal(first.response)
    message = f"{webhook.event} was not accepted in {len(webhook.attempts)} attempts: {tried}{more}"
    return webhook_rules.NOT_ACCEPTED.at(webhook.url, message, request=request, cause=first.response.error)


def _outcome(attempt: Attempt) -> str:
    error = attempt.response.error
    if error is not None:
        return type(error).__name__
    return attempt.response.failure or str(attempt.status)

"""Delivers webhooks in order, and tries again by the assumed schedule on the virtual clock, without sleeping."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_minivoice.cloud.attempt import Attempt
from pytest_minivoice.rules import webhook_rules
from pytest_minivoice.rules.response import refusal

if TYPE_CHECKING:
    from collections.abc import Generator

    from pytest_minivoice.cloud.webhook import Webhook
    from pytest_minivoice.rules.rule import Finding
    from pytest_minivoice.settings import Settings
    from pytest_minivoice.spec.http import Request, Response

_DOUBLINGS = 16
"""After so many retries the spacing, eighteen hours by then, grows no more, and every attempt has a date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Say what a test wants to go wrong with a delivery.

    Args:
        duplicates: How often it comes again after it was accepted.
        loses_acknowledgement: Whether MiniVoice does not get the first answer.
    """

    duplicates: int = 0
    loses_acknowledgement: bool = False


PLAIN = Course()


def deliver(webhook: Webhook, settings: Settings, course: Course = PLAIN) -> Generator[Request, Response, None]:
    """Send a webhook until it is accepted or given up.

    Args:
        webhook: The webhook; its attempts are added to it.
        settings: The assumptions `webhook_attempts` and `signature_timestamp`.
        course: What a test wants to go wrong.

    Yields:
        The requests to make; their responses are sent back in.
    """
    headers = webhook.headers
    anew = not settings.signature_timestamp.endswith("_signed_once")
    for number in range(settings.webhook_attempts):
        # Each retry waits twice as long as the one before: 0, 1, 3, 7, 15 ... seconds after the event.
        at = webhook.seconds + 2 ** min(number, _DOUBLINGS) - 1 + max(0, number - _DOUBLINGS) * 2**_DOUBLINGS
        if number and anew:
            headers = webhook.headers_at(at)
        response = yield webhook.request(headers)
        lost = course.loses_acknowledgement and number == 0
        webhook.attempts.append(Attempt(seconds=at, headers=headers, response=response, lost=lost))
        if response.accepted and not lost:
            break
    for _ in range(course.duplicates if webhook.accepted else 0):
        response = yield webhook.request(headers)
        webhook.attempts.append(Attempt(seconds=at, headers=headers, response=response))


def check_delivery(webhook: Webhook) -> Finding | None:
    """Say what was wrong with a delivery.

    Args:
        webhook: A webhook after its last attempt.

    Returns:
        The finding, or None when it was accepted at once, and each further time.
    """
    url = str(webhook.url)
    first = webhook.attempts[0]
    if first.accepted:
        refused = next((each for each in webhook.attempts if not each.accepted), None)
        return None if refused is None else _duplicate_refused(webhook, url, refused)
    tried = ", ".join(_outcome(each) for each in webhook.attempts)
    request = f"POST {url}"
    if webhook.accepted:
        message = f"{webhook.event} was accepted at attempt {len(webhook.attempts)} only: {tried}"
        return webhook_rules.ACCEPTED_LATE.at(url, message, request=request, cause=first.response.error)
    more = "" if first.response.error is not None else refusal(first.response)
    message = f"{webhook.event} was not accepted in {len(webhook.attempts)} attempts: {tried}{more}"
    return webhook_rules.NOT_ACCEPTED.at(url, message, request=request, cause=first.response.error)


def _duplicate_refused(webhook: Webhook, url: str, refused: Attempt) -> Finding:
    message = f"{webhook.event} was accepted, and refused when it came again: {_outcome(refused)}"
    return webhook_rules.DUPLICATE.at(url, message, request=f"POST {url}", cause=refused.response.error)


def _outcome(attempt: Attempt) -> str:
    error = attempt.response.error
    if error is not None:
        return type(error).__name__
    return attempt.response.failure or str(attempt.status)

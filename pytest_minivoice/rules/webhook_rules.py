"""MV3xx: how the application receives webhooks."""

from __future__ import annotations

from pytest_minivoice.rules.rule import Rule

NOT_ACCEPTED = Rule(
    code="MV301",
    name="webhook-not-accepted",
    severity="error",
    summary="The application accepted a webhook at no attempt.",
    why="MiniVoice retries what is not answered by 2xx, and gives up in the end: the event is lost.",
    fix="Answer 2xx. For 401 or 403 compare minivoice_webhook_secret with the application's own secret.",
)
ACCEPTED_LATE = Rule(
    code="MV302",
    name="webhook-accepted-late",
    severity="warning",
    summary="The application accepted a webhook only when it was retried.",
    why="The event comes late and out of step with the call, and hides an error in the receiver.",
    fix="Mend what the first attempt shows: its status or exception stands in the transcript.",
)

RULES = (NOT_ACCEPTED, ACCEPTED_LATE)

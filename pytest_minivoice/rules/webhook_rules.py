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

VALID_REFUSED = Rule(
    code="MV303",
    name="valid-webhook-refused",
    severity="error",
    summary="The receiver refuses a genuine webhook of a call.",
    why="MiniVoice retries what is not answered by 2xx, and gives up in the end: the event is lost.",
    fix="Verify the signature over timestamp, a point and the raw body, with the application's own secret.",
)
FORGED_ACCEPTED = Rule(
    code="MV304",
    name="forged-webhook-accepted",
    severity="error",
    summary="The receiver accepts a webhook that was changed on its way or signed with another secret.",
    why="Whoever knows the URL can end calls, invent digits and fill the application with false events.",
    fix="Compute the HMAC yourself, compare it by hmac.compare_digest, and answer 401 when it differs.",
)
UNSIGNED_ACCEPTED = Rule(
    code="MV305",
    name="unsigned-webhook-accepted",
    severity="error",
    summary="The receiver accepts a webhook without a signature.",
    why="A stranger need not forge a signature, but only leave it out.",
    fix="Answer 401 when one of the two headers is missing.",
)
STALE_ACCEPTED = Rule(
    code="MV306",
    name="stale-webhook-accepted",
    severity="error",
    summary="The receiver accepts a webhook whose signature is ten minutes old.",
    why="Whoever once saw a webhook can send it again for ever: its signature stays right.",
    fix="Answer 401 when X-MiniVoice-Timestamp is more than a few minutes away from the present time.",
)
RE_ENCODED_ACCEPTED = Rule(
    code="MV307",
    name="re-encoded-webhook-accepted",
    severity="error",
    summary="The receiver accepts a body whose bytes are not those that were signed.",
    why="It verifies its own encoding of the JSON; genuine webhooks fail as soon as the two encodings differ.",
    fix="Compute the HMAC over the raw body, before it is parsed.",
)
FORGED_REMEMBERED = Rule(
    code="MV308",
    name="forged-webhook-remembered",
    severity="error",
    summary="The receiver refuses a webhook, and what the application knows has changed nevertheless.",
    why="The refusal is a word only: the stranger's data is in the application.",
    fix="Verify the signature before anything is read or written.",
)
REFUSED_OTHERWISE = Rule(
    code="MV309",
    name="refused-by-another-status",
    severity="warning",
    summary="The receiver refuses a forged webhook, but neither by 401 nor by 403.",
    why="Logs and monitoring cannot tell an attack from a mistake in the application.",
    fix="Answer 401 or 403 when the signature is missing, wrong or old.",
)
SIGNATURES_NOT_CHECKED = Rule(
    code="MV310",
    name="signatures-not-checked",
    severity="warning",
    summary="The receiver is said not to check signatures.",
    why="Whoever knows the URL can send it events of calls that never were.",
    fix="Set a webhook_secret, verify signatures, and check the receiver without signatures=False.",
)
DUPLICATE = Rule(
    code="MV311",
    name="duplicate-does-harm",
    severity="error",
    summary="The receiver refuses a webhook that comes again, or counts it twice.",
    why="MiniVoice documents that receivers must expect duplicates: it sends again whenever an answer is lost.",
    fix="Keep call id and event name of what was handled, and answer 2xx to what is known already.",
)
REORDERED = Rule(
    code="MV312",
    name="order-does-harm",
    severity="error",
    summary="The receiver refuses webhooks in another order, or ends with something else.",
    why="A webhook that is retried arrives after younger ones, so the order of arrival means nothing.",
    fix="Store the facts that each event brings, and derive the state from them; let a final event stay "
    "final. A log in the order of arrival may differ: leave it out of what state(call_id) returns.",
)
UNKNOWN_REFUSED = Rule(
    code="MV313",
    name="unknown-refused",
    severity="error",
    summary="The receiver does not tolerate an unknown event or field, or an absent optional one.",
    why="MiniVoice may add events and fields; then a refusing receiver loses webhooks and is retried in vain.",
    fix="Answer 2xx to events that you do not handle, and read only the fields that you need.",
)
RECEIVER_FAILS = Rule(
    code="MV314",
    name="receiver-fails",
    severity="error",
    summary="The receiver raises an exception or answers 5xx.",
    why="What it had done until then is half done, and MiniVoice sends the webhook again.",
    fix="Handle the schedule that is shown; the exception is the cause of the finding.",
)
RECEIVER_REDIRECTS = Rule(
    code="MV315",
    name="receiver-redirects",
    severity="error",
    summary="The receiver answers a webhook by a redirect.",
    why="A redirect is not 2xx: the webhook counts as not accepted, and is not sent to the other URL.",
    fix="Give MiniVoice the final URL, and leave the webhook out of login and trailing-slash redirects.",
)

RULES = (
    NOT_ACCEPTED,
    ACCEPTED_LATE,
    VALID_REFUSED,
    FORGED_ACCEPTED,
    UNSIGNED_ACCEPTED,
    STALE_ACCEPTED,
    RE_ENCODED_ACCEPTED,
    FORGED_REMEMBERED,
    REFUSED_OTHERWISE,
    SIGNATURES_NOT_CHECKED,
    DUPLICATE,
    REORDERED,
    UNKNOWN_REFUSED,
    RECEIVER_FAILS,
    RECEIVER_REDIRECTS,
)

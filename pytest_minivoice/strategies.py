"""Hypothesis strategies for webhooks, whole calls and callers. Needs the extra `hypothesis`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_minivoice.cloud.application import Application
from pytest_minivoice.cloud.clock import Clock
from pytest_minivoice.cloud.factory import WebhookFactory
from pytest_minivoice.errors import SettingError
from pytest_minivoice.settings import Settings
from pytest_minivoice.spec.calls import EVENTS, KEYS

try:
    from hypothesis import strategies as st
except ImportError:
    _NEEDED = 'pytest_minivoice.strategies needs Hypothesis: pip install "pytest-minivoice[hypothesis]"'
    raise ImportError(_NEEDED) from None

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

    from pytest_minivoice.cloud.webhook import Webhook
    from pytest_minivoice.spec.http import Request, Response

_STAMP = "2026-05-29T12:00:00Z"
_MOST_GATHERS = 3
_LONGEST_TIMEOUT = 30
"""Seconds [actions/gather]."""


def phone_numbers() -> SearchStrategy[str]:
    """Draw E.164 numbers; the simplest is `+15550000000`.

    Returns:
        The strategy.
    """
    return st.integers(0, 9_999_999).map(lambda number: f"+1555{number:07d}")


def variables() -> SearchStrategy[dict[str, str]]:
    """Draw call variables [calls/call-variables].

    Returns:
        The strategy.
    """
    text = st.text(st.characters(codec="utf-8"), max_size=20)
    return st.dictionaries(st.text("abcdefghijklmnopqrstuvwxyz_", min_size=1, max_size=12), text, max_size=3)


@st.composite
def webhooks(draw: DrawFn, event: str | None = None, *, secret: str | None = None) -> Webhook:
    """Draw one webhook, signed now.

    Args:
        draw: Hypothesis' own.
        event: Such as `call.gathered`; by default any of the nine.
        secret: The application's webhook secret; without it the webhook is not signed.

    Returns:
        The webhook: its `body` and `headers` are what a receiver gets.
    """
    name = draw(st.sampled_from(EVENTS)) if event is None else event
    return draw(_webhook_of(name, draw(_call(name)), _factory(secret)))


@st.composite
def lifecycles(draw: DrawFn, *, secret: str | None = None) -> list[Webhook]:
    """Draw the webhooks of one whole call, in the order in which they happened.

    Args:
        draw: Hypothesis' own.
        secret: The application's webhook secret; without it the webhooks are not signed.

    Returns:
        The webhooks. Shuffle them or repeat some, and a receiver must still end with the same.
    """
    answered = draw(st.booleans())
    inbound = draw(st.booleans()) if answered else False
    events = ["call.created", *(draw(_after_the_answer()) if answered else [])]
    endings = ["call.completed", "call.failed"] if answered else ["call.failed", "call.canceled"]
    events.append(draw(st.sampled_from(endings)))
    call = draw(_call(events[0])) | {"direction": "inbound" if inbound else "outbound"}
    factory = _factory(secret)
    return [draw(_webhook_of(event, call, factory)) for event in events]


@st.composite
def caller_scripts(draw: DrawFn, *, digits: int = 1, most: int = 6) -> list[str]:
    """Draw what a caller does: keys and timeouts, and at last a hang-up.

    Args:
        draw: Hypothesis' own.
        digits: How many keys the caller presses at once.
        most: How many inputs come before the hang-up, at most.

    Returns:
        Such as `["1", "timeout", "hang_up"]`. A call may end before its last item.
    """
    pressed = st.text(KEYS, min_size=digits, max_size=digits)
    return [*draw(st.lists(pressed | st.just("timeout"), max_size=most)), "hang_up"]


@st.composite
def _after_the_answer(draw: DrawFn) -> list[str]:
    gathers = ["call.gathered"] * draw(st.integers(0, _MOST_GATHERS))
    recording = draw(st.sampled_from([[], ["recording.started", "recording.completed"], ["recording.failed"]]))
    at = draw(st.integers(0, len(gathers)))
    return ["call.answered", *gathers[:at], *recording[:1], *gathers[at:], *recording[1:]]


@st.composite
def _call(draw: DrawFn, event: str) -> dict[str, object]:
    inbound = event != "call.canceled" and draw(st.booleans())
    number = draw(st.integers(0, 999_999_999))
    return {
        "call_id": f"call_20260529T120000.{number:09d}",
        "direction": "inbound" if inbound else "outbound",
        "from_": draw(phone_numbers()),
        "to": draw(phone_numbers()),
        "variables": draw(variables()),
    }


@st.composite
def _webhook_of(draw: DrawFn, event: str, call: dict[str, object], factory: WebhookFactory) -> Webhook:
    fields = {**call, **(draw(_gather()) if event == "call.gathered" else {})}
    return getattr(factory, event.replace(".", "_"))(**fields)  # type: ignore[no-any-return]  # by the event's name


@st.composite
def _gather(draw: DrawFn) -> dict[str, object]:
    most = draw(st.integers(1, 8))
    least = draw(st.integers(1, most))
    finish = draw(st.sampled_from([None, "#", "*"]))
    timeout = draw(st.integers(1, _LONGEST_TIMEOUT))
    digits = draw(st.text("".join(key for key in KEYS if key != finish), max_size=most))
    # Silence is the simplest: as few choices as there can be, so that everything else shrinks with it.
    complete = len(digits) == most or (len(digits) >= least and draw(st.booleans()))
    limits = {"min_digits": least, "max_digits": most, "timeout_seconds": timeout, "finish_on_key": finish}
    return {"digits": digits, "timed_out": not complete, **limits}


def _factory(secret: str | None) -> WebhookFactory:
    application = Application(
        id="app_20260529T120000.000000000",
        customer_id="cust_20260529T120000.000000000",
        name="drawn",
        answer_url=None,
        webhook_url=None,
        webhook_secret=secret,
        api_key="",
        created_at=_STAMP,
    )
    return WebhookFactory(application, settings=Settings(), clock=Clock(), new_id=_no_id, post=_no_post)


def _no_id(prefix: str) -> str:
    message = f"a drawn webhook brings its own {prefix} id"
    raise AssertionError(message)


def _no_post(request: Request) -> Response:
    message = f"a drawn webhook goes nowhere by itself; post its body and headers ({request.method})"
    raise SettingError(message)

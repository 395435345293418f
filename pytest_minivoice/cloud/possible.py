"""What a webhook of each event can say, for the factory: statuses, the gather's arithmetic, the order of events."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, cast

from pytest_minivoice.spec.schema import Schema, schema

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pytest_minivoice.spec.assumptions import Assumptions

_ENDINGS = ("call.completed", "call.failed", "call.canceled")

_LATE = ("in_progress", "completed", "failed")
_STATUSES: Mapping[str, tuple[str, ...]] = {
    "call.answered": ("in_progress",),
    "call.gathered": ("in_progress",),
    "call.completed": ("completed",),
    "call.failed": ("failed",),
    "call.canceled": ("canceled",),
    "recording.started": ("in_progress",),
    "recording.completed": _LATE,
    "recording.failed": _LATE,
}


def statuses(event: str, direction: str) -> tuple[str, ...]:
    """Return the statuses that a call can have at an event.

    Args:
        event: The event.
        direction: `inbound` or `outbound`.

    Returns:
        The statuses, the usual one first.
    """
    if event == "call.created":
        return ("in_progress",) if direction == "inbound" else ("dialing", "in_progress")
    return _STATUSES[event]


@lru_cache(maxsize=512)
def refused(place: str, name: str, value: object) -> str:
    """Say what is wrong with a value by the schema of webhooks.

    Args:
        place: `call`, `gathered` or `envelope`.
        name: The field's name in the JSON.
        value: The value.

    Returns:
        What is wrong, or an empty string.
    """
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - 60 ms that unused plugins must not cost

    whole = schema("webhook")
    inner = whole if place == "envelope" else cast("dict[str, Schema]", whole["$defs"])[place]
    rule = cast("dict[str, Schema]", inner["properties"]).get(name, {})
    error = next(Draft202012Validator({**rule, "$defs": whole["$defs"]}).iter_errors(value), None)
    return "" if error is None else str(error.message)


def impossible_gather(data: Mapping[str, object], assumptions: Assumptions) -> str:
    """Say why a gather cannot have had this result.

    Args:
        data: The data of call.gathered.
        assumptions: For `gather_digits`.

    Returns:
        The reason, or an empty string.
    """
    digits, finish = str(data["digits"]), cast("str | None", data.get("finish_on_key"))
    least, most = cast("int", data["min_digits"]), cast("int", data["max_digits"])
    pressed = digits[:-1] if assumptions.gather_digits == "with_finish_key" and finish else digits
    if least > most:
        return f"min_digits is {least} and max_digits is {most}"
    if len(digits) > most:
        return f"digits is {digits!r}, but max_digits is {most}"
    if finish and finish in pressed:
        return f"digits is {digits!r}, but {finish!r} is the key that finishes the gather"
    if data["timed_out"]:
        return (
            f"{digits!r} has max_digits = {most} digits, so the gather did not time out" if len(digits) == most else ""
        )
    if len(digits) < least and not finish:
        return f"digits is {digits!r}, fewer than min_digits = {least}, and the gather did not time out"
    return ""


def impossible_order(events: Sequence[str]) -> str:
    """Say why no call has these events in this order.

    Args:
        events: The names of events.

    Returns:
        The reason, or an empty string.
    """
    return next((problem for problem in (_frame(events), _answer(events), _recordings(events)) if problem), "")


def _frame(events: Sequence[str]) -> str:
    if not events or events[0] != "call.created" or events.count("call.created") > 1:
        return "a call begins with call.created, once"
    ends = [number for number, event in enumerate(events) if event in _ENDINGS]
    if len(ends) != 1:
        return f"a call ends once, with one of {', '.join(_ENDINGS)}"
    if any(not event.startswith("recording.") for event in events[ends[0] + 1 :]):
        return f"only events of a recording can come after {events[ends[0]]}"
    return ""


def _answer(events: Sequence[str]) -> str:
    if events.count("call.answered") > 1:
        return "a call is answered once"
    if "call.answered" not in events:
        early = [each for each in events[1:] if each not in {"call.failed", "call.canceled"}]
    else:
        early = list(events[1 : events.index("call.answered")])
        if "call.canceled" in events:
            return "a call is canceled before it is answered"
    return f"{early[0]} needs call.answered before it" if early else ""


def _recordings(events: Sequence[str]) -> str:
    running = False
    for event in events:
        if event == "recording.completed" and not running:
            return "recording.completed needs recording.started before it"
        running = event == "recording.started" or (running and not event.startswith("recording."))
    return ""

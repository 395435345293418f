"""In which orders and with which changes a call's webhooks are delivered to a receiver. About 5n + 10 for n events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pytest_minivoice.cloud.webhook import Webhook

Kind = Literal["in order", "another order", "dropped", "again", "forged", "tolerated"]

AGAIN = "again"
LOST = "again, as the first answer was lost"
TAMPERED = "changed on its way"
STRANGER = "signed with another secret"
UNSIGNED = "unsigned"
STALE = "signed ten minutes ago"
RE_ENCODED = "in other bytes than were signed"
UNKNOWN_EVENT = "as call.unknown"
EXTRA_FIELD = "with an unknown field"
BARE = "without optional fields"

FORGERIES = (TAMPERED, STRANGER, UNSIGNED, STALE, RE_ENCODED)
# Signed a second ago, so that the retry a second later is not signed in the future.
_SIGNED_AGO = 1
REPEATS = frozenset({AGAIN, LOST})


@dataclass(frozen=True, slots=True)
class Step:
    """Be one delivery.

    Args:
        number: Which of the call's events, from 0.
        change: How it differs from the genuine webhook, or an empty string.
    """

    number: int
    change: str = ""


@dataclass(frozen=True, slots=True)
class Schedule:
    """Be the deliveries of one call."""

    kind: Kind
    steps: tuple[Step, ...]

    @property
    def numbers(self) -> tuple[int, ...]:
        """The events that it delivers, in order and each once."""
        return tuple(sorted({step.number for step in self.steps}))

    @property
    def sensible(self) -> bool:
        """Whether nothing comes again that did not come before."""
        before: set[int] = set()
        for step in self.steps:
            if step.change in REPEATS and step.number not in before:
                return False
            before.add(step.number)
        return True


def in_order(numbers: tuple[int, ...]) -> Schedule:
    """Deliver some events as they happened.

    Args:
        numbers: Which.

    Returns:
        The schedule.
    """
    return Schedule("in order", tuple(map(Step, numbers)))


def schedules(count: int, *, signatures: bool) -> list[Schedule]:
    """Make the schedules for a call, without the one in order.

    Args:
        count: How many events it has.
        signatures: Whether forgeries are among them.

    Returns:
        The schedules, those with the plainest meaning first.
    """
    steps = tuple(map(Step, range(count)))
    made = [Schedule("forged", (*steps[:-1], Step(count - 1, change))) for change in FORGERIES if signatures]
    if signatures:
        made.append(Schedule("forged", (Step(0, TAMPERED),)))
    for number in range(count):
        until, after = steps[: number + 1], steps[number + 1 :]
        made.append(Schedule("again", (*until, Step(number, AGAIN), *after)))
        made.append(Schedule("again", (*until, Step(number, LOST), *after)))
        if after:
            made.append(Schedule("again", (*steps, Step(number, AGAIN))))
            made.append(Schedule("another order", (*until[:-1], after[0], until[-1], *after[1:])))
        if count > 1:
            made.append(Schedule("dropped", (*until[:-1], *after)))
    if count > 1:
        made.append(Schedule("another order", steps[::-1]))
    made.append(Schedule("tolerated", (*steps[:-1], Step(count - 1, UNKNOWN_EVENT), steps[-1])))
    made += [
        Schedule("tolerated", tuple(Step(each.number, change) for each in steps)) for change in (EXTRA_FIELD, BARE)
    ]
    return made


def changed(webhook: Webhook, change: str) -> Webhook:
    """Change a genuine webhook.

    Args:
        webhook: The webhook.
        change: As a step names it.

    Returns:
        What is delivered.
    """
    if webhook.secret:
        webhook = webhook.stale(_SIGNED_AGO)
    return _CHANGES[change](webhook) if change in _CHANGES else webhook


def _bare(webhook: Webhook) -> Webhook:
    for field in ("call.provider_call_id", "call.route_mode", "call.routing_target", "data.event_key"):
        parent, name = field.split(".")
        inner = webhook.payload.get(parent)
        if isinstance(inner, dict) and name in inner:
            webhook = webhook.without(field)
    return webhook


_CHANGES: Mapping[str, Callable[[Webhook], Webhook]] = {
    # A retry comes a second later, and is signed then.
    LOST: lambda webhook: webhook.stale(-_SIGNED_AGO) if webhook.secret else webhook,
    TAMPERED: lambda webhook: webhook.tampered(),
    STRANGER: lambda webhook: webhook.signed_with("the secret of a stranger"),
    UNSIGNED: lambda webhook: webhook.unsigned(),
    STALE: lambda webhook: webhook.stale(),
    RE_ENCODED: lambda webhook: webhook.re_encoded(),
    UNKNOWN_EVENT: lambda webhook: webhook.with_event("call.unknown"),
    EXTRA_FIELD: lambda webhook: webhook.with_extra_field(),
    BARE: _bare,
}

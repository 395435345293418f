"""Which rule a receiver's answer breaks, as far as the answer alone shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_minivoice.cloud.receiver import schedules
from pytest_minivoice.rules import webhook_rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pytest_minivoice.cloud.receiver.schedules import Kind, Schedule, Step
    from pytest_minivoice.rules.rule import Rule
    from pytest_minivoice.spec.http import Response

_REDIRECTION, _SERVER_ERROR = 3, 5
_REFUSALS = frozenset({401, 403})
_FORGED: Mapping[str, Rule] = {
    schedules.TAMPERED: webhook_rules.FORGED_ACCEPTED,
    schedules.STRANGER: webhook_rules.FORGED_ACCEPTED,
    schedules.UNSIGNED: webhook_rules.UNSIGNED_ACCEPTED,
    schedules.STALE: webhook_rules.STALE_ACCEPTED,
    schedules.RE_ENCODED: webhook_rules.RE_ENCODED_ACCEPTED,
}
_REFUSED: Mapping[Kind, Rule] = {
    "in order": webhook_rules.VALID_REFUSED,
    "another order": webhook_rules.REORDERED,
    "dropped": webhook_rules.REORDERED,
    "again": webhook_rules.DUPLICATE,
    "forged": webhook_rules.VALID_REFUSED,
    "tolerated": webhook_rules.UNKNOWN_REFUSED,
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """Pair a delivery with what the receiver answered."""

    step: Step
    response: Response


@dataclass(frozen=True, slots=True)
class Verdict:
    """Name a broken rule, in one sentence, with the receiver's own exception where there is one."""

    rule: Rule
    message: str
    cause: BaseException | None = None


def of_responses(schedule: Schedule, outcomes: Iterable[Outcome]) -> list[Verdict]:
    """Judge the answers to a schedule.

    Args:
        schedule: What was delivered.
        outcomes: What was answered to each delivery.

    Returns:
        A verdict for each answer that breaks a rule.
    """
    found = (_verdict(schedule, each.step, each.response) for each in outcomes)
    return [each for each in found if each is not None]


def _verdict(schedule: Schedule, step: Step, response: Response) -> Verdict | None:
    broken = _broken(response)
    if broken is not None:
        return broken
    forged = _FORGED.get(step.change)
    if forged is None:
        return None if response.accepted else Verdict(_REFUSED[schedule.kind], f"it answers {response.status}")
    message = f"it answers {response.status} to a webhook that is {step.change}"
    if response.accepted:
        return Verdict(forged, message)
    return None if response.status in _REFUSALS else Verdict(webhook_rules.REFUSED_OTHERWISE, message)


def _broken(response: Response) -> Verdict | None:
    kind, error = response.status // 100, response.error
    if error is not None:
        return Verdict(webhook_rules.RECEIVER_FAILS, f"it raises {type(error).__name__}: {error}", error)
    if response.failure is not None:
        return Verdict(webhook_rules.RECEIVER_FAILS, f"it does not answer: {response.detail}")
    if kind == _SERVER_ERROR:
        return Verdict(webhook_rules.RECEIVER_FAILS, f"it answers {response.status}")
    if kind == _REDIRECTION:
        target = response.header("location") or "nowhere"
        return Verdict(webhook_rules.RECEIVER_REDIRECTS, f"it answers {response.status}, a redirect to {target}")
    return None

"""Delivers the schedules to a receiver, compares what came of them, and finds the shortest that shows each harm.

Everything is a generator of requests that is sent the responses: the sync and the async loop share it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pytest_minivoice.cloud.receiver.report import ReceiverReport
from pytest_minivoice.cloud.receiver.schedules import Schedule, changed, in_order, schedules
from pytest_minivoice.cloud.receiver.states import Flat, differences, look, told
from pytest_minivoice.cloud.receiver.verdicts import Outcome, Verdict, of_responses
from pytest_minivoice.errors import SettingError
from pytest_minivoice.rules import webhook_rules

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence

    from pytest_minivoice.cloud.conversation import Talk
    from pytest_minivoice.cloud.receiver.schedules import Kind
    from pytest_minivoice.cloud.rest.recorded import RecordedRequest
    from pytest_minivoice.cloud.webhook import Webhook
    from pytest_minivoice.rules.rule import Finding, Rule
    from pytest_minivoice.spec.http import Request, Response

    Judging = Generator[Request, Response, "list[Verdict]"]
    Running = Generator[Request, Response, "Run"]


_HARM: Mapping[Kind, Rule] = {"again": webhook_rules.DUPLICATE, "another order": webhook_rules.REORDERED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Hold what came of one schedule.

    Args:
        outcomes: Each delivery with its response.
        before: What the application knew before the last delivery.
        after: What it knows in the end.
        asked: The REST requests that it made.
    """

    outcomes: tuple[Outcome, ...]
    before: Flat
    after: Flat
    asked: Counter[str]


class ReceiverCheck:
    """Check one receiver."""

    def __init__(
        self,
        fresh: Callable[[], list[Webhook]],
        *,
        state: Callable[[str], object] | None,
        asked: Sequence[RecordedRequest],
        catch_up: Callable[[], Talk],
    ) -> None:
        """Prepare a check.

        Args:
            fresh: Makes the webhooks of a new call, each time the same but for its id.
            state: Tells what the application knows of a call, or None.
            asked: The REST requests of the application so far; it grows.
            catch_up: Lets calls go on that the application made over REST.
        """
        self._fresh = fresh
        self._state = state
        self._asked = asked
        self._catch_up = catch_up
        self._known: dict[tuple[int, ...], Run] = {}
        self._volatile: dict[str, None] = {}
        self._runs = 0
        first = fresh()
        self._url = str(first[0].url)
        self._events = tuple(each.event for each in first)

    def run(self, *, signatures: bool) -> Generator[Request, Response, ReceiverReport]:
        """Deliver all schedules.

        Args:
            signatures: Whether the receiver checks signatures.

        Yields:
            The requests to make; their responses are sent back in.

        Returns:
            The report.
        """
        plain = in_order(tuple(range(len(self._events))))
        found: dict[str, tuple[Schedule, Verdict]] = {}
        first = yield from self._play(plain)
        for verdict in of_responses(plain, first.outcomes):
            found.setdefault(verdict.rule.code, (plain, verdict))
        # A receiver that refuses what is genuine and in order would break every other rule by that, too.
        if not found:
            _check_state(first.after)
            self._known[plain.numbers] = first
            yield from self._find_volatile(plain.numbers)
            for schedule in schedules(len(self._events), signatures=signatures):
                for verdict in (yield from self._judge(schedule)):
                    found.setdefault(verdict.rule.code, (schedule, verdict))
        findings = []
        for code in sorted(found):
            schedule, verdict = yield from self._shortest(*found[code])
            findings.append(self._finding(schedule, verdict))
        if not signatures:
            findings.append(webhook_rules.SIGNATURES_NOT_CHECKED.at(self._url, "it was checked with signatures=False"))
        return ReceiverReport(
            findings=tuple(findings),
            events=self._events,
            schedules=self._runs,
            saw_state=self._state is not None,
            volatile=tuple(self._volatile),
        )

    def _play(self, schedule: Schedule) -> Running:
        self._runs += 1
        webhooks = self._fresh()
        call_id = webhooks[0].call_id
        asked = len(self._asked)
        before: Flat = {}
        outcomes = []
        for step in schedule.steps:
            before = self._look(call_id) if schedule.kind == "forged" else {}
            response = yield changed(webhooks[step.number], step.change).request()
            outcomes.append(Outcome(step, response))
        yield from self._catch_up()
        made = Counter(f"{each.method} {each.path}".replace(call_id, ":id") for each in self._asked[asked:])
        return Run(outcomes=tuple(outcomes), before=before, after=self._look(call_id), asked=made)

    def _look(self, call_id: str) -> Flat:
        return {} if self._state is None else look(self._state, call_id)

    def _judge(self, schedule: Schedule) -> Judging:
        run = yield from self._play(schedule)
        verdicts = of_responses(schedule, run.outcomes)
        if schedule.kind == "forged" and not run.outcomes[-1].response.accepted:
            return [*verdicts, *self._remembered(run)]
        rule = _HARM.get(schedule.kind)
        if verdicts or rule is None:
            return verdicts
        message = yield from self._harm(schedule, run)
        return [Verdict(rule, message)] if message else []

    def _remembered(self, run: Run) -> list[Verdict]:
        paths = [path for path in differences(run.before, run.after) if path not in self._volatile]
        if not paths:
            return []
        changes = told(paths, run.before, run.after, when=("before", "after"))
        return [
            Verdict(
                webhook_rules.FORGED_REMEMBERED, f"it is refused, but what the application knows changes: {changes}"
            )
        ]

    def _harm(self, schedule: Schedule, run: Run) -> Generator[Request, Response, str]:
        """Compare a run with one of the same events in order. Only what two such runs agree on is compared."""
        numbers = schedule.numbers
        if numbers not in self._known:
            self._known[numbers] = yield from self._play(in_order(numbers))
            yield from self._find_volatile(numbers)
        if self._differ(self._known[numbers], run):
            yield from self._find_volatile(numbers)
        known = self._known[numbers]
        paths = self._differ(known, run)
        if paths:
            return told(paths, known.after, run.after, when=("in order", "here"))
        more = run.asked - known.asked or known.asked - run.asked
        if more:
            request = next(iter(more))
            often = f"{run.asked[request]} times here, {known.asked[request]} in order"
            return f"REST requests {request} are made {often}"
        return ""

    def _find_volatile(self, numbers: tuple[int, ...]) -> Talk:
        run = yield from self._play(in_order(numbers))
        self._volatile |= dict.fromkeys(differences(self._known[numbers].after, run.after))

    def _differ(self, known: Run, run: Run) -> list[str]:
        return [path for path in differences(known.after, run.after) if path not in self._volatile]

    def _shortest(self, schedule: Schedule, verdict: Verdict) -> Generator[Request, Response, tuple[Schedule, Verdict]]:
        """Leave out one delivery after another, as long as the same rule is broken."""
        number = 0
        while number < len(schedule.steps) and len(schedule.steps) > 1:
            left = replace(schedule, steps=schedule.steps[:number] + schedule.steps[number + 1 :])
            judged = (yield from self._judge(left)) if left.sensible else []
            same = [each for each in judged if each.rule is verdict.rule]
            if same:
                schedule, verdict = left, same[0]
            else:
                number += 1
        return schedule, verdict

    def _finding(self, schedule: Schedule, verdict: Verdict) -> Finding:
        steps = [f"{self._events[each.number]}{f' ({each.change})' if each.change else ''}" for each in schedule.steps]
        message = f"{verdict.message}; shortest schedule: {', then '.join(steps)}"
        return verdict.rule.at(self._url, message, request=f"POST {self._url}", cause=verdict.cause)


def _check_state(after: Flat) -> None:
    __tracebackhide__ = True
    problem = str(after.get("", ""))
    if problem.startswith("raises "):
        raise SettingError(f"state(call_id) {problem}, after all webhooks of the call were delivered in order")

"""The result model that every report is written from. It holds plain values only, with secrets masked."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from pytest_minivoice.render import many

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pytest_minivoice.reports.explored import Explored

VERSION = 1
"""The version of the JSON report; it changes when a field goes or changes its meaning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Hold one line of a transcript."""

    seconds: float
    who: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """Hold one finding; two are equal where only the number of times differs."""

    code: str
    name: str
    severity: str
    where: str
    message: str
    fix: str
    url: str
    did_you_mean: str | None = None
    times: int = field(default=1, compare=False)

    @property
    def cure(self) -> str:
        """What to do, the word that was probably meant first."""
        return f"Did you mean {self.did_you_mean}? {self.fix}" if self.did_you_mean else self.fix


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Hold one request for an answer document, and how long the application took in real milliseconds."""

    method: str
    url: str
    status: int
    milliseconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CallResult:
    """Hold one call."""

    id: str
    direction: str
    from_: str
    to: str
    status: str
    terminal: str | None
    reason: str | None
    destination: str | None
    room: str | None
    heard: tuple[str, ...]
    events: tuple[str, ...]
    findings: tuple[Broken, ...]
    answers: tuple[Answer, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TestResult:
    """Hold one test that made calls, or one that failed whether it made any or not.

    Args:
        id: pytest's node id.
        file: The file, relative to the root of the run.
        line: The line in it where the test failed, or else where it begins, counted from 1; 0 where there is none.
        kind: `flow` of a contract, `marker`, or `test`.
        outcome: passed, failed, error, skipped, xfailed or xpassed.
        message: Why it did not pass.
        calls: Its calls.
        findings: What it broke outside of calls, such as by REST requests.
    """

    __test__ = False  # pytest takes classes of this name for tests

    id: str
    file: str
    line: int
    kind: str
    outcome: str
    message: str
    calls: tuple[CallResult, ...]
    findings: tuple[Broken, ...] = ()

    @property
    def broken(self) -> tuple[Broken, ...]:
        """All that it broke, in its calls and outside of them."""
        return (*(each for call in self.calls for each in call.findings), *self.findings)

    @property
    def is_bad(self) -> bool:
        """Whether it failed the run."""
        return self.outcome in {"failed", "error"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Hold a whole run.

    Args:
        exit_code: pytest's, gates included.
        counts: How many tests had each outcome, those without calls included.
        gates: The gates that were not passed, in one sentence each.
        tests: The tests with calls, and all that failed.
        explored: What it explored, and the coverage of that.
    """

    exit_code: int
    counts: Mapping[str, int]
    gates: tuple[str, ...]
    tests: tuple[TestResult, ...]
    explored: Explored

    @property
    def outcome(self) -> str:
        """`passed` only if pytest's exit code says so."""
        return "passed" if self.exit_code == 0 else "failed"

    @property
    def calls(self) -> list[CallResult]:
        """All calls."""
        return [call for test in self.tests for call in test.calls]

    @property
    def tally(self) -> str:
        """How the tests ended, such as `4 passed, 1 failed`."""
        return ", ".join(f"{number} {name}" for name, number in self.counts.items()) or "no tests"

    @property
    def flows(self) -> int:
        """How many flows were played; an exploration is none, nor is a flow that failed before its call."""
        return sum(test.kind != "test" and bool(test.calls) for test in self.tests)

    @property
    def played(self) -> str:
        """How much was played, such as `6 calls, 1 flow`."""
        return f"{many(len(self.calls), 'call')}, {many(self.flows, 'flow')}"

    @property
    def findings(self) -> Counter[tuple[str, str, str]]:
        """How often each (code, name, severity) was found, in calls, beside them and by exploring."""
        found: Counter[tuple[str, str, str]] = Counter()
        for each, _ in self.broken():
            found[each.code, each.name, each.severity] += each.times
        return found

    def broken(self) -> Iterator[tuple[Broken, TestResult]]:
        """Give each finding with its test: those of tests and their calls, then those of explorations."""
        for test in self.tests:
            yield from ((each, test) for each in test.broken)
        tests = {test.id: test for test in self.tests}
        for exploration in self.explored.explorations:
            test = tests.get(exploration.test) or _only_named(exploration.test)
            yield from ((each, test) for each in exploration.findings)

    def slowest(self, number: int) -> list[tuple[Answer, str]]:
        """Find the requests that took longest.

        Args:
            number: How many at most; a handful, for of explorations the slowest alone are known.

        Returns:
            Each with the name of its test, which says where it was explored; the slowest first.
        """
        answers = [(each, test.id) for test in self.tests for call in test.calls for each in call.answers]
        for exploration in self.explored.explorations:
            answers += [(each, f"{exploration.test} (explored)") for each in exploration.slowest]
        return sorted(answers, key=lambda pair: -pair[0].milliseconds)[:number]

    def slower(self, limit: float) -> int:
        """Count the requests that took longer than the limit of the run.

        Args:
            limit: Milliseconds.

        Returns:
            How many there are, in calls and explorations.
        """
        called = sum(each.milliseconds > limit for call in self.calls for each in call.answers)
        return called + sum(each.too_slow for each in self.explored.explorations)

    def plain(self) -> dict[str, Any]:
        """Return it as the JSON report has it, see report.schema.json.

        Returns:
            Plain values.
        """
        calls = [call_plain(call) for call in self.calls]
        iterator = iter(calls)
        tests = [
            {
                "id": test.id,
                "file": test.file,
                "line": test.line,
                "kind": test.kind,
                "outcome": test.outcome,
                "message": test.message,
                "calls": [next(iterator) for _ in test.calls],
                "findings": [asdict(each) for each in test.findings],
            }
            for test in self.tests
        ]
        return {
            "version": VERSION,
            "outcome": self.outcome,
            "exit_code": self.exit_code,
            "counts": dict(self.counts),
            "gates": list(self.gates),
            "tests": tests,
            **self.explored.told(),
        }


def _only_named(test: str) -> TestResult:
    """Stand in for a test that another plugin counts under an outcome of its own."""
    file = test.partition("::")[0]
    return TestResult(id=test, file=file, line=0, kind="test", outcome="passed", message="", calls=())


def call_plain(call: CallResult) -> dict[str, Any]:
    """Return a call as plain values.

    Args:
        call: The call.

    Returns:
        What `call_of` takes.
    """
    plain = asdict(call)
    plain["from"] = plain.pop("from_")
    return plain


def call_of(plain: Mapping[str, Any]) -> CallResult:
    """Make a call of plain values.

    Args:
        plain: What `call_plain` gave, in this process or another.

    Returns:
        The call.
    """
    given = dict(plain)
    return CallResult(
        from_=given.pop("from"),
        heard=tuple(given.pop("heard")),
        events=tuple(given.pop("events")),
        findings=tuple(Broken(**each) for each in given.pop("findings")),
        answers=tuple(Answer(**each) for each in given.pop("answers")),
        steps=tuple(Step(**each) for each in given.pop("steps")),
        **given,
    )

"""Gathers the results of a run, also from xdist's workers; checks the gates and has the reports written."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_minivoice._contracts import is_flow
from pytest_minivoice.render import many
from pytest_minivoice.reports.model import Broken, CallResult, Run, TestResult, call_of, call_plain
from pytest_minivoice.reports.observe import broken_once, hidden, result_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pytest_minivoice.cloud.account import Account

_GATES = pytest.StashKey[tuple[str, ...]]()
_MESSAGE = pytest.StashKey[str]()
_OUTCOMES = ("passed", "failed", "error", "skipped", "xfailed", "xpassed")
_SHOWN = 5
"""Slow answers that are named one by one."""


def observe(item: pytest.Item, report: pytest.TestReport, account: Account) -> None:
    """Note a test's calls, and what it broke beside them, on its last report; xdist carries it to the controller.

    Args:
        item: The test.
        report: The report of one of its phases.
        account: Its account.
    """
    if report.when == "setup":
        item.stash[_MESSAGE] = ""  # of a run before, where a plugin runs tests again
    if not report.passed and report.longrepr is not None:
        crash = getattr(report.longrepr, "reprcrash", None)
        text = str(getattr(crash, "message", None) or report.longreprtext)
        item.stash[_MESSAGE] = hidden(text, account.hide)
    if report.when != "teardown":
        return
    kind = "flow" if is_flow(item) else "test"
    if kind == "test" and item.get_closest_marker("minivoice_flow") is not None:
        kind = "marker"
    whole = bool(item.config.option.minivoice_report) or _on_github()
    calls = [result_of(call, account.hide, whole=whole) for call in account.known_calls]
    findings = broken_once((*account.findings, *account.rest_findings), account.hide)
    report.minivoice_calls = {  # type: ignore[attr-defined]  # an attribute of our own
        "kind": kind,
        "message": item.stash.get(_MESSAGE, ""),
        "calls": [call_plain(call) for call in calls],
        "findings": [asdict(each) for each in findings],
    }
    if calls or findings:
        report.user_properties += _properties(calls, findings)


def check_gates(session: pytest.Session) -> None:
    """Fail a run that passed, if it does not pass its gates.

    Args:
        session: pytest's.
    """
    config = session.config
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    if terminal is None or hasattr(config, "workerinput"):
        return
    run = _run_of(terminal, int(session.exitstatus), ())
    option = config.option
    gates = [*_too_slow(run, option.minivoice_max_answer_ms), *_too_few_flows(run, option.minivoice_require_flows)]
    if run.explored.too_low:
        gates.append(f"--minivoice-cov-fail-under={run.explored.fail_under:g}: {run.explored.verdict}")
    config.stash[_GATES] = tuple(gates)
    if gates and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _too_slow(run: Run, limit: float | None) -> list[str]:
    if limit is None:
        return []
    gate = f"--minivoice-max-answer-ms={limit:g}"
    lines = [
        f"{gate}: {each.method} {each.url} took {each.milliseconds} ms in {test}"
        for each, test in run.slowest(_SHOWN)
        if each.milliseconds > limit
    ]
    more = run.slower(limit) - len(lines)
    return [*lines, f"{gate}: {many(more, 'more answer')} took longer"] if more else lines


def _too_few_flows(run: Run, wanted: int | None) -> list[str]:
    if wanted is None or run.flows >= wanted:
        return []
    return [
        f"--minivoice-require-flows={wanted}: {'1 flow was' if run.flows == 1 else f'{run.flows} flows were'} played"
    ]


def _run_of(terminal: pytest.TerminalReporter, exit_code: int, gates: tuple[str, ...]) -> Run:
    """Make the result of the run so far.

    Args:
        terminal: pytest's; it has all reports, those of workers too.
        exit_code: pytest's.
        gates: The gates that were not passed.

    Returns:
        The result.
    """
    from pytest_minivoice._explored import gathered  # noqa: PLC0415 - a test's end needs none of it

    noted: dict[str, dict[str, Any]] = {}
    for reports in terminal.stats.values():
        for report in reports:
            if hasattr(report, "minivoice_calls"):
                noted[report.nodeid] = report.minivoice_calls
    tests: dict[str, TestResult] = {}
    for outcome in _OUTCOMES:
        for report in terminal.stats.get(outcome, ()):
            if outcome in {"failed", "error"} or report.nodeid in noted:
                tests[report.nodeid] = _test(report, outcome, noted.get(report.nodeid), tests.get(report.nodeid))
    counts = {outcome: len(terminal.stats[outcome]) for outcome in _OUTCOMES if terminal.stats.get(outcome)}
    return Run(
        exit_code=exit_code,
        counts=counts,
        gates=gates,
        tests=tuple(sorted(tests.values(), key=lambda each: not each.is_bad)),
        explored=gathered(terminal),
    )


def write_reports(terminal: pytest.TerminalReporter, config: pytest.Config, exit_code: int) -> list[str]:
    """Write every report that is asked for.

    Args:
        terminal: pytest's.
        config: pytest's.
        exit_code: pytest's, gates not counted.

    Returns:
        A line for each, also for one that could not be written.
    """
    gates = config.stash.get(_GATES, ())
    run = _run_of(terminal, exit_code or int(bool(gates)), gates)
    contracts = any(test.kind == "flow" for test in run.tests)
    verbosity = config.option.verbose
    asked = (contracts and verbosity == 0) or config.option.minivoice_report or verbosity > 0
    lines = [*gates, *(_summary(run) if asked else ())]
    for name in config.option.minivoice_report or ():
        from pytest_minivoice.reports.files import write  # noqa: PLC0415 - only what is asked for

        try:
            write(run, config.invocation_params.dir / name)
        except (OSError, ValueError) as error:
            lines.append(f"report not written: {error}")
        else:
            lines.append(f"report written: {name}")
    if _on_github():
        lines += _tell_github(run, terminal)
    return lines


def _summary(run: Run) -> list[str]:
    lines = [run.played] if run.calls else []
    slow = [f"{each.milliseconds:g} ms {each.method} {each.url}" for each, _ in run.slowest(3)]
    return [*lines, f"slowest answers: {', '.join(slow)}"] if slow else lines


def _test(
    report: Any,  # noqa: ANN401 - of a test, or of a file
    outcome: str,
    noted: dict[str, Any] | None,
    before: TestResult | None,
) -> TestResult:
    """Make a test's result. One that passed and then erred in its teardown has both reports; the later outcome wins."""
    calls: tuple[CallResult, ...] = tuple(call_of(each) for each in noted["calls"]) if noted else ()
    file, line, _ = getattr(report, "location", None) or (report.nodeid.partition("::")[0], None, "")
    line = 0 if line is None else line + 1
    message = noted["message"] if noted else ""
    if outcome in {"failed", "error"}:
        crash = getattr(report.longrepr, "reprcrash", None)
        if crash is not None and Path(crash.path).as_posix().endswith(f"/{Path(file).as_posix()}"):
            line = crash.lineno
        message = message or hidden(str(getattr(crash, "message", None) or report.longreprtext))
    return TestResult(
        id=report.nodeid,
        file=Path(file).as_posix(),
        line=line,
        kind=noted["kind"] if noted else "test",
        outcome="failed" if before is not None and before.is_bad and outcome not in {"failed", "error"} else outcome,
        message=message,
        calls=calls,
        findings=tuple(Broken(**each) for each in noted["findings"]) if noted else (),
    )


def _properties(calls: list[CallResult], findings: Iterable[Broken]) -> list[tuple[str, object]]:
    """Name what JUnit reports show of a test's calls, and of what it broke beside them."""
    found: list[tuple[str, object]] = [("minivoice.calls", len(calls))]
    for call in calls:
        found += [("minivoice.call", call.id), ("minivoice.terminal", call.terminal or call.status)]
        found += [("minivoice.destination", call.destination)] if call.destination else []
        found += map(_property, call.findings)
    return [*found, *map(_property, findings)]


def _property(found: Broken) -> tuple[str, object]:
    return "minivoice.finding", f"{found.code} {found.where}: {found.message}. {found.cure}"


def _on_github() -> bool:
    return os.environ.get("GITHUB_ACTIONS") == "true"


def _tell_github(run: Run, terminal: pytest.TerminalReporter) -> list[str]:
    from pytest_minivoice.reports.as_markdown import markdown  # noqa: PLC0415 - only on GitHub
    from pytest_minivoice.reports.github import commands  # noqa: PLC0415 - the same

    for line in commands(run):
        terminal.write_line(line)
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if not path:
        return []
    try:
        with Path(path).open("a", encoding="utf-8") as summary:
            summary.write(markdown(run))
    except OSError as error:
        return [f"job summary not written: {error}"]
    return []

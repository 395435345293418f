"""What the plugin adds to pytest's own reports: transcripts of failing tests, and the sum of findings."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING

from pytest_minivoice import render
from pytest_minivoice._configuration import team_rules
from pytest_minivoice._results import observe, write_reports
from pytest_minivoice._session import ACCOUNT, API, PASSED
from pytest_minivoice.cloud.call_record import CallRecord
from pytest_minivoice.rules.catalogue import CATALOGUE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pytest

    from pytest_minivoice.cloud.rest.api import MockedApi


def print_rules(config: pytest.Config) -> int:
    """Print the rule catalogue.

    Args:
        config: pytest's.

    Returns:
        The exit code.
    """
    print(render.catalogue((*CATALOGUE, *team_rules(config))))  # noqa: T201 - the option's purpose
    return 0


def complete(item: pytest.Item, report: pytest.TestReport) -> None:
    """Add a test's calls to its report.

    Args:
        item: The test.
        report: The report of one of its phases.
    """
    account = item.stash.get(ACCOUNT, None)
    if account is None:
        return
    # A subtest has a report of its own before that of its test.
    item.stash[PASSED] = report.passed and (report.when == "setup" or item.stash.get(PASSED, True))
    observe(item, report, account)
    if item.config.option.minivoice_record:
        from pytest_minivoice._recording import record  # noqa: PLC0415 - loaded when used

        record(item, report, account)
    calls = [CallRecord(talk) for talk in list(account.talks.values())]
    api = item.stash[API]
    if report.failed:
        report.sections += _sections(calls, api)
    if report.when == "teardown":
        _exploring(item, report)
        del item.stash[ACCOUNT], item.stash[API]
        found = [
            [each.code, each.rule.name, each.severity, f"{item.nodeid} at {each.where}"]
            for findings in (*(call.findings for call in calls), account.findings, api.findings)
            for each in findings
            if each.severity == "warning"
        ]
        if found:
            report.minivoice_findings = found  # type: ignore[attr-defined]  # xdist carries it to the controller


def _sections(calls: Sequence[CallRecord], api: MockedApi) -> Iterator[tuple[str, str]]:
    for number, call in enumerate(calls, 1):
        yield f"MiniVoice call {number}: {_state(call)}", call.transcript()
    if api.requests or api.findings:
        yield "MiniVoice API", render.api(api.requests, api.findings)


def _exploring(item: pytest.Item, report: pytest.TestReport) -> None:
    option = item.config.option
    if "pytest_minivoice._surroundings" in sys.modules or option.minivoice_cov:
        from pytest_minivoice._exploring import report_on  # noqa: PLC0415 - loaded when used

        report_on(item, report)


def summarize(terminal: pytest.TerminalReporter, exit_code: int) -> None:
    """Write the sum of the findings that failed no test, and the reports.

    Args:
        terminal: pytest's.
        exit_code: pytest's.
    """
    counts: Counter[tuple[str, str, str]] = Counter()
    places: dict[tuple[str, str, str], str] = {}
    recorded: list[str] = []
    for reports in terminal.stats.values():
        for report in reports:
            recorded += [report.minivoice_recorded] if hasattr(report, "minivoice_recorded") else []
            for code, name, severity, place in getattr(report, "minivoice_findings", ()):
                counts[code, name, severity] += 1
                places.setdefault((code, name, severity), place)
    _section(terminal, "MiniVoice findings", render.summary(counts, places))
    _section(terminal, "MiniVoice recordings of calls", recorded)
    _section(terminal, "MiniVoice run", write_reports(terminal, terminal.config, exit_code))


def _section(terminal: pytest.TerminalReporter, title: str, lines: Sequence[str]) -> None:
    if lines:
        terminal.write_sep("=", title)
        for line in lines:
            terminal.write_line(line)


def _state(call: CallRecord) -> str:
    broken = [each.code for each in call.findings if each.severity == "error"]
    return f"stopped by {broken[0]}" if broken and call.terminal is None else str(call.terminal or call.status)

"""Writes a run as Markdown: a summary, each failing call as a Mermaid sequence, the findings, what was explored."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from pytest_minivoice.reports.explored_as_markdown import explored
from pytest_minivoice.reports.markdown_text import cell, fenced, text

if TYPE_CHECKING:
    from pytest_minivoice.reports.model import Broken, CallResult, Run, TestResult

_ACTORS = {
    "MiniVoice": "M",
    "application": "A",
    "caller": "C",
    "callee": "C",
    "destination": "D",
    "plugin": "M",
}
_TO = {"caller": "M", "callee": "M", "application": "M", "destination": "M"}
_SHOWN = 60
"""Steps of a call that its diagram shows, the last ones."""
_LISTED = 50
"""Findings that are written out; a job summary has a largest size."""


def markdown(run: Run) -> str:
    """Write a run.

    Args:
        run: The run.

    Returns:
        The text of the report.
    """
    lines = [f"# MiniVoice: {run.outcome}", "", f"{run.tally}. {run.played}."]
    if run.gates:
        lines += ["", "## Gates", "", *(f"- {text(each)}" for each in run.gates)]
    bad = [test for test in run.tests if test.is_bad]
    if bad:
        lines += ["", "## Failures"]
    for test in bad:
        lines += _failure(test)
    if run.findings:
        lines += ["", "## Findings", "", "| rule | severity | times |", "| --- | --- | --- |"]
        lines += [f"| {code} {name} | {severity} | {n} |" for (code, name, severity), n in sorted(run.findings.items())]
        lines += _findings(run)
    lines += explored(run.explored)
    slowest = run.slowest(5)
    if slowest:
        lines += ["", "## Slowest answers", "", "| request | ms | test |", "| --- | --- | --- |"]
        lines += [f"| {cell(f'{a.method} {a.url}')} | {a.milliseconds} | {cell(test)} |" for a, test in slowest]
    return "\n".join(lines) + "\n"


def _findings(run: Run) -> list[str]:
    """Write what tests broke, each finding once; what was explored is written with its call below."""
    found: dict[Broken, list[str]] = {}
    times: Counter[Broken] = Counter()
    for test in run.tests:
        for each in test.broken:
            found.setdefault(each, []).append(test.id)
            times[each] += each.times
    lines = [""] if found else []
    for each, tests in list(found.items())[:_LISTED]:
        title = f"{each.code} {each.name}"
        linked = f"[{title}]({each.url})" if each.url else text(title)
        often = f", {times[each]} times" if times[each] > 1 else ""
        place = f"({each.severity}) at {text(each.where)} in {text(tests[0])}{often}"
        lines.append(f"- **{linked}** {place}: {text(each.message)}. {text(each.cure)}")
    return [*lines, f"- and {len(found) - _LISTED} more"] if len(found) > _LISTED else lines


def _failure(test: TestResult) -> list[str]:
    lines = ["", f"### {text(test.id)} ({test.outcome})", "", *fenced("text", test.message)]
    for number, call in enumerate(test.calls, 1):
        lines += ["", f"Call {number}: {call.terminal or call.status}", "", "```mermaid", *_sequence(call), "```"]
    return lines


def _sequence(call: CallResult) -> list[str]:
    lines = ["sequenceDiagram"]
    person = "callee" if call.direction == "outbound" else "caller"
    lines += [f"    participant C as {person}", "    participant M as MiniVoice", "    participant A as application"]
    if call.destination:
        lines.append("    participant D as destination")
    steps = call.steps[-_SHOWN:]
    if len(steps) < len(call.steps):
        lines.append(f"    Note over M: {len(call.steps) - len(steps)} earlier steps are left out")
    for step in steps:
        source = _ACTORS.get(step.who, "M")
        what = _label(step.what)
        if step.who in {"caller", "callee"} and step.what.startswith("hears "):
            lines.append(f"    M->>C: {what}")
        elif step.who in {"caller", "callee", "application"} or (step.who == "destination" and call.destination):
            lines.append(f"    {source}->>{_TO[step.who]}: {what}")
        elif step.what.startswith("requests "):
            lines.append(f"    M->>A: {what}")
        else:
            lines.append(f"    Note over M: {what}")
    return lines


def _label(what: str) -> str:
    """Write a text as Mermaid takes it: in one line, and what it would read as syntax in entities."""
    short = " ".join(what.split())
    short = short if len(short) <= 80 else short[:77] + "..."  # noqa: PLR2004 - a label of one line
    return re.sub(r"[#;<>{}`%\[\]\\]", lambda found: f"#{ord(found[0])};", short)

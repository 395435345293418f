"""Writes a run as one HTML file that needs no network: search, filters by outcome, each call's transcript.

What was explored comes with pictures that can be clicked.
"""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_minivoice.explore.svg_style import DARK, LIGHT, rules
from pytest_minivoice.render import many
from pytest_minivoice.reports.explored_as_html import explored_html
from pytest_minivoice.reports.filling import filled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_minivoice.reports.model import Broken, CallResult, Run, TestResult

_PAGE = Path(__file__).with_name("page.html")
_STYLE = _PAGE.with_name("flow.css")
_SCRIPT = _PAGE.with_name("flow.js")


def html(run: Run) -> str:
    """Write a run.

    Args:
        run: The run.

    Returns:
        The page.
    """
    told = explored_html(run.explored)
    parts = {
        "TITLE": f"MiniVoice: {run.outcome}",
        "STYLE": f"<style>{_style()}</style>" if told else "",
        "OUTCOME": run.outcome,
        "HEADLINE": f"MiniVoice: {run.outcome}",
        "SUMMARY": escape(_summary(run)),
        "GATES": "".join(f'<p class="gate">{escape(each)}</p>' for each in run.gates),
        "EXPLORED": told,
        "FILTERS": "".join(_filters(run)),
        "TESTS": "".join(map(_test, run.tests)) or "<p>No test made a call.</p>",
        "SCRIPT": f"<script>{_SCRIPT.read_text(encoding='utf-8')}</script>" if told else "",
    }
    return filled(_PAGE.read_text(encoding="utf-8"), parts)


def _style() -> str:
    dark = f"@media (prefers-color-scheme: dark) {{{rules(DARK)}}}"
    return rules(LIGHT) + dark + _STYLE.read_text(encoding="utf-8")


def _summary(run: Run) -> str:
    found = ", ".join(f"{code} {n}x" for (code, _, _), n in sorted(run.findings.items()))
    slowest = run.slowest(1)
    parts = [run.tally, many(len(run.calls), "call"), f"findings: {found or 'none'}"]
    parts += [f"slowest answer: {each.milliseconds} ms, {each.method} {each.url}" for each, _ in slowest]
    return ". ".join(parts) + "."


def _filters(run: Run) -> Iterator[str]:
    for outcome in sorted({test.outcome for test in run.tests}):
        number = sum(test.outcome == outcome for test in run.tests)
        yield (
            f'<label><input type="checkbox" name="outcome" value="{escape(outcome)}" checked> '
            f"{escape(outcome)} ({number})</label>"
        )


def _test(test: TestResult) -> str:
    message = f'<pre class="message">{escape(test.message)}</pre>' if test.message else ""
    findings = "".join(map(_finding, test.findings))
    calls = "".join(_call(number, call) for number, call in enumerate(test.calls, 1))
    state = ", ".join(str(call.terminal or call.status) for call in test.calls)
    return (
        f'<details class="test" data-outcome="{escape(test.outcome)}"{" open" if test.is_bad else ""}>'
        f'<summary><span class="outcome {escape(test.outcome)}">{escape(test.outcome)}</span> '
        f'<span class="id">{escape(test.id)}</span> <span class="state">{escape(state)}</span></summary>'
        f"{message}{findings}{calls}</details>\n"
    )


def _call(number: int, call: CallResult) -> str:
    rows = "".join(
        f'<tr class="{escape(step.who.lower())}"><td>{int(step.seconds) // 60:02d}:{int(step.seconds) % 60:02d}</td>'
        f"<td>{escape(step.who)}</td><td>{escape(step.what)}</td></tr>"
        for step in call.steps
    )
    ended = f"{call.terminal or call.status}" + (f" to {call.destination}" if call.destination else "")
    head = f"Call {number}: {call.direction} from {call.from_} to {call.to}, {ended}"
    findings = "".join(map(_finding, call.findings))
    return f"<h3>{escape(head)}</h3>{findings}<table>{rows}</table>"


def _finding(found: Broken) -> str:
    title = escape(f"{found.code} {found.name}")
    linked = f'<a href="{escape(found.url)}">{title}</a>' if found.url else title
    often = f", {found.times} times" if found.times > 1 else ""
    return f'<p class="finding">{linked}: {escape(f"{found.message} (at {found.where}{often}). {found.cure}")}</p>'

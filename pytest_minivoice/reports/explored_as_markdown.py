"""Writes what a run explored as Markdown: the explorations with their findings, and the coverage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_minivoice.explore.wording import NOTHING_EXPLORED, percent
from pytest_minivoice.reports.markdown_text import cell, fenced, text

if TYPE_CHECKING:
    from pytest_minivoice.reports.explored import BrokenOnPath, Exploration, Explored, Flow


def explored(found: Explored) -> list[str]:
    """Write what a run explored.

    Args:
        found: What it explored.

    Returns:
        The lines; none where nothing was explored and nothing measured.
    """
    lines = ["", "## Explored"] if found.explorations else []
    for each in found.explorations:
        lines += _exploration(each)
    if found.measured:
        whole = f"{found.taken} of {found.branches} branches were taken by tests."
        lines += ["", "## Coverage", "", whole if found.branches else text(NOTHING_EXPLORED)]
    for flow in found.flows if found.measured else ():
        lines += _coverage(flow)
    return lines


def _exploration(each: Exploration) -> list[str]:
    lines = ["", f"### {text(each.app)}, {text(each.begins)}", "", f"{text(each.test)}: {text(each.assurance)}"]
    if each.ignored:
        fields = ", ".join(map(text, each.ignored))
        lines += ["", f"Differs from call to call, and is not compared: {fields}"]
    for finding in each.findings:
        lines += _finding(finding)
    return lines


def _finding(found: BrokenOnPath) -> list[str]:
    title = f"{found.code} {found.name}"
    linked = f"[{title}]({found.url})" if found.url else text(title)
    shown = f", shown by {found.branches} branches" if found.branches > 1 else ""
    what = f"**{linked}** ({found.severity}) at {text(found.where)}{shown}: {text(found.message)}"
    return ["", what, "", f"Fix: {text(found.fix)}", "", *fenced("python", found.line), "", *fenced("yaml", found.flow)]


def _coverage(flow: Flow) -> list[str]:
    head = "| menu | states | branches | taken | cover |"
    note = ["", f"{text(flow.note)}."] if flow.note else []
    lines = ["", f"### Coverage of {text(flow.title)}", *note, "", head, "| --- | --- | --- | --- | --- |"]
    for each in flow.menus:
        share = percent(each.taken, each.branches)
        lines.append(f"| {cell(each.name)} | {each.states} | {each.branches} | {each.taken} | {share} % |")
    taken, branches = flow.covered, len(flow.branches)
    lines.append(f"| all | {len(flow.states)} | {branches} | {taken} | {percent(taken, branches)} % |")
    missing = "\n".join(one.line for each in flow.menus for one in each.missing)
    if missing:
        summary = "<details><summary>The nearest branches that no test takes</summary>"
        lines += ["", summary, "", *fenced("python", missing), "", "</details>"]
    return lines

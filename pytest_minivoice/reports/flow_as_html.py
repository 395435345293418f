"""Writes a call flow as a picture that can be clicked, with what the page's script shows of each part of it."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_minivoice.explore.naming import branch_line, state_line
from pytest_minivoice.explore.svg import inline_svg
from pytest_minivoice.explore.wording import percent
from pytest_minivoice.render import many
from pytest_minivoice.reports.filling import filled
from pytest_minivoice.reports.observe import page_of
from pytest_minivoice.rules.catalogue import CATALOGUE

if TYPE_CHECKING:
    from pytest_minivoice.explore.graph import Branch, Graph
    from pytest_minivoice.reports.explored import BrokenOnPath, Flow

_PART = Path(__file__).with_name("flow.html")
_LEGEND = {"covered": "✓ taken by a test", "uncovered": "○ taken by no test", "failing": "✗ breaks a rule"}


def flow_html(flow: Flow, number: int) -> str:
    """Write a call flow.

    Args:
        flow: The flow.
        number: Of the flow in the page; ids are made with it.

    Returns:
        A section of the page.
    """
    graph = flow.graph
    taken = None if flow.taken is None else set(flow.taken)
    told = [f"{flow.graph.size}; hanging up is not drawn."]
    if taken is not None:
        told.append(f"Tests take {many(flow.covered, 'branch')} ({percent(flow.covered, len(flow.branches))} %).")
    if flow.note:
        told.append(f"{escape(flow.note)}.")
    looks = [look for look in _LEGEND if look == "failing" or taken is not None]
    data = json.dumps(_data(flow, graph), ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    parts = {
        "NAME": escape(flow.title),
        "TOLD": " ".join(told),
        "LEGEND": " ".join(f'<span class="{look}">{_LEGEND[look]}</span>' for look in looks),
        "PICTURE": inline_svg(graph, taken, f"flow-{number}-"),
        "DATA": data,
    }
    return filled(_PART.read_text(encoding="utf-8"), parts)


def _data(flow: Flow, graph: Graph) -> dict[str, Any]:
    """Return what the script shows: lists instead of mappings, as there may be thousands of branches."""
    numbers = {state.name: number for number, state in enumerate(flow.states)}
    taken = flow.taken or {}
    tests = sorted({test for some in taken.values() for test in some})
    places = {test: number for number, test in enumerate(tests)}
    messages: dict[object, list[list[str]]] = {}
    for each in flow.findings:
        messages.setdefault(_script(each), []).append([each.code, each.message])
    return {
        "states": [
            [each.name, each.kind, each.menu, each.prompt, each.destination, each.digits, state_line(graph, each)]
            for each in flow.states
        ],
        "branches": [
            [
                numbers[each.source],
                each.input,
                numbers[each.target],
                list(each.heard),
                list(each.codes),
                branch_line(graph, each),
                [places[test] for test in taken.get(each.place, ())],
            ]
            for each in flow.branches
        ],
        "tests": tests,
        "measured": flow.taken is not None,
        "rules": _rules(flow),
        "messages": {
            number: found for number, each in enumerate(flow.branches) if (found := messages.get(_script(each)))
        },
    }


def _script(each: Branch | BrokenOnPath) -> object:
    return each.caller, tuple(each.destinations.items())


def _rules(flow: Flow) -> dict[str, list[str]]:
    """Return name, cure and page of each rule; of a team's own rule what the findings tell."""
    codes = {code for each in flow.branches for code in each.codes}
    known = {rule.code: [rule.name, rule.fix, page_of(rule.code)] for rule in CATALOGUE if rule.code in codes}
    return known | {each.code: [each.name, each.fix, each.url] for each in flow.findings}

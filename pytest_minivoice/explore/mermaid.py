"""Draws the graph as a Mermaid flowchart, which Markdown renderers show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_minivoice.explore.drawing import Arrow, arrows

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from pytest_minivoice.explore.graph import Graph, State

EDGES = 500
"""Mermaid refuses more edges than this in one chart, unless it is configured otherwise."""
_PROMPT = 60
_LINES = {"plain": "-->", "covered": "==>", "uncovered": "-.->", "failing": "--x"}


def mermaid(graph: Graph, menu: str | None = None, taken: AbstractSet[str] | None = None) -> str:
    """Draw a graph.

    Args:
        graph: States and branches.
        menu: The one menu to draw, or None.
        taken: The places of the branches that tests take, or None where nobody counted.

    Returns:
        The chart.
    """
    drawn = arrows(graph, taken)
    if menu is not None:
        drawn = [each for each in drawn if graph.by_name[each.source].menu == menu]
    elif len(drawn) > EDGES:
        return _overview(graph, drawn)
    names = list(dict.fromkeys([*(each.source for each in drawn), *(each.target for each in drawn)])) or [
        graph.root.name
    ]
    ids = {name: f"s{number}" for number, name in enumerate(names)}
    lines = ["flowchart LR", *(f"    {ids[name]}{_box(graph.by_name[name])}" for name in names)]
    lines += [f'    {ids[each.source]} {_LINES[each.look]}|"{_text(each.keys)}"| {ids[each.target]}' for each in drawn]
    return "\n".join(lines) + "\n"


def parts(graph: Graph, taken: AbstractSet[str] | None = None) -> dict[str, str]:
    """Draw a graph in charts that Mermaid accepts.

    Args:
        graph: States and branches.
        taken: The places of the branches that tests take, or None where nobody counted.

    Returns:
        Charts by heading: the whole, and one for each menu where the whole is too large for one chart.
    """
    found = {"all": mermaid(graph, taken=taken)}
    if len(arrows(graph, taken)) > EDGES:
        menus = dict.fromkeys(each.menu for each in graph.states if each.menu)
        found |= {menu: mermaid(graph, menu, taken) for menu in menus}
    return found


def _overview(graph: Graph, drawn: list[Arrow]) -> str:
    """Draw one box for each menu."""
    of = {each.name: each.menu or each.name for each in graph.states}
    pairs = dict.fromkeys((of[each.source], of[each.target]) for each in drawn)
    boxes = list(dict.fromkeys(name for pair in pairs for name in pair))
    ids = {name: f"m{number}" for number, name in enumerate(boxes)}
    lines = ["flowchart LR", *(f'    {ids[name]}["{_text(name)}"]' for name in boxes)]
    lines += [f"    {ids[source]} --> {ids[target]}" for source, target in list(pairs)[:EDGES] if source != target]
    return "\n".join(lines) + "\n"


def _box(state: State) -> str:
    if state.kind == "end":
        return f'(["{_text(state.name)}"])'
    if state.kind == "dial":
        return f'[/"call {_text(state.destination)}"/]'
    prompt = state.prompt if len(state.prompt) <= _PROMPT else state.prompt[: _PROMPT - 3] + "..."
    return f'["{_text(prompt or state.name)}"]'


def _text(text: str) -> str:
    """Write a text as Mermaid takes it between quotes."""
    for sign, name in (("#", "#35;"), ('"', "#quot;"), ("<", "#lt;"), (">", "#gt;")):
        text = text.replace(sign, name)
    return " ".join(text.split())

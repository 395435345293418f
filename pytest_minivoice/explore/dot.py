"""Draws the graph in the DOT language, for Graphviz."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pytest_minivoice.explore.drawing import arrows

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from pytest_minivoice.explore.graph import Graph, State

_STYLES = {
    "plain": "",
    "covered": ' style=bold color="#1a7f37"',
    "uncovered": ' style=dashed color="#6e7781"',
    "failing": ' style=dotted color="#cf222e" arrowhead=tee penwidth=2',
}
_SHAPES = {"gather": "box", "dial": "parallelogram", "ring": "diamond", "idle": "box", "end": "oval"}


def dot(graph: Graph, taken: AbstractSet[str] | None = None) -> str:
    """Draw a graph.

    Args:
        graph: States and branches.
        taken: The places of the branches that tests take, or None where nobody counted.

    Returns:
        The text.
    """
    lines = ["digraph calls {", "    rankdir=LR;"]
    lines += [
        f"    {_quoted(each.name)} [shape={_SHAPES[each.kind]} label={_quoted(_label(each))}];" for each in graph.states
    ]
    lines += [
        f"    {_quoted(each.source)} -> {_quoted(each.target)} [label={_quoted(each.keys)}{_STYLES[each.look]}];"
        for each in arrows(graph, taken)
    ]
    return "\n".join([*lines, "}"]) + "\n"


def _label(state: State) -> str:
    if state.kind == "dial":
        return f"call {state.destination}"
    return state.prompt or state.name


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)

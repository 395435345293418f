"""Draws the graph as a Mermaid flowchart, which Markdown renderers show."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_minivoice.explore.drawing import arrows
from pytest_minivoice.render import many

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from collections.abc import Set as AbstractSet

    from pytest_minivoice.explore.drawing import Arrow
    from pytest_minivoice.explore.graph import Graph, State

EDGES = 500
"""Mermaid refuses more edges than this in one chart, unless it is configured otherwise."""
LENGTH = 50_000
"""Nor does it take more characters, as JavaScript counts them."""
_LABEL = 60
_LINES = {"plain": "-->", "covered": "==>", "uncovered": "-.->", "failing": "--x"}


def mermaid(graph: Graph, menu: str | None = None, taken: AbstractSet[str] | None = None) -> str:
    """Draw a graph in a chart that Mermaid accepts.

    Args:
        graph: States and branches.
        menu: The one menu to draw, or None.
        taken: The places of the branches that tests take, or None where nobody counted.

    Returns:
        The chart: of all states, or, where that would be too large, of one box for each menu. A chart that would still
        be too large is cut, and says what is left out.
    """
    drawn = arrows(graph, taken)
    if menu is not None:
        return _states(graph, [each for each in drawn if graph.by_name[each.source].menu == menu]).cut()
    return _states(graph, drawn).whole() or _menus(graph, drawn).cut()


def parts(graph: Graph, taken: AbstractSet[str] | None = None) -> dict[str, str]:
    """Draw a graph in charts that Mermaid accepts.

    Args:
        graph: States and branches.
        taken: The places of the branches that tests take, or None where nobody counted.

    Returns:
        Charts by heading: the whole, and one for each menu where the whole is too large for one chart.
    """
    drawn = arrows(graph, taken)
    whole = _states(graph, drawn).whole()
    if whole is not None:
        return {"all": whole}
    of: dict[str, list[Arrow]] = {each.menu: [] for each in graph.states if each.menu}
    for each in drawn:
        of.setdefault(graph.by_name[each.source].menu, []).append(each)
    charts = {menu: _states(graph, some).cut() for menu, some in of.items() if menu}
    return {"all": _menus(graph, drawn).cut(), **charts}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chart:
    """Be a chart, as long as it may become.

    Args:
        first: What is drawn where there are no edges.
        edges: Where from, what is drawn between, where to.
        box: Draws what stands at either end.
        letter: What the ids begin with.
        counted: Those that are counted where they are left out.
        noun: What those are called.
    """

    first: str
    edges: Sequence[tuple[str, str, str]]
    box: Callable[[str], str]
    letter: str
    counted: AbstractSet[str]
    noun: str

    def whole(self) -> str | None:
        """Draw all of it, or nothing where that would be too large."""
        chart = self._draw(len(self.edges)) if len(self.edges) <= EDGES else None
        return chart if chart is not None and _length(chart) <= LENGTH else None

    def cut(self) -> str:
        """Draw as many of its edges as fit, the first first."""
        whole = self.whole()
        if whole is not None:
            return whole
        numbers = range(1, min(len(self.edges), EDGES) + 1)
        return self._draw(bisect_left(numbers, x=True, key=lambda number: _length(self._draw(number)) > LENGTH))

    def _draw(self, number: int) -> str:
        edges = self.edges[:number]
        names = list(dict.fromkeys([*(each[0] for each in edges), *(each[2] for each in edges)])) or [self.first]
        ids = {name: f"{self.letter}{at}" for at, name in enumerate(names)}
        lines = ["flowchart LR", *(f"    {ids[name]}{self.box(name)}" for name in names)]
        lines += [f"    {ids[source]} {line} {ids[target]}" for source, line, target in edges]
        if number < len(self.edges):
            ends = {name for source, _, target in self.edges for name in (source, target)}
            left = len((ends & self.counted) - ids.keys())
            told = [many(left, self.noun)] if left else []
            lines.append(f'    more["left out: {", ".join([*told, many(len(self.edges) - number, "arrow")])}"]')
        return "\n".join(lines) + "\n"


def _states(graph: Graph, drawn: Sequence[Arrow]) -> _Chart:
    """Draw a box for each state."""
    return _Chart(
        first=graph.root.name,
        edges=[(each.source, f'{_LINES[each.look]}|"{_text(each.keys)}"|', each.target) for each in drawn],
        box=lambda name: _box(graph.by_name[name]),
        letter="s",
        counted=graph.by_name.keys(),
        noun="state",
    )


def _menus(graph: Graph, drawn: Sequence[Arrow]) -> _Chart:
    """Draw a box for each menu."""
    of = {each.name: each.menu or each.name for each in graph.states}
    pairs = dict.fromkeys((of[each.source], of[each.target]) for each in drawn)
    return _Chart(
        first=of[graph.root.name],
        edges=[(source, "-->", target) for source, target in pairs if source != target],
        box=lambda name: f'["{_text(name)}"]',
        letter="m",
        counted={each.menu for each in graph.states},
        noun="menu",
    )


def _box(state: State) -> str:
    if state.kind == "end":
        return f'(["{_text(state.name)}"])'
    if state.kind == "dial":
        return f'[/"call {_text(state.destination)}"/]'
    return f'["{_text(state.prompt or state.name)}"]'


def _text(text: str) -> str:
    """Write a text as Mermaid takes it between quotes, and cut it where it is long."""
    text = " ".join(text.split())
    text = text if len(text) <= _LABEL else text[: _LABEL - 3] + "..."
    for sign, name in (("#", "#35;"), ('"', "#quot;"), ("<", "#lt;"), (">", "#gt;")):
        text = text.replace(sign, name)
    return text


def _length(chart: str) -> int:
    return len(chart.encode("utf-16-le", "surrogatepass")) // 2

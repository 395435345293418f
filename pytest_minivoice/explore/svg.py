"""Draws the graph as an SVG that stands alone: a tree that grows to the right, with links where paths come together.

Each state is drawn once, where it is reached first; another arrow to it ends in a small link, so that no lines cross.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

from pytest_minivoice.explore.drawing import Arrow, arrows
from pytest_minivoice.explore.lettering import broken, cut
from pytest_minivoice.explore.naming import branch_line
from pytest_minivoice.explore.svg_style import LIGHT, rules

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from pytest_minivoice.explore.graph import Graph, State

_WIDTH, _GAP, _LINE, _PAD = 280, 210, 17, 9
_COLUMN = _WIDTH + _GAP
_ROOM, _LINES = _WIDTH - 16, 5
_KEYS = (_GAP - 34) / 1.08  # they may be bold
_SMALL = 13 / 11
_TOP, _MARGIN = 64, 20
_SIGNS = {"plain": "", "covered": "✓ ", "uncovered": "○ ", "failing": "✗ "}
_OVER = ("plain", "uncovered", "covered", "failing")
"""What is drawn over what, where arrows share a line."""
_KINDS = {
    "completed": "■", "transferred": "☎", "bridged": "☎", "conferenced": "◎", "hung_up": "↓", "failed": "✗",
    "canceled": "✗", "rejected": "✗",
}  # fmt: skip


@dataclass(slots=True, eq=False)
class _Item:
    """Be something drawn: a state, or a link to one."""

    state: State
    depth: int
    link: bool
    arrow: Arrow | None
    number: int = 0
    children: list[_Item] = field(default_factory=list)
    y: float = 0
    span: float = 0

    @property
    def lines(self) -> list[str]:
        if self.link:
            return [cut(f"→ {self.state.name}", _ROOM)]
        if self.state.kind == "end":
            return [cut(f"{_KINDS.get(self.state.name.partition(':')[0], '')} {self.state.name}", _ROOM)]
        if self.state.kind == "dial":
            return [cut(f"☎ calls {self.state.destination}", _ROOM)]
        said = broken(self.state.prompt, _ROOM) or ["(silence)"]
        return said if len(said) <= _LINES else [*said[: _LINES - 1], cut(said[_LINES - 1] + " ...", _ROOM)]

    @property
    def is_menu(self) -> bool:
        return not self.link and self.state.kind not in {"end", "dial"}

    @property
    def height(self) -> float:
        return len(self.lines) * _LINE + _PAD + (_LINE if self.is_menu else 0)

    @property
    def x(self) -> float:
        return _MARGIN + self.depth * _COLUMN


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pen:
    """Hold what all parts of one picture share.

    Args:
        graph: States and branches.
        inline: What ids begin with in a page that holds several pictures, or an empty string for one that stands alone.
        states: The number of each state, by name.
        branches: The number of each branch, by place.
    """

    graph: Graph
    inline: str
    states: Mapping[str, int]
    branches: Mapping[str, int]

    def id(self, state: State) -> str:
        return f"{self.inline}state-{self.states[state.name]}"


def svg(graph: Graph, taken: AbstractSet[str] | None = None) -> str:
    """Draw a graph.

    Args:
        graph: States and branches.
        taken: The places of the branches that tests take, or None where nobody counted.

    Returns:
        The SVG document.
    """
    width, height, body = _body(graph, taken, "", _TOP)
    ground = f'<rect width="{width:g}" height="{height:g}" fill="#fff"/>'
    head = _head(width, height, 'role="img" aria-label="call flow"')
    style = f"<style>{rules(LIGHT)}</style>"
    return "\n".join([head, style, ground, *_legend(graph, taken), *body, "</svg>"]) + "\n"


def inline_svg(graph: Graph, taken: AbstractSet[str] | None, ids: str) -> str:
    """Draw a graph for a page that has the style, says what the colours mean, and shows what is chosen.

    Args:
        graph: States and branches.
        taken: The places of the branches that tests take, or None where nobody counted.
        ids: What all ids begin with.

    Returns:
        The SVG element. An arrow has `data-branches`, a state or a link to it `data-state`: numbers in the graph. A
        state has `data-item`, and an arrow `data-from` and `data-to`: numbers of what is drawn.
    """
    width, height, body = _body(graph, taken, ids, _MARGIN)
    return "\n".join([_head(width, height, 'role="group" aria-label="call flow"'), *body, "</svg>"])


def _head(width: float, height: float, role: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="callflow" width="{width:g}" height="{height:g}" '
        f'viewBox="0 0 {width:g} {height:g}" {role}>'
    )


def _body(graph: Graph, taken: AbstractSet[str] | None, ids: str, top: float) -> tuple[float, float, list[str]]:
    items = _items(graph, taken)
    _place(items, top)
    width = max(each.x for each in items) + _WIDTH + _MARGIN
    height = max(each.y + each.height for each in items) + _MARGIN
    pen = _Pen(
        graph=graph,
        inline=ids,
        states={state.name: number for number, state in enumerate(graph.states)},
        branches={branch.place: number for number, branch in enumerate(graph.branches)},
    )
    return width, height, [part for each in items for part in _drawn(each, pen)]


def _items(graph: Graph, taken: AbstractSet[str] | None) -> list[_Item]:
    """Make the tree, parents before their children."""
    out: dict[str, list[Arrow]] = {}
    for arrow in arrows(graph, taken):
        out.setdefault(arrow.source, []).append(arrow)
    tree = {name: branch.source for name, branch in graph.tree().items()}
    drawn = {graph.root.name}
    items = [_Item(graph.root, 0, link=False, arrow=None)]
    for item in items:
        for arrow in out.get(item.state.name, ()) if not item.link and item.state.kind != "end" else ():
            target = graph.by_name[arrow.target]
            first = tree.get(target.name) == item.state.name and target.name not in drawn
            link = target.kind != "end" and not first
            if not link and target.kind != "end":
                drawn.add(target.name)
            child = _Item(target, item.depth + 1, link=link, arrow=arrow, number=len(items))
            item.children.append(child)
            items.append(child)
    return items


def _place(items: list[_Item], top: float) -> None:
    for item in reversed(items):
        item.span = max(item.height + 14, sum(each.span for each in item.children))
        # What ends at once stands beside its menu; what goes on for long would push it out of sight.
        item.children.sort(key=lambda each: each.span)
    items[0].y = top
    for item in items:
        top = item.y
        for child in item.children:
            child.y = top
            top += child.span


def _drawn(item: _Item, pen: _Pen) -> Iterator[str]:
    arrows_out = [(each.arrow, each) for each in item.children if each.arrow is not None]
    for arrow, child in sorted(arrows_out, key=lambda pair: _OVER.index(pair[0].look)):
        yield _arrow(item, child, arrow, pen)
    name = escape(item.state.name, quote=True)
    style = "link" if item.link else {"dial": "box dial", "end": "end"}.get(item.state.kind, "box")
    if item.state.terminal in {"failed", "rejected"} and not item.link:
        style = "bad"
    radius = {"end": 12, "dial": 6}.get(item.state.kind, 2) if not item.link else 8
    anchor = "" if item.link or item.state.kind == "end" else f' id="{pen.id(item.state)}"'
    chosen = f' class="node" data-state="{pen.states[item.state.name]}" data-item="{item.number}"' if pen.inline else ""
    small = ' class="small"'
    lines = [*([cut(item.state.name, _ROOM * _SMALL)] if item.is_menu else []), *item.lines]
    texts = "".join(
        f'<text x="{item.x + 8:g}" y="{item.y + _LINE * (number + 1):g}"'
        f"{small if item.is_menu and number == 0 else ''}>{escape(line)}</text>"
        for number, line in enumerate(lines)
    )
    box = (
        f'<rect class="{style}" x="{item.x:g}" y="{item.y:g}" width="{_WIDTH}" height="{item.height:g}" rx="{radius}"/>'
    )
    group = f"<g{anchor}{chosen}><title>{name}{_heard(item)}</title>{box}{texts}</g>"
    yield f'<a href="#{pen.id(item.state)}">{group}</a>' if item.link else group


def _heard(item: _Item) -> str:
    return f": {escape(item.state.prompt, quote=True)}" if item.state.prompt else ""


def _arrow(parent: _Item, child: _Item, arrow: Arrow, pen: _Pen) -> str:
    start, middle, end = parent.x + _WIDTH, parent.x + _WIDTH + 16, child.x
    from_y, to_y = parent.y + min(parent.height, 30) / 2, child.y + min(child.height, 30) / 2
    line = f"M{start:g} {from_y:g}H{middle:g}V{to_y:g}H{end:g}m-7 -4l7 4l-7 4"
    codes = sorted({code for each in arrow.branches for code in each.codes})
    keys = cut(_SIGNS[arrow.look] + " ".join([arrow.keys, *codes]), _KEYS)
    call = escape(branch_line(pen.graph, arrow.branches[0]), quote=True)
    given, hit = f'class="{arrow.look}" data-call="{call}"', ""
    if pen.inline:
        numbers = " ".join(str(pen.branches[each.place]) for each in arrow.branches)
        ends = f'data-from="{parent.number}" data-to="{child.number}"'
        given = f'class="arrow {arrow.look}" data-branches="{numbers}" {ends}'
        hit = (
            f'<rect class="hit" x="{middle + 1:g}" y="{to_y - 18:g}" width="{end - middle - 2:g}" height="26" rx="4"/>'
        )
    return (
        f'<g {given}><title>{escape(arrow.keys)}: {call}</title>{hit}<path d="{line}"/>'
        f'<text class="keys" x="{middle + 8:g}" y="{to_y - 5:g}">{escape(keys)}</text></g>'
    )


def _legend(graph: Graph, taken: AbstractSet[str] | None) -> Iterator[str]:
    size = f"{graph.size}; hanging up is not drawn"
    yield f'<text x="{_MARGIN}" y="24">{escape(f"{graph.begins}: {size}")}</text>'
    looks = [("failing", "breaks a rule")]
    if taken is not None:
        looks = [("covered", "taken by a test"), ("uncovered", "taken by no test"), *looks]
    for number, (look, words) in enumerate(looks):
        x = _MARGIN + number * 190
        yield (
            f'<g class="{look}"><path d="M{x} 42H{x + 40}"/>'
            f'<text class="keys" x="{x + 46}" y="46">{_SIGNS[look]}{words}</text></g>'
        )

"""Draws the graph as an SVG that stands alone: a tree that grows to the right, with links where paths come together.

Each state is drawn once, where it is reached first; another arrow to it ends in a small link, so that no lines cross.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from textwrap import wrap
from typing import TYPE_CHECKING

from pytest_minivoice.explore.drawing import Arrow, arrows
from pytest_minivoice.explore.naming import run_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

    from pytest_minivoice.explore.graph import Graph, State

_WIDTH, _GAP, _LINE, _PAD = 250, 190, 17, 9
_COLUMN = _WIDTH + _GAP
_WRAP, _LINES, _KEYS = 34, 5, 22
_TOP, _MARGIN = 64, 20
_SIGNS = {"plain": "", "covered": "✓ ", "uncovered": "○ ", "failing": "✗ "}
_KINDS = {
    "completed": "■", "transferred": "☎", "bridged": "☎", "conferenced": "◎", "hung_up": "↓", "failed": "✗",
    "canceled": "✗", "rejected": "✗",
}  # fmt: skip
_STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1f2328 } .small { font-size: 11px; fill: #59636e }
.box { fill: #fff; stroke: #59636e; stroke-width: 1.5 } .dial { fill: #ddf4ff } .end { fill: #f6f8fa; stroke: #8c959f }
.bad { fill: #ffebe9; stroke: #cf222e; stroke-width: 2.5 } .link { fill: #fff; stroke: #8c959f; stroke-dasharray: 2 3 }
path { fill: none; stroke-width: 1.5; stroke: #59636e } .covered path { stroke: #1a7f37; stroke-width: 3 }
.uncovered path { stroke: #6e7781; stroke-dasharray: 7 5 }
.failing path { stroke: #cf222e; stroke-width: 3; stroke-dasharray: 2 4 }
.covered .keys { fill: #116329; font-weight: 600 } .failing .keys { fill: #a40e26; font-weight: 600 }
"""


@dataclass(slots=True, eq=False)
class _Item:
    """Be something drawn: a state, or a link to one."""

    state: State
    depth: int
    link: bool
    arrow: Arrow | None
    children: list[_Item] = field(default_factory=list)
    y: float = 0
    span: float = 0

    @property
    def lines(self) -> list[str]:
        if self.link:
            return [_cut(f"→ {self.state.name}", _WRAP)]
        if self.state.kind == "end":
            return [_cut(f"{_KINDS.get(self.state.name.partition(':')[0], '')} {self.state.name}", _WRAP)]
        if self.state.kind == "dial":
            return [f"☎ calls {self.state.destination}"]
        said = wrap(self.state.prompt, _WRAP) or ["(silence)"]
        return said if len(said) <= _LINES else [*said[: _LINES - 1], said[_LINES - 1] + " ..."]

    @property
    def is_menu(self) -> bool:
        return not self.link and self.state.kind not in {"end", "dial"}

    @property
    def height(self) -> float:
        return len(self.lines) * _LINE + _PAD + (_LINE if self.is_menu else 0)

    @property
    def x(self) -> float:
        return _MARGIN + self.depth * _COLUMN


def svg(graph: Graph, taken: AbstractSet[str] | None = None) -> str:
    """Draw a graph.

    Args:
        graph: States and branches.
        taken: The places of the branches that tests take, or None where nobody counted.

    Returns:
        The SVG document.
    """
    items = _items(graph, taken)
    _place(items)
    width = max(each.x for each in items) + _WIDTH + _MARGIN
    height = max(each.y + each.height for each in items) + _MARGIN
    ids = {state.name: f"state-{number}" for number, state in enumerate(graph.states)}
    body = [part for each in items for part in _drawn(each, ids)]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}" '
        f'viewBox="0 0 {width:g} {height:g}" role="img" aria-label="call flow">'
    )
    ground = f'<rect width="{width:g}" height="{height:g}" fill="#fff"/>'
    return "\n".join([head, f"<style>{_STYLE}</style>", ground, *_legend(graph, taken), *body, "</svg>"]) + "\n"


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
            child = _Item(target, item.depth + 1, link=link, arrow=arrow)
            item.children.append(child)
            items.append(child)
    return items


def _place(items: list[_Item]) -> None:
    for item in reversed(items):
        item.span = max(item.height + 14, sum(each.span for each in item.children))
    items[0].y = _TOP
    for item in items:
        top = item.y
        for child in item.children:
            child.y = top
            top += child.span


def _drawn(item: _Item, ids: dict[str, str]) -> Iterator[str]:
    for child in item.children:
        yield _arrow(item, child)
    name = escape(item.state.name, quote=True)
    style = "link" if item.link else {"dial": "box dial", "end": "end"}.get(item.state.kind, "box")
    if item.state.terminal in {"failed", "rejected"} and not item.link:
        style = "bad"
    radius = {"end": 12, "dial": 6}.get(item.state.kind, 2) if not item.link else 8
    anchor = "" if item.link or item.state.kind == "end" else f' id="{ids[item.state.name]}"'
    small = ' class="small"'
    lines = [*([item.state.name] if item.is_menu else []), *item.lines]
    texts = "".join(
        f'<text x="{item.x + 8:g}" y="{item.y + _LINE * (number + 1):g}"'
        f"{small if item.is_menu and number == 0 else ''}>{escape(_cut(line, 42))}</text>"
        for number, line in enumerate(lines)
    )
    box = (
        f'<rect class="{style}" x="{item.x:g}" y="{item.y:g}" width="{_WIDTH}" height="{item.height:g}" rx="{radius}"/>'
    )
    group = f"<g{anchor}><title>{name}{_heard(item)}</title>{box}{texts}</g>"
    yield f'<a href="#{ids[item.state.name]}">{group}</a>' if item.link else group


def _heard(item: _Item) -> str:
    return f": {escape(item.state.prompt, quote=True)}" if item.state.prompt else ""


def _arrow(parent: _Item, child: _Item) -> str:
    arrow = child.arrow
    if arrow is None:
        return ""
    start, middle, end = parent.x + _WIDTH, parent.x + _WIDTH + 16, child.x
    from_y, to_y = parent.y + min(parent.height, 30) / 2, child.y + min(child.height, 30) / 2
    line = f"M{start:g} {from_y:g}H{middle:g}V{to_y:g}H{end:g}m-7 -4l7 4l-7 4"
    codes = sorted({code for each in arrow.branches for code in each.codes})
    keys = _cut(_SIGNS[arrow.look] + " ".join([arrow.keys, *codes]), _KEYS)
    first = arrow.branches[0]
    call = escape(run_line(first.caller, dict(first.destinations)), quote=True)
    return (
        f'<g class="{arrow.look}" data-call="{call}"><title>{escape(arrow.keys)}: {call}</title><path d="{line}"/>'
        f'<text class="keys" x="{middle + 8:g}" y="{to_y - 5:g}">{escape(keys)}</text></g>'
    )


def _legend(graph: Graph, taken: AbstractSet[str] | None) -> Iterator[str]:
    size = f"{len(graph.states)} states, {len(graph.branches)} branches; hanging up is not drawn"
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


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 3] + "..."

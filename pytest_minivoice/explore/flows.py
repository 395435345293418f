"""The smallest set of calls that takes every branch, as data for tests and flow contracts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pytest_minivoice.explore.graph import Branch, Graph


_READABLE = 12
"""Branches after which a call is brought to its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedFlow:
    """Be one call: what the caller does and what to expect.

    Args:
        name: The branch for which it was chosen, such as `answer/1 2`.
        caller: The caller's script.
        expected: `terminal`, and `destination`, `room`, `hears` and `findings` where there are any.
        destinations: What destinations do, by number.
        branches: The branches that it takes, each named as `Branch.place` names it.
    """

    name: str
    caller: tuple[str, ...]
    expected: Mapping[str, object]
    destinations: Mapping[str, str] = field(default_factory=dict)
    branches: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What happens in it, in one line: `1, timeout, 2, +15551230098 busy`."""
        reached = [f"{number} {outcome}" for number, outcome in self.destinations.items() if outcome != "answered"]
        return ", ".join([*self.caller, *reached]) or "nobody does anything"


def smallest_set(graph: Graph, holds: Callable[[list[Branch]], bool]) -> list[PlannedFlow]:
    """Choose calls that together take every branch.

    A call ends once, so there are at least as many calls as branches that end one. Each call takes what it can on its
    way to such a branch, up to a length that can still be read. Where the application remembers more than the graph
    shows, such a way may lead elsewhere; then the branch gets a call of its own.

    Args:
        graph: States and branches.
        holds: Says whether a call takes these branches one after another.

    Returns:
        The flows, in the order chosen.
    """
    if graph.root.kind == "end":
        return [_flow(graph, graph.root.name, [])]
    exits = _exits(graph)
    taken: set[str] = set()
    flows: list[PlannedFlow] = []
    while True:
        path = _walk(graph, taken, exits)
        fresh = [each for each in path if each.place not in taken]
        if not fresh:
            return flows
        if not holds(path):
            path = _straight(graph, fresh[0])
            fresh = fresh[:1]
        taken.update(each.place for each in (*fresh, *path))
        flows.append(_flow(graph, fresh[-1].place, path))


def _walk(graph: Graph, taken: set[str], exits: Mapping[str, Branch]) -> list[Branch]:
    """Go from the root to the nearest branches not taken yet, until the call ends."""
    path: list[Branch] = []
    mine: set[str] = set()
    name = graph.root.name
    while graph.by_name[name].kind != "end":
        way = _nearest(graph, name, taken | mine) if len(path) < _READABLE else None
        if way is None:
            if name not in exits:
                return path if graph.by_name[name].kind == "end" else []
            way = [exits[name]]
        path += way
        mine.update(each.place for each in way)
        name = path[-1].target
    return path


def _straight(graph: Graph, branch: Branch) -> list[Branch]:
    """Take the shortest way to a branch, and hang up behind it."""
    tree = graph.tree()
    path = [branch]
    while path[0].source != graph.root.name:
        path.insert(0, tree[path[0].source])
    after = graph.out[branch.target]
    if "hang_up" in after:
        return [*path, after["hang_up"]]
    return [*path, *([after["answered"]] if "answered" in after else [])]


def _nearest(graph: Graph, start: str, taken: set[str]) -> list[Branch] | None:
    """Find the way to the nearest branch not taken yet; one that goes on before one that ends the call."""
    came: dict[str, Branch | None] = {start: None}
    queue = [start]
    for name in queue:
        fresh = [each for each in graph.out[name].values() if each.place not in taken]
        if fresh:
            going_on = [each for each in fresh if graph.by_name[each.target].kind != "end"]
            way = [(going_on or fresh)[0]]
            step = came[name]
            while step is not None:
                way.insert(0, step)
                step = came[step.source]
            return way
        for branch in graph.out[name].values():
            if branch.target not in came:
                came[branch.target] = branch
                queue.append(branch.target)
    return None


def _exits(graph: Graph) -> dict[str, Branch]:
    """Find for each state the branch towards the nearest end; hanging up only where nothing else ends the call."""
    into: dict[str, list[Branch]] = {}
    for branch in graph.branches:
        into.setdefault(branch.target, []).append(branch)
    found: dict[str, Branch] = {}
    for hanging_up in (False, True):
        queue = [each.name for each in graph.states if each.kind == "end" or each.name in found]
        for name in queue:
            for branch in into.get(name, ()):
                if branch.source not in found and (branch.input == "hang_up") <= hanging_up:
                    found[branch.source] = branch
                    queue.append(branch.source)
    return found


def _flow(graph: Graph, name: str, path: list[Branch]) -> PlannedFlow:
    end = graph.by_name[path[-1].target] if path else graph.root
    items: list[str] = []
    destinations: dict[str, str] = {}
    for branch in path:
        caller, outcomes = graph.after(branch, (), {})
        items += caller
        destinations |= outcomes
    expected: dict[str, object] = {"terminal": end.terminal}
    if end.terminal in {"transferred", "bridged"} and _is_fixed(end.destination):
        expected["destination"] = end.destination
    if end.room and _is_fixed(end.room):
        expected["room"] = end.room
    heard = [*graph.heard, *(text for branch in path for text in branch.heard)]
    if any(map(_is_fixed, heard)):
        expected["hears"] = [*filter(_is_fixed, heard)]
    codes = {code for branch in path for code in branch.codes} | set(graph.codes)
    if codes:
        expected["findings"] = sorted(codes)
    return PlannedFlow(
        name=name,
        caller=tuple(items),
        expected=expected,
        destinations=destinations,
        branches=tuple(dict.fromkeys(each.place for each in path)),
    )


def _is_fixed(text: str) -> bool:
    """Say whether a text is the same in every call: one that holds a placeholder cannot be expected."""
    return "<" not in text

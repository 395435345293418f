"""What has changed between two call flows, found by walking both graphs together from where calls begin."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_minivoice.explore.meaning import (
    WEIGHTS,
    Difference,
    Weight,
    brings,
    elsewhere,
    handling,
    of_beginnings,
    of_branches,
    of_states,
)
from pytest_minivoice.explore.prompts import menu_words
from pytest_minivoice.explore.sides import Sides

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pytest_minivoice.explore.graph import Graph
    from pytest_minivoice.explore.sides import Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Be one change.

    Args:
        weight: What it means for callers: `breaking`, `to judge` or `additive`.
        place: The state, or the state and the input, as the old flow names it: where it is met first.
        message: What has changed, in one clause.
        more: The other places where the same has changed: other states of the same menu, or other wrong keys.
    """

    weight: Weight
    place: str
    message: str
    more: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        """The first place, and how many more there are."""
        return f"{self.place} and {len(self.more)} more" if self.more else self.place

    @property
    def places(self) -> frozenset[str]:
        """All places where it shows."""
        return frozenset({self.place, *self.more})


def compare(old: Graph, new: Graph) -> list[Change]:
    """Compare two graphs.

    Args:
        old: As it was agreed to.
        new: As it is.

    Returns:
        The changes, the breaking ones first. What is the same in all states of a menu is one change.
    """
    groups: dict[tuple[str, Difference], dict[str, None]] = {}
    for at, place, found in _walk(old, new):
        groups.setdefault((menu_words(at.state.prompt), found), {})[place] = None
    changes = []
    for (_, found), places in groups.items():
        first, *more = places
        changes.append(Change(weight=found.weight, place=first, message=found.message, more=tuple(more)))
    return by_weight(changes)


def by_weight(found: Iterable[Change]) -> list[Change]:
    """Sort changes.

    Args:
        found: Some changes.

    Returns:
        The breaking ones first, then those to judge, then the additive ones.
    """
    return sorted(found, key=lambda each: WEIGHTS.index(each.weight))


def _walk(old: Graph, new: Graph) -> Iterator[tuple[Side, str, Difference]]:
    """Give each difference with the state and the place where it is met: every pair of states is looked at once."""
    olds, news = Sides(old), Sides(new)
    if old.begins != new.begins:
        message = f"calls begin with {new.begins}, not {old.begins}"
        yield olds.at(old.root.name), old.root.name, Difference("to judge", "", message)
    for found in of_beginnings(olds.at(old.root.name), news.at(new.root.name)):
        yield olds.at(old.root.name), old.root.name, found
    met = {(old.root.name, new.root.name)}
    queue = deque(met)
    while queue:
        names = queue.popleft()
        before, after = olds.at(names[0]), news.at(names[1])
        for found in of_states(before, after):
            yield before, before.state.name, found
        yield from _removed(before, after)
        for given, branch in old.out[names[0]].items():
            other = new.out[names[1]].get(given)
            if other is None:
                continue
            for found in of_branches(before, after, branch, other):
                yield before, branch.place, found
            pair = (branch.target, other.target)
            lost = elsewhere(before.target(branch), after.target(other)) or handling(before, after, branch, other)
            if pair not in met and not lost and before.target(branch).kind != "end":
                met.add(pair)
                queue.append(pair)
        yield from _added(before, after)


def _removed(old: Side, new: Side) -> Iterator[tuple[Side, str, Difference]]:
    for given, branch in old.graph.out[old.state.name].items():
        if given not in new.graph.out[new.state.name]:
            message = f"removed; it {brings(old, branch, past=True)}"
            yield old, branch.place, Difference("breaking", given, message)


def _added(old: Side, new: Side) -> Iterator[tuple[Side, str, Difference]]:
    for given, branch in new.graph.out[new.state.name].items():
        if given not in old.graph.out[old.state.name]:
            message = f"added; it {brings(new, branch)}"
            yield old, f"{old.state.name} {given}", Difference("additive", given, message)

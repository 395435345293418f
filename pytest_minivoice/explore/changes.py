"""What has changed between two call flows, found by walking both graphs together from where calls begin."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_minivoice.explore.graph import Branch, Graph, State

Weight = Literal["breaking", "to judge", "additive"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Be one change.

    Args:
        weight: What it means for callers: `breaking`, `to judge` or `additive`.
        place: The state, or the state and the input, as the old flow names it.
        message: What has changed, in one clause.
    """

    weight: Weight
    place: str
    message: str


def compare(old: Graph, new: Graph) -> list[Change]:
    """Compare two graphs.

    Args:
        old: As it was agreed to.
        new: As it is.

    Returns:
        The changes, each once: a pair of states is looked at where it is met first.
    """
    found = list(_begins(old, new))
    met = {(old.root.name, new.root.name)}
    queue = deque(met)
    while queue:
        before, after = queue.popleft()
        found += _state(old.by_name[before], new.by_name[after])
        for given, branch in old.out[before].items():
            other = new.out[after].get(given)
            if other is None:
                found.append(
                    Change(weight="breaking", place=branch.place, message=f"removed; it led to {branch.target}")
                )
                continue
            found += _branch(old, new, branch, other)
            pair = (branch.target, other.target)
            lost = bool(_elsewhere(old.by_name[pair[0]], new.by_name[pair[1]]))
            if pair not in met and not lost and old.by_name[pair[0]].kind != "end":
                met.add(pair)
                queue.append(pair)
        for given, branch in new.out[after].items():
            if given not in old.out[before]:
                message = f"added; it leads to {branch.target}"
                found.append(Change(weight="additive", place=f"{before} {given}", message=message))
    return _once(found)


def _begins(old: Graph, new: Graph) -> Iterator[Change]:
    if old.begins != new.begins:
        yield Change(weight="to judge", place=old.root.name, message=f"calls begin with {new.begins}, not {old.begins}")


def _state(old: State, new: State) -> Iterator[Change]:
    if new.digits and old.digits and new.digits < old.digits:
        message = f"takes {new.digits} digits, not {old.digits} any more"
        yield Change(weight="breaking", place=old.name, message=message)
    elif new.digits > old.digits > 0:
        yield Change(weight="to judge", place=old.name, message=f"takes {new.digits} digits, not {old.digits}")
    if old.prompt != new.prompt:
        yield Change(weight="to judge", place=old.name, message=f'says "{new.prompt}", not "{old.prompt}"')
    if old.menu != new.menu:
        yield Change(weight="to judge", place=old.name, message=f"comes from {new.menu}, not {old.menu}")


def _branch(old: Graph, new: Graph, before: Branch, after: Branch) -> Iterator[Change]:
    fresh = sorted(set(after.codes) - set(before.codes))
    if fresh:
        yield Change(weight="breaking", place=before.place, message=f"breaks a rule now: {', '.join(fresh)}")
    first, second = old.by_name[before.target], new.by_name[after.target]
    message = _elsewhere(first, second)
    if message:
        retried = not fresh and _is_retry(old, new, before, after)
        if retried:
            message = f"the number of tries has changed: {message}"
        yield Change(weight="to judge" if retried else "breaking", place=before.place, message=message)
    elif before.heard != after.heard and second.kind == "end":
        yield Change(weight="to judge", place=before.place, message=f"says {_text(after)}, not {_text(before)}")


def _elsewhere(first: State, second: State) -> str:
    """Say that two states are not the same place, or nothing."""
    if first.kind != second.kind:
        return f"{_named(second)}, not {_named(first)}"
    if first.kind == "end":
        return "" if first.name == second.name else f"{_named(second)}, not {_named(first)}"
    if first.kind == "dial":
        same = first.destination == second.destination
        return "" if same else f"reaches {second.destination}, not {first.destination}"
    same = first.menu == second.menu or first.prompt == second.prompt
    return "" if same else f"{_named(second)}, not {_named(first)}"


def _named(state: State) -> str:
    if state.kind == "end":
        return f"ends as {state.name}"
    if state.kind == "dial":
        return f"reaches {state.destination}"
    return f'leads to "{state.prompt}"' if state.prompt else f"leads to {state.name}"


def _is_retry(old: Graph, new: Graph, before: Branch, after: Branch) -> bool:
    """Say whether one flow asks again where the other one gives up, as it does when nothing is pressed."""
    asks = [_asks_again(graph, each) for graph, each in ((old, before), (new, after))]
    gives_up = [_gives_up(graph, each) for graph, each in ((old, before), (new, after))]
    return asks in ([True, False], [False, True]) and gives_up == [not each for each in asks]


def _gives_up(graph: Graph, branch: Branch) -> bool:
    silent = graph.out[branch.source].get("timeout")
    return silent is not None and silent.target == branch.target and graph.by_name[branch.target].kind == "end"


def _asks_again(graph: Graph, branch: Branch) -> bool:
    source, target = graph.by_name[branch.source], graph.by_name[branch.target]
    return target.kind == "gather" and (source.menu, source.digits) == (target.menu, target.digits)


def _text(branch: Branch) -> str:
    return f'"{" ".join(branch.heard)}"'


def _once(found: list[Change]) -> list[Change]:
    order = {"breaking": 0, "to judge": 1, "additive": 2}
    return sorted(dict.fromkeys(found), key=lambda each: order[each.weight])

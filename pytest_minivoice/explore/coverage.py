"""Which branches of the explored graphs the calls of a run's tests took."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_minivoice.explore.naming import branch_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from pytest_minivoice.explore.graph import Branch, Graph

_SHOWN = 5
"""How many of the branches not taken are listed for a menu."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """Be a branch that no test took.

    Args:
        caller: The shortest caller's script that takes it.
        destinations: What destinations must do for it.
        line: Python to paste into a test.
    """

    caller: tuple[str, ...]
    destinations: Mapping[str, str]
    line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu:
    """Be one line of the coverage table.

    Args:
        name: The page, or what stands in its place.
        states: How many states it has.
        branches: How many branches leave them.
        taken: How many of those were taken.
        missing: The nearest branches not taken.
        more: How many more there are.
    """

    name: str
    states: int
    branches: int
    taken: int
    missing: tuple[Missing, ...]
    more: int


def places(graph: Graph, moves: Iterable[Sequence[str]]) -> set[str]:
    """Find the branches that calls took.

    Args:
        graph: States and branches.
        moves: What people did in each call: keys, `timeout`, `busy` and so on.

    Returns:
        The places of the branches.
    """
    return {branch.place for each in moves for branch in _taken(graph, each)}


def _taken(graph: Graph, moves: Sequence[str]) -> Iterator[Branch]:
    """Follow one call, until it leaves the graph."""
    name, pressed = graph.root.name, ""
    for move in moves:
        out = graph.out[name]
        branch = out.get(pressed + move) or (out.get(f"{pressed}+{move}") if pressed else None)
        if branch is None:
            branch = _like(out, pressed + move)
        if branch is None:
            pressed += move
            continue
        pressed = ""
        yield branch
        name = branch.target


def _like(out: Mapping[str, Branch], digits: str) -> Branch | None:
    """Find the representative of a wrong entry: the branch of as many equal digits."""
    return next((each for given, each in out.items() if len(given) == len(digits) > 1 and len(set(given)) == 1), None)


def table(graph: Graph, taken: AbstractSet[str]) -> list[Menu]:
    """Make the coverage table.

    Args:
        graph: States and branches.
        taken: The places of the branches that were taken.

    Returns:
        A line for each menu, in the order of the graph.
    """
    menus: dict[str, list[str]] = {}
    for state in graph.states:
        if state.kind != "end":
            name = f"transfer to {state.destination}" if state.kind == "dial" else state.menu or state.kind
            menus.setdefault(name, []).append(state.name)
    return [_menu(graph, name, states, taken) for name, states in menus.items()]


def _menu(graph: Graph, name: str, states: list[str], taken: AbstractSet[str]) -> Menu:
    branches = [branch for state in states for branch in graph.out[state].values()]
    missing = sorted((each for each in branches if each.place not in taken), key=lambda each: len(each.caller))
    return Menu(
        name=name,
        states=len(states),
        branches=len(branches),
        taken=len(branches) - len(missing),
        missing=tuple(
            Missing(
                caller=each.caller,
                destinations=each.destinations,
                line=branch_line(graph, each),
            )
            for each in missing[:_SHOWN]
        ),
        more=max(0, len(missing) - _SHOWN),
    )

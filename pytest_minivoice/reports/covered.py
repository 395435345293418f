"""Puts together what a run explored: each call flow once, and which of its branches the calls of tests took."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_minivoice.explore.coverage import places, table
from pytest_minivoice.explore.graph import Graph
from pytest_minivoice.reports.explored import Explored, Flow

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pytest_minivoice.reports.explored import Exploration


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """Hold what people did in one call of a test.

    Args:
        test: pytest's node id.
        app: The name of the application.
        begins: How the call began.
        items: What they did: keys, `timeout`, `busy` and so on.
    """

    test: str
    app: str
    begins: str
    items: tuple[str, ...]


def put_together(
    explorations: Iterable[Exploration],
    moves: Sequence[Moves],
    locks: Mapping[str, Graph],
    *,
    measured: bool,
    fail_under: float | None,
) -> Explored:
    """Put together what a run explored.

    Args:
        explorations: The explorations, in any order.
        moves: What people did in the calls of tests.
        locks: Call flows that are known from lock files, by the path.
        measured: Whether it was counted which branches the tests took.
        fail_under: The least coverage that was asked for, in per cent, or None.

    Returns:
        The whole.
    """
    ordered = sorted(explorations, key=lambda each: each.test)
    found = _best(ordered)
    begun = {each.begins for each in found}
    unused = tuple(path for path, graph in locks.items() if graph.begins in begun)
    known = {path: graph for path, graph in locks.items() if path not in unused}
    counted = moves if measured else None
    return Explored(
        explorations=tuple(ordered),
        flows=(*(_explored(each, counted) for each in found), *(_known(*each, counted) for each in known.items())),
        unused=unused,
        measured=measured,
        fail_under=fail_under,
    )


def _best(explorations: list[Exploration]) -> list[Exploration]:
    """Give one exploration for each call flow: the one that saw most."""
    best: dict[tuple[str, str], Exploration] = {}
    for each in sorted(explorations, key=lambda one: -len(one.branches)):
        best.setdefault((each.app, each.begins), each)
    return sorted(best.values(), key=lambda one: (one.app, one.begins))


def _explored(each: Exploration, moves: Sequence[Moves] | None) -> Flow:
    mine = None if moves is None else [one for one in moves if one.app == each.app]
    graph = Graph(list(each.states), list(each.branches), begins=each.begins)
    return _flow(graph, mine, app=each.app, exploration=each)


def _known(path: str, graph: Graph, moves: Sequence[Moves] | None) -> Flow:
    return _flow(graph, moves, lock=path)


def _flow(
    graph: Graph,
    moves: Sequence[Moves] | None,
    *,
    app: str = "",
    lock: str = "",
    exploration: Exploration | None = None,
) -> Flow:
    taken: dict[str, dict[str, None]] = {}
    for each in moves or ():
        if each.begins == graph.begins:
            for place in places(graph, [each.items]):
                taken.setdefault(place, {})[each.test] = None
    others = {each.begins for each in moves or ()}
    return Flow(
        app=app,
        lock=lock,
        begins=graph.begins,
        states=tuple(graph.states),
        branches=tuple(graph.branches),
        findings=exploration.findings if exploration is not None else (),
        taken=None if moves is None else {place: tuple(sorted(tests)) for place, tests in taken.items()},
        menus=() if moves is None else tuple(table(graph, taken.keys())),
        other_begins=tuple(sorted(others)) if graph.begins not in others else (),
    )

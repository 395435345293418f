"""Puts together what a run explored: each call flow once, and which of its branches the calls of tests took."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pytest_minivoice.explore.coverage import places, table
from pytest_minivoice.explore.greeting import greeting_of
from pytest_minivoice.reports.explored import Explored, Flow

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pytest_minivoice.explore.graph import Graph
    from pytest_minivoice.explore.greeting import Greeting
    from pytest_minivoice.reports.explored import Exploration

_WORDS = 60
"""How many characters of what is heard name a flow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """Hold what people did in one call of a test.

    Args:
        test: pytest's node id.
        app: The name of the application.
        begins: How the call began.
        items: What they did: keys, `timeout`, `busy` and so on.
        heard: What the caller heard before that.
        reached: The number that was called before that, or an empty string.
    """

    test: str
    app: str
    begins: str
    items: tuple[str, ...]
    heard: tuple[str, ...] = ()
    reached: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """Hold a call flow before its branches are counted: the exploration that saw most, or a lock file."""

    graph: Graph
    greeting: Greeting
    exploration: Exploration | None = None
    lock: str = ""
    lesser: tuple[str, ...] = ()

    @property
    def app(self) -> str:
        return self.exploration.app if self.exploration is not None else ""

    @property
    def test(self) -> str:
        return self.exploration.test if self.exploration is not None else ""

    def is_like(self, other: _Known) -> bool:
        """Tell whether two flows begin on the same page, and begin alike."""
        return self.graph.begins == other.graph.begins and self.greeting.is_like(other.greeting)

    def may_be(self, one: Moves) -> bool:
        """Tell whether a call began on the page of this flow."""
        return one.begins == self.graph.begins and self.app in {"", one.app}


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
    found = _explored(ordered)
    locked = [_Known(graph=graph, greeting=greeting_of(graph), lock=path) for path, graph in locks.items()]
    unused = [each for each in locked if any(one.is_like(each) for one in found)]
    known = [*found, *(each for each in locked if each not in unused)]
    counted = _counted(known, moves if measured else ())
    apart = _apart(found)
    return Explored(
        explorations=tuple(ordered),
        flows=tuple(
            _flow(each, counted[at], _others(each, moves), measured=measured, apart=apart.get(at, ""))
            for at, each in enumerate(known)
        ),
        unused=tuple(each.lock for each in unused),
        measured=measured,
        fail_under=fail_under,
    )


def _explored(explorations: list[Exploration]) -> list[_Known]:
    """Give each call flow that was explored once: as the exploration knows it that saw most."""
    found: list[_Known] = []
    for each in sorted(explorations, key=lambda one: -len(one.branches)):
        graph = each.graph
        new = _Known(graph=graph, greeting=greeting_of(graph), exploration=each)
        at = next((at for at, one in enumerate(found) if one.app == new.app and one.is_like(new)), None)
        if at is None:
            found.append(new)
        elif _seen(graph) != _seen(found[at].graph):
            found[at] = replace(found[at], lesser=(*found[at].lesser, each.test))
    return sorted(found, key=lambda one: (one.app, one.graph.begins, one.test))


def _seen(graph: Graph) -> set[tuple[str, str]]:
    return {(each.place, each.target) for each in graph.branches}


def _apart(found: list[_Known]) -> dict[int, str]:
    """Tell flows of one application and page apart: by what is heard first, and where that is alike, by the test."""
    pages: dict[tuple[str, str], list[int]] = {}
    for at, each in enumerate(found):
        pages.setdefault((each.app, each.graph.begins), []).append(at)
    names: dict[int, str] = {}
    for some in pages.values():
        words = [found[at].greeting.words for at in some]
        short = [each if len(each) <= _WORDS else each[: _WORDS - 4] + '..."' for each in words]
        tests = [found[at].test for at in some]
        if len(some) > 1:
            told = words if len(set(short)) < len(short) else short
            if len(set(told)) < len(told):
                told = [f"{each} ({test})" for each, test in zip(short, tests, strict=True)]
            names |= dict(zip(some, told, strict=True))
    return names


def _counted(known: list[_Known], moves: Sequence[Moves]) -> list[list[Moves]]:
    """Give each flow the calls that opened like it; a call that opened like none counts for all of its page."""
    counted: list[list[Moves]] = [[] for _ in known]
    for one in moves:
        page = [at for at, each in enumerate(known) if each.may_be(one)]
        mine = [at for at in page if known[at].greeting.is_of(one.heard, one.reached)]
        for at in mine or page:
            counted[at].append(one)
    return counted


def _others(flow: _Known, moves: Sequence[Moves]) -> tuple[str, ...]:
    """Tell how the calls of tests begin, if none begins on the page of a flow."""
    mine = {each.begins for each in moves if flow.app in {"", each.app}}
    return () if flow.graph.begins in mine else tuple(sorted(mine))


def _flow(known: _Known, moves: list[Moves], others: tuple[str, ...], *, measured: bool, apart: str) -> Flow:
    graph, exploration = known.graph, known.exploration
    taken: dict[str, dict[str, None]] = {}
    for each in moves:
        for place in places(graph, [each.items]):
            taken.setdefault(place, {})[each.test] = None
    return Flow(
        app=known.app,
        lock=known.lock,
        begins=graph.begins,
        states=tuple(graph.states),
        branches=tuple(graph.branches),
        findings=exploration.findings if exploration is not None else (),
        taken={place: tuple(sorted(tests)) for place, tests in taken.items()} if measured else None,
        menus=tuple(table(graph, taken.keys())) if measured else (),
        other_begins=others if measured else (),
        test=known.test,
        heard=known.greeting.heard,
        apart=apart,
        lesser=known.lesser,
    )

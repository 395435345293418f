"""Makes the result of an exploration: plain values, with secrets and tokens masked."""

from __future__ import annotations

from dataclasses import asdict, replace
from functools import partial
from typing import TYPE_CHECKING

from pytest_minivoice.reports.explored import BrokenOnPath
from pytest_minivoice.reports.explored import Exploration as Result
from pytest_minivoice.reports.model import Answer
from pytest_minivoice.reports.observe import broken_of, shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_minivoice.explore.exploration import Exploration
    from pytest_minivoice.explore.graph import Branch, Graph, State


def exploration_of(found: Exploration, hide: Callable[[str], str], *, test: str, app: str) -> Result:
    """Make the result of an exploration.

    Args:
        found: The exploration.
        hide: Takes the secrets of its account out.
        test: pytest's node id of the test that made it.
        app: The name of the application.

    Returns:
        The result.
    """
    safe = partial(shown, hide=hide)
    states, branches = _masked(found.graph, safe)
    return Result(
        test=test,
        app=app,
        begins=safe(found.graph.begins),
        assurance=found.assurance,
        complete=found.complete,
        requests=found.requests,
        states=states,
        branches=branches,
        findings=tuple(
            BrokenOnPath(
                **asdict(broken_of(each, hide)),
                caller=tuple(map(safe, each.caller)),
                destinations={safe(number): does for number, does in each.destinations.items()},
                branches=each.paths,
                line=safe(each.line),
                flow=safe(each.flow),
            )
            for each in found.findings
        ),
        ignored=tuple(map(safe, found.ignored)),
        heard=tuple(map(safe, found.graph.heard)),
        slowest=tuple(Answer(**(asdict(each) | {"url": safe(each.url)})) for each in found.times.slowest),
        too_slow=found.times.too_slow,
    )


def _masked(graph: Graph, safe: Callable[[str], str]) -> tuple[tuple[State, ...], tuple[Branch, ...]]:
    """Hide secrets in what is said and reached; what callers do stays, as tests are compared with it.

    The name of an end holds the destination, and may be hidden. Two ends that look alike then are one.
    """
    names = {each.name: safe(each.name) if each.kind == "end" else each.name for each in graph.states}
    states = {
        names[each.name]: replace(
            each,
            name=names[each.name],
            menu=safe(each.menu),
            prompt=safe(each.prompt),
            destination=safe(each.destination),
            room=safe(each.room),
        )
        for each in graph.states
    }
    branches = (replace(each, target=names[each.target], heard=tuple(map(safe, each.heard))) for each in graph.branches)
    return tuple(states.values()), tuple(branches)

"""An exploration on its way from the process that made it to the one that writes the reports."""

from __future__ import annotations

from dataclasses import asdict
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from pytest_minivoice.explore.graph import Branch, Graph, State
from pytest_minivoice.reports.explored import BrokenOnPath, Exploration
from pytest_minivoice.reports.model import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping

# Values alone: an exploration has many states, and xdist carries all of them.
_STATE_FIELDS = ("name", "kind", "menu", "prompt", "digits", "terminal", "destination", "room")
_STATE = attrgetter(*_STATE_FIELDS)


def packed(exploration: Exploration) -> dict[str, Any]:
    """Return an exploration as plain values. Scripts are left out, as they follow from the branches.

    Args:
        exploration: The exploration.

    Returns:
        What `unpacked` takes.
    """
    return {
        "test": exploration.test,
        "app": exploration.app,
        "begins": exploration.begins,
        "assurance": exploration.assurance,
        "complete": exploration.complete,
        "requests": exploration.requests,
        "states": [_STATE(each) for each in exploration.states],
        "branches": [
            [each.source, each.input, each.target, list(each.heard), list(each.codes)] for each in exploration.branches
        ],
        "findings": [asdict(each) for each in exploration.findings],
        "ignored": list(exploration.ignored),
        "heard": list(exploration.heard),
        "slowest": [asdict(each) for each in exploration.slowest],
        "too_slow": exploration.too_slow,
    }


def unpacked(plain: Mapping[str, Any]) -> Exploration:
    """Make an exploration of plain values.

    Args:
        plain: What `packed` gave, in this process or another.

    Returns:
        The exploration.
    """
    states = [State(**dict(zip(_STATE_FIELDS, values, strict=True))) for values in plain["states"]]
    branches = [
        Branch(source=source, input=given, target=target, heard=tuple(heard), codes=tuple(codes))
        for source, given, target, heard, codes in plain["branches"]
    ]
    whole = Graph(states, branches, begins=plain["begins"]).with_scripts()
    return Exploration(
        test=plain["test"],
        app=plain["app"],
        begins=plain["begins"],
        assurance=plain["assurance"],
        complete=plain["complete"],
        requests=plain["requests"],
        states=tuple(whole.states),
        branches=tuple(whole.branches),
        findings=tuple(BrokenOnPath(**(each | {"caller": tuple(each["caller"])})) for each in plain["findings"]),
        ignored=tuple(plain["ignored"]),
        heard=tuple(plain["heard"]),
        slowest=tuple(Answer(**each) for each in plain["slowest"]),
        too_slow=plain["too_slow"],
    )

"""What is wrong with a finished graph: traps, endless silence, keys on which prompts and handlers do not agree."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_minivoice.explore.keys import key_branches, outcome, wrong_key
from pytest_minivoice.explore.prompts import offered_keys
from pytest_minivoice.rules import explore_rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_minivoice.explore.graph import Branch, Graph, State
    from pytest_minivoice.rules.rule import Finding

_REPEATS = re.compile(
    r"\b(repeat|again|hear|listen|back|return|main menu|wiederhol\w*|réécout\w*|repetir)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Problem:
    """Hold a finding and the branch or state that shows it."""

    finding: Finding
    shown_by: Branch | State


def check_graph(graph: Graph) -> Iterator[Problem]:
    """Check a graph.

    Args:
        graph: States and branches.

    Yields:
        The problems, in the order of the graph.
    """
    yield from _traps(graph)
    yield from _silence(graph)
    for state in graph.states:
        yield from _keys(graph, state)


def _traps(graph: Graph) -> Iterator[Problem]:
    order = {state.name: number for number, state in enumerate(graph.states)}
    left = frozenset({"hang_up"})
    for component in graph.components(without=left):
        inside = set(component)
        members = sorted(inside, key=order.__getitem__)
        if any(graph.by_name[name].kind in {"end", "ring"} for name in members):
            continue
        branches = [each for name in members for each in graph.out[name].values() if each.input not in left]
        if all(each.target in inside for each in branches) and (branches or graph.by_name[members[0]].kind == "idle"):
            first = graph.by_name[members[0]]
            states = f"{len(members)} states" if len(members) > 1 else "one state"
            message = f'after {first.name} only hanging up ends the call ({states}); the caller hears "{first.prompt}"'
            yield Problem(explore_rules.NO_WAY_OUT.at(first.name, message), first)


def _silence(graph: Graph) -> Iterator[Problem]:
    after = {name: out["timeout"].target for name, out in graph.out.items() if "timeout" in out}
    reported: set[str] = set()
    for start in after:
        path: dict[str, None] = {}
        name = start
        while name in after and name not in path and name not in reported:
            path[name] = None
            name = after[name]
        if name in path:
            cycle = list(path)[list(path).index(name) :]
            way = " -> ".join([*cycle, name])
            message = f"a caller who presses nothing goes round for ever: {way}"
            yield Problem(explore_rules.SILENCE_FOR_EVER.at(name, message), graph.by_name[name])
        reported.update(path)


def _keys(graph: Graph, state: State) -> Iterator[Problem]:
    offered = offered_keys(state.prompt)
    wrong = wrong_key(graph, state)
    if not offered or wrong is None:
        return
    asks_again = graph.by_name[wrong.target].kind == "gather"
    branches = key_branches(graph, state)
    outcomes = {key: outcome(branch) for key, branch in branches.items()}
    silent = graph.out[state.name]["timeout"]
    for key, branch in branches.items():
        same = outcomes[key] == wrong
        if key in offered and same and asks_again and not _REPEATS.search(state.prompt):
            message = f'the prompt "{state.prompt}" offers {key}, which brings the same as a key that it does not offer'
            yield Problem(explore_rules.KEY_NOT_HANDLED.at(f"{state.name} {key}", message), branch)
        elif (
            key not in offered and not same and not branch.codes and outcomes[key][:2] != (silent.target, silent.heard)
        ):
            message = f'{key} leads to {branch.target}, and the prompt "{state.prompt}" does not offer it'
            yield Problem(explore_rules.KEY_NOT_OFFERED.at(f"{state.name} {key}", message), branch)

"""Turns what a search found into named states and branches, and scripts that users can paste."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from pytest_minivoice.explore.graph import ROOT, Branch, Graph, State
from pytest_minivoice.explore.opening import Opening

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pytest_minivoice.explore.inputs import Input
    from pytest_minivoice.explore.nodes import Known, Node, Word
    from pytest_minivoice.explore.seen import Seen

_TIMES = 4
"""How often a call is to be made that is answered otherwise from time to time."""
_VERBS = {"timeout": "wait()", **{each: f"{each}()" for each in ("hang_up", "answer", "no_answer", "busy", "cancel")}}
LAST_WORDS = {"gather": ("hang_up",), "idle": ("hang_up",), "ring": ("cancel",)}
"""What ends a call that stands in a state of this kind."""


class Script(NamedTuple):
    """Hold what a caller does, and what destinations do.

    Args:
        caller: The caller's script.
        destinations: What destinations must do for it, by number.
        ending: What the caller must do besides, so that the call is over.
    """

    caller: tuple[str, ...]
    destinations: dict[str, str]
    ending: tuple[str, ...] = ()


class Names:
    """Name the nodes of a search."""

    def __init__(self, known: Known, root: Node) -> None:
        """Take nodes in the order of their shortest access.

        Args:
            known: All nodes.
            root: Where calls begin.
        """
        self._root = root
        self._nodes = known.nodes
        self._names = {node: _name(node) for node in known.nodes}

    def of(self, node: Node) -> str:
        """Return a node's name."""
        return self._names[node]

    def script(self, word: Word) -> Script:
        """Write a word as a caller's script.

        Args:
            word: Inputs from the beginning of a call.

        Returns:
            The script, and what destinations must do for it.
        """
        items: list[str] = []
        outcomes: dict[str, str] = {}
        here: Node | None = self._root
        for given in word:
            items += given.items
            if given.outcome is not None and here is not None and given.outcome != "answered":
                outcomes[here.seen.end[3]] = given.outcome
            edge = here.edges.get(given) if here is not None else None
            here = edge.target if edge is not None else None
        ending = LAST_WORDS.get(here.seen.kind, ()) if here is not None else ()
        return Script(tuple(items), outcomes, ending)

    def graph(self, begins: str) -> Graph:
        """Make the graph.

        Args:
            begins: How a call begins.

        Returns:
            The graph.
        """
        states, branches = [], []
        for node in self._nodes:
            states.append(self._state(node))
            for given in node.inputs:
                edge = node.edges.get(given)
                if edge is not None:
                    branches.append(
                        Branch(
                            source=self.of(node),
                            input=given.label,
                            target=self.of(edge.target),
                            heard=edge.seen.heard,
                            did=edge.seen.did,
                            codes=_codes(edge.seen),
                        )
                    )
        first = self._root.seen
        beginning = {"heard": first.heard, "did": first.did, "codes": _codes(first)}
        return Graph(states, branches, begins=begins, **beginning).with_scripts()

    def _state(self, node: Node) -> State:
        seen = node.seen
        terminal, _, _, destination, room = seen.end
        ends, gather = seen.kind == "end", seen.gather
        return State(
            name=self.of(node),
            kind=seen.kind,
            menu="" if ends else seen.menu,
            prompt="" if ends else " ".join(seen.texts),
            digits=gather.limit if gather else 0,
            min_digits=gather.enough if gather and gather.enough < gather.limit else 0,
            timeout_seconds=gather.timeout_seconds if gather else 0,
            finish_on_key=(gather.finish_on_key or "") if gather else "",
            terminal=terminal or None,
            destination=destination,
            room=room,
        )


def _codes(seen: Seen) -> tuple[str, ...]:
    return tuple(sorted({each.code for each in seen.findings}))


def _name(node: Node) -> str:
    if node.seen.kind == "end":
        return _end(node.seen)
    return place(node.access)


def place(word: Word) -> str:
    """Name the place that inputs lead to.

    Args:
        word: The inputs from the call's beginning on.

    Returns:
        Such as `answer/1/timeout`.
    """
    return "/".join([ROOT, *(each.label for each in word)])


def _end(seen: Seen) -> str:
    terminal, _, reason, destination, room = seen.end
    parts = [terminal]
    if reason not in {terminal, "actions_ran_out", "caller_hung_up", "answer_failed", "did_rejects_calls"}:
        parts.append(reason)
    parts += [each for each in (destination, room) if each]
    return ":".join(part.replace(" ", "_") for part in parts)


def run_line(caller: Sequence[str], destinations: Mapping[str, str], opening: Opening, *, again: bool = False) -> str:
    """Write the lines that make a call again.

    Args:
        caller: The caller's script.
        destinations: What destinations must do for it.
        opening: How it begins.
        again: Whether it is to be made several times.

    Returns:
        Python to paste into a test.
    """
    items = ", ".join(f'"{each}"' for each in caller)
    call = f"minivoice.{opening.python()}.run([{items}])"
    return "; ".join([*_prepared(destinations), f"[{call} for _ in range({_TIMES})]" if again else call])


def turns_line(moves: Iterable[tuple[str, Input | None]], destinations: Mapping[str, str], opening: Opening) -> str:
    """Write the lines that make several calls at a time.

    Args:
        moves: What is done one after another, each with the name of a call; None where it begins.
        destinations: What destinations must do for it.
        opening: How each call begins.

    Returns:
        Python to paste into a test.
    """
    lines = [*_prepared(destinations)]
    for name, given in moves:
        if given is None:
            lines.append(f"{name} = minivoice.{opening.python()}")
        else:
            lines += [f"{name}.{_VERBS.get(each) or f'press({json.dumps(each)})'}" for each in given.items]
    return "; ".join(lines)


def _prepared(destinations: Mapping[str, str]) -> Iterator[str]:
    return (f'minivoice.destinations["{number}"] = "{outcome}"' for number, outcome in destinations.items())


def branch_line(graph: Graph, branch: Branch) -> str:
    """Write the lines that make the shortest call that takes a branch, and end it where it would go on.

    Args:
        graph: States and branches.
        branch: The branch.

    Returns:
        Python to paste into a test.
    """
    return _ended(graph, graph.by_name[branch.target], branch.caller, branch.destinations)


def state_line(graph: Graph, state: State) -> str:
    """Write the lines that make the shortest call to a state, and end it where it would go on.

    Args:
        graph: States and branches.
        state: The state.

    Returns:
        Python to paste into a test.
    """
    return _ended(graph, state, state.caller, state.destinations)


def _ended(graph: Graph, state: State, caller: tuple[str, ...], destinations: Mapping[str, str]) -> str:
    items = (*caller, *LAST_WORDS.get(state.kind, ()))
    return run_line(items, destinations, Opening(direction=graph.begins.partition(" ")[0]))

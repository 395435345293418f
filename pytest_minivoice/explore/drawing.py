"""What all pictures of a graph share: arrows that group inputs, and how a branch fares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Set as AbstractSet

    from pytest_minivoice.explore.graph import Branch, Graph

Look = Literal["plain", "covered", "uncovered", "failing"]

_DIGITS = "0123456789"
_RUN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """Be all branches from one state to another that fare the same.

    Args:
        source: The state's name.
        target: The name of the state that they lead to.
        keys: The inputs, grouped: `6-9, *, timeout`.
        look: Whether they fail, or are covered, where that is known.
        branches: The branches.
    """

    source: str
    target: str
    keys: str
    look: Look
    branches: tuple[Branch, ...]


def arrows(graph: Graph, taken: AbstractSet[str] | None = None) -> list[Arrow]:
    """Group the branches of a graph; hanging up is left out.

    Args:
        graph: States and branches.
        taken: The places of the branches that tests take, or None where nobody counted.

    Returns:
        The arrows, in the order of the graph.
    """
    groups: dict[tuple[str, str, Look], list[Branch]] = {}
    for branch in graph.branches:
        if branch.input != "hang_up" or len(graph.out[branch.source]) == 1:
            groups.setdefault((branch.source, branch.target, _look(branch, taken)), []).append(branch)
    return [
        Arrow(
            source=source, target=target, keys=grouped([each.input for each in some]), look=look, branches=tuple(some)
        )
        for (source, target, look), some in groups.items()
    ]


def grouped(inputs: Sequence[str]) -> str:
    """Write inputs in few characters.

    Args:
        inputs: Keys and words.

    Returns:
        Such as `6-9, *, #, timeout`.
    """
    digits = sorted(each for each in inputs if each in _DIGITS)
    parts: list[str] = []
    run: list[str] = []
    for digit in [*digits, ""]:
        if run and (not digit or int(digit) != int(run[-1]) + 1):
            parts += [f"{run[0]}-{run[-1]}"] if len(run) >= _RUN else run
            run = []
        run.append(digit)
    others = [each for each in inputs if each not in _DIGITS]
    return ", ".join([*parts, *(each for each in others if each != "timeout"), *_only(others, "timeout")])


def _only(words: Iterable[str], wanted: str) -> list[str]:
    return [each for each in words if each == wanted]


def _look(branch: Branch, taken: AbstractSet[str] | None) -> Look:
    if branch.codes:
        return "failing"
    if taken is None:
        return "plain"
    return "covered" if branch.place in taken else "uncovered"

"""Plays two calls at the same time, step by step, and compares each with itself alone."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice, zip_longest
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_minivoice.explore.inputs import Input
    from pytest_minivoice.explore.line import Phone
    from pytest_minivoice.explore.nodes import Known, Node, Word

_WORDS = 300
"""How many paths are played beside others."""
_PARTNERS = 3
"""Beside how many others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixed:
    """Hold two calls that are not independent: the first one is changed by the other."""

    word: Word
    other: Word
    alone: tuple[str, ...]
    together: tuple[str, ...]


def mix(phone: Phone, known: Known) -> Mixed | None:
    """Look for two calls that change each other.

    Args:
        phone: Makes the calls.
        known: What the search found.

    Returns:
        The first such pair, or None.
    """
    for word in islice(_longest(known), _WORDS):
        for turn in range(_PARTNERS):
            other = _beside(known.nodes[0], word, turn)
            found = _together(phone, known, word, other) if other != word else None
            if found is not None:
                return found
    return None


def _beside(root: Node, word: Word, turn: int) -> Word:
    """Return a path on which another key is pressed at every step."""
    other: list[Input] = []
    here = root
    for mine in word:
        choices = [each for each in here.inputs if each in here.edges and each.label not in _DULL]
        choices = [each for each in choices if here.edges[each].target.seen.kind != "end"] or choices
        if not choices:
            break
        start = choices.index(mine) + 1 if mine in choices else 0
        other.append(choices[(start + turn) % len(choices)])
        here = here.edges[other[-1]].target
    return tuple(other)


def _longest(known: Known) -> Iterator[Word]:
    """Give the paths that no other path goes on from, each with one input more."""
    inner = {each.access[:-1] for each in known.nodes if each.seen.kind == "gather" and each.access}
    for node in known.nodes:
        if node.seen.kind == "gather" and node.access not in inner:
            given = next((each for each in node.inputs if each in node.edges and each.label not in _DULL), None)
            if given is not None:
                yield (*node.access, given)


_DULL = frozenset({"hang_up", "timeout"})


def _together(phone: Phone, known: Known, word: Word, other: Word) -> Mixed | None:
    root: Node = known.nodes[0]
    first, second = phone.dial(), phone.dial()
    here: Node | None = root
    for mine, theirs in zip_longest(word, other):
        if theirs is not None and not second.over:
            second.step(theirs)
        if mine is None or here is None:
            break
        edge = here.edges.get(mine)
        if edge is None:
            return None
        seen = first.step(mine)
        if seen.label != edge.seen.label:
            return (
                None
                if _unsteady(phone, word, edge.seen.label)
                else Mixed(word=word, other=other, alone=edge.seen.heard, together=seen.heard)
            )
        here = edge.target
    return None


def _unsteady(phone: Phone, word: Word, expected: str) -> bool:
    """Say whether the call alone is different this time, too."""
    line = phone.dial()
    labels = []
    for given in word:
        if line.over:
            break
        labels.append(line.step(given).label)
    return expected not in labels

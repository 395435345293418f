"""Plays two calls at the same time, and compares the one with itself alone."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

from pytest_minivoice.errors import CallerError
from pytest_minivoice.explore.nodes import telling
from pytest_minivoice.explore.steadiness import Unsteady

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pytest_minivoice.explore.inputs import Input
    from pytest_minivoice.explore.line import Line, Phone
    from pytest_minivoice.explore.nodes import Known, Node, Word
    from pytest_minivoice.explore.seen import Seen

_WORDS = 100
"""How many paths are played beside others."""
_PARTNERS = 2
"""Beside how many others each of them is played."""
_ALONE = 4
"""How often a call is made alone before the other call is blamed."""
_DULL = frozenset({"hang_up", "timeout"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixed:
    """Hold two calls that are not independent.

    Args:
        word: What is done in the one that is changed.
        other: What is done in the one that changes it.
        by_turns: Whether each step of the other one comes before one of the first; else all come before the last.
        alone: What the last step brings without the other call.
        together: What it brings with it.
    """

    word: Word
    other: Word
    by_turns: bool
    alone: Seen
    together: Seen

    @property
    def moves(self) -> Iterator[tuple[str, Input | None]]:
        """Each step of both in order, with the name of the call that makes it; None where that call begins."""
        yield "one", None
        if self.by_turns:
            yield "other", None
            for theirs, mine in zip_longest(self.other[: len(self.word)], self.word):
                if theirs is not None:
                    yield "other", theirs
                yield "one", mine
            return
        yield from (("one", each) for each in self.word[:-1])
        yield "other", None
        yield from (("other", each) for each in self.other)
        yield "one", self.word[-1]


def mix(phone: Phone, known: Known) -> Mixed | Unsteady | None:
    """Look for two calls that change each other.

    Args:
        phone: Makes the calls.
        known: What the search found.

    Returns:
        The first such pair, or None; a path on which even a call alone is answered otherwise, where that is met.
    """
    root = known.nodes[0]
    for number, word in enumerate(_spread(_ends(known, every=True))):
        for turn in range(_PARTNERS):
            found = _compared(phone, root, word, _between(phone, root, word, number + turn), by_turns=False)
            if found is not None:
                return found
    for word in _spread(_ends(known, every=False)):
        for turn in range(_PARTNERS):
            other = _beside(root, word, turn)
            if other != word:
                found = _compared(phone, root, word, _in_step(phone, word, other), by_turns=True)
                if found is not None:
                    return found
    return None


def _spread(words: Iterable[Word]) -> list[Word]:
    """Choose so many words, of the whole call flow."""
    given = list(words)
    return given[:: 1 + len(given) // _WORDS]


def _ends(known: Known, *, every: bool) -> Iterator[Word]:
    """Give the paths that no other path goes on from: by one key at each last menu, or by each that brings its own."""
    inner = {each.access for each in known.nodes if each.seen.kind == "gather"}
    last = {each.access[:-1] for each in known.nodes if each.seen.kind == "gather" and each.access}
    for node in known.nodes:
        if node.seen.kind != "gather" or not (every or node.access not in last):
            continue
        words = [(*node.access, given) for given in _keys(node)]
        yield from [word for word in words if word not in inner] if every else words[:1]


def _keys(node: Node) -> list[Input]:
    return [each for each in telling(node) if each.label not in _DULL]


def _beside(root: Node, word: Word, turn: int) -> Word:
    """Return a path on which another key is pressed at every step, where there is one."""
    other: list[Input] = []
    here = root
    for mine in word:
        choices = _others(here, mine) if mine in here.edges else _keys(here)
        if not choices:
            break
        other.append(choices[turn % len(choices)])
        here = here.edges[other[-1]].target
    return tuple(other)


def _in_step(phone: Phone, word: Word, other: Word) -> Iterator[tuple[Word, Seen]]:
    """Play two calls by turns, the other one first; give what the other did so far and what the first one met."""
    first, second = phone.dial(), phone.dial()
    for mine, theirs in zip_longest(word, other):
        if theirs is not None:
            _lead(second, theirs)
        if mine is None:
            return
        yield other, first.step(mine)


def _between(phone: Phone, root: Node, word: Word, turn: int) -> Iterator[tuple[Word, Seen]]:
    """Play a call, and behind each step of it another one that came the same way and decided otherwise there."""
    line, here = phone.dial(), root
    other: Word = ()
    for index, mine in enumerate(word):
        yield other, line.step(mine)
        others = _others(here, mine)
        here = here.edges[mine].target
        if others and index + 1 < len(word):
            other = (*word[:index], others[turn % len(others)])
            beside = phone.dial()
            for theirs in other:
                if not _lead(beside, theirs):
                    break


def _lead(line: Line, given: Input) -> bool:
    """Let a call go on that may have been led elsewhere than the graph says; say whether it could."""
    if line.over or (given.outcome is not None) != (line.seen.kind == "dial"):
        return False
    try:
        line.step(given)
    except CallerError:
        return False
    return True


def _others(node: Node, mine: Input) -> list[Input]:
    """Give what else may be entered at a menu: what brings the same, whatever is kept of it, then what leads on."""
    answer = node.edges[mine].seen.label
    same = [each for each in node.edges if node.edges[each].seen.label == answer and each != mine]
    others = [each for each in _keys(node) if node.edges[each].seen.label != answer]
    others.sort(key=lambda each: node.edges[each].target.seen.kind == "end")
    return [*[each for each in same if each.label not in _DULL][:1], *others]


def _compared(
    phone: Phone, root: Node, word: Word, met: Iterator[tuple[Word, Seen]], *, by_turns: bool
) -> Mixed | Unsteady | None:
    """Compare what a call meets beside others with what it met alone."""
    here = root
    for index, (mine, (other, seen)) in enumerate(zip(word, met, strict=False)):
        edge = here.edges[mine]
        if seen.label != edge.seen.label:
            way = word[: index + 1]
            alone = _alone(phone, way, edge.seen)
            if alone is not None:
                return Unsteady(word=way, seen=(edge.seen, alone))
            return Mixed(word=way, other=other, by_turns=by_turns, alone=edge.seen, together=seen)
        here = edge.target
    return None


def _alone(phone: Phone, word: Word, before: Seen) -> Seen | None:
    """Return what the call alone meets this time, where it is something else than before."""
    for _ in range(_ALONE):
        line = phone.dial()
        for given in word:
            if not _lead(line, given):
                return line.seen
        if line.seen.label != before.label:
            return line.seen
    return None

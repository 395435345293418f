"""Which parts of an answer differ from call to call: ids, times, tokens."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from pytest_minivoice.spec.actions import Action

TOKEN = re.compile(r"<\w+>|[\w.:+-]*[\w+-]")
"""A word, with what belongs to a number, a time or an address in it."""
_PLACEHOLDER = re.compile(r"<\d+>")
_ID = 8
"""How many letters an id has at least that happens to have no digit."""
_NUMBER = re.compile(r"\+\d+")
"""A telephone number, which is never an id: who is reached is a choice."""
_REACHED = ("/destination", "/to", "/room")
"""What ends a pointer to what a call reaches."""

_Field = tuple[str, str]
"""The path of a page, and a JSON pointer in its document."""

Leaves = dict[str, str]
"""The strings of one document by JSON pointer."""


def leaves(url: str, actions: Sequence[Action]) -> Leaves:
    """List the strings of a document.

    Args:
        url: Where it comes from.
        actions: Its actions.

    Returns:
        The strings by pointer; the pointer of the URL is empty. Values that are no strings are written down too.
    """
    found: Leaves = {"": url}
    for action in actions:
        found.update(_leaves(f"/actions/{action.index}/{action.name}", dict(action.parameters)))
    return found


def _leaves(pointer: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        yield pointer, "{}"
        for key in sorted(value):
            yield from _leaves(f"{pointer}/{key}", value[key])
    elif isinstance(value, list):
        yield pointer, "[]"
        for index, each in enumerate(value):
            yield from _leaves(f"{pointer}/{index}", each)
    else:
        yield pointer, value if isinstance(value, str) else f"\0{value!r}"


class Fields:
    """Remember the volatile words of an application by what stands beside them.

    A field is told by path and pointer, and several documents of one path may use it for different things: `Ticket
    100001.` here, `Account savings.` there. So a word is known by its field and its neighbours.
    """

    def __init__(self) -> None:
        """Know none."""
        self._known: dict[_Field, set[_Spot]] = {}
        self._chosen: set[_Field] = set()
        self._first: dict[tuple[_Field, int], dict[str, str]] = {}
        self._last: dict[tuple[_Field, int], str] = {}

    def __len__(self) -> int:
        """Count the places known."""
        return sum(map(len, self._known.values()))

    def describe(self) -> tuple[str, ...]:
        """Name the fields for a report.

        Returns:
            Such as `/minivoice/answer /actions/0/say/text`.
        """
        return tuple(sorted(f"{path} {pointer or '(its own URL)'}" for path, pointer in self._known))

    def learn(self, path: str, samples: Sequence[Mapping[str, str]]) -> bool:
        """Compare the same document as several calls got it.

        Args:
            path: The path it comes from.
            samples: Its leaves, in the order of the calls.

        Returns:
            Whether they differ in volatile words alone, which are then known. A telephone number, and a value that
            comes back after another one, is a choice that the application makes, not a time or an id.
        """
        first = samples[0]
        if any(each.keys() != first.keys() for each in samples):
            return False
        found: dict[str, set[_Spot]] = {}
        for pointer in first:
            spots = _spots([each[pointer] for each in samples])
            if spots is None or (spots and (path, pointer) in self._chosen):
                return False
            if spots:
                found[pointer] = spots
        for pointer, spots in found.items():
            self._known.setdefault((path, pointer), set()).update(spots)
        return True

    def values(self, path: str, document: Mapping[str, str], call: str) -> Iterator[tuple[str, str]]:
        """Give the volatile values of a document.

        Args:
            path: The path it comes from.
            document: Its leaves.
            call: The id of the call that got it.

        Yields:
            The values, each with its text, in the order of the document.
        """
        for pointer, text in document.items():
            known = self._known.get((path, pointer))
            if known:
                words = TOKEN.findall(text)
                for index in sorted(_volatile(words, known)):
                    self._notice((path, pointer), index, words[index], call)
                    yield words[index], text

    def take_back(self) -> bool:
        """Forget the fields whose values turned out to be chosen.

        Returns:
            Whether there are any.
        """
        mistaken = self._chosen & self._known.keys()
        for each in mistaken:
            del self._known[each]
        return bool(mistaken)

    def _notice(self, field: _Field, index: int, word: str, call: str) -> None:
        """Notice a value that another call had before, and not the last one: ids and times do not come back.

        Drawn numbers may, by chance; but not those that are reached, where chance would bring two callers together.
        """
        if any(map(str.isdigit, word)) and not field[1].endswith(_REACHED):
            return
        place = field, index
        owner = self._first.setdefault(place, {}).setdefault(word, call)
        if owner != call and self._last[place] != word:
            self._chosen.add(field)
        self._last[place] = word


class _Spot(NamedTuple):
    """A place for a volatile word: the fixed word beside it, how many words away, and what its values look like."""

    word: str
    away: int
    shape: str


def _spots(texts: Sequence[str]) -> set[_Spot] | None:
    """Find the words in which the texts of one field differ; None where they differ in more than volatile words."""
    words = list(map(TOKEN.findall, texts))
    if len({TOKEN.sub("", text) for text in texts}) > 1 or any(len(each) != len(words[0]) for each in words):
        return None
    columns = list(zip(*words, strict=True))
    differing = {index for index, values in enumerate(columns) if len(set(values)) > 1}
    chosen = any(_comes_back(columns[index]) for index in differing) or any(map(_NUMBER.fullmatch, texts))
    if differing and (chosen or texts[0][:1] == "\0"):
        return None
    volatile = differing | {index for index, word in enumerate(words[0]) if _PLACEHOLDER.fullmatch(word)}
    return {
        _Spot(*beside, shape)
        for index in differing
        for beside in _beside(words[0], index, volatile)
        for shape in set().union(*map(_shown, columns[index]))
    }


def _shown(value: str) -> set[str]:
    """Say what a value shows of the others that may stand in its place: ids have digits, or their length at least."""
    return {"digits", f"id of {len(value)}"} if any(map(str.isdigit, value)) else {"word"}


def _fitting(value: str) -> set[str]:
    """Say in place of what a value may stand."""
    if any(map(str.isdigit, value)):
        return {"digits"}
    return {"word", f"id of {len(value)}"} if len(value) >= _ID else {"word"}


def _beside(words: Sequence[str], index: int, volatile: AbstractSet[int]) -> list[tuple[str, int]]:
    """Name the nearest fixed words before and after one word; where the whole text is volatile, how long it is."""
    before = next((at for at in range(index - 1, -1, -1) if at not in volatile), None)
    after = next((at for at in range(index + 1, len(words)) if at not in volatile), None)
    found = [(words[at], index - at) for at in (before, after) if at is not None]
    return found or [("", len(words))]


def _volatile(words: Sequence[str], known: AbstractSet[_Spot]) -> set[int]:
    shapes = list(map(_fitting, words))

    def fits(index: int, beside: tuple[str, int]) -> bool:
        return any(_Spot(*beside, shape) in known for shape in shapes[index])

    every = range(len(words))
    if all(fits(index, ("", len(words))) for index in every):
        return set(every)
    found: set[int] = set()
    while True:
        more = {
            index
            for index in every
            if index not in found and any(fits(index, each) for each in _beside(words, index, found))
        }
        if not more:
            return found
        found |= more


def _comes_back(values: Sequence[str]) -> bool:
    runs = [value for index, value in enumerate(values) if index == 0 or values[index - 1] != value]
    return len(set(runs)) < len(runs)

"""Which parts of an answer differ from call to call (ids, times, tokens), and placeholders for their values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pytest_minivoice.spec.actions import Action

_TOKEN = re.compile(r"[\w.:+-]+")

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
    """Remember the volatile fields of an application."""

    def __init__(self) -> None:
        """Know none."""
        self._known: dict[tuple[str, str], set[int]] = {}

    def __len__(self) -> int:
        """Count them."""
        return len(self._known)

    def describe(self) -> tuple[str, ...]:
        """Name them for a report.

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
            Whether they differ in volatile words alone, which are then known. A value that comes back after another
            one is a choice that the application makes, not a time or an id.
        """
        first = samples[0]
        if any(each.keys() != first.keys() for each in samples):
            return False
        found: dict[str, set[int]] = {}
        for pointer in first:
            words = [_TOKEN.findall(each[pointer]) for each in samples]
            rests = {_TOKEN.sub("", each[pointer]) for each in samples}
            if len(rests) > 1 or any(len(each) != len(words[0]) for each in words):
                return False
            for index, values in enumerate(zip(*words, strict=True)):
                if len(set(values)) > 1:
                    if _comes_back(values) or first[pointer].startswith("\0"):
                        return False
                    found.setdefault(pointer, set()).add(index)
        for pointer, indexes in found.items():
            self._known.setdefault((path, pointer), set()).update(indexes)
        return True

    def values(self, path: str, document: Mapping[str, str]) -> Iterator[str]:
        """Give the volatile values of a document.

        Args:
            path: The path it comes from.
            document: Its leaves.

        Yields:
            The values, in the order of the document.
        """
        for pointer, text in document.items():
            indexes = self._known.get((path, pointer))
            if indexes:
                words = _TOKEN.findall(text)
                yield from (words[index] for index in sorted(indexes) if index < len(words))


def _comes_back(values: Sequence[str]) -> bool:
    runs = [value for index, value in enumerate(values) if index == 0 or values[index - 1] != value]
    return len(set(runs)) < len(runs)


class Mask:
    """Replace the volatile values of one call by placeholders, numbered by first occurrence in what is written down."""

    def __init__(self, named: Mapping[str, str]) -> None:
        """Begin with what every call has.

        Args:
            named: Values and their placeholders.
        """
        self._named = dict(named)
        self._values = sorted(named, key=len, reverse=True)
        self._volatile: set[str] = set()
        self._numbers: dict[str, str] = {}

    def add(self, value: str) -> None:
        """Know a value to be volatile.

        Args:
            value: The value.
        """
        if value not in self._named:
            self._volatile.add(value)

    def begin(self) -> None:
        """Number anew."""
        self._numbers = {}

    def text(self, text: str) -> str:
        """Replace what is volatile.

        Args:
            text: Any text of this call.

        Returns:
            The text with placeholders; the same value has the same one, as long as the numbers hold.
        """
        for value in self._values:
            if value in text:
                text = text.replace(value, self._named[value])
        return _TOKEN.sub(self._placed, text) if self._volatile else text

    def _placed(self, match: re.Match[str]) -> str:
        value = match[0]
        if value not in self._volatile:
            return value
        return self._numbers.setdefault(value, f"<{len(self._numbers) + 1}>")

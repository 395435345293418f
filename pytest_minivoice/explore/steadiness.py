"""Whether calls on the same path get the same answers. Where not, a volatile field is learned, or the path is noted.

It makes no calls: it is given what was seen of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_minivoice.explore.nodes import Word
    from pytest_minivoice.explore.seen import Seen
    from pytest_minivoice.explore.volatile import Fields


class Relearned(Exception):  # noqa: N818 - no error: the search begins anew
    """Say that what is known of the volatile fields has changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsteady:
    """Hold a path on which the same calls got different answers."""

    word: Word
    seen: tuple[Seen, ...]


class Steadiness:
    """Compare calls on the same path."""

    def __init__(self, fields: Fields) -> None:
        """Begin with no path known to be unsteady.

        Args:
            fields: The volatile fields known so far; more are learned.
        """
        self.unsteady: dict[Word, Unsteady] = {}
        self._fields = fields

    def differ(self, word: Word, samples: Sequence[Sequence[Seen]]) -> bool:
        """Say whether calls differ, and note the path on which they do.

        Args:
            word: The path.
            samples: What was seen of each call, step by step.

        Returns:
            Whether they differ.

        Raises:
            Relearned: If another volatile field explains it.
        """
        for index, steps in enumerate(zip(*samples, strict=False)):
            if len({each.label for each in steps}) == 1:
                continue
            before = len(self._fields), self._fields.describe()
            if self._learn(steps) and (len(self._fields), self._fields.describe()) != before:
                raise Relearned
            other = next(each for each in steps if each.label != steps[0].label)
            self.note(word[:index], steps[0], other)
            return True
        return False

    def check(self) -> None:
        """Begin anew if what was taken for volatile turned out to be chosen.

        Raises:
            Relearned: If so.
        """
        if self._fields.take_back():
            raise Relearned

    def note(self, word: Word, seen: Seen, other: Seen) -> None:
        """Note a path on which the answers differ, unless it is known.

        Args:
            word: The path.
            seen: What was seen there.
            other: What else was seen there.
        """
        self.unsteady.setdefault(word, Unsteady(word=word, seen=(seen, other)))

    def _learn(self, steps: tuple[Seen, ...]) -> bool:
        paths = {tuple(path for path, _ in each.documents) for each in steps}
        if len(paths) > 1:
            return False
        numbered = enumerate(path for path, _ in steps[0].documents)
        return all(self._fields.learn(path, [each.documents[index][1] for each in steps]) for index, path in numbered)

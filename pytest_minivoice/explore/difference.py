"""Says in what two answers to the same call differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_minivoice.explore.seen import Seen

_PLACES = {"": "its URL", "\0": "the HTTP status"}


def difference(first: Seen, other: Seen) -> tuple[str, str]:
    """Say what is different.

    Args:
        first: What one call brought.
        other: What the same call brought another time.

    Returns:
        A clause for each.
    """
    pairs = [(_told(first), _told(other)), *_documents(first, other), *_probes(first, other)]
    return next((pair for pair in pairs if pair[0] != pair[1]), pairs[0])


def _told(seen: Seen) -> str:
    said = " ".join(seen.heard) or "nothing"
    reached = [each for each in seen.end[3:] if each]
    return f'"{said}" ({", ".join([seen.kind, *reached, *(each.code for each in seen.findings)])})'


def _documents(first: Seen, other: Seen) -> Iterator[tuple[str, str]]:
    """Give each place in the documents, with what stands there."""
    for (path, mine), (other_path, theirs) in zip(first.documents, other.documents, strict=False):
        yield f"a document of {path}", f"a document of {other_path}"
        for pointer in sorted(mine.keys() | theirs.keys()):
            place = f"{path}, {_PLACES.get(pointer, pointer)}: "
            yield place + _value(mine.get(pointer)), place + _value(theirs.get(pointer))
    yield _count(first), _count(other)


def _value(text: str | None) -> str:
    return "nothing" if text is None else text[1:] if text.startswith("\0") else repr(text)


def _count(seen: Seen) -> str:
    return f"{len(seen.documents)} documents"


def _probes(first: Seen, other: Seen) -> Iterator[tuple[str, str]]:
    yield f"state() returned {first.probe}", f"state() returned {other.probe}"

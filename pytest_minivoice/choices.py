"""Checks that a word is one of a few, and finds the one that was meant."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from pytest_minivoice.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Iterable


def nearest(word: str, words: Iterable[str], *, cutoff: float = 0.6) -> str | None:
    """Find the word that was meant.

    Args:
        word: What was written.
        words: What could have been.
        cutoff: How alike they must be, from 0 to 1.

    Returns:
        The most similar word, or None.
    """
    plain = {each.lower(): each for each in words}
    found = get_close_matches(word.lower().replace("-", "_"), plain, n=1, cutoff=cutoff)
    return plain[found[0]] if found else None


def did_you_mean(word: object, words: Iterable[str]) -> str:
    """Ask for the word that was meant.

    Args:
        word: What was written.
        words: What could have been.

    Returns:
        A clause to put behind a message, or an empty string.
    """
    near = nearest(str(word), words)
    return f"; did you mean {near!r}?" if near is not None else ""


def check_choice(name: str, value: object, choices: Iterable[str]) -> str:
    """Check that a word is one of a few.

    Args:
        name: What it is for, for the message.
        value: The word.
        choices: The words allowed.

    Returns:
        The word.

    Raises:
        SettingError: If it is another, with the nearest one.
    """
    __tracebackhide__ = True
    allowed = list(choices)
    if not isinstance(value, str) or value not in allowed:
        hint = did_you_mean(value, allowed)
        raise SettingError(f"{name} is {value!r}; it must be one of {', '.join(allowed)}{hint}")
    return value

"""How wide a text is drawn, so that it fits into its box: a little more than in the widest fonts that are common."""

from __future__ import annotations

from unicodedata import east_asian_width

_NARROW, _LOWER, _DIGIT, _UPPER, _WIDE, _SQUARE = 5.0, 8.1, 8.4, 9.6, 12.9, 13.5
"""Pixels at a size of 13."""
_THIN = frozenset("ijl.,:;'|!()[]/ -ftrI\"")
_BROAD = frozenset("mwMW@%+#&")
_LATIN = 0x2000


def width(text: str) -> float:
    """Estimate how wide a text is.

    Args:
        text: In one line.

    Returns:
        Pixels, at a size of 13.
    """
    return sum(map(_width, text))


def cut(text: str, pixels: float) -> str:
    """Cut a text off where it would be too wide.

    Args:
        text: In one line.
        pixels: How wide it may be.

    Returns:
        The text; `...` stands for what was cut off.
    """
    if width(text) <= pixels:
        return text
    return _fitting(text, pixels - width("...")) + "..."


def broken(text: str, pixels: float) -> list[str]:
    """Break a text into lines.

    Args:
        text: Any text.
        pixels: How wide a line may be.

    Returns:
        The lines; none for nothing but spaces. A word that is wider than a line is broken too.
    """
    lines: list[str] = []
    line = ""
    for each in text.split():
        word = each
        if line and width(f"{line} {word}") <= pixels:
            line = f"{line} {word}"
            continue
        lines += [line] if line else []
        while width(word) > pixels:
            lines.append(_fitting(word, pixels))
            word = word[len(lines[-1]) :]
        line = word
    return [*lines, line] if line else lines


def _fitting(text: str, pixels: float) -> str:
    """Return the longest beginning that fits, but at least one letter."""
    room = pixels
    for number, each in enumerate(text):
        room -= _width(each)
        if room < 0:
            return text[: max(1, number)]
    return text


def _width(letter: str) -> float:
    if letter in _THIN:
        return _NARROW
    if letter in _BROAD or ord(letter) >= _LATIN:
        return _SQUARE if east_asian_width(letter) in "WF" else _WIDE
    if letter.isdigit():
        return _DIGIT
    return _UPPER if letter.isupper() else _LOWER

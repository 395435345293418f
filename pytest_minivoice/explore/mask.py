"""Placeholders for the volatile values of one call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_minivoice.explore.volatile import TOKEN

if TYPE_CHECKING:
    import re
    from collections.abc import Mapping

_LONG = 4
"""How many characters a value has that cannot be a key to press, or a count, by chance."""


class Mask:
    """Replace the volatile values of one call by placeholders, numbered by first occurrence in what is written down."""

    def __init__(self, named: Mapping[str, str]) -> None:
        """Begin with what every call has.

        Args:
            named: Values and their placeholders.
        """
        self._named = dict(named)
        self._values = sorted(named, key=len, reverse=True)
        self._anywhere: set[str] = set()
        self._in_urls: set[str] = set()
        self._within: dict[str, set[str]] = {}
        self._numbers: dict[str, str] = {}

    def add(self, value: str, text: str) -> None:
        """Know a value to be volatile.

        Args:
            value: The value. A short one, such as the 3 of `You are caller 3.`, is no id: it is replaced where it
                stands, and not in `Press 3 for sales.`
            text: Where it stands, with the named values replaced.
        """
        if len(value) >= _LONG:
            self._anywhere.add(value)
        elif _is_url(text):
            self._in_urls.add(value)
        else:
            self._within.setdefault(text, set()).add(value)

    def begin(self) -> None:
        """Number anew."""
        self._numbers = {}

    def named(self, text: str) -> str:
        """Replace what every call has.

        Args:
            text: Any text of this call.

        Returns:
            The text with the named placeholders.
        """
        for value in self._values:
            if value in text:
                text = text.replace(value, self._named[value])
        return text

    def text(self, text: str) -> str:
        """Replace what is volatile.

        Args:
            text: Any text of this call.

        Returns:
            The text with placeholders; the same value has the same one, as long as the numbers hold.
        """
        text = self.named(text)
        short = self._in_urls if _is_url(text) else self._within.get(text, ())
        if not short and not self._anywhere:
            return text

        def placed(match: re.Match[str]) -> str:
            value = match[0]
            if value not in self._anywhere and value not in short:
                return value
            return self._numbers.setdefault(value, f"<{len(self._numbers) + 1}>")

        return TOKEN.sub(placed, text)


def _is_url(text: str) -> bool:
    return text.startswith(("/", "http:", "https:"))

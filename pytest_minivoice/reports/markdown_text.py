"""Writes texts into Markdown so that they mean themselves."""

from __future__ import annotations

import re


def text(words: str) -> str:
    """Write a text in one line.

    Args:
        words: Any text.

    Returns:
        Markdown that shows it.
    """
    return re.sub(r"([\\`*_<>\[\]#])", r"\\\1", " ".join(words.split()))


def cell(words: str) -> str:
    """Write a text into a cell of a table.

    Args:
        words: Any text.

    Returns:
        Markdown that shows it.
    """
    return text(words).replace("|", "\\|")


def fenced(language: str, block: str) -> list[str]:
    """Write a block of code.

    Args:
        language: What it is.
        block: Any text; a fence in it does not end the block.

    Returns:
        The lines.
    """
    fence = "`" * max(3, 1 + max((len(each) for each in re.findall("`+", block)), default=0))
    return [f"{fence}{language}", block, fence]

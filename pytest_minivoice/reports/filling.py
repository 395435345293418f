"""Fills the blanks of a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def filled(page: str, parts: Mapping[str, str]) -> str:
    """Put parts where a page has comments of their names, such as `<!--TITLE-->`.

    Args:
        page: The page.
        parts: The parts in the order of their comments, as HTML.

    Returns:
        The page. What looks like a comment in a part stays as it is.
    """
    done = []
    for name, text in parts.items():
        before, _, page = page.partition(f"<!--{name}-->")
        done += [before, text]
    return "".join([*done, page])

"""Turns docstrings into reStructuredText: sections with `Args:` and the like, and `code` in single backticks."""

from __future__ import annotations

import re
from inspect import cleandoc
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx

SECTION = re.compile(r"(Args|Raises|Returns|Yields):")
ITEM = re.compile(r"(\w+): (.*)")
CODE = re.compile(r"(?<!`)`([^`]+)`(?!`)")
FIELDS = {"Args": "param ", "Raises": "raises ", "Returns": "returns", "Yields": "yields"}


def convert(_app: Sphinx, _what: str, _name: str, _object: object, _options: object, lines: list[str]) -> None:
    """Replace the lines of a docstring."""
    lines[:] = list(rewritten(CODE.sub(r"``\1``", "\n".join(lines)).splitlines()))


def rewritten(lines: list[str]) -> Iterator[str]:
    """Give the lines of a docstring, its sections as fields."""
    section, body = "", []
    for line in [*lines, "the end"]:
        if section and (not line.strip() or line.startswith(" ")):
            body.append(line)
            continue
        if section:
            yield from fields(section, cleandoc("\n".join(["", *body])).splitlines())
            yield ""
            section, body = "", []
        match = SECTION.fullmatch(line.strip())
        if match:
            section = match[1]
            yield ""
        elif line != "the end":
            yield line


def fields(section: str, body: list[str]) -> Iterator[str]:
    """Give the fields of a section."""
    if section in {"Returns", "Yields"}:
        body = [f":{FIELDS[section]}: {body[0]}", *(f"    {line}" for line in body[1:])]
    for line in body:
        match = ITEM.fullmatch(line)
        escaped = match[1].replace("_", "\\_") if match else ""
        yield f":{FIELDS[section]}{escaped}: {match[2]}" if match else line


def shorten(
    _app: Sphinx, _what: str, _name: str, _object: object, _options: object, signature: str, returns: str | None
) -> tuple[str, str | None]:
    """Write the class in place of the type variable in what a verb of a call returns."""
    return signature, "Call" if (returns or "").endswith("_C") else returns

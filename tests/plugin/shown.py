"""How a test writes down what pytest must show."""

from __future__ import annotations

from glob import escape
from textwrap import dedent


def shown(text: str) -> list[str]:
    """Turn lines into patterns for `fnmatch_lines`: they mean themselves, but `...` stands for anything."""
    return [escape(line.rstrip()).replace("...", "*") for line in dedent(text).strip("\n").splitlines()]

"""How a test writes down what pytest must show."""

from __future__ import annotations

from glob import escape
from textwrap import dedent

import pytest


def shown(text: str) -> list[str]:
    """Turn lines into patterns for `fnmatch_lines`: they mean themselves, but `...` stands for anything."""
    return [escape(line.rstrip()).replace("...", "*") for line in dedent(text).strip("\n").splitlines()]


def screen(result: pytest.RunResult) -> pytest.LineMatcher:
    """Return what a run printed, without the carets below a line: Python 3.10 and older pytests do not print them."""
    return pytest.LineMatcher([line for line in result.stdout.lines if set(line.strip()) != {"^"}])

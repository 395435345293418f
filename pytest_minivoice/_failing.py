"""Fails a test where the user wrote what is wrong: one line of theirs, and no frame of ours."""

from __future__ import annotations

import ast
import traceback
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from pytest_minivoice.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from pytest_minivoice.errors import ContractViolation

_PARAM = type(pytest.param())


@contextmanager
def said_plainly(where: str = "") -> Iterator[None]:
    """Show a mistake in the settings as its message alone, with the traceback of its cause where it has one.

    Args:
        where: What stands before the message.

    Yields:
        Nothing.
    """
    __tracebackhide__ = True
    try:
        yield
    except SettingError as error:
        cause = error.__cause__
        behind = "" if cause is None else "\n\n" + "".join(traceback.format_exception(cause))
        raise pytest.fail.Exception(f"{where}{error}{behind}", pytrace=False) from None


@contextmanager
def placed(where: str) -> Iterator[None]:
    """Put a place before what is said of a mistake in the settings.

    Args:
        where: The place.

    Yields:
        Nothing.

    Raises:
        SettingError: The mistake, with its place.
    """
    __tracebackhide__ = True
    try:
        yield
    except SettingError as error:
        raise SettingError(f"{where}: {error}") from None


def raise_at_marker(item: pytest.Item, error: ContractViolation, marker: str, number: int | None = None) -> None:
    """Raise an error where a marker stands in the user's file.

    Args:
        item: The test.
        error: What it failed by.
        marker: The marker's name.
        number: Its position among those of this name, the uppermost first; None for the one nearest to the test.

    Raises:
        ContractViolation: Always.
    """
    __tracebackhide__ = True
    fail_at(item.path, _line(item, marker, number), item.name, error)


def place_of(item: pytest.Item, marker: str, number: int | None = None) -> str:
    """Say where a marker stands.

    Args:
        item: The test, or its definition.
        marker: The marker's name.
        number: As for `raise_at_marker`.

    Returns:
        Its file and line.
    """
    return f"{item.location[0]}:{_line(item, marker, number)}"


def refuse_in_parameters(item: pytest.Item, markers: Collection[str]) -> None:
    """Refuse markers in `pytest.param(marks=...)`, where they come too late to bring their fixture.

    Args:
        item: The test's definition.
        markers: The names of such markers.

    Raises:
        CollectError: For the first; it names its line.
    """
    for given in item.iter_markers("parametrize"):
        values = given.args[1] if len(given.args) > 1 else given.kwargs.get("argvalues")
        for value in values if isinstance(values, list | tuple) else ():
            found = [mark.name for mark in value.marks if mark.name in markers] if isinstance(value, _PARAM) else []
            if found:
                what = f"{item.name}: @pytest.mark.{found[0]} does nothing in pytest.param"
                cure = "put it above the function; of several minivoice_flow there, each is a test of its own"
                raise pytest.Collector.CollectError(f"{place_of(item, found[0], 0)}: {what}; {cure}")


def fail_at(path: Path, line: int, name: str, error: ContractViolation) -> None:
    """Raise an error where the user wrote what it breaks.

    Args:
        path: The user's file.
        line: The line in it.
        name: The test.
        error: What to raise.

    Raises:
        ContractViolation: The error.
    """
    __tracebackhide__ = True
    # One frame that has the user's own place, so that pytest shows that line and none of ours.
    tree = ast.parse("raise error")
    tree.body[0].col_offset = tree.body[0].end_col_offset = -1
    code = compile(tree, str(path), "exec").replace(co_firstlineno=line, co_name=name)
    exec(code, {"error": error.with_traceback(None)})  # noqa: S102 - code of our own


def _line(item: pytest.Item, marker: str, number: int | None) -> int:
    """Return the line of a marker, or of the test's first line where the marker is not written as such."""
    first = int(item.location[1] or 0) + 1
    try:
        tree = ast.parse(item.path.read_text(encoding="utf-8"))
    except (OSError, SyntaxError, ValueError):
        return first
    lines = [each.lineno for each in _marks(tree, first) if _is_named(each, marker)]
    if number is None:
        number = len(lines) - 1
    return lines[number] if 0 <= number < len(lines) else first


def _marks(tree: ast.Module, first: int) -> Iterator[ast.expr]:
    """Give what may mark a test: `pytestmark` and decorators, the outer ones first, and the upper ones."""
    for node in ast.walk(tree):  # outer nodes come first
        if isinstance(node, ast.Module):
            yield from _pytestmarks(node)
        elif isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            start = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            if start <= first <= int(node.end_lineno or 0):
                yield from node.decorator_list
                if isinstance(node, ast.ClassDef):
                    yield from _pytestmarks(node)


def _pytestmarks(node: ast.Module | ast.ClassDef) -> Iterator[ast.expr]:
    for line in node.body:
        if isinstance(line, ast.Assign) and any(ast.unparse(each) == "pytestmark" for each in line.targets):
            yield from line.value.elts if isinstance(line.value, ast.List | ast.Tuple) else [line.value]


def _is_named(mark: ast.expr, name: str) -> bool:
    return any(isinstance(each, ast.Attribute) and each.attr == name for each in ast.walk(mark))

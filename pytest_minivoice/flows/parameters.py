"""Puts the parameters of `each` in place of their names in braces."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pytest_minivoice.choices import did_you_mean
from pytest_minivoice.errors import FlowFileError
from pytest_minivoice.flows.source import Located, Place

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAME = re.compile(r"\{\{|\}\}|\$?\{([^\W\d]\w*)\}")


def filled(value: Located, row: Mapping[object, Located]) -> Located:
    """Fill parameters in.

    Args:
        value: A value of the flow.
        row: The parameters.

    Returns:
        The value, at the same place, with `{name}` replaced.

    Raises:
        FlowFileError: If there is no such parameter.
    """
    if isinstance(value.plain, str):
        return _text(value.plain, value, row)
    if isinstance(value.plain, list):
        items: dict[object, Located] = {index: filled(each, row) for index, each in value.children.items()}
        return Located([each.plain for each in items.values()], value.place, children=items)
    if not isinstance(value.plain, dict):
        return value
    found = Located({}, value.place)
    for key, each in value.children.items():
        place = value.keys[key]
        name = _text(key, Located(key, place), row).plain if isinstance(key, str) else key
        found.children[name] = filled(each, row)
        found.keys[name] = place
    found.plain = {name: each.plain for name, each in found.children.items()}
    return found


def _text(text: str, value: Located, row: Mapping[object, Located]) -> Located:
    whole = _NAME.fullmatch(text)
    if whole and whole[1]:
        given = _parameter(whole[1], row, value.place)
        return Located(given.plain, value.place, given.written, given.children, given.keys)
    return Located(_NAME.sub(lambda match: _piece(match, row, value.place), text), value.place, value.written)


def _piece(match: re.Match[str], row: Mapping[object, Located], place: Place) -> str:
    if not match[1]:
        return match[0][0]
    given = _parameter(match[1], row, place)
    return given.written or str(given.plain)


def _parameter(name: str, row: Mapping[object, Located], place: Place) -> Located:
    if name not in row:
        names = [str(each) for each in row]
        hint = did_you_mean(name, names)
        raise FlowFileError(f"each has no parameter {name!r}{hint or '; it has ' + ', '.join(names)}", *place)
    return row[name]

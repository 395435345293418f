"""Makes what an application knows of a call comparable: nested values become a flat table of plain ones."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Flat = Mapping[str, object]

_ABSENT = "(nothing)"
_DEEPEST = 12
"""Levels of a state that are compared; a state that holds itself has no last one."""
_LONGEST = 60
"""Characters of a value that a finding shows."""
_FEW = 4
"""Keys of a whole state that a finding names."""


def look(state: Callable[[str], object], call_id: str) -> Flat:
    """Ask the application what it knows of a call.

    Args:
        state: The user's function.
        call_id: The call's id; it is left out of the values, so that two calls compare.

    Returns:
        Paths and values; an exception counts as a value, since many stores raise for a call that they do not know.
    """
    try:
        found = state(call_id)
    except Exception as error:  # noqa: BLE001 - whatever the user's store raises
        return {"": f"raises {type(error).__name__}: {error}".replace(call_id, "<call id>")}
    return dict(_flat(found, call_id, "", 0))


def differences(expected: Flat, actual: Flat) -> list[str]:
    """Find the paths at which two states differ.

    Args:
        expected: One state.
        actual: The other.

    Returns:
        The paths, in order.
    """
    paths = [*expected, *(path for path in actual if path not in expected)]
    return [path for path in paths if expected.get(path, _ABSENT) != actual.get(path, _ABSENT)]


def told(paths: list[str], expected: Flat, actual: Flat, *, when: tuple[str, str]) -> str:
    """Put differences into words.

    Args:
        paths: Where they are; the first two are told.
        expected: One state.
        actual: The other state.
        when: When each of the two was seen.

    Returns:
        Such as `status is 'done' in order, and 'twice' here`.
    """
    few = [
        f"{path or 'the state'} is {_short(expected, path)} {when[0]}, and {_short(actual, path)} {when[1]}"
        for path in ([""] if "" in paths else paths[:2])
    ]
    return "; ".join(few)


def _short(state: Flat, path: str) -> str:
    if path not in state:
        return _ABSENT if path else f"something with {', '.join(list(state)[:_FEW])}"
    text = repr(state[path])
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "..."


def _flat(value: object, call_id: str, path: str, depth: int) -> Iterable[tuple[str, object]]:
    if isinstance(value, str):
        yield path, value.replace(call_id, "<call id>")
    elif value is None or isinstance(value, bool | int | float | bytes) or depth > _DEEPEST:
        yield path, value if depth <= _DEEPEST else "..."
    else:
        inner = _inner(value)
        if inner is None:
            yield path, repr(value).replace(call_id, "<call id>")
        elif not inner:
            yield path, f"an empty {type(value).__name__}"
        for name, each in inner or ():
            yield from _flat(each, call_id, (path + name).lstrip(".").replace(call_id, "<call id>"), depth + 1)


def _inner(value: object) -> list[tuple[str, object]] | None:
    if isinstance(value, Mapping):
        return [(f".{key}", each) for key, each in value.items()]
    if isinstance(value, AbstractSet):
        return [(f"[{number}]", each) for number, each in enumerate(sorted(value, key=repr))]
    if isinstance(value, list | tuple):
        return [(f"[{number}]", each) for number, each in enumerate(value)]
    if is_dataclass(value) and not isinstance(value, type):
        return [(f".{each.name}", getattr(value, each.name)) for each in fields(value)]
    named = getattr(value, "__dict__", None)
    if isinstance(named, dict) and named:
        return [(f".{name}", each) for name, each in named.items() if not name.startswith("_")]
    return None

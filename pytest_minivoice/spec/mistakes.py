"""What an error that jsonschema finds says: where it is, and which names are missing or not known."""

from __future__ import annotations

from reprlib import Repr
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from jsonschema import ValidationError


_LONGEST, _MOST, _DEEPEST = 200, 10, 4
"""Characters, entries and levels of a value in a message."""


def written(path: Iterable[str | int]) -> str:
    """Write a path as people do.

    Args:
        path: Keys and indexes from the root.

    Returns:
        Such as `actions[2].gather`; an empty string for the root itself.
    """
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")


def brief(value: object) -> str:
    """Write a value for a message: as Python does, but long and deep ones are cut.

    Args:
        value: A JSON value, of any size.

    Returns:
        A line that can be read.
    """
    writer = Repr()
    writer.maxstring = writer.maxlong = writer.maxother = _LONGEST
    writer.maxlist = writer.maxdict = _MOST
    writer.maxlevel = _DEEPEST
    text = writer.repr(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def missing(error: ValidationError) -> str:
    """Name what a `required` error is about: there is one for each name that is missing.

    Args:
        error: The error.

    Returns:
        The name.
    """
    # jsonschema tells it in the message alone, which begins with the name.
    return next(each for each in cast("list[str]", error.validator_value) if error.message.startswith(repr(each)))


def known(error: ValidationError) -> Mapping[str, object]:
    """List the names that an object may have.

    Args:
        error: An error of that object.

    Returns:
        The names and their schemas.
    """
    return cast("dict[str, dict[str, object]]", error.schema).get("properties", {})


def unknown(error: ValidationError) -> list[str]:
    """Name what an `additionalProperties` error is about.

    Args:
        error: The error.

    Returns:
        The names that the object has and may not have, in its order.
    """
    return [each for each in cast("dict[str, object]", error.instance) if each not in known(error)]

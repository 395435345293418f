"""Checks the numbers that tests set, where they set them: neither true, nor text, nor nan is one."""

from __future__ import annotations

import math

from pytest_minivoice.errors import SettingError


def is_number(value: object) -> bool:
    """Say whether a value is a number that can be counted with.

    Args:
        value: Anything.

    Returns:
        True for an int or a finite float.
    """
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def check_whole(name: str, value: object, *, least: int, otherwise: str = "") -> None:
    """Check that a value is a whole number.

    Args:
        name: What it is, for the message.
        value: The value.
        least: The smallest number allowed.
        otherwise: What else is allowed, for the message: `, or None for no limit`.

    Raises:
        SettingError: If it is none.
    """
    __tracebackhide__ = True
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise SettingError(f"{name} is {value!r}; it must be a whole number, at least {least}{otherwise}")

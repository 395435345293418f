"""Cuts tracebacks down to what the application's authors wrote. It knows where libraries are, and nothing of calls."""

from __future__ import annotations

import sysconfig
from pathlib import Path
from typing import TypeVar

LIBRARIES = (
    str(Path(__file__).parents[1]),
    *(sysconfig.get_path(name) for name in ("purelib", "platlib", "stdlib")),
)
"""Where no line of an application stands."""
_Error = TypeVar("_Error", bound=BaseException | None)


def handlers_own(error: _Error) -> _Error:
    """Cut the driver and the framework off an exception's traceback, so that it begins in the application.

    Args:
        error: What the handler raised, if anything.

    Returns:
        The same exception.
    """
    if error is not None:
        frames = error.__traceback__
        while frames is not None and frames.tb_frame.f_code.co_filename.startswith(LIBRARIES):
            frames = frames.tb_next
        error.__traceback__ = frames or error.__traceback__
    return error


def place_of(error: BaseException) -> str:
    """Name the innermost line of the application that an exception came through.

    Args:
        error: What the handler raised.

    Returns:
        Such as `shop.py:31 in chosen`; the line of a library, where no other is known.
    """
    frames, named = error.__traceback__, ""
    while frames is not None:
        code = frames.tb_frame.f_code
        if not named or not code.co_filename.startswith(LIBRARIES):
            named = f"{Path(code.co_filename).name}:{frames.tb_lineno} in {code.co_name}"
        frames = frames.tb_next
    return named or "no traceback"

"""Cuts tracebacks down to what the application's authors wrote. It knows where libraries are, and nothing of calls."""

from __future__ import annotations

import sysconfig
from pathlib import Path

_LIBRARIES = (
    str(Path(__file__).parents[1]),
    *(sysconfig.get_path(name) for name in ("purelib", "platlib", "stdlib")),
)


def handlers_own(error: BaseException | None) -> BaseException | None:
    """Cut the driver and the framework off an exception's traceback, so that it begins in the application.

    Args:
        error: What the handler raised, if anything.

    Returns:
        The same exception.
    """
    if error is not None:
        frames = error.__traceback__
        while frames is not None and frames.tb_frame.f_code.co_filename.startswith(_LIBRARIES):
            frames = frames.tb_next
        error.__traceback__ = frames or error.__traceback__
    return error

"""Finds the line of the application, or of the test, that made a REST request: the place that is to be mended."""

from __future__ import annotations

import sys
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from pytest_minivoice.cloud.tracebacks import LIBRARIES

if TYPE_CHECKING:
    from types import FrameType


class Origin(NamedTuple):
    """Name a line of code.

    Args:
        path: The file.
        line: From 1.
        function: The function that it stands in.
    """

    path: str
    line: int
    function: str


_NOBODYS = (*LIBRARIES, "<")
"""Files, and what stands in place of a file, where nobody's own line stands."""


def origin() -> Origin | None:
    """Find the innermost line on the stack that belongs to no library.

    Returns:
        The line; None where the request came from another process or thread.
    """
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - the documented way to look at callers
    while frame is not None:
        if _is_somebodys(frame.f_code.co_filename):
            return Origin(path=frame.f_code.co_filename, line=frame.f_lineno, function=frame.f_code.co_name)
        frame = frame.f_back
    return None


@lru_cache(maxsize=256)
def _is_somebodys(path: str) -> bool:
    return not path.startswith(_NOBODYS) and "site-packages" not in path

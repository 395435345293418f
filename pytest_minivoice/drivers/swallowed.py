"""Sees the exceptions that Flask and Django turn into an error page, through the signal that each of them sends."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_SERVER_ERROR = 500


class SwallowedErrors:
    """Listen to the frameworks that are loaded, until closed."""

    def __init__(self) -> None:
        """Connect to the signals."""
        self._seen: list[BaseException] = []
        self._disconnect: list[Callable[[], object]] = []
        flask = sys.modules.get("flask")
        if flask is not None:
            flask.got_request_exception.connect(self._flask)
            self._disconnect.append(lambda: flask.got_request_exception.disconnect(self._flask))
        signals = sys.modules.get("django.core.signals")
        if signals is not None:
            signals.got_request_exception.connect(self._django)
            self._disconnect.append(lambda: signals.got_request_exception.disconnect(self._django))

    def clear(self) -> None:
        """Forget what was seen; call it before a request, as others than this driver may use the application."""
        self._seen.clear()

    def behind(self, status: int) -> BaseException | None:
        """Return the exception behind an error page.

        Args:
            status: The HTTP status of the page.

        Returns:
            The handler's exception, if the page is a server error and one was seen.
        """
        return self._seen[-1] if self._seen and status >= _SERVER_ERROR else None

    def close(self) -> None:
        """Disconnect."""
        for disconnect in self._disconnect:
            disconnect()
        self._disconnect.clear()

    def _flask(self, _sender: object, exception: BaseException, **_: object) -> None:
        self._seen.append(exception)

    def _django(self, **_: object) -> None:
        error = sys.exc_info()[1]
        if error is not None:
            self._seen.append(error)

"""The one event loop of a test session, on which ASGI applications and async handlers run in synchronous tests."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Coroutine
    from concurrent.futures import ThreadPoolExecutor

_T = TypeVar("_T")


class SessionLoop:
    """Run coroutines on one asyncio loop that lives as long as the session.

    In a synchronous test the loop runs in the test's own thread, so that an application's thread-bound resources work.
    In an async test, whose thread has a running loop already, it runs in one helper thread while the test waits.
    """

    def __init__(self) -> None:
        """Create nothing yet."""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: ThreadPoolExecutor | None = None

    def run(self, coroutine: Coroutine[object, object, _T]) -> _T:
        """Run a coroutine to its end.

        Args:
            coroutine: What to run.

        Returns:
            What it returned.
        """
        __tracebackhide__ = True
        if self._loop is None:
            import asyncio  # noqa: PLC0415 - 30 ms that WSGI suites must not cost

            self._loop = asyncio.new_event_loop()
        if not _in_async_code():
            return self._loop.run_until_complete(coroutine)
        if self._thread is None:
            from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - only async tests need it

            self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="pytest-minivoice")
        return self._thread.submit(self._loop.run_until_complete, coroutine).result()

    def close(self) -> None:
        """End the loop and the thread."""
        if self._thread is not None:
            self._thread.shutdown()
        if self._loop is not None:
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.run_until_complete(self._loop.shutdown_default_executor())
            self._loop.close()
        self._loop = self._thread = None


def _in_async_code() -> bool:
    """Say whether an asyncio or trio loop runs in this thread."""
    asyncio = sys.modules.get("asyncio")
    if asyncio is not None and asyncio._get_running_loop() is not None:  # noqa: SLF001 - get_running_loop raises instead
        return True
    trio = sys.modules.get("trio")
    return trio is not None and bool(trio.lowlevel.in_trio_run())

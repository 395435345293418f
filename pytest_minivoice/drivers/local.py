"""Starts ASGI applications in the event loop of an async test, asyncio or trio, and shuts them down with it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from pytest_minivoice.drivers.asgi import AsgiDriver
from pytest_minivoice.drivers.lifespan import Lifespan
from pytest_minivoice.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine, Iterable


@asynccontextmanager
async def started(drivers: Iterable[object]) -> AsyncIterator[None]:
    """Start the ASGI applications among some drivers in the running loop.

    Args:
        drivers: The drivers of an account.

    Yields:
        Nothing; the applications run in the block.

    Raises:
        SettingError: If anyio is not installed.
    """
    try:
        import anyio  # noqa: PLC0415 - an extra
    except ImportError:
        message = 'minivoice.asynchronous() needs anyio: pip install "pytest-minivoice[async]"'
        raise SettingError(message) from None
    asgi = [each for each in drivers if isinstance(each, AsgiDriver)]
    running: list[tuple[AsgiDriver, Lifespan, object]] = []
    try:
        for driver in asgi:
            lifespan = Lifespan(driver.app, anyio.Event)
            task = _spawn(lifespan.run)
            await lifespan.started()
            running.append((driver, lifespan, task))
            driver.local_state = lifespan.state
        yield
    finally:
        for driver, lifespan, _ in reversed(running):
            driver.local_state = None
            await lifespan.stopped()


def _spawn(run: Callable[[], Coroutine[object, object, None]]) -> object:
    """Start a task that no cancel scope encloses: a fixture's two halves may run in different tasks.

    The task is returned, since asyncio itself keeps no strong reference to it.
    """
    import asyncio  # noqa: PLC0415 - loaded by anyio

    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        import trio  # noqa: PLC0415 - its loop runs

        return trio.lowlevel.spawn_system_task(run)
    return loop.create_task(run())

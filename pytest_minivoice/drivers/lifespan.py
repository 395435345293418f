"""Starts and stops an ASGI application by the lifespan protocol, on whatever event loop it is told to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from pytest_minivoice.errors import MiniVoiceError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    Message = MutableMapping[str, object]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]
    AsgiApp = Callable[[Message, Receive, Send], Awaitable[None]]


class Event(Protocol):
    """Be an event of asyncio or anyio."""

    def set(self) -> object:
        """Wake the waiters."""

    async def wait(self) -> object:
        """Wait until it is set."""


class Lifespan:
    """Be one run of an application's lifespan."""

    def __init__(self, app: AsgiApp, new_event: Callable[[], Event]) -> None:
        """Prepare a run.

        Args:
            app: The application.
            new_event: Makes an event of the loop in use.
        """
        self.state: dict[str, object] = {}
        self._app = app
        self._stop, self._answered, self._done = new_event(), new_event(), new_event()
        self._failure = ""
        self._error: BaseException | None = None
        self._supported = False
        self._stopping = False

    async def run(self) -> None:
        """Run the application's lifespan; start this as a task of its own."""
        scope: Message = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": self.state}
        try:
            await self._app(scope, self._receive, self._send)
        except Exception as error:  # noqa: BLE001 - shown by started() and stopped()
            self._error = error
        finally:
            self._answered.set()
            self._done.set()

    async def started(self) -> None:
        """Wait until the application has started.

        Raises:
            MiniVoiceError: If it says that it could not. An application without lifespan is fine.
        """
        __tracebackhide__ = True
        await self._answered.wait()
        if self._failure:
            await self._done.wait()
            message = f"the application's lifespan failed at start-up: {self._failure.strip().splitlines()[-1]}"
            raise MiniVoiceError(message) from self._error
        if self._error is not None and self._supported:
            message = f"the application's lifespan raised at start-up: {self._error!r}"
            raise MiniVoiceError(message) from self._error

    async def stopped(self) -> None:
        """Tell the application to shut down, and wait until it has.

        Raises:
            MiniVoiceError: If it says that it could not.
        """
        self._stopping = True
        self._stop.set()
        await self._done.wait()
        if self._supported and (self._failure or self._error is not None):
            message = f"the application's lifespan failed at shut-down: {self._failure or repr(self._error)}"
            raise MiniVoiceError(message) from self._error

    async def _receive(self) -> Message:
        if not self._supported:
            self._supported = True
            return {"type": "lifespan.startup"}
        await self._stop.wait()
        return {"type": "lifespan.shutdown"}

    async def _send(self, message: Message) -> None:
        if str(message["type"]).endswith(".failed"):
            self._failure = str(message.get("message") or "no reason given")
        if not self._stopping:
            self._answered.set()

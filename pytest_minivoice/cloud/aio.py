"""The awaitable twins of the account's and the call's verbs, for suites that are async throughout.

The application runs in the test's own event loop, asyncio or trio; the engine and everything else is the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

from pytest_minivoice.cloud import script
from pytest_minivoice.cloud.call import CallRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence

    from pytest_minivoice.cloud.account import Account
    from pytest_minivoice.cloud.conversation import Conversation, Talk
    from pytest_minivoice.cloud.receiver.report import ReceiverReport
    from pytest_minivoice.cloud.routes import Routes
    from pytest_minivoice.cloud.switchboard import Did
    from pytest_minivoice.cloud.webhook import Webhook
    from pytest_minivoice.spec.http import Request, Response


_R = TypeVar("_R")
_TURNS = 20
"""Of the event loop: an HTTP client whose requests are answered in this process needs fewer."""


class AsyncCall(CallRecord):
    """Be a call whose people are played by an async test."""

    def __init__(self, talk: Conversation, routes: Routes) -> None:
        """Wrap a conversation; see `Call`."""
        super().__init__(talk)
        self._routes = routes

    async def press(self, digits: str) -> AsyncCall:
        """Press keys; see `Call.press`."""
        __tracebackhide__ = True
        return await self._go(script.press(self._talk, digits))

    async def wait(self) -> AsyncCall:
        """Press nothing until the gather gives up; see `Call.wait`."""
        __tracebackhide__ = True
        return await self._go(script.wait(self._talk))

    async def hang_up(self) -> AsyncCall:
        """Hang up; see `Call.hang_up`."""
        __tracebackhide__ = True
        return await self._go(script.hang_up(self._talk))

    async def answer(self) -> AsyncCall:
        """Answer an outbound call; see `Call.answer`."""
        __tracebackhide__ = True
        return await self._go(script.answer(self._talk))

    async def no_answer(self) -> AsyncCall:
        """Let an outbound call ring in vain; see `Call.no_answer`."""
        __tracebackhide__ = True
        return await self._go(script.no_answer(self._talk))

    async def busy(self) -> AsyncCall:
        """Let the callee be busy; see `Call.busy`."""
        __tracebackhide__ = True
        return await self._go(script.busy(self._talk))

    async def cancel(self) -> AsyncCall:
        """Give an outbound call up; see `Call.cancel`."""
        __tracebackhide__ = True
        return await self._go(script.cancel(self._talk))

    async def run(self, caller: Sequence[str | Mapping[str, str]]) -> AsyncCall:
        """Play a whole script; see `Call.run`."""
        __tracebackhide__ = True
        return await self._go(script.play(self._talk, caller))

    async def _go(self, talk: Talk) -> AsyncCall:
        __tracebackhide__ = True
        await adrive(talk, self._routes)
        return self


class AsyncAccount:
    """Make calls whose verbs are awaited. Comes from `async with minivoice.asynchronous() as phone`."""

    __slots__ = ("_account",)  # nothing can be set here: balance and limits are the account's

    def __init__(self, account: Account) -> None:
        """Wrap an account.

        Args:
            account: The account; its calls, destinations, clock and settings are shared.
        """
        self._account = account

    async def inbound_call(
        self,
        from_: str | None = None,
        to: str | None = None,
        *,
        variables: Mapping[str, str] | None = None,
        did: Did | str | None = None,
    ) -> AsyncCall:
        """Call the application; see `Account.inbound_call`."""
        __tracebackhide__ = True
        return await self._account.abegin(self._account.new_inbound(from_, to, variables=variables, did=did))

    async def outbound_call(
        self,
        to: str,
        from_: str | None = None,
        *,
        metadata: Mapping[str, object] | None = None,
        record: bool = False,
    ) -> AsyncCall:
        """Create an outbound call; see `Account.outbound_call`."""
        __tracebackhide__ = True
        return await self._account.abegin(self._account.new_outbound(to, from_, metadata=metadata, record=record))

    async def calls(self) -> list[AsyncCall]:
        """Return all calls, those that the application made over REST among them; see `Account.calls`.

        Tasks that the application left running have a few turns of the event loop first.
        """
        __tracebackhide__ = True
        from anyio.lowlevel import checkpoint  # noqa: PLC0415 - an extra; asynchronous() asks for it

        for _ in range(_TURNS):
            await checkpoint()
        return await self._account.acalls()

    async def deliver(self, webhook: Webhook) -> Response:
        """Deliver a webhook of the factory or of a call; see `Webhook.deliver`."""
        __tracebackhide__ = True
        return await self._account.arun(webhook.delivering())

    async def release_webhooks(self) -> None:
        """Deliver the webhooks that were held back; see `Deliveries.release`."""
        __tracebackhide__ = True
        await self._account.arun(self._account.deliveries.releasing())

    async def check_receiver(
        self,
        state: Callable[[str], object] | None = None,
        *,
        signatures: bool = True,
        call: CallRecord | None = None,
    ) -> ReceiverReport:
        """Check the application's receiver of webhooks; see `Account.check_receiver`."""
        __tracebackhide__ = True
        checks = self._account.receiver_checks(state, signatures=signatures, call=call)
        return await self._account.arun(checks)


async def adrive(talk: Generator[Request, Response, _R], routes: Routes) -> _R:
    """Make the requests of a conversation in the running event loop.

    Args:
        talk: The conversation's generator.
        routes: Which application answers for which host.

    Returns:
        What the generator returns.
    """
    __tracebackhide__ = True
    try:
        request = next(talk)
        while True:
            request = talk.send(await routes.asend(request))
    except StopIteration as end:
        return cast("_R", end.value)

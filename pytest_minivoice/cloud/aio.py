"""The awaitable twins of the account's and the call's verbs, for suites that are async throughout.

The application runs in the test's own event loop, asyncio or trio; the engine and everything else is the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeVar

from pytest_minivoice.cloud import script
from pytest_minivoice.cloud.call_record import CallRecord
from pytest_minivoice.cloud.driving import adrive
from pytest_minivoice.cloud.from_thread import RoutesIntoLoop, hooks_into_loop, in_worker
from pytest_minivoice.cloud.receiver.inspection import inspect
from pytest_minivoice.spec.budgets import MAX_REQUESTS, MAX_SECONDS, MAX_STATES

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence

    from pytest_minivoice.cloud.account import Account
    from pytest_minivoice.cloud.conversation import Conversation, Talk
    from pytest_minivoice.cloud.dids import Did
    from pytest_minivoice.cloud.receiver.report import ReceiverReport
    from pytest_minivoice.cloud.routes import Routes
    from pytest_minivoice.cloud.webhook import Webhook
    from pytest_minivoice.explore.exploration import Exploration
    from pytest_minivoice.explore.flows import PlannedFlow
    from pytest_minivoice.spec.calls import Direction
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
        return await self._begin(self._account.new_inbound(from_, to, variables=variables, did=did))

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
        return await self._begin(self._account.new_outbound(to, from_, metadata=metadata, record=record))

    async def calls(self) -> list[AsyncCall]:
        """Return all calls, those that the application made over REST among them; see `Account.calls`.

        Tasks that the application left running have a few turns of the event loop first.
        """
        __tracebackhide__ = True
        from anyio.lowlevel import checkpoint  # noqa: PLC0415 - an extra; asynchronous() asks for it

        for _ in range(_TURNS):
            await checkpoint()
        operator = self._account.operator
        await self._run(operator.board.catch_up())
        return [AsyncCall(talk, operator.routes) for talk in list(operator.talks.values())]

    async def deliver(self, webhook: Webhook) -> Response:
        """Deliver a webhook of the factory or of a call; see `Webhook.deliver`."""
        __tracebackhide__ = True
        return await self._run(webhook.delivering())

    async def release_webhooks(self) -> None:
        """Deliver the webhooks that were held back; see `Deliveries.release`."""
        __tracebackhide__ = True
        await self._run(self._account.deliveries.releasing())

    async def check_receiver(
        self,
        state: Callable[[str], object] | None = None,
        *,
        signatures: bool = True,
        call: CallRecord | None = None,
    ) -> ReceiverReport:
        """Check the application's receiver of webhooks; see `Account.check_receiver`."""
        __tracebackhide__ = True
        return await self._run(inspect(self._account, state, signatures=signatures, call=call))

    async def explore(
        self,
        from_: str | None = None,
        to: str | None = None,
        *,
        direction: Direction = "inbound",
        variables: Mapping[str, str] | None = None,
        samples: Mapping[str, Sequence[str]] | Sequence[str] = (),
        loops: int = 5,
        recheck: bool = False,
        executor: Literal["replay", "walk", "snapshot"] | None = None,
        snapshot: Callable[[], object] | None = None,
        restore: Callable[[Any], object] | None = None,
        state: Callable[..., object] | None = None,
        reset: Callable[[], object] | None = None,
        max_states: int = MAX_STATES,
        max_requests: int = MAX_REQUESTS,
        max_seconds: float = MAX_SECONDS,
    ) -> Exploration:
        """Try every branch of the call flow; see `Account.explore`. The four hooks may be async functions."""
        __tracebackhide__ = True
        given = {name: value for name, value in locals().items() if name not in {"self", "__tracebackhide__"}}
        routes, inside = RoutesIntoLoop(self._account.operator.routes), hooks_into_loop(given)
        return await in_worker(lambda: self._account.explored(routes, inside))

    async def flows(self, exploration: Exploration) -> list[PlannedFlow]:
        """Plan the calls that take every branch of an exploration; see `Exploration.flows`."""
        __tracebackhide__ = True
        return await in_worker(exploration.flows)

    async def _begin(self, talk: Conversation) -> AsyncCall:
        __tracebackhide__ = True
        operator = self._account.operator
        operator.keep(talk)
        await self._run(talk.settle())
        await self._run(operator.board.catch_up())
        return AsyncCall(talk, operator.routes)

    async def _run(self, talk: Generator[Request, Response, _R]) -> _R:
        __tracebackhide__ = True
        return await adrive(talk, self._account.operator.routes)

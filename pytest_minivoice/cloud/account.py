"""The account that the `minivoice` fixture gives: it makes calls, and holds what they share.

It is where tests find everything; how a call is set up, put through or charged for is told elsewhere.
"""

from __future__ import annotations

from collections import deque
from contextlib import asynccontextmanager
from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol

from pytest_minivoice.cloud import call_setup
from pytest_minivoice.cloud.ai import AiResults
from pytest_minivoice.cloud.aio import AsyncAccount
from pytest_minivoice.cloud.billing import price
from pytest_minivoice.cloud.clock import Clock
from pytest_minivoice.cloud.customer import Customer
from pytest_minivoice.cloud.driving import adrive
from pytest_minivoice.cloud.factory import WebhookFactory
from pytest_minivoice.cloud.operator import Operator
from pytest_minivoice.cloud.receiver.inspection import inspect
from pytest_minivoice.errors import SettingError
from pytest_minivoice.spec.budgets import MAX_REQUESTS, MAX_SECONDS, MAX_STATES

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence

    from pytest_minivoice.cloud.application import Application
    from pytest_minivoice.cloud.call import Call
    from pytest_minivoice.cloud.call_record import CallRecord
    from pytest_minivoice.cloud.conversation import Conversation
    from pytest_minivoice.cloud.deliveries import Deliveries
    from pytest_minivoice.cloud.destinations import Destinations
    from pytest_minivoice.cloud.dids import Did
    from pytest_minivoice.cloud.receiver.report import ReceiverReport
    from pytest_minivoice.cloud.records import Recording
    from pytest_minivoice.cloud.rest.recorded import RecordedRequest
    from pytest_minivoice.cloud.routes import Routes
    from pytest_minivoice.cloud.switchboard import Switchboard
    from pytest_minivoice.explore.exploration import Exploration
    from pytest_minivoice.rules.rule import Finding
    from pytest_minivoice.settings import Settings
    from pytest_minivoice.spec.calls import Direction

    class Explorer(Protocol):
        """Explore an application."""

        def __call__(
            self, account: Account, board: Switchboard, routes: Routes, given: Mapping[str, object]
        ) -> Exploration:
            """Explore with the given arguments of `Account.explore`."""


class Account(Customer):
    """Be a MiniVoice in memory, bound to the application under test."""

    _place = "minivoice"
    _cures: ClassVar[Mapping[str, str]] = {
        "limits": 'set one of them: minivoice.limits.spend = "5.00"',
        "destinations": 'set one of them: minivoice.destinations["+15551230099"] = "busy"',
        "ai_results": "set those of a call: minivoice.ai_results[call.id] = {...}",
        "clock": "let time pass: minivoice.clock.advance(60)",
        "settings": "change settings by the marker: @pytest.mark.minivoice(strict=False)",
    }

    def __init__(
        self,
        board: Switchboard,
        routes: Routes,
        *,
        answer_url: str,
        webhook_url: str | None,
        explorer: Explorer | None = None,
    ) -> None:
        """Open an account with one application, one DID and one active trunk.

        Args:
            board: What its calls share.
            routes: Which application answers for which host.
            answer_url: The application's, absolute.
            webhook_url: The application's, absolute, or None.
            explorer: Explores the application with calls of its own; takes the arguments of `explore`.
        """
        super().__init__(board, answer_url, webhook_url)
        self._explorer = explorer
        self._begin(board, routes)
        self._sealed = True

    def _begin(self, board: Switchboard, routes: Routes) -> None:
        """Begin without calls."""
        self._board = board
        self.operator = Operator(board, routes)
        self.talks = self.operator.talks
        self.rest_requests: list[RecordedRequest] = []
        self.rest_findings: list[Finding] = []
        self.findings: list[Finding] = []
        self.ai_results = AiResults(board.clock, self.talks)

    def twin(self, routes: Routes, settings: Settings) -> Account:
        """Make an account that stands as this one stands now, without its calls; neither sees what the other does.

        Args:
            routes: Which application answers for which host.
            settings: The settings of its calls.

        Returns:
            The account: the same customer, with the same applications, numbers, trunks, money and time.
        """
        made = copy(self)
        clock = Clock()
        clock.set(self.clock.now)
        board = replace(
            self._board,
            settings=settings,
            clock=clock,
            enders=(made.charge,),
            applications=list(self.applications),
            waiting=deque(),
        )
        made._begin(board, routes)  # noqa: SLF001 - of this class
        made.trunks = self.trunks
        return made

    @property
    def calls(self) -> list[Call]:
        """All calls so far, those that the application made over REST among them; a new list each time.

        A call that was made over REST goes on to its first waiting point before it is given.
        """
        __tracebackhide__ = True
        self.operator.catch_up()
        return list(self.operator.calls)

    @property
    def known_calls(self) -> list[Call]:
        """All calls as they are, for reports: nothing goes on for it."""
        return list(self.operator.calls)

    @property
    def settings(self) -> Settings:
        """The settings of this test."""
        return self._board.settings

    @property
    def clock(self) -> Clock:
        """The virtual clock."""
        return self._board.clock

    @property
    def destinations(self) -> Destinations:
        """What each number does when a transfer or bridge reaches it: `destinations["+15551230099"] = "busy"`."""
        return self._board.destinations

    @property
    def webhooks(self) -> WebhookFactory:
        """Makes webhooks of its own: `webhooks.call_completed()`; what the fixture `minivoice_webhooks` gives."""
        board = self._board
        return WebhookFactory(
            board.applications[0], settings=board.settings, clock=board.clock, new_id=board.new_id, post=board.post
        )

    @property
    def deliveries(self) -> Deliveries:
        """What goes wrong with webhooks: `deliveries.duplicate("call.gathered")`."""
        return self._board.deliveries

    @property
    def recordings(self) -> list[Recording]:
        """The recordings of all calls."""
        return [recording for talk in list(self.talks.values()) for recording in talk.recordings]

    def inbound_call(
        self,
        from_: str | None = None,
        to: str | None = None,
        *,
        variables: Mapping[str, str] | None = None,
        did: Did | str | None = None,
    ) -> Call:
        """Call the application as somebody would who dials its number.

        Args:
            from_: The caller's number, E.164.
            to: The number called, E.164.
            variables: Call variables from the start [calls/call-variables].
            did: The DID called, in place of `to`.

        Returns:
            The call: it listens at a gather, or has ended.

        Raises:
            ContractViolation: If the application breaks a rule, when the settings are strict.
            SettingError: If a number or a variable cannot be one.
        """
        __tracebackhide__ = True
        return self.operator.begin(self.new_inbound(from_, to, variables=variables, did=did))

    def outbound_call(
        self,
        to: str,
        from_: str | None = None,
        *,
        metadata: Mapping[str, object] | None = None,
        record: bool = False,
    ) -> Call:
        """Create an outbound call, as MiniVoice does when the application asks for one [calls/outbound-calls].

        Args:
            to: The number to call, E.164.
            from_: The number that calls, E.164.
            metadata: The application's own data.
            record: Stores `record: true` in the metadata, as documented.

        Returns:
            The call, ringing: `answer()`, `no_answer()`, `busy()` or `cancel()` it.

        Raises:
            ContractViolation: If the application breaks a rule, when the settings are strict.
            SettingError: If a number cannot be one.
        """
        __tracebackhide__ = True
        return self.operator.begin(self.new_outbound(to, from_, metadata=metadata, record=record))

    def hide(self, text: str) -> str:
        """Take secrets out of a text that people will read.

        Args:
            text: Such as a report's.

        Returns:
            The text with `***` in place of each secret.
        """
        return self._board.hide(text)

    def explore(
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
        """Try every branch of the call flow, with calls of its own: `calls` and `clock` stay as they are.

        Nothing raises while it explores, whatever `strict` says; what is wrong is in the findings of the result.

        Args:
            from_: The caller's number, E.164.
            to: The number called, E.164.
            direction: `inbound`, or `outbound` to begin with the ringing.
            variables: Call variables from the start [calls/call-variables].
            samples: Digits to enter where a gather takes several: a list, or lists by the path of the page that asks.
            loops: How often each cycle is repeated, to find what a retry limit hides; 0 leaves it out.
            recheck: Whether each input is tried again wherever two paths seem to meet; it costs many requests.
            executor: How the next branch is reached: `replay` begins a new call, `walk` goes on with the present one,
                `snapshot` uses your two hooks and is the default with them.
            snapshot: Your hook that saves the application's state and returns what `restore` needs.
            restore: Your hook that brings back what `snapshot` returned; it must be able to do so many times.
            state: Returns what the application keeps of a call, comparable and in plain values; it may take the call.
            reset: Called before each new call.
            max_states: Stop at this number of states.
            max_requests: Stop at this number of requests.
            max_seconds: Stop after this time.

        Returns:
            The graph, its findings, and what was not seen.

        Raises:
            SettingError: If an argument cannot be used.
        """
        __tracebackhide__ = True
        given = {name: value for name, value in locals().items() if name not in {"self", "__tracebackhide__"}}
        return self.explored(self.operator.routes, given)

    def explored(self, routes: Routes, given: Mapping[str, object]) -> Exploration:
        """Do what `explore` does, by routes that may lead elsewhere; see there."""
        __tracebackhide__ = True
        if self._explorer is None:
            raise SettingError("exploring needs a test run: use the fixture minivoice")
        return self._explorer(self, self._board, routes, given)

    @asynccontextmanager
    async def asynchronous(self) -> AsyncIterator[AsyncAccount]:
        """Run the application in the test's own event loop, asyncio or trio, with its lifespan around the block.

        Yields:
            The account, with verbs to await.
        """
        routes = self.operator.routes
        async with routes.in_this_loop():
            yield AsyncAccount(self)
            await adrive(self._board.catch_up(), routes)

    def check_receiver(
        self,
        state: Callable[[str], object] | None = None,
        *,
        signatures: bool = True,
        call: CallRecord | None = None,
    ) -> ReceiverReport:
        """Check that the application's receiver of webhooks keeps its promises, whatever is delivered to it.

        Args:
            state: Given a call's id, tells what the application knows of it; without it, duplicates and other orders
                are judged by answers and REST requests alone.
            signatures: False says that the receiver does not check signatures, which is a warning of its own.
            call: A call whose events are used; by default call.created, call.answered, call.gathered, call.completed.

        Returns:
            The report; `assert_clean()` fails the test for it.

        Raises:
            SettingError: If no webhook_url is set, or no webhook_secret.
        """
        __tracebackhide__ = True
        return self.operator.run(inspect(self, state, signatures=signatures, call=call))

    def new_inbound(
        self, from_: str | None, to: str | None, *, variables: Mapping[str, str] | None, did: Did | str | None
    ) -> Conversation:
        """Make an inbound call that has not begun; see `inbound_call`."""
        __tracebackhide__ = True
        return call_setup.inbound(self._board, self.dids, from_, to, variables=variables, did=did)

    def new_outbound(
        self,
        to: str,
        from_: str | None,
        *,
        metadata: Mapping[str, object] | None,
        record: bool,
        application: Application | None = None,
    ) -> Conversation:
        """Make an outbound call that has not begun; see `outbound_call`."""
        __tracebackhide__ = True
        board = self._board
        talk = call_setup.outbound(board, to, from_, metadata=metadata, record=record, application=application)
        talk.price = price(self.limits, to)
        return talk

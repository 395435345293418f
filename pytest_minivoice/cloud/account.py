"""The account that the `minivoice` fixture gives: it makes calls, and holds what they share."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol, TypeVar

from pytest_minivoice.call.actions import variable_problem
from pytest_minivoice.call.engine import CallEngine
from pytest_minivoice.cloud.ai import AiResults
from pytest_minivoice.cloud.aio import AsyncAccount, AsyncCall, adrive
from pytest_minivoice.cloud.application import Application, owner
from pytest_minivoice.cloud.billing import cost, decimal, price
from pytest_minivoice.cloud.call import Call, drive
from pytest_minivoice.cloud.conversation import Conversation
from pytest_minivoice.cloud.deliveries import Deliveries
from pytest_minivoice.cloud.factory import WebhookFactory
from pytest_minivoice.cloud.guarded import Guarded
from pytest_minivoice.cloud.limits import Limits, amount_of
from pytest_minivoice.cloud.payloads import Facts
from pytest_minivoice.cloud.receiver.check import ReceiverCheck
from pytest_minivoice.cloud.switchboard import Did, Dids, check_number
from pytest_minivoice.cloud.trunk import Trunk
from pytest_minivoice.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Generator, Sequence
    from decimal import Decimal

    from pytest_minivoice.cloud.call import CallRecord
    from pytest_minivoice.cloud.clock import Clock
    from pytest_minivoice.cloud.receiver.report import ReceiverReport
    from pytest_minivoice.cloud.records import Recording
    from pytest_minivoice.cloud.rest.recorded import RecordedRequest
    from pytest_minivoice.cloud.routes import Routes
    from pytest_minivoice.cloud.switchboard import Destinations, Switchboard
    from pytest_minivoice.explore.exploration import Exploration
    from pytest_minivoice.rules.rule import Finding
    from pytest_minivoice.settings import Settings
    from pytest_minivoice.spec.calls import Direction
    from pytest_minivoice.spec.http import Request, Response

    class Explorer(Protocol):
        """Explore an application."""

        def __call__(
            self, account: Account, board: Switchboard, routes: Routes, given: Mapping[str, object]
        ) -> Exploration:
            """Explore with the given arguments of `Account.explore`."""


_log = logging.getLogger("pytest_minivoice")
CALLER = "+15551230001"
CALLED = "+15551230002"
_R = TypeVar("_R")


class Account(Guarded):
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
        self._board = board
        self._routes = routes
        self._explorer = explorer
        board.post = self.post
        board.deliveries = Deliveries(lambda talk: drive(talk, routes))
        self._customer_id = board.new_id("cust")
        board.enders = (self._settle_cost, *board.enders)
        self._calls: list[Call] = []
        self.talks: dict[str, Conversation] = {}
        self._spent = Fraction(0)
        self.rest_requests: list[RecordedRequest] = []
        self.findings: list[Finding] = []
        self.dids = Dids(CALLED, board.new_id, board.stamp)
        self.trunks: list[Trunk] = []
        self.balance = "100.00"
        self.limits = Limits()
        self.ai_results = AiResults(board.clock, self.talks)
        self.add_trunk(name="default", proxy="sip.example.net", gateway_name="default")
        self.add_application("default", answer_url, webhook_url, board.settings.webhook_secret)
        self._sealed = True

    @property
    def calls(self) -> list[Call]:
        """All calls, those that the application made over REST among them.

        A call that was made over REST goes on to its first waiting point before it is given.
        """
        __tracebackhide__ = True
        drive(self._board.catch_up(), self._routes)
        return self._calls

    @property
    def known_calls(self) -> list[Call]:
        """All calls as they are, for reports: nothing goes on for it."""
        return list(self._calls)

    @property
    def applications(self) -> list[Application]:
        """The applications of the account; the first is the one that the settings describe."""
        return self._board.applications

    @property
    def balance(self) -> Decimal:
        """The account's money before its calls, in EUR; set it as a number or a decimal string."""
        return self._balance

    @balance.setter
    def balance(self, amount: Decimal | float | str) -> None:
        __tracebackhide__ = True
        self._balance = amount_of("minivoice.balance", amount, signed=True)

    @property
    def spent(self) -> Decimal:
        """What the calls that ended cost altogether."""
        return decimal(self._spent)

    @property
    def left(self) -> Decimal:
        """What is left of the balance after the calls that ended."""
        return self._balance - self.spent

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

    def add_application(
        self, name: str, answer_url: str | None, webhook_url: str | None, webhook_secret: str | None = None
    ) -> Application:
        """Add an application, as POST /v1/applications does [applications/create-application].

        Args:
            name: Its name.
            answer_url: Absolute, or None.
            webhook_url: Absolute, or None.
            webhook_secret: What its webhooks are signed with, or None.

        Returns:
            The application, with an API key of its own.
        """
        app_id = self._board.new_id("app")
        app = Application(
            id=app_id,
            customer_id=self._customer_id,
            name=name,
            answer_url=answer_url,
            webhook_url=webhook_url,
            webhook_secret=webhook_secret,
            api_key="mv_live_" + hashlib.sha256(app_id.encode()).hexdigest()[:24],
            created_at=self._board.stamp(),
        )
        self._board.applications.append(app)
        return app

    def add_trunk(self, **given: Any) -> Trunk:  # noqa: ANN401 - the fields of a trunk
        """Add a trunk, as POST /v1/trunks does [trunks/create-trunk].

        Args:
            given: The fields of `Trunk`, without those that the account makes.

        Returns:
            The trunk.
        """
        board = self._board
        trunk = Trunk(id=board.new_id("trunk"), customer_id=self._customer_id, created_at=board.stamp(), **given)
        self.trunks.append(trunk)
        return trunk

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
        return self._begin(self.new_inbound(from_, to, variables=variables, did=did))

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
        return self._begin(self.new_outbound(to, from_, metadata=metadata, record=record))

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
        max_states: int = 5_000,
        max_requests: int = 500_000,
        max_seconds: float = 600,
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
        if self._explorer is None:
            raise SettingError("exploring needs a test run: use the fixture minivoice")
        return self._explorer(self, self._board, self._routes, given)

    @asynccontextmanager
    async def asynchronous(self) -> AsyncIterator[AsyncAccount]:
        """Run the application in the test's own event loop, asyncio or trio, with its lifespan around the block.

        Yields:
            The account, with verbs to await.
        """
        async with self._routes.in_this_loop():
            yield AsyncAccount(self)
            await adrive(self._board.catch_up(), self._routes)

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
        return drive(self.receiver_checks(state, signatures=signatures, call=call), self._routes)

    def receiver_checks(
        self, state: Callable[[str], object] | None, *, signatures: bool, call: CallRecord | None
    ) -> Generator[Request, Response, ReceiverReport]:
        """Do what `check_receiver` does, request by request; see there."""
        __tracebackhide__ = True
        app = self._board.applications[0]
        if app.webhook_url is None:
            raise SettingError("there is no receiver to check; set minivoice_webhook_url = /minivoice/webhooks")
        if signatures and not app.webhook_secret:
            raise SettingError(
                "signatures are checked by a secret; set minivoice_webhook_secret, or say signatures=False "
                "if the receiver does not check them"
            )
        check = ReceiverCheck(
            lambda: self.webhooks.lifecycle(call, call_id=self._board.new_id("call")),
            state=state,
            asked=self.rest_requests,
            catch_up=self._board.catch_up,
        )
        report = yield from check.run(signatures=signatures)
        findings = tuple(each for each in report.findings if each.code not in self.settings.ignore)
        self.findings += findings
        return replace(report, findings=findings)

    def new_inbound(
        self, from_: str | None, to: str | None, *, variables: Mapping[str, str] | None, did: Did | str | None
    ) -> Conversation:
        """Make an inbound call that has not begun; see `inbound_call`."""
        __tracebackhide__ = True
        if did is not None and to is not None:
            raise SettingError("inbound_call takes `to` or `did`, not both")
        named = did if to is None else to
        number = named.number if isinstance(named, Did) else CALLED if named is None else named
        called = did if isinstance(did, Did) else self.dids.find(check_number("did" if did else "to", number))
        given = _variables({} if variables is None else variables)
        caller = check_number("from_", CALLER if from_ is None else from_)
        application = owner(called, self._board.applications)
        return self._new("inbound", caller, called, variables=given, application=application)

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
        if metadata is not None and not isinstance(metadata, Mapping):
            raise SettingError(f"metadata is {metadata!r}; it must be a dict")
        kept = dict(metadata or {}) | ({"record": True} if record else {})
        did = Did(check_number("to", to))
        caller = check_number("from_", CALLED if from_ is None else from_)
        return self._new("outbound", caller, did, metadata=kept, application=application)

    def originate(
        self, to: str, from_: str, *, metadata: Mapping[str, object], record: bool, application: Application
    ) -> Conversation:
        """Make an outbound call for a REST request; it begins once that request has returned.

        Args:
            to: The number to call, E.164.
            from_: The number that calls, E.164.
            metadata: The application's own data.
            record: Stores `record: true` in the metadata.
            application: Who asks.

        Returns:
            The call, dialing.
        """
        talk = self.new_outbound(to, from_, metadata=metadata, record=record, application=application)
        self.keep(talk)
        self._board.waiting.append(talk)
        return talk

    def post(self, request: Request) -> Response:
        """Send a webhook to the application, and let calls go on that it made over REST meanwhile.

        Args:
            request: The webhook's request.

        Returns:
            What the application answered.
        """
        __tracebackhide__ = True
        response = self._routes.send(request)
        _log.info("webhook %s -> %s", request.url, response.status)
        drive(self._board.catch_up(), self._routes)
        return response

    def keep(self, talk: Conversation) -> Call:
        """Take a call into the account's list.

        Args:
            talk: The call.

        Returns:
            The call as tests see it.
        """
        talk.price = price(self.limits, talk.facts)
        call = Call(talk, self._routes)
        self.talks[talk.facts.id] = talk
        self._calls.append(call)
        return call

    async def abegin(self, talk: Conversation) -> AsyncCall:
        """Begin a call in the running event loop.

        Args:
            talk: A call that has not begun.

        Returns:
            The call as async tests see it.
        """
        __tracebackhide__ = True
        self.keep(talk)
        await adrive(talk.settle(), self._routes)
        await adrive(self._board.catch_up(), self._routes)
        return AsyncCall(talk, self._routes)

    async def arun(self, talk: Generator[Request, Response, _R]) -> _R:
        """Make requests in the running event loop.

        Args:
            talk: The generator of requests.

        Returns:
            What it returns.
        """
        __tracebackhide__ = True
        return await adrive(talk, self._routes)

    async def acalls(self) -> list[AsyncCall]:
        """Return all calls as async tests see them; see `calls`."""
        __tracebackhide__ = True
        await adrive(self._board.catch_up(), self._routes)
        return [AsyncCall(talk, self._routes) for talk in list(self.talks.values())]

    def _settle_cost(self, talk: Conversation) -> None:
        talk.cost = cost(talk)
        self._spent += talk.cost

    def _begin(self, talk: Conversation) -> Call:
        __tracebackhide__ = True
        call = self.keep(talk)
        drive(talk.settle(), self._routes)
        drive(self._board.catch_up(), self._routes)
        return call

    def _new(
        self,
        direction: Direction,
        from_: str,
        did: Did,
        *,
        variables: dict[str, str] | None = None,
        metadata: dict[str, object] | None = None,
        application: Application | None = None,
    ) -> Conversation:
        __tracebackhide__ = True
        board = self._board
        app = application or board.applications[0]
        if app.answer_url is None:
            raise SettingError(f"the application {app.name!r} was created without an answer_url; a call needs one")
        make = partial(
            CallEngine,
            direction,
            app.answer_url,
            assumptions=board.settings,
            reader=board.reader,
            custom=board.custom,
            variables=variables,
            rejected=did.route_mode == "reject",
        )
        facts = Facts(
            id=board.new_id("call"),
            customer_id=app.customer_id,
            application_id=app.id,
            direction=direction,
            from_=from_,
            to=did.number,
            route_mode=did.route_mode,
        )
        return Conversation(
            make, facts, application=app, metadata=metadata or {}, variables=variables or {}, board=board
        )


def _variables(given: object) -> dict[str, str]:
    __tracebackhide__ = True
    checked = {}
    if not isinstance(given, Mapping):
        raise SettingError(f"variables is {given!r}; it must be a dict")
    for name, value in given.items():
        if not isinstance(name, str) or not isinstance(value, str):
            message = f"variables: {name!r}: {value!r} must be a string with a string value"
            raise SettingError(message)
        problem = variable_problem(name, value)
        if problem:
            message = f"variables: {problem}"
            raise SettingError(message)
        checked[name] = value
    return checked

"""The account that the `minivoice` fixture gives: it makes calls, and holds what they share."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from pytest_minivoice.call.actions import variable_problem
from pytest_minivoice.call.engine import CallEngine
from pytest_minivoice.cloud.aio import AsyncAccount
from pytest_minivoice.cloud.call import Call, drive
from pytest_minivoice.cloud.conversation import Conversation
from pytest_minivoice.cloud.payloads import Facts
from pytest_minivoice.cloud.switchboard import Did, Dids, check_number
from pytest_minivoice.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from pytest_minivoice.cloud.clock import Clock
    from pytest_minivoice.cloud.records import Recording
    from pytest_minivoice.cloud.routes import Routes
    from pytest_minivoice.cloud.switchboard import Destinations, Switchboard
    from pytest_minivoice.settings import Settings
    from pytest_minivoice.spec.calls import Direction

CALLER = "+15551230001"
CALLED = "+15551230002"


class Account:
    """Be a MiniVoice in memory, bound to the application under test."""

    def __init__(self, board: Switchboard, routes: Routes) -> None:
        """Open an account.

        Args:
            board: What its calls share.
            routes: Which application answers for which host.
        """
        self._board = board
        self._routes = routes
        self._customer_id = board.new_id("cust")
        self._application_id = board.new_id("app")
        self.calls: list[Call] = []
        self.dids = Dids(CALLED)

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
    def recordings(self) -> list[Recording]:
        """The recordings of all calls."""
        return [recording for call in self.calls for recording in call.recordings]

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
        return self._begin(*self.new_inbound(from_, to, variables=variables, did=did))

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
        return self._begin(*self.new_outbound(to, from_, metadata=metadata, record=record))

    def hide(self, text: str) -> str:
        """Take secrets out of a text that people will read.

        Args:
            text: Such as a report's.

        Returns:
            The text with `***` in place of each secret.
        """
        return self._board.hide(text)

    @asynccontextmanager
    async def asynchronous(self) -> AsyncIterator[AsyncAccount]:
        """Run the application in the test's own event loop, asyncio or trio, with its lifespan around the block.

        Yields:
            The account, with verbs to await.
        """
        async with self._routes.in_this_loop():
            yield AsyncAccount(self)

    def new_inbound(
        self, from_: str | None, to: str | None, *, variables: Mapping[str, str] | None, did: Did | str | None
    ) -> tuple[Conversation, Routes]:
        """Make an inbound call that has not begun; see `inbound_call`."""
        __tracebackhide__ = True
        if did is not None and to is not None:
            message = "inbound_call takes `to` or `did`, not both"
            raise SettingError(message)
        named = did if to is None else to
        number = named.number if isinstance(named, Did) else CALLED if named is None else named
        called = did if isinstance(did, Did) else self.dids.find(check_number("did" if did else "to", number))
        given = _variables({} if variables is None else variables)
        return self._new(
            "inbound", check_number("from_", CALLER if from_ is None else from_), called, variables=given
        ), self._routes

    def new_outbound(
        self, to: str, from_: str | None, *, metadata: Mapping[str, object] | None, record: bool
    ) -> tuple[Conversation, Routes]:
        """Make an outbound call that has not begun; see `outbound_call`."""
        __tracebackhide__ = True
        if metadata is not None and not isinstance(metadata, Mapping):
            raise SettingError(f"metadata is {metadata!r}; it must be a dict")
        kept = dict(metadata or {}) | ({"record": True} if record else {})
        did = Did(check_number("to", to))
        return self._new(
            "outbound", check_number("from_", CALLED if from_ is None else from_), did, metadata=kept
        ), self._routes

    def _new(
        self,
        direction: Direction,
        from_: str,
        did: Did,
        *,
        variables: dict[str, str] | None = None,
        metadata: dict[str, object] | None = None,
    ) -> Conversation:
        board = self._board
        engine = CallEngine(
            direction,
            board.answer_url,
            assumptions=board.settings,
            reader=board.reader,
            custom=board.custom,
            variables=variables,
            rejected=did.route_mode == "reject",
        )
        facts = Facts(
            id=board.new_id("call"),
            customer_id=self._customer_id,
            application_id=self._application_id,
            direction=direction,
            from_=from_,
            to=did.number,
            route_mode=did.route_mode,
        )
        return Conversation(engine, facts, metadata or {}, board)

    def _begin(self, talk: Conversation, routes: Routes) -> Call:
        __tracebackhide__ = True
        call = Call(talk, routes)
        self.calls.append(call)
        drive(talk.settle(), routes)
        return call


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

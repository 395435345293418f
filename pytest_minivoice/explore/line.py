"""One throw-away call on the application, and what is seen of it after each input."""

from __future__ import annotations

import copy
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, cast

from pytest_minivoice.call.effects import Dial
from pytest_minivoice.cloud import script
from pytest_minivoice.cloud.dids import PERSON
from pytest_minivoice.cloud.driving import drive
from pytest_minivoice.cloud.timeline import Timeline
from pytest_minivoice.explore.observer import Observer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pytest_minivoice.cloud.account import Account
    from pytest_minivoice.cloud.conversation import Conversation
    from pytest_minivoice.cloud.routes import Routes
    from pytest_minivoice.explore.inputs import Input
    from pytest_minivoice.explore.meter import Meter
    from pytest_minivoice.explore.options import Options
    from pytest_minivoice.explore.seen import Seen
    from pytest_minivoice.explore.volatile import Fields
    from pytest_minivoice.spec.calls import Outcome


class Phone:
    """Make calls for one exploration: all begin at the same virtual moment and share nothing with the test's."""

    def __init__(self, account: Account, routes: Meter, options: Options, fields: Fields) -> None:
        """Begin.

        Args:
            account: The test's account.
            routes: Sends the requests.
            options: How to explore.
            fields: The volatile fields known so far.
        """
        self.options = options
        self.fields = fields
        self.meter = routes
        self.settings = replace(account.settings, strict=False)
        self.serve: Callable[[Account], None] = lambda _: None
        """Answers the application's own REST requests out of an account."""
        self._account = account

    def dial(self) -> Line:
        """Begin a call.

        Returns:
            The call, settled.
        """
        options = self.options
        if options.reset is not None:
            options.reset()
        account = self._account.twin(cast("Routes", self.meter), self.settings)
        if options.direction == "inbound":
            talk = account.new_inbound(options.from_, options.to, variables=options.variables, did=None)
        else:
            talk = account.new_outbound(options.to or PERSON, options.from_, metadata=None, record=False)
        account.operator.keep(talk)
        # The explorer plays the destinations too.
        talk.waits = talk.waits | {Dial}
        line = Line(talk, account, self)
        line.go(())
        return line


class Line:
    """Be one call, with an account of its own."""

    def __init__(self, talk: Conversation, account: Account, phone: Phone) -> None:
        """Wrap a conversation that has not begun.

        Args:
            talk: The conversation.
            account: Its account; what the application does over REST meanwhile no other call sees.
            phone: Makes its requests.
        """
        self._talk = talk
        self._account = account
        self._phone = phone
        self._observer = Observer(talk, account, phone)
        self.seen: Seen

    @property
    def over(self) -> bool:
        """Whether the call has ended."""
        return self.seen.kind == "end"

    def step(self, given: Input) -> Seen:
        """Let somebody do something.

        Args:
            given: What.

        Returns:
            What is seen when the call has settled again.
        """
        return self.go(given.items, given.outcome)

    def go(self, items: Sequence[str], outcome: str | None = None) -> Seen:
        """Play items of a caller's script, none to begin the call, and look.

        Args:
            items: The items.
            outcome: What the destination does before, or None.

        Returns:
            What is seen.
        """
        self._phone.serve(self._account)
        try:
            self._play(items, outcome)
            self.seen = self._observer.look()
        finally:
            self._forget()
        return self.seen

    def _play(self, items: Sequence[str], outcome: str | None) -> None:
        talk, routes = self._talk, cast("Routes", self._phone.meter)
        if outcome is not None:
            dialed = partial(talk.engine.dialed, cast("Outcome", outcome))
            drive(talk.move("destination", outcome, dialed, item=outcome), routes)
        if not items:
            drive(talk.settle(), routes)
            self._account.operator.catch_up()
        for item in items:
            drive(script.one(talk, item), routes)

    def copy(self) -> Line:
        """Make a second call that stands where this one stands; the application does not know of it.

        Returns:
            The copy.
        """
        account, phone = self._account, self._phone
        board = account.operator.board
        shared = (phone, phone.meter, board.settings, board.reader, board.custom, board.ids, account.dids, self.seen)
        memo: dict[int, object] = {id(each): each for each in (*shared, account.limits, *account.applications)}
        return copy.deepcopy(self, memo)

    def _forget(self) -> None:
        """Let the record of this input go: a call of an exploration is looked at once, and held often."""
        for talk in tuple(self._account.talks.values()):
            for exchange in talk.requests:
                self._phone.meter.answered(exchange)
            for record in (talk.heard, talk.actions, talk.events, talk.webhooks, talk.requests, talk.findings):
                record.clear()
            talk.timeline = Timeline("", 0.0, str)
        self._account.rest_findings.clear()

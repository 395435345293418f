"""One throw-away call on the application, and what is seen of it after each input."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from pytest_minivoice.call.effects import Dial, Idle, Listen, Over, Ring
from pytest_minivoice.cloud import script
from pytest_minivoice.cloud.call_record import CallRecord
from pytest_minivoice.cloud.driving import drive
from pytest_minivoice.cloud.ids import provider_call_id
from pytest_minivoice.cloud.timeline import Timeline
from pytest_minivoice.explore.seen import Kind, Seen, canonical_url
from pytest_minivoice.explore.volatile import Leaves, Mask, leaves

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pytest_minivoice.call.gather import Gather
    from pytest_minivoice.cloud.account import Account
    from pytest_minivoice.cloud.conversation import Conversation
    from pytest_minivoice.cloud.routes import Routes
    from pytest_minivoice.explore.inputs import Input
    from pytest_minivoice.explore.meter import Meter
    from pytest_minivoice.explore.options import Options
    from pytest_minivoice.explore.volatile import Fields
    from pytest_minivoice.spec.actions import Action
    from pytest_minivoice.spec.calls import Outcome

_KINDS: dict[type, Kind] = {Ring: "ring", Listen: "gather", Dial: "dial", Idle: "idle", Over: "end"}


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
            talk = account.new_outbound(options.to or "+15551230001", options.from_, metadata=None, record=False)
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
        self._actions: Sequence[Action] = ()
        self._method = ""
        facts = talk.facts
        self._mask = Mask(
            {
                facts.id: "<call>",
                provider_call_id(facts.id): "<provider_call>",
                facts.customer_id: "<customer>",
                facts.application_id: "<application>",
            }
        )
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
        self._phone.serve(self._account)
        if given.outcome is not None:
            outcome, engine = given.outcome, self._talk.engine
            drive(
                self._talk.move("destination", outcome, lambda: engine.dialed(cast("Outcome", outcome)), item=outcome),
                cast("Routes", self._phone.meter),
            )
        return self.go(given.items)

    def go(self, items: Sequence[str]) -> Seen:
        """Play items of a caller's script, none to begin the call, and look.

        Args:
            items: The items.

        Returns:
            What is seen.
        """
        self._phone.serve(self._account)
        talk, routes = self._talk, cast("Routes", self._phone.meter)
        if not items:
            drive(talk.settle(), routes)
            self._account.operator.catch_up()
        for item in items:
            drive(script.one(talk, item), routes)
        self.seen = self._look()
        return self.seen

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

    def _look(self) -> Seen:
        talk = self._talk
        engine = talk.engine
        kind = _KINDS[type(engine.waiting)]
        documents = self._documents()
        mask = self._mask.text
        menu = canonical_url(mask(engine.course.url), self._phone.settings.base_url)
        gather = engine.waiting.gather if isinstance(engine.waiting, Listen) else None
        heard = tuple(map(mask, talk.heard))
        end = (
            (str(engine.terminal), str(engine.status), str(engine.reason), *self._reached()) if kind == "end" else None
        )
        place: list[object] = [kind, *end] if end else [kind, self._method, menu, *self._where(gather)]
        probe = self._probe()
        if probe is not None and not end:
            place.append(probe)
        key = json.dumps(place, ensure_ascii=False)
        talks = tuple(self._account.talks.values())  # another thread of the application may make one
        findings = (*(found for each in talks for found in each.findings), *self._account.rest_findings)
        events = [str(each) for each in talk.events]
        label = json.dumps([key, heard, events, [f"{each.code} {each.where}" for each in findings]], ensure_ascii=False)
        seen = Seen(
            key=key,
            label=label,
            kind=kind,
            menu=f"{self._method} {menu}".strip(),
            heard=heard,
            texts=self._texts(gather),
            gather=gather,
            end=end or ("", "", "", *self._reached()),
            findings=findings,
            documents=documents,
        )
        self._forget()
        return seen

    def _documents(self) -> tuple[tuple[str, Leaves], ...]:
        found = []
        reader, fields = self._account.operator.board.reader, self._phone.fields
        for exchange in self._talk.requests:
            document = reader.read(exchange.response.body) if exchange.response.accepted else None
            self._actions = document.actions if document else ()
            self._method = exchange.method
            strings = leaves("", self._actions) | {"\0": str(exchange.status)}
            path = self._mask.text(exchange.path)
            for value in fields.values(path, strings):
                self._mask.add(value)
            found.append((path, {name: self._mask.text(text) for name, text in strings.items()}))
        return tuple(found)

    def _reached(self) -> tuple[str, str]:
        course = self._talk.engine.course
        return self._mask.text(course.destination or ""), self._mask.text(course.room or "")

    def _where(self, gather: Gather | None) -> list[object]:
        """Return what decides how the call goes on, apart from what the application keeps to itself."""
        features = self._talk.engine.course.features
        mask = self._mask.text
        strings = leaves("", self._actions)
        return [
            sorted((pointer, mask(text)) for pointer, text in strings.items()),
            -1 if gather is None else gather.action.index,
            self._reached(),
            sorted((name, mask(value)) for name, value in features.variables.items()),
            [features.held, sorted(features.muted), features.recording, [list(each) for each in features.streams]],
        ]

    def _texts(self, gather: Gather | None) -> tuple[str, ...]:
        until = len(self._actions) if gather is None else gather.action.index
        said = [str(each.parameters["text"]) for each in self._actions if each.name == "say" and each.index < until]
        if gather is not None and gather.prompt:
            said.append(gather.prompt)
        return tuple(map(self._mask.text, said))

    def _probe(self) -> str | None:
        options = self._phone.options
        if options.state is None:
            return None
        found = options.state(CallRecord(self._talk)) if options.probe_takes_call else options.state()
        return self._mask.text(json.dumps(found, sort_keys=True, default=repr, ensure_ascii=False))

    def _forget(self) -> None:
        """Let the record of this input go: a call of an exploration is looked at once, and held often."""
        for talk in tuple(self._account.talks.values()):
            for record in (talk.heard, talk.actions, talk.events, talk.webhooks, talk.requests, talk.findings):
                record.clear()
            talk.timeline = Timeline("", 0.0, str)
        self._account.rest_findings.clear()

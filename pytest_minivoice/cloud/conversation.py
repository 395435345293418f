"""Plays one call against the application: folds what the engine says into the call's record, and makes its requests.

Everything here is a generator of requests that is sent the responses: the sync and the async loop share it.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, ClassVar

from pytest_minivoice.call import effects
from pytest_minivoice.call.engine import CallEngine
from pytest_minivoice.cloud.clock import lead
from pytest_minivoice.cloud.delivery import check_delivery, deliver
from pytest_minivoice.cloud.journal import Journal
from pytest_minivoice.cloud.once import once
from pytest_minivoice.cloud.payloads import answer_request, envelope
from pytest_minivoice.cloud.records import Event
from pytest_minivoice.cloud.signing import signature_headers
from pytest_minivoice.cloud.timeline import Ended, Move
from pytest_minivoice.cloud.tracebacks import handlers_own
from pytest_minivoice.cloud.webhook import webhook_of
from pytest_minivoice.errors import CallerError, ContractViolation
from pytest_minivoice.spec.http import Exchange

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from pytest_minivoice.cloud.application import Application
    from pytest_minivoice.cloud.payloads import Facts
    from pytest_minivoice.cloud.records import Recording
    from pytest_minivoice.cloud.switchboard import Switchboard
    from pytest_minivoice.cloud.webhook import Webhook
    from pytest_minivoice.rules.rule import Finding
    from pytest_minivoice.spec.http import Request, Response

    Talk = Generator[Request, Response, None]


_WAITS: frozenset[type] = frozenset({effects.Ring, effects.Listen, effects.Idle, effects.Over})
"""Where `settle` stops. Who plays the destinations too adds `Dial`, and calls the engine's `dialed`."""


class Conversation(Journal):
    """Play a call: hold its engine, and write down what happens."""

    _unsent: once[deque[Webhook]] = once(lambda _: deque())

    def __init__(
        self,
        facts: Facts,
        *,
        application: Application,
        answer_url: str,
        metadata: dict[str, object],
        variables: dict[str, str],
        board: Switchboard,
    ) -> None:
        """Begin a record; `settle` begins the call.

        Args:
            facts: What never changes of it.
            application: The application that it belongs to.
            answer_url: Where its first document is requested, absolute.
            metadata: What an outbound call was created with.
            variables: The call variables that it began with.
            board: The account's side of it: clock, settings, destinations.
        """
        super().__init__(facts, metadata=metadata, variables=variables, board=board)
        self.waits = _WAITS
        self.application = application
        self._answer_url = answer_url

    @once
    def engine(self) -> CallEngine:
        """The call itself; many calls of a campaign never need one."""
        board = self._board
        return CallEngine(
            self.facts.direction,
            self._answer_url,
            assumptions=board.settings,
            reader=board.reader,
            custom=board.custom,
            variables=self.variables,
            rejected=self.facts.route_mode == "reject",
        )

    def settle(self) -> Talk:
        """Go on until the call waits for somebody, or is over.

        Yields:
            The requests to make; their responses are sent back in.

        Raises:
            ContractViolation: At an error finding, when the settings are strict.
        """
        __tracebackhide__ = True
        try:
            yield from self._steps()
        finally:
            if isinstance(self.engine.waiting, effects.Over) and self._ended is None:
                self._ended = self._now
                engine = self.engine
                self.timeline.add(self._now, Ended(engine.status, str(engine.terminal), str(engine.reason)))
                self.log("ended: %s (status %s, %s)", engine.terminal, engine.status, engine.reason)
                self._board.ended(self)

    def _steps(self) -> Talk:
        __tracebackhide__ = True
        step = self.engine.step
        while True:
            while self._unsent:
                yield from self._send(self._unsent.popleft())
            effect = step()
            kind = type(effect)
            if kind is effects.Fetch:
                yield from self._fetch(effect)  # type: ignore[arg-type]  # kind says it
            elif kind is effects.Emit:
                yield from self._emit(effect)  # type: ignore[arg-type]  # kind says it
            elif kind in self.waits:
                break
            else:
                self._FOLDS[kind](self, effect)
        if kind is effects.Over and self._ended is None:
            for talk, webhook in self._board.deliveries.last(self.facts.id):
                yield from talk.deliver(webhook)

    def move(self, who: str, what: str, make: Callable[[], None], *, item: str) -> Talk:
        """Let somebody do something, and go on.

        Args:
            who: Who does it, for the transcript.
            what: What is done, for the transcript.
            make: Tells the engine.
            item: What it is in a caller script.

        Yields:
            The requests to make.

        Raises:
            CallerError: If it cannot be done now; the call stays as it was.
            ContractViolation: At an error finding, when the settings are strict.
        """
        __tracebackhide__ = True
        yield from self._board.catch_up()
        try:
            make()
        except CallerError as error:
            error.transcript = self.transcript()
            raise error.with_traceback(None) from None
        self.script.append(item)
        self.timeline.add(self._now, Move(who, what, item))
        self.log("%s %s", who, what)
        yield from self.settle()
        yield from self._board.catch_up()

    def control_recording(self, *, start: bool) -> Recording:
        """Start or stop the recording from outside the call; its webhook goes out when the call goes on.

        Args:
            start: Whether to start it.

        Returns:
            The recording.
        """
        emit = self.engine.control_recording(start=start)
        recording = self.note_recording(emit.event)
        webhook = self._happened(emit)
        if webhook is not None:
            self._unsent.append(webhook)
            self._board.waiting.append(self)
        return recording

    def transcript(self) -> str:
        """Write down what happened so far.

        Returns:
            The brief transcript, with secrets masked.
        """
        waiting = self.engine.waiting
        if not isinstance(waiting, effects.Listen):
            return self.timeline.brief()
        limit = waiting.gather.limit
        had = f"{len(self.engine.digits)} of {limit} digit{'s' if limit > 1 else ''}"
        return f"{self.timeline.brief()}\n  the call goes on: its gather has {had}; press(), wait() or hang_up()"

    def refuse(self, message: str) -> CallerError:
        """Make the error for a script that does not fit the call.

        Args:
            message: What does not fit.

        Returns:
            The error, with the transcript.
        """
        return CallerError(message, transcript=self.transcript())

    @property
    def switchboard(self) -> Switchboard:
        """The account's side of the call."""
        return self._board

    def _fetch(self, fetch: effects.Fetch) -> Talk:
        __tracebackhide__ = True
        engine = self.engine
        board = self._board
        request = answer_request(
            self.facts,
            fetch,
            engine.status,
            engine.course.features.variables,
            settings=board.settings,
        )
        board.shape(request, self)
        if board.settings.answer_signed:
            secret = self.application.webhook_secret
            request.headers |= signature_headers(secret, self._now - lead(self._now), request.body, board.settings)
        response = yield request
        exchange = Exchange(request=request, response=response)
        self.requests.append(exchange)
        self.timeline.add(self._now, exchange)
        self.log("%s %s -> %s", request.method, request.url, response.status, bodies=(request.body, response.body))
        engine.fetched(response)

    def _elapsed(self, effect: effects.Elapsed) -> None:
        self._board.clock.advance(effect.seconds)

    def _found(self, effect: effects.Found) -> None:
        __tracebackhide__ = True
        self._report(effect.findings)

    def _dial(self, effect: effects.Dial) -> None:
        outcome = self.dialed[effect.destination] = self._board.destinations.outcome(effect.destination)
        self.timeline.add(self._now, Move("destination", f"{effect.destination}: {outcome}", outcome))
        self.engine.dialed(outcome)

    def _emit(self, effect: effects.Emit) -> Talk:
        __tracebackhide__ = True
        if effect.event.startswith("recording."):
            self.note_recording(effect.event)
        elif effect.event == "call.answered":
            self._answered = self._now
        webhook = self._happened(effect)
        if webhook is not None:
            yield from self._send(webhook)

    def _happened(self, effect: effects.Emit) -> Webhook | None:
        board = self._board
        variables = self.engine.course.features.variables
        payload = envelope(self.facts, effect, variables, created_at=board.stamp(), settings=board.settings)
        event = Event(payload)
        self.events.append(event)
        self.timeline.add(self._now, event)
        if self.application.webhook_url is None:
            return None
        webhook = webhook_of(payload, self.application, seconds=self._now, assumptions=board.settings, post=board.post)
        self.webhooks.append(webhook)
        return webhook

    def _send(self, webhook: Webhook) -> Talk:
        __tracebackhide__ = True
        due = self._board.deliveries.due(self, webhook)
        if not any(each is webhook for _, each in due):
            self.timeline.add(self._now, Move("MiniVoice", f"holds the webhook {webhook.event} back"))
        for talk, each in due:
            yield from talk.deliver(each)

    def deliver(self, webhook: Webhook) -> Talk:
        """Deliver a webhook of this call, signed now.

        Args:
            webhook: The webhook, which has no attempts yet.

        Yields:
            The requests to make.

        Raises:
            ContractViolation: If it is not accepted, when the settings are strict.
        """
        __tracebackhide__ = True
        board = self._board
        webhook.seconds = self._now
        yield from deliver(webhook, board.settings, board.deliveries.course(webhook.event))
        self.timeline.add(self._now, webhook)
        self.log("webhook %s -> %s", webhook.event, webhook.status, bodies=(webhook.body,))
        finding = check_delivery(webhook)
        if finding is not None:
            self._report((finding,))

    def _report(self, found: tuple[Finding, ...]) -> None:
        __tracebackhide__ = True
        board = self._board
        errors = tuple(each for each in self.note_findings(found) if each.severity in board.failing)
        if errors and board.settings.strict:
            raise ContractViolation(findings=errors, transcript=self.transcript()) from handlers_own(errors[0].cause)

    _FOLDS: ClassVar[dict[type, Callable[..., None]]] = {
        effects.Ran: Journal.ran,
        effects.Said: Journal.said,
        effects.Elapsed: _elapsed,
        effects.Found: _found,
        effects.Dial: _dial,
    }

"""A call as tests see it: what happened in it, and what the people in it can do."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

from pytest_minivoice.call.effects import Listen
from pytest_minivoice.cloud import script, written

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

    from pytest_minivoice.call.gather import Gather
    from pytest_minivoice.cloud.conversation import Conversation, Talk
    from pytest_minivoice.cloud.records import Event, RanAction, Recording
    from pytest_minivoice.cloud.routes import Routes
    from pytest_minivoice.cloud.timeline import Timeline
    from pytest_minivoice.cloud.webhook import Webhook
    from pytest_minivoice.rules.rule import Finding
    from pytest_minivoice.spec.calls import Direction, Status, Terminal
    from pytest_minivoice.spec.http import Exchange, Request, Response

_C = TypeVar("_C", bound="Call")
_R = TypeVar("_R")


class CallRecord:
    """Be what happened in a call so far."""

    def __init__(self, talk: Conversation) -> None:
        """Wrap a conversation.

        Args:
            talk: The call and its record.
        """
        self._talk = talk

    @property
    def id(self) -> str:
        """The call's id, such as `call_20260529T120000.000000000`."""
        return self._talk.facts.id

    @property
    def direction(self) -> Direction:
        """`inbound` or `outbound`."""
        return self._talk.facts.direction

    @property
    def from_(self) -> str:
        """The number that calls, E.164."""
        return self._talk.facts.from_

    @property
    def to(self) -> str:
        """The number that is called, E.164."""
        return self._talk.facts.to

    @property
    def status(self) -> Status:
        """MiniVoice's status: dialing, in_progress, completed, failed or canceled."""
        return self._talk.engine.status

    @property
    def terminal(self) -> Terminal | None:
        """How the call ended; None while it goes on."""
        return self._talk.engine.terminal

    @property
    def reason(self) -> str | None:
        """Why it ended, such as `busy` or `too_many_redirects`; None while it goes on."""
        return self._talk.engine.reason

    @property
    def destination(self) -> str | None:
        """The number or SIP URI of the transfer or bridge, reached or not."""
        return self._talk.engine.course.destination

    @property
    def room(self) -> str | None:
        """The conference room that the caller joined."""
        return self._talk.engine.course.room

    @property
    def heard(self) -> list[str]:
        """The texts and prompts that the caller heard, in order."""
        return self._talk.heard

    @property
    def actions(self) -> list[RanAction]:
        """The actions that ran, in order; each compares equal to its name and has `parameters`."""
        return self._talk.actions

    @property
    def events(self) -> list[Event]:
        """The events, in order; each compares equal to its name and has `data`."""
        return self._talk.events

    @property
    def webhooks(self) -> list[Webhook]:
        """The webhooks with their attempts: none yet where one is held back, or waits until the call goes on.

        Without a webhook_url there are no webhooks.
        """
        return self._talk.webhooks

    @property
    def requests(self) -> list[Exchange]:
        """The requests for answer documents, with what came back."""
        return self._talk.requests

    @property
    def variables(self) -> dict[str, str]:
        """The call variables [calls/call-variables]."""
        return dict(self._talk.engine.course.features.variables)

    @property
    def metadata(self) -> dict[str, object]:
        """What an outbound call was created with [calls/outbound-calls]."""
        return self._talk.metadata

    @property
    def recordings(self) -> list[Recording]:
        """The recordings of the call."""
        return self._talk.recordings

    @property
    def findings(self) -> list[Finding]:
        """The rules that were broken, without the ignored ones."""
        return self._talk.findings

    @property
    def timeline(self) -> Timeline:
        """The transcript; `print` it to read it whole."""
        return self._talk.timeline

    @property
    def listening(self) -> Gather | None:
        """The gather that waits for the caller, or None."""
        waiting = self._talk.engine.waiting
        return waiting.gather if isinstance(waiting, Listen) else None

    def transcript(self) -> str:
        """Write down what happened, a line each, with secrets masked.

        Returns:
            What a failing test shows of this call.
        """
        return self._talk.transcript()

    def to_yaml(self, name: str = "call") -> str:
        """Write down what happened as a flow contract.

        What the people did becomes the caller's script; what came of it, the expectations. A call that goes on is
        hung up in the contract, and one that rings is canceled.

        Args:
            name: The flow's name in the contract.

        Returns:
            The text of a `*.callflow.yaml`.

        Raises:
            CallerError: If a failure stopped the call in the middle.
        """
        __tracebackhide__ = True
        return written.contract(self._talk, name)

    def __repr__(self) -> str:
        """Name the call and its state."""
        state = f"terminal={self.terminal!r}" if self.terminal else f"status={self.status!r}"
        return f"<{self.direction} call {self.id} {state}>"


class Call(CallRecord):
    """Be a call whose people are played by the test."""

    def __init__(self, talk: Conversation, routes: Routes) -> None:
        """Wrap a conversation.

        Args:
            talk: The call and its record.
            routes: Which application answers for which host.
        """
        super().__init__(talk)
        self._routes = routes

    def press(self: _C, digits: str) -> _C:
        """Press keys into the gather that listens.

        Args:
            digits: One or more of `0-9*#A-D`, no more than the gather takes.

        Returns:
            This call.

        Raises:
            CallerError: If the caller cannot press that now.
            ContractViolation: If the application then breaks a rule, when the settings are strict.
        """
        __tracebackhide__ = True
        return self._go(script.press(self._talk, digits))

    def wait(self: _C) -> _C:
        """Press nothing until the gather gives up. Nothing sleeps; the virtual clock moves.

        Returns:
            This call.

        Raises:
            CallerError: If nothing listens.
            ContractViolation: If the application then breaks a rule, when the settings are strict.
        """
        __tracebackhide__ = True
        return self._go(script.wait(self._talk))

    def hang_up(self: _C) -> _C:
        """Hang up.

        Returns:
            This call.

        Raises:
            CallerError: If the call has ended or was not answered.
            ContractViolation: If the application then breaks a rule, when the settings are strict.
        """
        __tracebackhide__ = True
        return self._go(script.hang_up(self._talk))

    def answer(self: _C) -> _C:
        """Answer an outbound call.

        Returns:
            This call.

        Raises:
            CallerError: If the call does not ring.
            ContractViolation: If the application then breaks a rule, when the settings are strict.
        """
        __tracebackhide__ = True
        return self._go(script.answer(self._talk))

    def no_answer(self: _C) -> _C:
        """Let an outbound call ring until MiniVoice gives up: the call fails.

        Returns:
            This call.

        Raises:
            CallerError: If the call does not ring.
        """
        __tracebackhide__ = True
        return self._go(script.no_answer(self._talk))

    def busy(self: _C) -> _C:
        """Let the callee of an outbound call be busy: the call fails.

        Returns:
            This call.

        Raises:
            CallerError: If the call does not ring.
        """
        __tracebackhide__ = True
        return self._go(script.busy(self._talk))

    def cancel(self: _C) -> _C:
        """Give an outbound call up before it is answered (assumption `canceled`).

        Returns:
            This call.

        Raises:
            CallerError: If the call does not ring.
        """
        __tracebackhide__ = True
        return self._go(script.cancel(self._talk))

    def run(self: _C, caller: Sequence[str | Mapping[str, str]]) -> _C:
        """Play a whole script.

        Args:
            caller: Keys such as `"1"`, `"timeout"` and `"hang_up"`. An outbound call that rings is answered first,
                unless the script begins with `"answer"`, `"no_answer"`, `"busy"` or `"cancel"`. The keys of
                `{"when": "a text", "press": "1"}` are pressed if the text was heard since the last input.

        Returns:
            This call.

        Raises:
            CallerError: If an item cannot be done, input is left over, or MiniVoice still listens at the end.
            ContractViolation: If the application breaks a rule, when the settings are strict.
        """
        __tracebackhide__ = True
        return self._go(script.play(self._talk, caller))

    def _go(self: _C, talk: Talk) -> _C:
        __tracebackhide__ = True
        drive(talk, self._routes)
        return self


def drive(talk: Generator[Request, Response, _R], routes: Routes) -> _R:
    """Make the requests of a conversation, one after another.

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
            request = talk.send(routes.send(request))
    except StopIteration as end:
        return cast("_R", end.value)

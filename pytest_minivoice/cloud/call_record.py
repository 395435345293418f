"""What happened in a call, as tests, hooks and reports read it. Nothing goes on because of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_minivoice.call.effects import Listen
from pytest_minivoice.cloud import written

if TYPE_CHECKING:
    from pytest_minivoice.call.gather import Gather
    from pytest_minivoice.cloud.conversation import Conversation
    from pytest_minivoice.cloud.records import Event, RanAction, Recording
    from pytest_minivoice.cloud.timeline import Timeline
    from pytest_minivoice.cloud.webhook import Webhook
    from pytest_minivoice.rules.rule import Finding
    from pytest_minivoice.spec.calls import Direction, Status, Terminal
    from pytest_minivoice.spec.http import Exchange


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

"""What happened in one call, written down: record, transcript, log. It makes no request, and raises nothing."""

from __future__ import annotations

import logging
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from pytest_minivoice.call import effects
from pytest_minivoice.cloud.once import once
from pytest_minivoice.cloud.records import RanAction, Recording
from pytest_minivoice.cloud.timeline import Timeline

if TYPE_CHECKING:
    from pytest_minivoice.cloud.payloads import Facts
    from pytest_minivoice.cloud.records import Event
    from pytest_minivoice.cloud.switchboard import Switchboard
    from pytest_minivoice.cloud.webhook import Webhook
    from pytest_minivoice.rules.rule import Finding
    from pytest_minivoice.spec.calls import Outcome
    from pytest_minivoice.spec.http import Exchange

_log = logging.getLogger("pytest_minivoice")
_FREE, _NOTHING = Decimal(0), Fraction(0)


class Journal:
    """Hold all that happened in a call."""

    heard: once[list[str]] = once(lambda _: [])
    actions: once[list[RanAction]] = once(lambda _: [])
    events: once[list[Event]] = once(lambda _: [])
    webhooks: once[list[Webhook]] = once(lambda _: [])
    requests: once[list[Exchange]] = once(lambda _: [])
    recordings: once[list[Recording]] = once(lambda _: [])
    findings: once[list[Finding]] = once(lambda _: [])
    script: once[list[str]] = once(lambda _: [])
    dialed: once[dict[str, Outcome]] = once(lambda _: {})

    def __init__(
        self,
        facts: Facts,
        *,
        metadata: dict[str, object],
        variables: dict[str, str],
        board: Switchboard,
    ) -> None:
        """Begin a record.

        Args:
            facts: What never changes of the call.
            metadata: What an outbound call was created with.
            variables: The call variables that it began with.
            board: The account's side of it, for the clock, ids and secrets.
        """
        self.facts = facts
        self.metadata = metadata
        self.began = board.clock.seconds
        self.created_at = board.stamp()
        self.price = _FREE
        self.cost = _NOTHING
        self.variables = variables
        self._board = board
        self._answered: float | None = None
        self._ended: float | None = None

    @once
    def timeline(self) -> Timeline:
        """The transcript."""
        facts = self.facts
        title = f"{facts.direction} call {facts.id} from {facts.from_} to {facts.to}"
        return Timeline(title, self.began, self._board.hide)

    @property
    def billsec(self) -> int:
        """Seconds of virtual time between the answer and the end; 0 while the call goes on."""
        return 0 if self._answered is None or self._ended is None else int(self._ended - self._answered)

    @property
    def ended(self) -> float | None:
        """When the call ended, Unix seconds of the virtual clock; None while it goes on."""
        return self._ended

    def ran(self, effect: effects.Ran) -> None:
        """Note an action that ran."""
        self.actions.append(RanAction(effect.action))
        self.timeline.add(self._now, effect)

    def said(self, effect: effects.Said) -> None:
        """Note what the caller heard."""
        self.heard.append(effect.text)
        self.timeline.add(self._now, effect)

    def note_recording(self, event: str) -> Recording:
        """Note a recording that begins, ends or fails.

        Args:
            event: `recording.started`, `recording.completed` or `recording.failed`.

        Returns:
            The recording.
        """
        now = self._now
        if event == "recording.completed":
            recording = next(each for each in self.recordings if each.status == "started")
            recording.status = "completed"
            recording.duration_seconds = int(now - recording.started_at)
            return recording
        recording = Recording(
            id=self._board.new_id("rec"),
            call_id=self.facts.id,
            status="started" if event == "recording.started" else "failed",
            started_at=now,
        )
        self.recordings.append(recording)
        return recording

    def note_findings(self, found: tuple[Finding, ...]) -> tuple[Finding, ...]:
        """Note broken rules.

        Args:
            found: The findings.

        Returns:
            Those that count: without the ignored ones, and without secrets.
        """
        board = self._board
        findings = tuple(
            replace(each, message=board.hide(each.message)) for each in found if each.code not in board.settings.ignore
        )
        if findings:
            self.findings += findings
            self.timeline.add(self._now, effects.Found(findings))
        return findings

    def log(self, message: str, *parts: object, bodies: tuple[bytes, ...] = ()) -> None:
        """Write a line to the log, without secrets.

        Args:
            message: The line, with places for its parts.
            parts: What stands there.
            bodies: What was sent and received; it is logged for debugging alone.
        """
        if not _log.isEnabledFor(logging.INFO):
            return
        text = self._board.hide(message % parts)
        _log.info("%s %s", self.facts.id, text)
        for body in bodies:
            if body:
                _log.debug("%s %s", self.facts.id, self._board.hide(body.decode("utf-8", "replace")))

    @property
    def _now(self) -> float:
        return self._board.clock.seconds

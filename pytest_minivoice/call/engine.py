"""The theory of operation of one call.

A driver asks `step()` for the next effect until it gets one that waits for a person (`Ring`, `Listen`, `Idle`) or
`Over`. Effects that happened (`Ran`, `Said`, `Elapsed`, `Emit`, `Found`) are given once. Effects that need an answer
(`Fetch`, `Dial` and the waiting ones) are given again and again until the matching method is called:

    Ring    answered(), unanswered(reason), cancel()
    Fetch   fetched(response)
    Listen  press(keys), time_out(), hang_up()
    Dial    dialed(outcome)
    Idle    hang_up()

Any other move is refused by a `CallerError` in one sentence, and leaves the call as it was. Documents are executed
lazily, one action a step, so a call of any length neither recurses nor holds more than one document.
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, TypeVar, cast

from pytest_minivoice.call.actions import CustomAction, Features
from pytest_minivoice.call.documents import Documents
from pytest_minivoice.call.effects import (
    Dial,
    Effect,
    Elapsed,
    Emit,
    Fetch,
    Found,
    Idle,
    Listen,
    Over,
    Ran,
    Ring,
    Wanted,
)
from pytest_minivoice.call.moves import check_keys, refuse, situation
from pytest_minivoice.call.steering import Course, End, perform
from pytest_minivoice.rules import flow_rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_minivoice.rules.document import DocumentReader
    from pytest_minivoice.spec.actions import Action
    from pytest_minivoice.spec.assumptions import Assumptions
    from pytest_minivoice.spec.calls import Direction, Outcome, Status, Terminal
    from pytest_minivoice.spec.http import Response

_W = TypeVar("_W", Ring, Listen)


class CallEngine:
    """Be one call from its creation to its end."""

    def __init__(
        self,
        direction: Direction,
        answer_url: str,
        *,
        assumptions: Assumptions,
        reader: DocumentReader,
        custom: Mapping[str, CustomAction] | None = None,
        variables: Mapping[str, str] | None = None,
        rejected: bool = False,
    ) -> None:
        """Create the call; `step()` begins it.

        Args:
            direction: `inbound` or `outbound`.
            answer_url: The absolute URL of the first document.
            assumptions: What MiniVoice does where it does not say.
            reader: Reads the documents.
            custom: Registered actions by name.
            variables: Call variables from the start.
            rejected: Whether the called DID refuses calls [dids/reject-routing].
        """
        self.status: Status = "dialing" if direction == "outbound" else "in_progress"
        self.terminal: Terminal | None = None
        self.reason: str | None = None
        self.digits = ""
        self.waiting: Wanted | None = None
        self.course = Course(url=answer_url, features=Features(variables=dict(variables or {})), custom=custom or {})
        self._assumptions = assumptions
        self._documents = Documents(reader, assumptions)
        self._due: deque[Effect] = deque()
        self._late: list[Emit] = []
        if rejected:
            self._reject()
        else:
            self._due.append(Emit("call.created", self.status))
            self._ring(direction)

    def step(self) -> Effect:
        """Say what happened next, or what the call needs.

        Returns:
            The next effect; one that needs an answer is returned until it is answered.
        """
        while not self._due:
            if self.waiting is not None:
                return self.waiting
            action = self._documents.next_action()
            if action is None:
                self._exhausted()
            else:
                self._run(action)
        return self._due.popleft()

    def answered(self) -> None:
        """Take the call: the person at the other end of an outbound call picks up."""
        self._need(Ring, "answer")
        self._answer()

    def unanswered(self, reason: Literal["busy", "no_answer"]) -> None:
        """End an outbound call that nobody took.

        Args:
            reason: Why not.
        """
        self._need(Ring, f"be {reason}" if reason == "busy" else "leave the call unanswered")
        if reason == "no_answer" and self._assumptions.canceled == "unanswered":
            self._end(End("canceled", "canceled", reason))
        else:
            self._end(End("failed", "failed", reason))

    def cancel(self) -> None:
        """Give an outbound call up before it is answered."""
        self._need(Ring, "be given up")
        status: Literal["failed", "canceled"] = "failed" if self._assumptions.canceled == "never" else "canceled"
        self._end(End(status, status, "canceled"))

    def fetched(self, response: Response) -> None:
        """Take the answer to a `Fetch`.

        Args:
            response: What came back.
        """
        fetch = cast("Fetch", self.waiting)
        findings = self._documents.take(fetch, response)
        self._send_late()
        if findings:
            self._due.append(Found(findings))
        self.waiting = None
        self.course.url = fetch.url

    def press(self, keys: str) -> None:
        """Press keys.

        Args:
            keys: One or more of `0-9*#A-D`, no more than the gather takes.
        """
        check_keys(keys)
        gather = self._need(Listen, f"press {keys}").gather
        digits, left, complete = gather.take(self.digits, keys)
        if left:
            takes = f"{gather.limit} digit{'s' if gather.limit > 1 else ''}"
            finish = f", {gather.finish_on_key} to finish" if gather.finish_on_key else ""
            refuse(f"press {keys}", f"the gather takes {takes}{finish}; {left} would be left over")
        self.digits = digits
        if complete:
            included = self._assumptions.gather_digits == "with_finish_key" and keys[-1] == gather.finish_on_key
            self._gather_ends(digits + keys[-1] if included else digits, timed_out=False)

    def time_out(self) -> None:
        """Press nothing until the gather gives up."""
        gather = self._need(Listen, "wait").gather
        self._due.append(Elapsed(gather.timeout_seconds))
        self._gather_ends(self.digits, timed_out=len(self.digits) < gather.enough)

    def hang_up(self) -> None:
        """Put the phone down."""
        if isinstance(self.waiting, Ring):
            refuse("hang up", "the call was not answered yet; cancel(), no_answer() and busy() end it now")
        if not isinstance(self.waiting, Idle):
            self._need(Listen, "hang up")
            if self._assumptions.hangup_during_gather:
                self._gather_ends(self.digits, timed_out=False)
        self._end(End(self._assumptions.caller_hangup, "hung_up", "caller_hung_up"))

    def dialed(self, outcome: Outcome) -> None:
        """Take the outcome of a `Dial`.

        Args:
            outcome: What the destination did.
        """
        dial = cast("Dial", self.waiting)
        if outcome == "answered":
            self._end(End("completed", dial.kind, dial.kind))
        else:
            status = self._assumptions.destination_failure
            self._end(End(status, status, outcome))

    def control_recording(self, *, start: bool) -> Emit:
        """Start or stop the recording from outside the document; only while the call is in progress.

        Args:
            start: Whether to start it, when none runs; else the one that runs is stopped.

        Returns:
            The event that is due.
        """
        self.course.features.recording = start
        return Emit("recording.started" if start else "recording.completed", self.status)

    def _reject(self) -> None:
        sent = self._assumptions.rejected_call
        if sent == "created_and_failed":
            self._due.append(Emit("call.created", self.status))
        self._end(End("failed", "rejected", "did_rejects_calls"), silent=sent == "none")

    def _ring(self, direction: Direction) -> None:
        if direction == "outbound":
            self.waiting = Ring()
        else:
            self._answer()

    def _answer(self) -> None:
        self.status = "in_progress"
        self._due.append(Emit("call.answered", self.status))
        method = self._assumptions.answer_method
        self.course.chain.follow(method, self.course.url)
        self.waiting = Fetch(method, self.course.url, {})

    def _run(self, action: Action) -> None:
        self._due.append(Ran(action))
        turn = perform(action, self.course, self.status, self._assumptions)
        for effect in turn.effects:
            self._due.append(self._placed(effect) if isinstance(effect, Found) else effect)
        self.waiting = turn.waiting
        self.digits = ""
        if self._late and not isinstance(turn.waiting, Fetch) and turn.waiting is not None:
            self._send_late()
        if turn.end is not None:
            self._end(turn.end)

    def _placed(self, found: Found) -> Found:
        return Found(tuple(replace(each, request=self._documents.asked) for each in found.findings))

    def _gather_ends(self, digits: str, *, timed_out: bool) -> None:
        gather = cast("Listen", self.waiting).gather
        status = self._assumptions.gather_status.split(",")[int(timed_out)].strip()
        course = self.course
        course.gathered = gather.result(digits, status, timed_out=timed_out)
        course.heard_since_input = False
        course.chain.caller_acted()
        emit = Emit("call.gathered", self.status, course.gathered)
        if self._assumptions.webhook_before_redirect:
            self._due.append(emit)
        else:
            self._late.append(emit)
        self.waiting = None

    def _exhausted(self) -> None:
        refusal = self._documents.refusal
        if refusal is not None:
            self._end(End("failed", "failed", refusal))
            return
        if not self.course.heard:
            finding = flow_rules.DEAD_AIR.at("the call", "the actions ran out and the caller heard nothing at all")
            self._due.append(Found((finding,)))
        if self._assumptions.actions_exhausted == "in_progress":
            self._send_late()
            self.waiting = Idle()
        else:
            self._end(End("completed", "completed", "actions_ran_out"))

    def _end(self, end: End, *, silent: bool = False) -> None:
        self._send_late()
        if self.course.features.recording:
            self.course.features.recording = False
            self._due.append(Emit("recording.completed", self.status))
        self.status, self.terminal, self.reason = end.status, end.terminal, end.reason
        if not silent:
            self._due.append(Emit(f"call.{end.status}", end.status))
        self._documents.let_go()
        self.waiting = Over()

    def _send_late(self) -> None:
        self._due.extend(self._late)
        self._late.clear()

    def _need(self, kind: type[_W], move: str) -> _W:
        if not isinstance(self.waiting, kind):
            refuse(move, situation(self.waiting, self.terminal))
        return self.waiting

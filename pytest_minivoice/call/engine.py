"""The theory of operation of one call.

A driver asks `step()` for the next effect until it gets one that waits for a person (`Ring`, `Listen`, `Idle`) or `Over`.
Effects that happened (`Ran`, `Said`, `Elapsed`, `Emit`, `Found`) are given once. Effects that need an answer (`Fetch`, `Dial`
and the waiting ones) are given again and again until the matching method is called:

    Ring    answered(), unanswered(reason), cancel()
    Fetch   fetched(response)
    Listen  press(keys), time_out(), hang_up()
    Dial    dialed(outcome)
    Idle    hang_up()

Any other move is refused by a `CallerError` in one sentence, and leaves the call as it was. Documents are executed lazily,
one action a step, so a call of any length neither recurses nor holds more than one document.
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, TypeVar, cast
from urllib.parse import urljoin

from pytest_minivoice.call.actions import FEATURE_ACTIONS, Change, CustomAction, Features, change_variables
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
    Said,
)
from pytest_minivoice.call.gather import gather_of
from pytest_minivoice.call.moves import check_keys, refuse, situation
from pytest_minivoice.rules import flow_rules
from pytest_minivoice.rules.response import check_response
from pytest_minivoice.spec.actions import Action, defaults
from pytest_minivoice.spec.calls import Direction, Outcome, Status, Terminal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_minivoice.rules.document import DocumentReader
    from pytest_minivoice.rules.rule import Finding
    from pytest_minivoice.spec.assumptions import Assumptions
    from pytest_minivoice.spec.http import Response

Wanted = Fetch | Dial | Ring | Listen | Idle | Over
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
        self.destination: str | None = None
        self.room: str | None = None
        self.digits = ""
        self.features = Features(variables=dict(variables or {}))
        self._url = answer_url
        self._assumptions = assumptions
        self._reader = reader
        self._custom = dict(custom or {})
        self._due: deque[Effect] = deque()
        self._late: list[Emit] = []
        self._actions: tuple[Action, ...] = ()
        self._next = 0
        self._refused = False
        self._gathered: Mapping[str, object] = {}
        self._chain: list[tuple[str, str]] = []
        self._heard = self._heard_since_input = False
        self.waiting: Wanted | None = None
        self._begin(direction, rejected=rejected)

    def step(self) -> Effect:
        """Say what happened next, or what the call needs.

        Returns:
            The next effect; one that needs an answer is returned until it is answered.
        """
        while not self._due:
            if self.waiting is not None:
                return self.waiting
            if self._next < len(self._actions):
                action = self._actions[self._next]
                self._next += 1
                self._run(action)
            else:
                self._exhausted()
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
        self._need(Ring, reason)
        if reason == "no_answer" and self._assumptions.canceled == "unanswered":
            self._end("canceled", "canceled", reason)
        else:
            self._end("failed", "failed", reason)

    def cancel(self) -> None:
        """Give an outbound call up before it is answered."""
        self._need(Ring, "cancel")
        status: Literal["failed", "canceled"] = "failed" if self._assumptions.canceled == "never" else "canceled"
        self._end(status, status, "canceled")

    def fetched(self, response: Response) -> None:
        """Take the answer to a `Fetch`.

        Args:
            response: What came back.
        """
        fetch = cast("Fetch", self.waiting)
        asked = f"{fetch.method} {fetch.url}"
        findings = check_response(fetch.url, asked, response, self._assumptions)
        unusable = any(each.severity == "error" for each in findings)
        document = None if unusable else self._reader.read(response.body)
        if document is not None and document.findings:
            findings += [replace(each, request=asked) for each in document.findings]
        self._due.extend(self._late)
        self._late.clear()
        if findings:
            self._due.append(Found(tuple(findings)))
        self.waiting = None
        self._next = 0
        self._actions = () if document is None else document.actions
        self._refused = document is None or document.refused
        self._url = fetch.url

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
        status = self._assumptions.caller_hangup
        self._end(status, "hung_up", "caller_hung_up")

    def dialed(self, outcome: Outcome) -> None:
        """Take the outcome of a `Dial`.

        Args:
            outcome: What the destination did.
        """
        dial = cast("Dial", self.waiting)
        if outcome == "answered":
            self._end("completed", dial.kind, dial.kind)
        elif self._assumptions.destination_failure == "completed":
            self._end("completed", "completed", outcome)
        else:
            self._end("failed", "failed", outcome)

    def _begin(self, direction: Direction, *, rejected: bool) -> None:
        if rejected and self._assumptions.rejected_call != "created_and_failed":
            self._end("failed", "rejected", "did_rejects_calls", silent=self._assumptions.rejected_call == "none")
            return
        self._due.append(Emit("call.created", self.status))
        if rejected:
            self._end("failed", "rejected", "did_rejects_calls")
        elif direction == "outbound":
            self.waiting = Ring()
        else:
            self._answer()

    def _answer(self) -> None:
        self.status = "in_progress"
        self._due.append(Emit("call.answered", "in_progress"))
        self._chain = [(self._assumptions.answer_method, self._url)]
        self.waiting = Fetch(self._assumptions.answer_method, self._url, {})

    def _run(self, action: Action) -> None:
        self._due.append(Ran(action))
        if self._late and action.name != "redirect":
            self._due.extend(self._late)
            self._late.clear()
        steering = _STEERING.get(action.name)
        if steering is not None:
            steering(self, action)
            return
        feature = FEATURE_ACTIONS.get(action.name)
        if feature is not None:
            self._changed(feature(action, self.features))
        elif action.name in self._custom:
            changes = self._custom[action.name].variables(action.parameters, dict(self.features.variables))
            self._changed(change_variables(action, self.features, changes))

    def _changed(self, change: Change) -> None:
        if change.findings:
            self._due.append(Found(change.findings))
        if change.event is not None:
            self._due.append(Emit(change.event, self.status))

    def _say(self, action: Action) -> None:
        self._hear(str(action.parameters["text"]))

    def _hear(self, text: str) -> None:
        self._heard = self._heard_since_input = True
        self._due.append(Said(text))

    def _send_digits(self, action: Action) -> None:
        pause = cast("int", action.parameters.get("pause_before_ms", 0))
        if pause:
            self._due.append(Elapsed(pause / 1000))

    def _gather(self, action: Action) -> None:
        gather = gather_of(action, self._assumptions)
        if gather.prompt.strip():
            self._hear(gather.prompt)
        elif not self._heard_since_input:
            finding = flow_rules.DEAD_AIR.at(
                action.where(), "the gather listens, and the caller heard nothing before it", pointer=action.pointer()
            )
            self._due.append(Found((finding,)))
        self.digits = ""
        self.waiting = Listen(gather)

    def _gather_ends(self, digits: str, *, timed_out: bool) -> None:
        gather = cast("Listen", self.waiting).gather
        status = self._assumptions.gather_status.split(",")[int(timed_out)].strip()
        self._gathered = gather.result(digits, status, timed_out=timed_out)
        emit = Emit("call.gathered", self.status, self._gathered)
        if self._assumptions.webhook_before_redirect:
            self._due.append(emit)
        else:
            self._late.append(emit)
        self.waiting = None
        self._chain = [self._chain[-1]]
        self._heard_since_input = False

    def _redirect(self, action: Action) -> None:
        given = str(action.parameters["url"])
        url = urljoin(self._url, given) if self._assumptions.relative_urls == "resolved" else given
        method = cast("Literal['GET', 'POST']", action.parameters.get("method", defaults("redirect")["method"]))
        limit = cast("int", action.parameters.get("max_redirects", self._assumptions.max_redirects))
        if len(self._chain) - 1 >= limit:
            self._due.append(Found((self._endless(action, (method, url), limit),)))
            self._end("failed", "failed", "too_many_redirects")
            return
        self._chain.append((method, url))
        self.waiting = Fetch(method, url, self._gathered)

    def _endless(self, action: Action, target: tuple[str, str], limit: int) -> Finding:
        if target in self._chain:
            start = len(self._chain) - 1 - self._chain[::-1].index(target)
            cycle = " -> ".join(url for _, url in [*self._chain[start:], target])
            message = f"redirect loop: {cycle} ({len(self._chain)} requests in a row without the caller doing anything)"
            return flow_rules.REDIRECT_LOOP.at(action.where("url"), message, pointer=action.pointer("url"))
        message = f"redirect number {len(self._chain)} in a row, to {target[1]}; max_redirects is {limit}"
        return flow_rules.TOO_MANY_REDIRECTS.at(action.where("url"), message, pointer=action.pointer("url"))

    def _connect(self, action: Action) -> None:
        self.destination = str(action.parameters.get("destination", action.parameters.get("to")))
        self.waiting = Dial("transferred" if action.name == "transfer" else "bridged", self.destination)

    def _conference(self, action: Action) -> None:
        self.room = str(action.parameters["room"])
        self._end("completed", "conferenced", "conferenced")

    def _exhausted(self) -> None:
        if self._refused:
            first = len(self._chain) == 1
            self._end("failed", "failed", "answer_failed" if first else "redirect_failed")
            return
        if not self._heard:
            finding = flow_rules.DEAD_AIR.at("the call", "the actions ran out and the caller heard nothing at all")
            self._due.append(Found((finding,)))
        if self._assumptions.actions_exhausted == "in_progress":
            self._due.extend(self._late)
            self._late.clear()
            self.waiting = Idle()
        else:
            self._end("completed", "completed", "actions_ran_out")

    def _end(self, status: Status, terminal: Terminal, reason: str, *, silent: bool = False) -> None:
        self._due.extend(self._late)
        self._late.clear()
        if self.features.recording:
            self.features.recording = False
            self._due.append(Emit("recording.completed", self.status))
        self.status, self.terminal, self.reason = status, terminal, reason
        if not silent:
            self._due.append(Emit(f"call.{status}", status))
        self._actions = ()
        self.waiting = Over()

    def _need(self, kind: type[_W], move: str) -> _W:
        if not isinstance(self.waiting, kind):
            refuse(move, situation(self.waiting, self.terminal))
        return self.waiting


_STEERING = {
    "say": CallEngine._say,
    "gather": CallEngine._gather,
    "send_digits": CallEngine._send_digits,
    "redirect": CallEngine._redirect,
    "transfer": CallEngine._connect,
    "bridge": CallEngine._connect,
    "conference": CallEngine._conference,
}

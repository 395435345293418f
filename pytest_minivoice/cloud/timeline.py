"""What happened in a call, in order and with virtual times. It is put into words only when somebody reads it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote_plus

from pytest_minivoice import render
from pytest_minivoice.call import effects
from pytest_minivoice.cloud.records import Event
from pytest_minivoice.cloud.webhook import Webhook
from pytest_minivoice.spec.http import Exchange

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Move:
    """What the caller, the callee or the destination did, and what a script calls it: `1`, `timeout`, `busy`."""

    who: str
    what: str
    item: str = ""


@dataclass(frozen=True, slots=True)
class Ended:
    """How the call ended."""

    status: str
    terminal: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Be one line of a transcript.

    Args:
        seconds: Virtual seconds since the call began.
        who: Who did it: `MiniVoice`, `application`, `caller`, `callee`, `destination` or `plugin`.
        what: What was done, in one line.
        body: What was sent or received with it, whole.
        tail: What a transcript of one line an entry shows behind it.
    """

    seconds: float
    who: str
    what: str
    body: str = ""
    tail: str = ""


Happening = effects.Ran | effects.Said | effects.Found | Event | Exchange | Webhook | Move | Ended


class Timeline:
    """Be the transcript of one call; `print` it to read it whole."""

    def __init__(self, title: str, began: float, hide: Callable[[str], str]) -> None:
        """Begin a transcript.

        Args:
            title: One line that names the call.
            began: When the call began, Unix seconds.
            hide: Takes secrets out of a text.
        """
        self._hide = hide
        self.title = title
        self._began = began
        self._happenings: list[tuple[float, Happening]] = []

    def add(self, seconds: float, happening: Happening) -> None:
        """Note what happened.

        Args:
            seconds: When, Unix seconds of the virtual clock.
            happening: What.
        """
        self._happenings.append((seconds, happening))

    def moves(self) -> Iterator[Move]:
        """Give what people did, in order."""
        return (happening for _, happening in self._happenings if isinstance(happening, Move))

    def greeting(self) -> tuple[list[str], Move | None]:
        """Give what the caller heard before anybody did anything but answer the call.

        Returns:
            The texts, and what was done then, or None.
        """
        heard, answered = [], False
        for _, happening in self._happenings:
            if isinstance(happening, effects.Said):
                heard.append(happening.text)
            elif isinstance(happening, Move) and happening.item:
                if answered or happening.item != "answer":
                    return heard, happening
                answered = True
        return heard, None

    def __iter__(self) -> Iterator[Entry]:
        """Give the entries in order."""
        for seconds, happening in self._happenings:
            for who, what, *texts in _WORDS[type(happening)](happening):
                body, tail = (*texts, "", "")[:2]
                yield Entry(seconds=seconds - self._began, who=who, what=what, body=body, tail=tail)

    def __len__(self) -> int:
        """Count the entries: a request and its answer are two."""
        return sum(1 for _ in self)

    def __str__(self) -> str:
        """Write it down with whole bodies."""
        return self._hide(render.transcript(self.title, self, full=True))

    def brief(self) -> str:
        """Write it down, each entry in one line.

        Returns:
            The transcript that failing tests show.
        """
        return self._hide(render.transcript(self.title, self, full=False))


_SELF_EVIDENT = frozenset({"call_id", "customer_id", "application_id", "status", "direction", "from", "to"}) | {
    "timed_out",
    "min_digits",
    "max_digits",
    "timeout_seconds",
    "finish_on_key",
}
"""Fields of a request that a transcript of one line an entry leaves out."""

Words = Iterator[tuple[str, ...]]
"""Who did it, what was done; then the body and the tail, where there are any."""


def _ran(effect: effects.Ran) -> Words:
    spoken = {"text", "prompt"}
    given = [f"{key}={value}" for key, value in effect.action.parameters.items() if key not in spoken]
    yield "MiniVoice", " ".join(["runs", effect.action.name, *given])


def _said(effect: effects.Said) -> Words:
    yield "caller", f'hears "{effect.text}"'


def _found(effect: effects.Found) -> Words:
    for finding in effect.findings:
        yield "plugin", f"{finding.severity} {finding.code} at {finding.where}: {finding.message}"


def _event(event: Event) -> Words:
    told = [f"{key}={event.data[key]}" for key in ("digits", "status") if key in event.data]
    yield "MiniVoice", " ".join([event, *told])


def _exchange(exchange: Exchange) -> Words:
    request, response = exchange.request, exchange.response
    url, _, query = request.url.partition("?")
    told = [f"{name}={value}" for name, value in parse_qsl(query, keep_blank_values=True) if name not in _SELF_EVIDENT]
    what = " ".join([f"requests {request.method} {url}", *(["with", *told] if told else [])])
    yield "MiniVoice", what, request.body.decode() or unquote_plus(query)
    if response.error is not None:
        yield "application", f"raises {type(response.error).__name__}: {response.error}"
    elif response.failure is not None:
        yield "application", f"does not answer: {response.detail}"
    else:
        body = response.body.decode("utf-8", "replace")
        yield "application", f"answers {response.status}", body, body


def _webhook(webhook: Webhook) -> Words:
    first = webhook.attempts[0]
    for attempt in webhook.attempts:
        answer = f"raises {type(attempt.response.error).__name__}: {attempt.response.error}"
        if attempt.response.error is None:
            answer = attempt.response.detail if attempt.response.failure else f"answers {attempt.status}"
        late = "" if attempt is first else f" (again, {attempt.seconds - first.seconds:g} s later)"
        late += " (the answer is lost)" if attempt.lost else ""
        said = attempt.response.body.decode("utf-8", "replace")
        told = f"sent: {webhook.body.decode()}" + (f"\nanswered: {said}" if said else "")
        yield "application", f"{answer} to the webhook {webhook.event}{late}", told, said


def _move(move: Move) -> Words:
    yield move.who, move.what


def _ended(ended: Ended) -> Words:
    yield "MiniVoice", f"ends the call: {ended.terminal} (status {ended.status}, {ended.reason})"


_WORDS: dict[type, Callable[..., Words]] = {
    effects.Ran: _ran,
    effects.Said: _said,
    effects.Found: _found,
    Event: _event,
    Exchange: _exchange,
    Webhook: _webhook,
    Move: _move,
    Ended: _ended,
}

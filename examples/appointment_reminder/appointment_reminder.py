"""Calls patients before their appointment; they confirm, ask for another day, or are connected to the clinic."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI, Request, Response

CLINIC = "+15551230080"
MOST_CALLS = 3
FRESH_SECONDS = 300
LOOKS = 3

Action = dict[str, Any]
Document = dict[str, list[Action]]


@dataclass(frozen=True)
class Appointment:
    """One patient and one day; each phone number has one appointment."""

    patient: str
    phone: str
    day: str


@dataclass
class Call:
    """What the webhooks told us of one call: the key that was pressed, and the event that ended it."""

    phone: str
    key: str | None = None
    ending: str | None = None
    events: list[str] = field(default_factory=list)

    @property
    def outcome(self) -> str:
        """Read the outcome off the facts, so that the order in which webhooks come does not matter."""
        if self.ending is None:
            return "calling"
        if self.key in {"1", "2"}:
            return {"1": "confirmed", "2": "reschedule"}[self.key]
        return "connected" if self.key and self.ending == "call.completed" else "retry"


class Book:
    """The appointments, and the calls made for them by MiniVoice's call id."""

    def __init__(self, *appointments: Appointment) -> None:
        self.appointments = {appointment.phone: appointment for appointment in appointments}
        self.calls: dict[str, Call] = {}

    def status(self, phone: str) -> str:
        """Return the outcome of the last call to `phone`; "new" before the first, "give up" after too many."""
        calls = [call for call in self.calls.values() if call.phone == phone]
        outcome = calls[-1].outcome if calls else "new"
        return "give up" if outcome == "retry" and len(calls) >= MOST_CALLS else outcome

    def to_call(self) -> list[Appointment]:
        """Return the appointments whose patients are to be called now."""
        return [each for phone, each in self.appointments.items() if self.status(phone) in {"new", "retry"}]

    def record(self, event: str, call: dict[str, Any], data: dict[str, Any]) -> None:
        """Take in one webhook; MiniVoice may deliver it twice."""
        known = self.calls.setdefault(call["id"], Call(phone=call["to"]))
        # There is one gather in a call. With two, the second call.gathered would not be a duplicate.
        if event in known.events:
            return
        known.events.append(event)
        if event == "call.gathered":
            known.key = data["digits"]
        elif event in {"call.completed", "call.failed", "call.canceled"}:
            known.ending = event


def create_app(webhook_secret: str, book: Book) -> FastAPI:
    """Return the application which reminds the patients of `book`."""
    app = FastAPI()

    @app.post("/minivoice/answer")
    async def answer(request: Request) -> Document:
        call = (await request.json())["call"]
        known = book.appointments.get(call["to"])
        if known is None:
            return document(say("Thank you for calling back."), transfer(CLINIC))
        prompt = f"{known.patient}, please come on {known.day}. Press 1 to confirm, 2 for another day, 3 to talk to us."
        gather = {"gather": {"prompt": prompt, "num_digits": 1, "timeout_seconds": 7}}
        return document(gather, redirect(str(request.url_for("decided", look=1))))

    # The key is in the call.gathered webhook. It travels by itself and may come after this request: look again.
    @app.get("/minivoice/decided/{look}")
    async def decided(request: Request, look: int, call_id: str) -> Document:
        call = book.calls.get(call_id)
        key = call.key if call else None
        if key is None and look < LOOKS:
            return document(say("One moment."), redirect(str(request.url_for("decided", look=look + 1))))
        if key == "1":
            return document(say("Thank you. See you soon."))
        if key == "2":
            return document(say("We will call you with another day."))
        # An answering machine presses nothing: call again later.
        if key == "":
            return document(say("We will call again. Goodbye."))
        return document(say("I will connect you to the clinic."), transfer(CLINIC))

    @app.post("/minivoice/webhooks")
    async def webhook(request: Request) -> Response:
        body = await request.body()
        if not is_from_minivoice(webhook_secret, request.headers, body):
            return Response(status_code=401)
        payload = json.loads(body)
        book.record(payload["event"], payload["call"], payload["data"])
        return Response(status_code=204)

    return app


def is_from_minivoice(secret: str, headers: Any, body: bytes) -> bool:
    """Tell whether a webhook is signed with our secret and not older than five minutes."""
    timestamp = headers.get("X-MiniVoice-Timestamp", "")
    signature = headers.get("X-MiniVoice-Signature", "")
    expected = "v1=" + hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    try:
        fresh = abs(time.time() - float(timestamp)) <= FRESH_SECONDS
    except ValueError:
        return False
    return fresh and hmac.compare_digest(signature.encode(), expected.encode())


def say(text: str) -> Action:
    """Return the action which speaks `text`."""
    return {"say": {"text": text}}


def transfer(number: str) -> Action:
    """Return the action which connects the call to `number`."""
    return {"type": "transfer", "destination": number}


def redirect(url: str) -> Action:
    """Return the action which asks `url` for the next actions."""
    return {"type": "redirect", "url": url}


def document(*actions: Action) -> Document:
    """Return the answer document with these actions."""
    return {"actions": list(actions)}

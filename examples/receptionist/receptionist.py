"""The receptionist of a dental practice: two menus, three tries for each, and a person for whoever gets lost."""

from __future__ import annotations

import hashlib
import hmac
import time
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, jsonify, request, url_for

OPERATOR = "+15551230090"
BILLING = "+15551230091"
NEW_PATIENTS = "+15551230092"
PATIENTS = "+15551230093"

TRIES = 3
FRESH_SECONDS = 300

Action = dict[str, Any]


@dataclass(frozen=True)
class Menu:
    """A question, and for each key the next menu or the number of a person."""

    prompt: str
    choices: dict[str, str]


MENUS = {
    "main": Menu(
        "Press 1 for appointments, 2 for billing, or 0 for the operator.",
        {"1": "appointments", "2": BILLING, "0": OPERATOR},
    ),
    "appointments": Menu(
        "Press 1 if you are new here, 2 if you know us, or star to go back.",
        {"1": NEW_PATIENTS, "2": PATIENTS, "*": "main"},
    ),
}


@dataclass
class Call:
    """What the practice remembers of one call."""

    caller: str
    status: str = "in progress"
    events: list[str] = field(default_factory=list)


ENDINGS = {"call.completed": "done", "call.failed": "missed", "call.canceled": "missed"}


def create_app(webhook_secret: str, calls: dict[str, Call]) -> Flask:
    """Return the application; it keeps its calls in `calls`, by MiniVoice's call id."""
    app = Flask(__name__)

    @app.post("/minivoice/answer")
    def answer() -> Response:
        return document(say("Welcome to Harbour Dental."), *ask("main"))

    # The try is part of the URL: the same request always gets the same answer.
    @app.get("/minivoice/menus/<name>/<int:attempt>")
    def chosen(name: str, attempt: int) -> Response:
        key = request.args.get("digits", "")
        choice = MENUS[name].choices.get(key)
        if choice in MENUS:
            return document(*ask(choice))
        if choice:
            return document(say("One moment, please."), transfer(choice))
        if attempt >= TRIES:
            return document(say("I will connect you to the operator."), transfer(OPERATOR))
        return document(say("This key is not in use." if key else "I did not hear a key."), *ask(name, attempt + 1))

    @app.post("/minivoice/webhooks")
    def webhook() -> tuple[str, int]:
        if not is_from_minivoice(webhook_secret, request):
            return "", 401
        payload = request.get_json()
        event, call = payload["event"], payload["call"]
        known = calls.setdefault(call["id"], Call(caller=call["from"]))
        if event not in known.events:
            known.events.append(event)
            known.status = ENDINGS.get(event, known.status)
        return "", 204

    return app


def is_from_minivoice(secret: str, received: Any) -> bool:
    """Tell whether a webhook is signed with our secret and not older than five minutes."""
    timestamp = received.headers.get("X-MiniVoice-Timestamp", "")
    signature = received.headers.get("X-MiniVoice-Signature", "")
    signed = timestamp.encode() + b"." + received.get_data()
    expected = "v1=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    try:
        fresh = abs(time.time() - float(timestamp)) <= FRESH_SECONDS
    except ValueError:
        return False
    return fresh and hmac.compare_digest(signature.encode(), expected.encode())


def ask(menu: str, attempt: int = 1) -> list[Action]:
    """Return the actions which ask a menu's question and come back with the key."""
    url = url_for("chosen", name=menu, attempt=attempt, _external=True)
    return [
        {"gather": {"prompt": MENUS[menu].prompt, "num_digits": 1, "timeout_seconds": 5}},
        {"type": "redirect", "url": url},
    ]


def say(text: str) -> Action:
    """Return the action which speaks `text`."""
    return {"say": {"text": text}}


def transfer(number: str) -> Action:
    """Return the action which connects the caller to `number`."""
    return {"type": "transfer", "destination": number}


def document(*actions: Action) -> Response:
    """Return the answer document with these actions."""
    return jsonify(actions=actions)

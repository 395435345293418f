"""The support line: who knows a PIN is recorded and talks to an agent; when the agent is busy, we call back."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from support_line import calls

if TYPE_CHECKING:
    from django.http import HttpRequest

TRIES = 3
FRESH_SECONDS = 300

Action = dict[str, Any]


@csrf_exempt
@require_POST
def answer(request: HttpRequest) -> HttpResponse:
    """Ask for the PIN."""
    return document(say("Welcome to the support line."), *ask_pin(request, attempt=1))


@require_GET
def pin_entered(request: HttpRequest, attempt: int) -> HttpResponse:
    """Connect a customer to the agent; let anybody else try again, three times in all."""
    customer = settings.SUPPORT_PINS.get(request.GET.get("digits", ""))
    if customer:
        calls.remember(request.GET["call_id"], "customer", customer)
        return document(
            {"type": "start_recording"},
            say("This call is recorded. We connect you to an agent."),
            {"type": "transfer", "destination": settings.SUPPORT_AGENT},
        )
    if attempt >= TRIES:
        return document(say("We do not know this PIN. Goodbye."))
    return document(say("We do not know this PIN."), *ask_pin(request, attempt=attempt + 1))


@csrf_exempt
@require_POST
def webhook(request: HttpRequest) -> HttpResponse:
    """Follow the call: note how its recording and the call itself ended."""
    if not is_from_minivoice(request):
        return HttpResponse(status=401)
    payload = json.loads(request.body)
    event, call = payload["event"], payload["call"]
    if calls.is_new(call["id"], event):
        take_note(event, call)
    return HttpResponse(status=204)


def take_note(event: str, call: dict[str, str]) -> None:
    """Store what an event says of its call."""
    if event in {"recording.completed", "recording.failed"}:
        calls.remember(call["id"], "recording", event)
    elif event in {"call.completed", "call.failed"}:
        calls.remember(call["id"], "ended", event)
    customer = calls.recall(call["id"], "customer")
    if event == "call.failed" and customer:
        calls.add_call_back(customer, call["from"])


def is_from_minivoice(request: HttpRequest) -> bool:
    """Tell whether a webhook is signed with our secret and not older than five minutes."""
    timestamp = request.headers.get("X-MiniVoice-Timestamp", "")
    signature = request.headers.get("X-MiniVoice-Signature", "")
    secret = settings.MINIVOICE_WEBHOOK_SECRET.encode()
    expected = "v1=" + hmac.new(secret, timestamp.encode() + b"." + request.body, hashlib.sha256).hexdigest()
    try:
        fresh = abs(time.time() - float(timestamp)) <= FRESH_SECONDS
    except ValueError:
        return False
    return fresh and hmac.compare_digest(signature.encode(), expected.encode())


def ask_pin(request: HttpRequest, *, attempt: int) -> list[Action]:
    """Return the actions which ask for the PIN and come back with it; the try is part of the URL."""
    url = request.build_absolute_uri(reverse("pin", args=[attempt]))
    # A PIN has four digits. The limit is higher, so that "#" ends the input and a longer PIN is a wrong PIN.
    digits = {"max_digits": 8, "finish_on_key": "#", "timeout_seconds": 10}
    return [
        {"gather": {"prompt": "Enter your four-digit PIN, then press the hash key.", **digits}},
        {"type": "redirect", "url": url},
    ]


def say(text: str) -> Action:
    """Return the action which speaks `text`."""
    return {"say": {"text": text}}


def document(*actions: Action) -> JsonResponse:
    """Return the answer document with these actions."""
    return JsonResponse({"actions": actions})

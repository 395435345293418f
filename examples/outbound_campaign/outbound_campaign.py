"""Calls a list of numbers, and keeps what became of each."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import requests

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

API = "https://api.minivoice.eu"
FROM = "+15551230001"
TRIES = 3
TIMEOUT_SECONDS = 10

OUTCOMES = {"call.completed": "reached", "call.failed": "not reached", "call.canceled": "not reached"}


class CampaignPausedError(Exception):
    """The account cannot pay for more calls, or may not."""


@dataclass
class Campaign:
    """One campaign: whom it called, and with which outcome."""

    name: str
    api_key: str
    wait: Callable[[float], object] = time.sleep
    calls: dict[str, str] = field(default_factory=dict)
    outcomes: dict[str, str] = field(default_factory=dict)

    def run(self, numbers: Iterable[str]) -> None:
        """Call each number that was not called yet."""
        for number in numbers:
            if number not in self.calls:
                self.calls[number] = self.create_call(number)

    def create_call(self, number: str) -> str:
        """Create a call and return its id; where calls come too fast, or a carrier refuses, try again."""
        for attempt in range(TRIES):
            answer = self.post({"from": FROM, "to": number, "metadata": {"campaign_id": self.name}, "record": True})
            if answer.status_code in {429, 502}:
                self.wait(2**attempt)
                continue
            if answer.status_code in {402, 403}:
                raise CampaignPausedError(answer.json()["error"]["message"])
            answer.raise_for_status()
            return answer.json()["id"]
        message = f"MiniVoice did not take the call to {number} in {TRIES} tries"
        raise CampaignPausedError(message)

    def post(self, body: dict[str, Any]) -> requests.Response:
        """Ask MiniVoice for a call."""
        headers = {"Authorization": f"Bearer {self.api_key}"}
        return requests.post(f"{API}/v1/calls", json=body, headers=headers, timeout=TIMEOUT_SECONDS)

    def handle(self, request: Any) -> dict[str, Any] | None:
        """Answer MiniVoice: a webhook, or the request for a document."""
        if request.path == "/minivoice/webhooks":
            payload = request.json
            if payload["event"] in OUTCOMES:
                self.outcomes[payload["call"]["to"]] = OUTCOMES[payload["event"]]
            return None
        return {"actions": [{"say": {"text": "Spring is here. Our shop is open again."}}]}

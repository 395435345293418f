"""Calls a list of numbers, some at a time, and reads what was said in the calls."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx

API = "https://api.minivoice.eu"
FROM = "+15551230001"
AT_A_TIME = 5


class AsyncCampaign:
    """Ask MiniVoice for calls, and later for their summaries."""

    def __init__(self, api_key: str) -> None:
        self.client = httpx.AsyncClient(base_url=API, headers={"Authorization": f"Bearer {api_key}"}, timeout=10)

    async def run(self, numbers: list[str]) -> dict[str, str]:
        """Call all numbers; return the ids of the calls that MiniVoice took."""
        few = asyncio.Semaphore(AT_A_TIME)

        async def create(number: str) -> httpx.Response:
            async with few:
                return await self.client.post("/v1/calls", json={"from": FROM, "to": number})

        answers = await asyncio.gather(*(create(number) for number in numbers))
        taken = zip(numbers, answers, strict=True)
        return {number: answer.json()["id"] for number, answer in taken if answer.is_success}

    async def summary(self, call_id: str) -> str | None:
        """Return the summary of a call; None while there is none."""
        answer = await self.client.get(f"/v1/calls/{call_id}/ai-summary")
        if answer.status_code == httpx.codes.NOT_FOUND:
            return None
        return answer.raise_for_status().json()["data"]["summary"]


async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Answer MiniVoice with one question; an ASGI application without a framework."""
    if scope["type"] != "http":
        return
    await receive()
    gather = {"gather": {"prompt": "How was our service? Press 1 to 5.", "num_digits": 1}}
    body = json.dumps({"actions": [gather, {"say": {"text": "Thank you."}}]}).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
    await send({"type": "http.response.body", "body": body})

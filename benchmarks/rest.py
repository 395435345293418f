"""A POST /v1/calls that MiniVoice in memory answers, against the same POST answered by a bare mock, all in one run.

The bare mocks answer always the same and keep no account: `responses` for `requests`, `MockTransport` for `httpx`,
sync and async.
Turns are short, for a bare mock of `responses` gets slower with each request that it keeps.
"""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from itertools import count, repeat
from typing import TYPE_CHECKING

import httpx
import requests
import responses
from measuring import in_tests, least_seconds, show

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from pytest_minivoice import Account

    Run = Callable[[], object]
    Post = Callable[..., object]

MOCKED, BARE = "https://api.minivoice.eu/v1/calls", "https://bare.example.com/v1/calls"
NUMBER, ROUNDS = 50, 60


def posts(post: Post, url: str, key: str, numbers: Iterator[int]) -> Run:
    """Return a function that makes the request of an outbound campaign.

    Args:
        post: The client's.
        url: Where to.
        key: The API key.
        numbers: Who is called; a number that did not come before makes a body that was not checked before.

    Returns:
        The function.
    """
    headers = {"Authorization": f"Bearer {key}"}

    def run() -> object:
        body = {"from": "+15551230001", "to": f"+1555{next(numbers):07d}", "metadata": {"campaign_id": "spring"}}
        return post(url, json=body, headers=headers)

    return run


def awaited(
    post: Callable[..., Awaitable[object]], run: Callable[[Awaitable[object]], object]
) -> Callable[..., object]:
    """Return a function that makes a request of an async client and waits for it.

    Args:
        post: The client's.
        run: Runs in an event loop that stays open.

    Returns:
        The function; it costs each contestant the same.
    """

    def wait(*args: object, **keywords: object) -> object:
        return run(post(*args, **keywords))

    return wait


def measured(account: Account) -> dict[str, float]:
    """Time the ways in turns.

    Args:
        account: The account of the test.

    Returns:
        For each the seconds of one request.
    """
    key = account.applications[0].api_key
    known, new = repeat(2), count(1)
    with requests.Session() as session, ExitStack() as stack, ExitStack() as closing:
        answered = session.post(
            MOCKED, json={"from": "+15551230001", "to": "+15551230002"}, headers={"Authorization": f"Bearer {key}"}
        )
        body = answered.json()

        def bare_requests() -> Run:
            stack.close()
            mock = stack.enter_context(responses.RequestsMock())
            mock.post(BARE, json=body, status=201)
            return posts(session.post, BARE, key, known)

        def ours(post: Post, numbers: Iterator[int]) -> Callable[[], Run]:
            def prepare() -> Run:
                stack.close()
                return posts(post, MOCKED, key, numbers)

            return prepare

        async def answer(_: httpx.Request) -> httpx.Response:
            return httpx.Response(201, json=body)

        client = httpx.Client(trust_env=False)
        bare_client = httpx.Client(
            trust_env=False, transport=httpx.MockTransport(lambda _: httpx.Response(201, json=body))
        )
        loop = asyncio.new_event_loop()
        closing.callback(loop.close)
        apost = awaited(httpx.AsyncClient(trust_env=False).post, loop.run_until_complete)
        bare_async_client = httpx.AsyncClient(trust_env=False, transport=httpx.MockTransport(answer))
        bare_apost = awaited(bare_async_client.post, loop.run_until_complete)
        return least_seconds(
            {
                "bare responses": bare_requests,
                "requests": ours(session.post, known),
                "requests, each body new": ours(session.post, new),
                "bare MockTransport": lambda: posts(bare_client.post, BARE, key, known),
                "httpx": ours(client.post, known),
                "httpx, each body new": ours(client.post, new),
                "bare async MockTransport": lambda: posts(bare_apost, BARE, key, known),
                "httpx.AsyncClient": ours(apost, known),
                "httpx.AsyncClient, each body new": ours(apost, new),
            },
            rounds=ROUNDS,
            number=NUMBER,
        )


def main() -> None:
    """Measure, and print each client against its bare mock."""
    [seconds] = in_tests(lambda _: {"actions": []}, measured, fixtures="minivoice_api")
    for bare in ("bare responses", "bare MockTransport", "bare async MockTransport"):
        floor = seconds[bare]
        mine = list(seconds)[list(seconds).index(bare) :][:3]
        rows = [(name, seconds[name] / floor, f"{seconds[name] * 1e6:.0f}") for name in mine]
        show("a POST /v1/calls", ["of bare", "microseconds"], rows)


if __name__ == "__main__":
    main()

"""A POST /v1/calls that MiniVoice in memory answers, against the same POST answered by a bare mock, all in one run.

The bare mocks answer always the same and keep no account: `responses` for `requests`, `MockTransport` for `httpx`.
Turns are short, for a bare mock of `responses` gets slower with each request that it keeps.
"""

from __future__ import annotations

from contextlib import ExitStack
from itertools import count, repeat
from typing import TYPE_CHECKING

import httpx
import requests
import responses
from measuring import in_tests, least_seconds, show

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytest_minivoice import Account

    Run = Callable[[], object]

MOCKED, BARE = "https://api.minivoice.eu/v1/calls", "https://bare.example.com/v1/calls"
NUMBER, ROUNDS = 50, 60


def posts(post: Callable[..., object], url: str, key: str, numbers: Iterator[int]) -> Run:
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


def measured(account: Account) -> dict[str, float]:
    """Time the four ways in turns.

    Args:
        account: The account of the test.

    Returns:
        For each the seconds of one request.
    """
    key = account.applications[0].api_key
    known, new = repeat(2), count(1)
    with requests.Session() as session, ExitStack() as stack:
        answered = session.post(
            MOCKED, json={"from": "+15551230001", "to": "+15551230002"}, headers={"Authorization": f"Bearer {key}"}
        )
        body = answered.json()

        def bare_requests() -> Run:
            stack.close()
            mock = stack.enter_context(responses.RequestsMock())
            mock.post(BARE, json=body, status=201)
            return posts(session.post, BARE, key, known)

        def ours(post: Callable[..., object], numbers: Iterator[int]) -> Callable[[], Run]:
            def prepare() -> Run:
                stack.close()
                return posts(post, MOCKED, key, numbers)

            return prepare

        client = httpx.Client(trust_env=False)
        bare_client = httpx.Client(
            trust_env=False, transport=httpx.MockTransport(lambda _: httpx.Response(201, json=body))
        )
        return least_seconds(
            {
                "bare responses": bare_requests,
                "requests": ours(session.post, known),
                "requests, each body new": ours(session.post, new),
                "bare MockTransport": lambda: posts(bare_client.post, BARE, key, known),
                "httpx": ours(client.post, known),
                "httpx, each body new": ours(client.post, new),
            },
            rounds=ROUNDS,
            number=NUMBER,
        )


def main() -> None:
    """Measure, and print each client against its bare mock."""
    [seconds] = in_tests(lambda _: {"actions": []}, measured, fixtures="minivoice_api")
    for bare, names in (("bare responses", 2), ("bare MockTransport", 2)):
        floor = seconds[bare]
        mine = list(seconds)[list(seconds).index(bare) :][: names + 1]
        rows = [(name, seconds[name] / floor, f"{seconds[name] * 1e6:.0f}") for name in mine]
        show("a POST /v1/calls", ["of bare", "microseconds"], rows)


if __name__ == "__main__":
    main()

"""One step of a call, against its requests made bare and by the frameworks' own test clients, all in one run.

A step: the caller presses a key, the webhook is signed and delivered, the redirect is requested, its document is checked
and executed, and a gather listens again.
"""

from __future__ import annotations

import asyncio
import warnings
from itertools import count, repeat
from typing import TYPE_CHECKING, Any

import bare
from fastapi import FastAPI, Response
from flask import Flask
from httpx import ASGITransport, AsyncClient
from measuring import SIGNED, in_tests, least_seconds, menu, show

with warnings.catch_warnings(action="ignore"):  # Starlette announces another HTTP client
    from fastapi.testclient import TestClient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytest_minivoice import Account, Request

    Run = Callable[[], object]

NUMBERS: dict[str, Iterator[int]] = {"known": repeat(0), "new": count(1)}


class Menu:
    """Be what both applications answer: always the same document, or each time a new one."""

    def __init__(self) -> None:
        """Begin with the same."""
        self.numbers = NUMBERS["known"]

    def document(self) -> dict[str, object]:
        """Return the document."""
        return menu(next(self.numbers))


def flask_app(answers: Menu) -> Flask:
    """Return the menu as a Flask application."""
    app = Flask(__name__)
    app.add_url_rule("/minivoice/answer", "answer", answers.document, methods=["POST"])
    app.add_url_rule("/minivoice/menu", "menu", answers.document)
    app.add_url_rule("/minivoice/webhooks", "webhooks", lambda: ("", 204), methods=["POST"])
    return app


def fastapi_app(answers: Menu) -> FastAPI:
    """Return the menu as a FastAPI application."""
    app = FastAPI()

    @app.post("/minivoice/answer")
    @app.get("/minivoice/menu")
    async def document() -> dict[str, Any]:
        return answers.document()

    @app.post("/minivoice/webhooks")
    async def webhooks() -> Response:
        return Response(status_code=204)

    return app


def requests_of_a_step(account: Account) -> list[Request]:
    """Make a step and return its requests; that of the webhook, where one is sent, comes first."""
    from pytest_minivoice import Request  # noqa: PLC0415 - pytest has loaded the plugin by now

    call = account.inbound_call().press("1")
    hooks = [each for each in call.webhooks if each.event == "call.gathered"]
    sent = [Request(method="POST", url=each.url, headers=each.headers, body=each.body) for each in hooks]
    return [*sent, call.requests[-1].request]


def steps(account: Account, answers: Menu, numbers: str) -> Callable[[], Run]:
    """Return what begins a call and gives its next step, again and again."""

    def prepare() -> Run:
        answers.numbers = NUMBERS[numbers]
        press = account.inbound_call().press
        return lambda: press("1")

    return prepare


def wsgi(account: Account, answers: Menu, app: Flask) -> dict[str, Callable[[], Run]]:
    """Return the ways to make the requests of a step to the Flask application."""
    requests = requests_of_a_step(account)
    client = app.test_client()

    def by_client() -> None:
        for each in requests:
            client.open(each.url, method=each.method, headers=dict(each.headers), data=each.body or None).get_data()

    return {
        "bare WSGI": lambda: bare.wsgi(app.wsgi_app, requests),
        "minivoice": steps(account, answers, "known"),
        "minivoice, each document new": steps(account, answers, "new"),
        "Flask's test client": lambda: by_client,
    }


def asgi(account: Account, answers: Menu, app: FastAPI) -> dict[str, Callable[[], Run]]:
    """Return the ways to make the requests of a step to the FastAPI application."""
    requests = requests_of_a_step(account)
    loop = asyncio.new_event_loop()
    runs = [bare.asgi(app, [each]) for each in requests]

    def through(client: Any, finish: Callable[[Any], object]) -> Run:  # noqa: ANN401 - a client of either kind
        def run() -> None:
            for each in requests:
                finish(client.request(each.method, each.url, headers=dict(each.headers), content=each.body))

        return run

    transport = through(AsyncClient(transport=ASGITransport(app)), loop.run_until_complete)
    client = through(TestClient(app).__enter__(), lambda answer: answer)
    return {
        "bare ASGI, on one loop": lambda: lambda: [loop.run_until_complete(run()) for run in runs],
        "minivoice": steps(account, answers, "known"),
        "httpx.ASGITransport": lambda: transport,
        "Starlette's TestClient": lambda: client,
    }


def least(contestants: dict[str, Callable[[], Run]]) -> dict[str, float]:
    """Time the contestants in turns."""
    return least_seconds(contestants, rounds=60, number=40)


def main() -> None:
    """Measure both kinds of application, without webhooks and with, and print them against the bare one."""
    for settings, words in (({}, "no webhook"), (SIGNED, "one signed webhook")):
        answers = Menu()
        flask, fastapi = flask_app(answers), fastapi_app(answers)
        [of_flask] = in_tests(flask, lambda account: least(wsgi(account, answers, flask)), **settings)
        [of_fastapi] = in_tests(fastapi, lambda account: least(asgi(account, answers, fastapi)), **settings)
        for title, seconds in (("Flask", of_flask), ("FastAPI", of_fastapi)):
            floor = next(iter(seconds.values()))
            rows = [(name, each / floor, f"{(each - floor) * 1e6:.1f}") for name, each in seconds.items()]
            show(f"a step, {title}, {words}", ["of bare", "us on top"], rows)


if __name__ == "__main__":
    main()

"""One step of a call, against its requests made bare and by the frameworks' own test clients, all in one run.

A step: the caller presses a key, the webhook is signed and delivered, the redirect is requested, its document is read
and executed, and a gather listens again.
"""

from __future__ import annotations

import asyncio
from contextlib import closing
from itertools import count, repeat
from typing import TYPE_CHECKING, Any

import bare
from fastapi import FastAPI, Response
from fastapi.testclient import TestClient
from flask import Flask
from httpx import ASGITransport, AsyncClient
from measuring import SIGNED, in_tests, least_seconds, menu, show

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytest_minivoice import Account, Request

    Run = Callable[[], object]


class Menu:
    """Be what both applications answer: always the same document, or each time a new one."""

    def __init__(self) -> None:
        """Begin with the same."""
        self.numbers: Iterator[int] = repeat(0)

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


def steps(account: Account, answers: Menu, numbers: Iterator[int]) -> Callable[[], Run]:
    """Return what begins a call and gives its next step, again and again."""

    def prepare() -> Run:
        answers.numbers = numbers
        press = account.inbound_call().press
        return lambda: press("1")

    return prepare


def through(client: Any, requests: list[Request], finish: Callable[[Any], object]) -> Callable[[], Run]:  # noqa: ANN401
    """Return what makes the requests by a client of httpx's kind."""

    def run() -> None:
        for each in requests:
            finish(client.request(each.method, each.url, headers=dict(each.headers), content=each.body))

    return lambda: run


def flask_step(account: Account, answers: Menu, app: Flask) -> dict[str, float]:
    """Time the ways to make the requests of a step to the Flask application."""
    requests = requests_of_a_step(account)
    ready, client = bare.wsgi(app.wsgi_app, requests), app.test_client()

    def by_client() -> None:
        for each in requests:
            client.open(each.url, method=each.method, headers=dict(each.headers), data=each.body or None).get_data()

    contestants = {
        "bare WSGI": lambda: ready,
        "minivoice": steps(account, answers, repeat(0)),
        "minivoice, each document new": steps(account, answers, count(1)),
        "Flask's test client": lambda: by_client,
    }
    return least_seconds(contestants, rounds=200, number=10)


def fastapi_step(account: Account, answers: Menu, app: FastAPI) -> dict[str, float]:
    """Time the ways to make the requests of a step to the FastAPI application."""
    requests = requests_of_a_step(account)
    ready = [bare.asgi(app, [each]) for each in requests]
    with closing(asyncio.new_event_loop()) as loop, TestClient(app) as client:
        complete = loop.run_until_complete
        contestants = {
            "bare ASGI, on one loop": lambda: lambda: [complete(run()) for run in ready],
            "minivoice": steps(account, answers, repeat(0)),
            "httpx.ASGITransport": through(AsyncClient(transport=ASGITransport(app)), requests, complete),
            "Starlette's TestClient": through(client, requests, lambda answer: answer),
        }
        return least_seconds(contestants, rounds=200, number=10)


def report(title: str, least: dict[str, float]) -> None:
    """Print how the contestants did against the bare one, which is the first."""
    floor = next(iter(least.values()))
    rows = [(name, each / floor, f"{(each - floor) * 1e6:.1f}") for name, each in least.items()]
    show(title, ["of bare", "us on top"], rows)


def main() -> None:
    """Measure both kinds of application, without webhooks and with."""
    answers = Menu()
    for make, step in ((flask_app, flask_step), (fastapi_app, fastapi_step)):
        app = make(answers)
        for settings, requests in (({}, "1 request"), (SIGNED, "2 requests, one of them a webhook")):
            [least] = in_tests(app, lambda account, step=step, app=app: step(account, answers, app), **settings)
            report(f"{type(app).__name__}, {requests}", least)


if __name__ == "__main__":
    main()

"""One step of a call, against its requests made bare and by the frameworks' own test clients, all in one run.

A step: the caller presses a key, the webhook is signed and delivered, the redirect is requested, its document is checked
and executed, and a gather listens again. The document was read before; what reading it first costs stands in the last table.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import warnings
from itertools import count
from typing import TYPE_CHECKING, Any

import bare
from fastapi import FastAPI, Response
from flask import Flask
from httpx import ASGITransport, AsyncClient
from measuring import MENU, SIGNED, in_tests, least_seconds, show

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pytest_minivoice import Account, Request

    Run = Callable[[], object]

BASE_URL = "https://example.com"


def flask_app() -> Flask:
    """Return the menu as a Flask application."""
    app = Flask(__name__)
    app.add_url_rule("/minivoice/answer", "answer", lambda: MENU, methods=["POST"])
    app.add_url_rule("/minivoice/menu", "menu", lambda: MENU)
    app.add_url_rule("/minivoice/webhooks", "webhooks", lambda: ("", 204), methods=["POST"])
    return app


def fastapi_app() -> FastAPI:
    """Return the menu as a FastAPI application."""
    app = FastAPI()

    @app.post("/minivoice/answer")
    @app.get("/minivoice/menu")
    async def menu() -> dict[str, Any]:
        return MENU

    @app.post("/minivoice/webhooks")
    async def webhooks() -> Response:
        return Response(status_code=204)

    return app


def requests_of_a_step(account: Account) -> list[Request]:
    """Make a step and return its requests; that of the webhook, where one is sent, comes first."""
    from pytest_minivoice import Request  # noqa: PLC0415 - where the plugin is loaded by pytest

    call = account.inbound_call().press("1")
    hooks = [each for each in call.webhooks if each.event == "call.gathered"]
    sent = [Request(method="POST", url=each.url, headers=each.headers, body=each.body) for each in hooks]
    return [*sent, call.requests[-1].request]


def presses(account: Account) -> Callable[[], Run]:
    """Return what begins a call and returns its next step, again and again."""

    def prepare() -> Run:
        press = account.inbound_call().press
        return lambda: press("1")

    return prepare


def flask_contestants(account: Account, app: Flask) -> dict[str, Callable[[], Run]]:
    """Return the ways to make the requests of a step to the Flask application."""
    requests = requests_of_a_step(account)
    bare_run, client = bare.wsgi(app.wsgi_app, requests), app.test_client()

    def by_client() -> None:
        for each in requests:
            client.open(each.url, method=each.method, headers=dict(each.headers), data=each.body or None).get_data()

    return {"bare WSGI": lambda: bare_run, "minivoice": presses(account), "Flask's test client": lambda: by_client}


def fastapi_contestants(
    account: Account, app: FastAPI, loop: asyncio.AbstractEventLoop, client: Any  # noqa: ANN401 - a TestClient
) -> dict[str, Callable[[], Run]]:
    """Return the ways to make the requests of a step to the FastAPI application."""
    requests = requests_of_a_step(account)
    bare_runs = [bare.asgi(app, [each]) for each in requests]
    async_client = AsyncClient(transport=ASGITransport(app), base_url=BASE_URL)

    def by_loop() -> None:
        for each in bare_runs:
            loop.run_until_complete(each())

    def by_client(client: Any, finish: Callable[[Any], Any]) -> Run:  # noqa: ANN401 - a client of either kind
        def run() -> None:
            for each in requests:
                finish(client.request(each.method, each.url, headers=dict(each.headers), content=each.body))

        return run

    clients = {
        "httpx.ASGITransport": by_client(async_client, loop.run_until_complete),
        "Starlette's TestClient": by_client(client, lambda response: response),
    }
    return {"bare ASGI, one loop": lambda: by_loop, "minivoice": presses(account)} | {
        name: (lambda run=run: run) for name, run in clients.items()
    }


def report(title: str, least: Mapping[str, float]) -> None:
    """Print how contestants did, against the first one."""
    first = next(iter(least.values()))
    rows = [(name, each / first, f"{(each - first) * 1e6:.1f}") for name, each in least.items()]
    show(title, ["of bare", "us on top"], rows)

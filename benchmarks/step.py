"""One step of a call, against its requests made bare and by the frameworks' own test clients, all in one run.

A step: the caller presses a key, the webhook is signed and delivered, the redirect is requested, its document is checked
and executed, and a gather listens again. The document was met before; what a first meeting costs is printed at the end.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from io import BytesIO
from itertools import count
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from fastapi import FastAPI
from fastapi import Response as NoContent
from fastapi.testclient import TestClient
from flask import Flask
from httpx import ASGITransport, AsyncClient
from measuring import MENU, SIGNED, in_tests, least_seconds, show

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

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

    async def menu() -> dict[str, Any]:
        return MENU

    async def webhooks() -> NoContent:
        return NoContent(status_code=204)

    app.post("/minivoice/answer")(menu)
    app.get("/minivoice/menu")(menu)
    app.post("/minivoice/webhooks")(webhooks)
    return app


def requests_of_a_step(account: Account) -> list[Request]:
    """Make a step and return its requests, first that of the webhook, where one is sent."""
    from pytest_minivoice import Request  # noqa: PLC0415 - the plugin is loaded by now, and not before

    call = account.inbound_call().press("1")
    hooks = [each for each in call.webhooks if each.event == "call.gathered"]
    sent = [Request(method="POST", url=each.url, headers=each.headers, body=each.body) for each in hooks]
    return [*sent, call.requests[-1].request]


def bare_wsgi(app: Flask, requests: list[Request]) -> Run:
    """Return what calls the application with ready environs, and reads the answers."""
    environs = []
    for request in requests:
        names = {"Content-Type": "CONTENT_TYPE"}
        given = {names.get(name, f"HTTP_{name.upper().replace('-', '_')}"): value for name, value in request.headers.items()}
        more = {
            "PATH_INFO": request.path,
            "QUERY_STRING": request.query,
            "CONTENT_LENGTH": str(len(request.body)),
            "SERVER_NAME": "example.com",
            "SERVER_PORT": "443",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "wsgi.url_scheme": "https",
        }
        environs.append((given | more | {"REQUEST_METHOD": request.method}, request.body))

    def run() -> None:
        for environ, body in environs:
            chunks = app.wsgi_app({**environ, "wsgi.input": BytesIO(body)}, lambda *_: None)
            b"".join(chunks)
            chunks.close()

    return run


def bare_asgi(app: FastAPI, requests: list[Request]) -> Callable[[], Coroutine[object, object, None]]:
    """Return what awaits the application with ready scopes, and reads the answers."""
    scopes = []
    for request in requests:
        headers = [(name.lower().encode(), value.encode()) for name, value in request.headers.items()]
        scope = {"type": "http", "method": request.method, "scheme": "https", "path": unquote(request.path)}
        more = {"query_string": request.query.encode(), "headers": [(b"host", b"example.com"), *headers], "root_path": ""}
        scopes.append((scope | more | {"server": ("example.com", 443)}, request.body))

    async def run() -> None:
        for scope, body in scopes:
            messages: list[Any] = []

            async def receive(body: bytes = body) -> dict[str, object]:
                return {"type": "http.request", "body": body}

            async def send(message: Any, messages: list[Any] = messages) -> None:  # noqa: ANN401 - JSON-like
                messages.append(message)

            await app(dict(scope), receive, send)
            b"".join(each.get("body", b"") for each in messages)

    return run

"""One menu, written as each framework would have it. Its webhooks are answered by 204."""

from __future__ import annotations

import json
from urllib.parse import parse_qs

import flask
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

MENU = {
    "actions": [
        {"gather": {"prompt": "Press 1 for sales or 2 for support.", "num_digits": 1}},
        {"redirect": {"url": "https://ivr.example.com/minivoice/menu?from=welcome&name=A%20B"}},
    ]
}
SALES = {"actions": [{"say": {"text": "One moment, Zoë."}}, {"transfer": {"destination": "+15551230099"}}]}


def document(path: str, query: str) -> dict[str, object] | None:
    """Return what the menu answers; None accepts a webhook."""
    if path == "/minivoice/webhooks":
        return None
    given = parse_qs(query)
    if path == "/minivoice/menu" and given.get("digits") == ["1"] and given["name"] == ["A B"]:
        return SALES
    return MENU


def function(request):
    return document(request.path, request.query)


async def async_function(request):
    return document(request.path, request.query)


def wsgi(environ, start_response):
    found = document(environ["PATH_INFO"], environ["QUERY_STRING"])
    environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"] or 0))
    if found is None:
        start_response("204 No Content", [])
        return []
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(found).encode()]


async def asgi(scope, receive, send):
    assert scope["type"] == "http"
    while (await receive()).get("more_body"):
        pass
    found = document(scope["path"], scope["query_string"].decode())
    headers = [] if found is None else [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": 204 if found is None else 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if found is None else json.dumps(found).encode()})


def flask_app():
    app = flask.Flask("ivr")

    @app.route("/minivoice/<path:rest>", methods=["GET", "POST"])
    def answer(rest):
        if rest == "webhooks":
            flask.request.get_json()
        found = document(flask.request.path, flask.request.query_string.decode())
        return ("", 204) if found is None else flask.jsonify(found)

    return app


def fastapi_app():
    app = FastAPI()

    @app.api_route("/minivoice/{rest}", methods=["GET", "POST"], response_model=None)
    async def answer(request: Request):
        await request.body()
        found = document(request.url.path, request.url.query)
        return Response(status_code=204) if found is None else JSONResponse(found)

    return app


def django_wsgi():
    import django_ivr  # noqa: PLC0415 - it imports this module

    return django_ivr.wsgi()


def django_asgi():
    import django_ivr  # noqa: PLC0415 - it imports this module

    return django_ivr.asgi()

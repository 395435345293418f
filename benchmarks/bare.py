"""Calls WSGI and ASGI applications with nothing in between: environs and scopes are ready, answers are read."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from pytest_minivoice import Request

    Message = dict[str, Any]


def wsgi(app: Callable[..., Any], requests: Sequence[Request]) -> Callable[[], None]:
    """Return what makes some requests of a WSGI application.

    Args:
        app: The application.
        requests: The requests.

    Returns:
        A function that makes them all, one after another.
    """
    ready = [(_environ(each), each.body) for each in requests]

    def run() -> None:
        for environ, body in ready:
            chunks = app({**environ, "wsgi.input": BytesIO(body)}, _start_response)
            b"".join(chunks)
            chunks.close()

    return run


def asgi(app: Callable[..., Awaitable[None]], requests: Sequence[Request]) -> Callable[[], Awaitable[None]]:
    """Return what makes some requests of an ASGI application.

    Args:
        app: The application.
        requests: The requests.

    Returns:
        A function to await, which makes them all, one after another.
    """
    ready = [(_scope(each), each.body) for each in requests]

    async def run() -> None:
        for scope, body in ready:
            messages: list[Message] = []

            async def receive(body: bytes = body) -> Message:
                return {"type": "http.request", "body": body}

            async def send(message: Message, messages: list[Message] = messages) -> None:
                messages.append(message)

            await app(dict(scope), receive, send)
            b"".join(each.get("body", b"") for each in messages)

    return run


def _start_response(*_: object) -> None:
    return None


def _environ(request: Request) -> dict[str, object]:
    cgi = {"Content-Type": "CONTENT_TYPE"}
    headers = {
        cgi.get(name, f"HTTP_{name.upper().replace('-', '_')}"): value for name, value in request.headers.items()
    }
    return headers | {
        "REQUEST_METHOD": request.method,
        "PATH_INFO": request.path,
        "QUERY_STRING": request.query,
        "CONTENT_LENGTH": str(len(request.body)),
        "HTTP_HOST": "example.com",
        "SERVER_NAME": "example.com",
        "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "https",
    }


def _scope(request: Request) -> Message:
    headers = [(name.lower().encode(), value.encode()) for name, value in request.headers.items()]
    return {
        "type": "http",
        "method": request.method,
        "scheme": "https",
        "server": ("example.com", 443),
        "root_path": "",
        "path": request.path,
        "query_string": request.query.encode(),
        "headers": [(b"host", b"example.com"), *headers],
    }

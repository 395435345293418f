"""Decides which kind of application an object is, and makes its driver."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Protocol, cast
from urllib.parse import urlsplit

from pytest_minivoice.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_minivoice.drivers.asgi import Lifespans
    from pytest_minivoice.drivers.lifespan import AsgiApp
    from pytest_minivoice.drivers.loop import SessionLoop
    from pytest_minivoice.drivers.wsgi import WsgiApp
    from pytest_minivoice.spec.http import Request, Response

_WAYS = (
    "- a WSGI or ASGI application object\n"
    "- a function that takes a request and returns a dict\n"
    '- the URL of a running server, such as "http://127.0.0.1:8000"\n'
    '- an import string, such as "package.module:app" or "package.module:create_app()"'
)


class ClosableDriver(Protocol):
    """Be a driver that holds something until it is closed."""

    def send(self, request: Request) -> Response:
        """See `Driver.send`."""

    async def asend(self, request: Request) -> Response:
        """See `Driver.asend`."""

    def close(self) -> None:
        """Let go of what it holds."""


def is_url(app: object) -> bool:
    """Say whether an application is given as the URL of a running server.

    Args:
        app: What the user gave.

    Returns:
        Whether it begins with http:// or https://.
    """
    return isinstance(app, str) and app.lower().startswith(("http://", "https://"))


def driver_for(app: object, origin: str, *, loop: SessionLoop, lifespans: Lifespans, timeout: float) -> ClosableDriver:
    """Make the driver for an application.

    Args:
        app: The application, or the URL of a server.
        origin: Where it comes from, such as `the fixture minivoice_app`, for messages.
        loop: The session's loop.
        lifespans: What keeps ASGI applications started.
        timeout: Seconds until a silent server is given up.

    Returns:
        The driver.

    Raises:
        SettingError: If the object is no application.
    """
    if isinstance(app, str):
        return _url_driver(app, origin, timeout)
    if not callable(app) or inspect.isclass(app):
        message = f"{origin} is {_describe(app)}, which is no application. It can be:\n{_WAYS}"
        raise SettingError(message)
    count = _required_parameters(app)
    if count == 3:  # noqa: PLR2004 - scope, receive, send
        from pytest_minivoice.drivers.asgi import AsgiDriver  # noqa: PLC0415 - only what a suite uses

        return AsgiDriver(cast("AsgiApp", app), loop, lifespans)
    if count == 2:  # noqa: PLR2004 - environ, start_response
        from pytest_minivoice.drivers.wsgi import WsgiDriver  # noqa: PLC0415 - only what a suite uses

        return WsgiDriver(cast("WsgiApp", app))
    if count == 1:
        from pytest_minivoice.drivers.function import FunctionDriver  # noqa: PLC0415 - only what a suite uses

        return FunctionDriver(cast("Callable[[Request], object]", app), loop)
    if count == 0:
        message = f"{origin} is {_describe(app)}, which takes no arguments: is it a factory? Then call it."
        raise SettingError(message)
    message = f"{origin} is {_describe(app)}, and takes {count} arguments. It can be:\n{_WAYS}"
    raise SettingError(message)


def _url_driver(app: str, origin: str, timeout: float) -> ClosableDriver:
    parts = urlsplit(app)
    if not parts.netloc or parts.path.strip("/") or parts.query:
        message = (
            f"{origin} is {app!r}; give the server's address alone, such as http://127.0.0.1:8000 "
            "(the path belongs in answer_url)"
        )
        raise SettingError(message)
    from pytest_minivoice.drivers.url import UrlDriver  # noqa: PLC0415 - only what a suite uses

    return UrlDriver(app.rstrip("/"), timeout)


def _required_parameters(app: Callable[..., object]) -> int:
    try:
        parameters = inspect.signature(app).parameters.values()
    except (TypeError, ValueError):
        return 2  # A callable in C without a signature: WSGI is the older and likelier protocol.
    if any(each.kind is inspect.Parameter.VAR_POSITIONAL for each in parameters):
        return 3 if inspect.iscoroutinefunction(getattr(app, "__call__", app)) else 2  # noqa: B004 - its kind, not whether
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return sum(each.kind in positional and each.default is inspect.Parameter.empty for each in parameters)


def _describe(app: object) -> str:
    if inspect.isclass(app):
        return f"the class {app.__name__}"
    return "None (does the fixture return it?)" if app is None else f"{type(app).__name__} {app!r:.80}"

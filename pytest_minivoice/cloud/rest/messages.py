"""A REST request and its answer, as plain values."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

from pytest_minivoice.spec.api_errors import BY_CODE

if TYPE_CHECKING:
    from collections.abc import Mapping

_HEADERS = {"Content-Type": "application/json"}


@dataclass(slots=True, kw_only=True)
class ApiRequest:
    """Be a request of the application to MiniVoice.

    Args:
        method: In upper case.
        url: Absolute, with its query.
        path: The path of the URL, decoded.
        query: The query of the URL; of a name that comes twice the last value.
        headers: With names in lower case.
        body: The bytes sent.
        json: The body, read as JSON; None where it is not JSON.
        problem: Why it is not, or None.
    """

    method: str
    url: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    json: object
    problem: str | None = None


@dataclass(slots=True, kw_only=True)
class ApiResponse:
    """Be MiniVoice's answer.

    Args:
        status: The HTTP status.
        data: The JSON body.
        body: Its bytes.
        seconds: Virtual seconds that it took; a client with a shorter timeout never sees it.
    """

    status: int
    data: object
    body: bytes
    seconds: float = 0

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers of the answer."""
        return _HEADERS


class NetworkFailure(Exception):  # noqa: N818 - it is no error of ours but one that a test plays
    """Say that the network fails: `network_error` or `timeout`."""

    def __init__(self, kind: str) -> None:
        """Keep the kind.

        Args:
            kind: `network_error` or `timeout`.
        """
        super().__init__(kind)
        self.kind = kind


class RestError(Exception):
    """Say that a request is answered by an error body."""

    def __init__(self, code: str, message: str | None = None) -> None:
        """Keep the code.

        Args:
            code: One of the documented codes.
            message: A text that says more than the usual one.
        """
        super().__init__(code)
        self.code = code
        self.message = message or BY_CODE[code].message


def answer(status: int, data: object) -> ApiResponse:
    """Make an answer.

    Args:
        status: The HTTP status.
        data: The JSON body.

    Returns:
        The answer, with its bytes.
    """
    return ApiResponse(status=status, data=data, body=json.dumps(data).encode())


def read_request(method: str, url: str, headers: Mapping[str, str], body: bytes) -> ApiRequest:
    """Read a request.

    Args:
        method: The HTTP method.
        url: Absolute, with its query.
        headers: Names and values.
        body: The bytes sent.

    Returns:
        Its parts.
    """
    parts = urlsplit(url)
    read, problem = _read_json(body)
    return ApiRequest(
        method=method.upper(),
        url=url,
        path=unquote(parts.path) if "%" in parts.path else parts.path,
        query=dict(parse_qsl(parts.query, keep_blank_values=True)) if parts.query else {},
        headers={name.lower(): value for name, value in headers.items()},
        body=body,
        json=read,
        problem=problem,
    )


def _read_json(body: bytes) -> tuple[object, str | None]:
    """Read a body.

    Args:
        body: The bytes.

    Returns:
        What it says, and None; or None, and why it is no JSON.
    """
    try:
        return _DECODE(body.decode()) if body else None, None
    except (ValueError, RecursionError) as error:
        return None, str(error) or type(error).__name__


def _refuse(constant: str) -> object:
    message = f"{constant} is no JSON"
    raise ValueError(message)


_DECODE = json.JSONDecoder(parse_constant=_refuse).decode

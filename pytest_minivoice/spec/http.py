"""One HTTP exchange as plain values: what MiniVoice asked the application, and what came back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

_SUCCESS = 2
"""The class of 2xx statuses."""

Failure = Literal["unserved", "unreachable", "unusable", "slow"]

PORTS = {"http": 80, "https": 443}
"""Where a scheme leads that names no port."""

MAX_BODY_BYTES = 1 << 20
"""The largest answer that is read. A bound of this plugin, not a documented limit of MiniVoice."""


@dataclass(slots=True, kw_only=True)
class Request:
    """Describe one request to the application under test.

    Args:
        method: `GET` or `POST`.
        url: The absolute URL, with its query.
        headers: Header names and values.
        body: The bytes sent; empty for `GET`.
    """

    method: str
    url: str
    headers: dict[str, str]
    body: bytes = b""

    @property
    def path(self) -> str:
        """The path of the URL, without host and query."""
        return urlsplit(self.url).path

    @property
    def query(self) -> str:
        """The query of the URL as it was sent, percent-encoded."""
        return urlsplit(self.url).query

    @property
    def json(self) -> dict[str, object]:
        """The body, read as a JSON object; empty when there is no body."""
        found: dict[str, object] = json.loads(self.body) if self.body else {}
        return found


@dataclass(slots=True, kw_only=True)
class Response:
    """Describe what came back for a request, or why nothing did.

    Args:
        status: The HTTP status, 0 when there was no answer.
        headers: Header names and values in the order received.
        body: The bytes received, at most `MAX_BODY_BYTES` + 1 of them.
        elapsed: Seconds of real time that the application took.
        error: The exception that the handler raised, where it could be seen.
        failure: Why there is no answer: nobody serves the host, the server cannot be reached or is silent, or what came
            back is no HTTP answer at all.
        detail: One line more on the failure.
    """

    status: int
    headers: list[tuple[str, str]]
    body: bytes
    elapsed: float
    error: BaseException | None = None
    failure: Failure | None = None
    detail: str = ""

    @property
    def accepted(self) -> bool:
        """Whether the status is 2xx, and no exception stands behind it."""
        return self.status // 100 == _SUCCESS and self.error is None

    def header(self, name: str) -> str:
        """Return the first value of a header.

        Args:
            name: The header's name in lower case.

        Returns:
            Its value, or an empty string.
        """
        for key, value in self.headers:
            if key.lower() == name:
                return value
        return ""


@dataclass(slots=True, kw_only=True)
class Exchange:
    """Pair a request with its response, as `call.requests` lists them."""

    request: Request
    response: Response

    @property
    def method(self) -> str:
        """The request's method."""
        return self.request.method

    @property
    def url(self) -> str:
        """The request's absolute URL."""
        return self.request.url

    @property
    def path(self) -> str:
        """The request's path, without host and query."""
        return self.request.path

    @property
    def status(self) -> int:
        """The HTTP status that came back, 0 when nothing did."""
        return self.response.status

    @property
    def milliseconds(self) -> float:
        """Real milliseconds that the application took, as they are told."""
        return round(self.response.elapsed * 1000, 1)

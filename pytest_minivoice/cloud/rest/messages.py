"""A REST request and its answer, as plain values."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pytest_minivoice.spec.api_errors import BY_CODE

if TYPE_CHECKING:
    from collections.abc import Mapping

_SHOWN = 8
"""Characters of an API key that are shown: `mv_live_`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiRequest:
    """Be a request of the application to MiniVoice.

    Args:
        method: In upper case.
        url: Absolute, with its query.
        path: The path of the URL, decoded.
        query: The query of the URL, the first value of each name.
        headers: With names in lower case; keys are masked when a request is recorded.
        body: The bytes sent.
    """

    method: str
    url: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def json(self) -> object:
        """The body, read as JSON; None when there is none or it is not JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


@dataclass(slots=True, kw_only=True)
class RecordedRequest:
    """Be a request that the mocked API answered, as `minivoice_api.requests` lists it.

    Args:
        method: In upper case.
        path: The path of the URL, without its query.
        query: The query.
        headers: With names in lower case, and API keys masked.
        body: The bytes sent.
        json: The body, read as JSON; None when there is none or it is not JSON.
        key: The masked API key, or None.
        status: The HTTP status answered; 0 for a failure of the network.
        answer: The JSON body answered.
    """

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    json: object
    key: str | None
    status: int = 0
    answer: object = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiResponse:
    """Be MiniVoice's answer.

    Args:
        status: The HTTP status.
        data: The JSON body.
    """

    status: int
    data: object
    body: bytes = field(default=b"", compare=False)

    @property
    def headers(self) -> dict[str, str]:
        """The headers of the answer."""
        return {"Content-Type": "application/json"}


class RestError(Exception):
    """Say that a request is answered by an error body."""

    def __init__(self, code: str, message: str | None = None, status: int | None = None) -> None:
        """Keep the code.

        Args:
            code: One of the documented codes.
            message: A text that says more than the usual one.
            status: Another HTTP status than the usual one, by an assumption.
        """
        super().__init__(code)
        error = BY_CODE[code]
        self.code = code
        self.status = status or error.status
        self.message = message or error.message

    def response(self) -> ApiResponse:
        """Return the answer that says so.

        Returns:
            The documented error body.
        """
        return answer(self.status, {"error": {"code": self.code, "message": self.message}})


def answer(status: int, data: object) -> ApiResponse:
    """Make an answer.

    Args:
        status: The HTTP status.
        data: The JSON body.

    Returns:
        The answer, with its bytes.
    """
    return ApiResponse(status=status, data=data, body=json.dumps(data).encode())


def masked_key(value: str) -> str:
    """Hide an API key.

    Args:
        value: The key, or a header that holds one.

    Returns:
        Its first characters and `***`.
    """
    scheme, _, key = value.rpartition(" ")
    return f"{scheme} {key[:_SHOWN]}***".lstrip()

"""What `minivoice_api.requests` lists: requests of the application as they were made and answered, secrets masked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_minivoice.cloud.rest.messages import ApiRequest

_KEY_HEADERS = frozenset({"authorization", "x-api-key", "api-key", "x-minivoice-api-key"})
_SECRET_FIELDS = frozenset({"webhook_secret", "password", "api_key"})
_KEY_PARAMETERS = _SECRET_FIELDS | {"key", "apikey", "api-key", "token", "access_token"}
_PREFIX = "mv_live_"
"""How an API key begins, which is all that is shown of it."""


@dataclass(slots=True, kw_only=True, repr=False)
class RecordedRequest:
    """Be a request that the mocked API answered, as `minivoice_api.requests` lists it.

    Args:
        method: In upper case.
        path: The path of the URL, without its query.
        query: The query, API keys masked.
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

    def fits(self, method: str, path: str, json: Mapping[str, object] | None, status: int | None) -> bool:
        """Say whether it is a request that somebody looks for.

        Args:
            method: In upper case.
            path: Of one request, or of an endpoint, such as `/v1/calls/:id`.
            json: Fields that the body must have, with their values.
            status: The HTTP status answered, or None.

        Returns:
            Whether all of it fits.
        """
        if self.method != method or status not in {None, self.status} or not _same_path(path, self.path):
            return False
        sent = cast("dict[str, object]", self.json) if isinstance(self.json, dict) else {}
        return all(name in sent and sent[name] == value for name, value in (json or {}).items())

    def __repr__(self) -> str:
        """Write all of it without secrets, as failed assertions show it; of a body that is no JSON the length alone."""
        body = f"body=<{len(self.body)} bytes>, " if self.body and self.json is None else ""
        return (
            f"{type(self).__name__}(method={self.method!r}, path={self.path!r}, query={self.query!r}, "
            f"headers={self.headers!r}, {body}json={without_secrets(self.json)!r}, key={self.key!r}, "
            f"status={self.status!r}, answer={without_secrets(self.answer)!r})"
        )

    def __str__(self) -> str:
        """Write it in one line, without secrets."""
        body = "" if self.json is None else f" {without_secrets(self.json)}"
        return f"{self.method} {self.path}{body} -> {self.status or 'no answer'}"


def recorded(request: ApiRequest) -> RecordedRequest:
    """Record a request that is not answered yet.

    Args:
        request: The request.

    Returns:
        The record, its API keys masked.
    """
    headers = dict(request.headers)
    for name in _KEY_HEADERS & headers.keys():
        headers[name] = _masked_key(headers[name])
    key = headers.get("authorization")
    return RecordedRequest(
        method=request.method,
        path=request.path,
        query={name: _masked_parameter(name, value) for name, value in request.query.items()},
        headers=headers,
        body=request.body,
        json=request.json,
        key=None if key is None else key.rpartition(" ")[2],
    )


def _masked_key(value: str) -> str:
    """Hide an API key.

    Args:
        value: The key, or a header that holds one.

    Returns:
        Its first characters and `***`.
    """
    scheme, _, key = value.rpartition(" ")
    return f"{scheme} {key[: len(_PREFIX)]}***".lstrip()


def without_secrets(body: object) -> object:
    """Hide what a log or a message must not show.

    Args:
        body: A JSON body.

    Returns:
        The body, with `***` for passwords, keys and secrets at any depth.
    """
    if isinstance(body, list):
        return [without_secrets(each) for each in body]
    if not isinstance(body, dict):
        return body
    return {name: "***" if name in _SECRET_FIELDS else without_secrets(value) for name, value in body.items()}


def _masked_parameter(name: str, value: str) -> str:
    if value.startswith(_PREFIX):
        return _masked_key(value)
    return "***" if name.lower() in _KEY_PARAMETERS else value


def _same_path(wanted: str, made: str) -> bool:
    if wanted == made:
        return True
    parts, others = wanted.split("/"), made.split("/")
    return len(parts) == len(others) and all(
        part == other or (part[:1] == ":" and other) for part, other in zip(parts, others, strict=True)
    )

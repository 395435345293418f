"""What `minivoice_api.requests` lists: requests of the application as they were made and answered, secrets masked."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_minivoice.cloud.rest.messages import ApiRequest

_KEY_HEADERS = frozenset({"authorization", "x-api-key", "api-key", "x-minivoice-api-key"})
_SECRET_FIELDS = frozenset({"webhook_secret", "password", "api_key"})
_KEY_PARAMETERS = _SECRET_FIELDS | {"key", "apikey", "api-key", "token", "access_token"}
_LONGEST = 1000
"""Characters of a body that one line shows."""
_LEVELS = 20
"""Levels of a body that are shown; Python's own recursion ends at a thousand, and much of it is used by then."""
_PREFIX = "mv_live_"
"""How an API key begins, which is all that is shown of it."""


class RecordedRequest:
    """Be a request that the mocked API answered, as `minivoice_api.requests` lists it."""

    __slots__ = ("_request", "answer", "status")

    def __init__(self, request: ApiRequest) -> None:
        """Record a request that is not answered yet.

        Args:
            request: The request.
        """
        self._request = request
        self.status = 0
        """The HTTP status answered; 0 for a failure of the network."""
        self.answer: object = None
        """The JSON body answered."""

    @property
    def method(self) -> str:
        """In upper case."""
        return self._request.method

    @property
    def path(self) -> str:
        """The path of the URL, without its query."""
        return self._request.path

    @property
    def query(self) -> Mapping[str, str]:
        """The query, API keys masked."""
        return {name: _masked_parameter(name, value) for name, value in self._request.query.items()}

    @property
    def headers(self) -> Mapping[str, str]:
        """With names in lower case, and API keys masked."""
        sent = self._request.headers
        return {name: _masked_key(value) if name in _KEY_HEADERS else value for name, value in sent.items()}

    @property
    def body(self) -> bytes:
        """The bytes sent."""
        return self._request.body

    @property
    def json(self) -> object:
        """The body, read as JSON; None when there is none or it is not JSON."""
        return self._request.json

    @property
    def key(self) -> str | None:
        """The masked API key, or None."""
        given = self.headers.get("authorization")
        return None if given is None else given.rpartition(" ")[2]

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
        """Write it in one line, without secrets; the end of a long body is left out."""
        body = "" if self.json is None else f" {without_secrets(self.json)}"
        body = body if len(body) <= _LONGEST else f"{body[:_LONGEST]}... ({len(body)} characters)"
        return f"{self.method} {self.path}{body} -> {self.status or 'no answer'}"


def _masked_key(value: str) -> str:
    """Hide an API key.

    Args:
        value: The key, or a header that holds one.

    Returns:
        Its first characters and `***`.
    """
    scheme, _, key = value.rpartition(" ")
    return f"{scheme} {key[: len(_PREFIX)]}***".lstrip()


def without_secrets(body: object, levels: int = _LEVELS) -> object:
    """Hide what a log or a message must not show.

    Args:
        body: A JSON body, nested as deeply as a parser takes it.
        levels: How many levels of it are shown.

    Returns:
        The body, with `***` for passwords, keys and secrets at any depth, and `...` for what is nested deeper.
    """
    if not isinstance(body, list | dict):
        return body
    if levels == 0:
        return "..."
    if isinstance(body, list):
        return [without_secrets(each, levels - 1) for each in body]
    return {
        name: "***" if name in _SECRET_FIELDS else without_secrets(value, levels - 1) for name, value in body.items()
    }


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

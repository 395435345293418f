"""Finds the endpoint that a test names by its method and path, in any usual spelling of what stands for any id."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from pytest_minivoice.cloud.rest.table import TABLE, nearest_endpoint
from pytest_minivoice.errors import SettingError

if TYPE_CHECKING:
    from pytest_minivoice.cloud.rest.table import Endpoint

_ANY = re.compile(r":\w+|\{\w+\}")
_ONE = re.compile(r"[^<>*{}\[\]$:\s]+")


def named_endpoint(method: object, path: object) -> tuple[Endpoint, str]:
    """Find the endpoint that a test names.

    Args:
        method: `GET` or `POST`, in any case.
        path: `/v1/calls`, `/v1/calls/:id` or `/v1/calls/{id}` for any call, or the path of one call.

    Returns:
        The endpoint, and its path where any request is meant, or that of the one request.

    Raises:
        SettingError: If there is no such endpoint, with the nearest one.
    """
    __tracebackhide__ = True
    if not isinstance(method, str):
        raise SettingError(f"method is {method!r}; it must be 'GET' or 'POST'")
    if not isinstance(path, str):
        raise SettingError(f"path is {path!r}; it must be a path such as '/v1/calls' or '/v1/calls/:id'")
    verb, given = method.upper(), path.split("/")
    for endpoint in TABLE:
        own = endpoint.path.split("/")
        if endpoint.method != verb or len(own) != len(given):
            continue
        pairs = list(zip(own, given, strict=True))
        if all(part == other or (part.startswith(":") and other) for part, other in pairs):
            return endpoint, _of_one_or_any(endpoint, path, [other for part, other in pairs if part.startswith(":")])
    near = nearest_endpoint(verb, urlsplit(path).path)
    raise SettingError(f"there is no endpoint {verb} {path}; did you mean {near!r}?")


def _of_one_or_any(endpoint: Endpoint, path: str, names: list[str]) -> str:
    __tracebackhide__ = True
    for name in names:
        if _ANY.fullmatch(name):
            return endpoint.path
        if not _ONE.fullmatch(name):
            raise SettingError(
                f"the path {path!r} is of no request: write {endpoint.path!r} for any, or the path of one request"
            )
    return unquote(path)

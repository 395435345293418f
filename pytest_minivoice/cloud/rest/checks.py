"""Checks of the application's own requests: host, key, body, query. They return findings, and the error to answer."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from pytest_minivoice.choices import nearest
from pytest_minivoice.cloud.rest.messages import RestError
from pytest_minivoice.rules import rest_rules
from pytest_minivoice.spec.schema import Schema, schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jsonschema import Draft202012Validator, ValidationError

    from pytest_minivoice.cloud.rest.messages import ApiRequest
    from pytest_minivoice.rules.rule import Finding

_MISPLACED = ("x-api-key", "api-key", "x-minivoice-api-key")
_USAGE = "/v1/usage"


def wrong_host(request: ApiRequest, api_base: str, own: str | None) -> Iterator[Finding]:
    """Check where a request goes.

    Args:
        request: The request.
        api_base: The setting.
        own: The URL of the server on this machine, or None.

    Yields:
        A finding where the scheme or the host is not the API's.
    """
    asked, base = urlsplit(request.url), urlsplit(api_base)
    if own is not None and request.url.startswith(own):
        return
    if (asked.scheme, asked.netloc) != (base.scheme, base.netloc):
        message = f"the request goes to {asked.scheme}://{asked.netloc}; the API is {api_base}"
        yield rest_rules.WRONG_HOST.at(request.url.partition("?")[0], message)


def check_key(request: ApiRequest, keys: Mapping[str, object]) -> Finding | None:
    """Check the API key of a request.

    Args:
        request: The request.
        keys: The keys that exist.

    Returns:
        A finding where the key is missing, unknown or in another place.
    """
    given = request.headers.get("authorization", "")
    scheme, _, key = given.partition(" ")
    if scheme.lower() == "bearer" and key in keys:
        return None
    misplaced = next((name for name in _MISPLACED if name in request.headers), None)
    if misplaced is not None:
        message = f"the key is in the header {misplaced}; it belongs in Authorization: Bearer <key>"
    elif any(value in keys for value in request.query.values()):
        message = "the key is in the URL, where logs keep it; it belongs in Authorization: Bearer <key>"
    elif not given:
        message = "there is no Authorization header"
    elif scheme.lower() != "bearer":
        message = f"the scheme of Authorization is {scheme if key else 'missing'}; it must be Bearer"
    else:
        message = "the account has no application with this key"
    return rest_rules.NO_KEY.at(f"{request.method} {request.path}", message)


def check_body(request: ApiRequest, name: str) -> tuple[Mapping[str, object], list[Finding], RestError | None]:
    """Check the body of a request by its schema.

    Args:
        request: The request.
        name: The schema's name in `rest.schema.json`.

    Returns:
        The body, the findings, and the error to answer where it is refused.
    """
    where = f"{request.method} {request.path}"
    try:
        body: object = json.loads(request.body or b"{}")
    except (ValueError, RecursionError) as error:
        finding = rest_rules.INVALID_BODY.at(where, f"the body is not JSON: {error}")
        return {}, [finding], RestError("invalid_json")
    findings = []
    message = ""
    for broken in _validator(name).iter_errors(cast("dict[str, object]", body)):
        finding = _explain(broken, where)
        message = message or finding.message
        findings.append(finding)
    if isinstance(body, dict) and "application_id" in body and name == "create_call_request":
        message_id = f"application_id {body['application_id']!r} is ignored"
        findings.append(rest_rules.APPLICATION_ID_IGNORED.at(f"{where} application_id", message_id))
    if not message:
        return cast("Mapping[str, object]", body), findings, None
    code = "invalid_action" if name == "control_recording_request" and "action is" in message else "invalid_request"
    return {}, findings, RestError(code, message)


def check_query(path: str, request: ApiRequest) -> None:
    """Check the query of an endpoint that needs one.

    Args:
        path: The endpoint's path.
        request: The request.

    Raises:
        RestError: If a parameter is missing.
    """
    if path == _USAGE:
        for name in ("from", "to"):
            if name not in request.query:
                raise RestError("invalid_request", f"{name} is required")


def _explain(error: ValidationError, where: str) -> Finding:
    path = [str(part) for part in error.absolute_path]
    place = f"{where} {'.'.join(path)}".rstrip()
    if path and path[0] in {"from", "to"}:
        return rest_rules.NOT_E164.at(place, f"{path[0]} is {error.instance!r}; it must be E.164, such as +15551230002")
    if error.validator == "required":
        required = cast("list[str]", error.validator_value)
        missing = next(name for name in required if name not in cast("dict[str, object]", error.instance))
        return rest_rules.INVALID_BODY.at(place, f"{missing} is required")
    if error.validator == "additionalProperties":
        known = list(cast("dict[str, Schema]", cast("Schema", error.schema)["properties"]))
        extra = next(name for name in cast("dict[str, object]", error.instance) if name not in known)
        return rest_rules.INVALID_BODY.at(
            f"{where} {extra}",
            f"unknown field {extra}; known are {', '.join(known)}",
            did_you_mean=nearest(extra, known),
        )
    return rest_rules.INVALID_BODY.at(place, f"{'.'.join(path) or 'the body'} is {error.instance!r}: {error.message}")


@cache
def _validator(name: str) -> Draft202012Validator:
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - 60 ms that unused plugins must not cost

    rest = schema("rest")
    return Draft202012Validator(cast("Schema", {"$defs": rest["$defs"], "$ref": f"#/$defs/{name}"}))

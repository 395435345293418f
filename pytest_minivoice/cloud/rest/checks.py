"""Checks of the application's own requests: host, key, body, query. They return findings, and the error to answer."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, cast

from pytest_minivoice.choices import nearest
from pytest_minivoice.cloud.rest.acceptance import acceptance
from pytest_minivoice.cloud.rest.messages import RestError
from pytest_minivoice.rules import rest_rules
from pytest_minivoice.spec.http import PORTS
from pytest_minivoice.spec.mistakes import brief, known, missing, unknown
from pytest_minivoice.spec.schema import Schema, schema

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from urllib.parse import SplitResult

    from jsonschema import Draft202012Validator, ValidationError

    from pytest_minivoice.cloud.rest.acceptance import Accepts
    from pytest_minivoice.cloud.rest.messages import ApiRequest
    from pytest_minivoice.rules.rule import Finding

_MISPLACED = ("x-api-key", "api-key", "x-minivoice-api-key")
_SETTING = " (the setting unknown_fields=ignored accepts others)"
"""Said in the finding alone: the API's own text knows nothing of tests."""
_ITS_URL = (
    "Set the base of the API in the application's configuration to minivoice_api.url; "
    "that server of the fixture minivoice_api answers every client."
)
_LATER = "Let the application ask when it first needs to: minivoice_api answers once minivoice_app was created."
_MADE_ONCE = (
    "A client, a setting or an application that is made once has kept the key: make it anew in each test, or give it "
    "minivoice_api.api_key there, such as by get_client.cache_clear() in the fixture that sets the key. "
    "If a thread of that test still asks, let that test wait for its end."
)
_UNREAD = frozenset({"", "None", "null", "undefined"})
"""What stands in place of a key that a configuration did not give."""
_DOMAIN = "minivoice.eu"
_NAME = 200
"""Characters of a field's name that are told."""
_TYPES = {"object": "an object", "string": "a string", "boolean": "true or false"}


def is_minivoices(host: str, port: int | None, base: SplitResult) -> bool:
    """Say whether a host is MiniVoice's.

    Args:
        host: In lower case.
        port: The port, or None for that of the scheme.
        base: The setting `api_base`, in parts.

    Returns:
        Whether requests to it are answered or refused on this machine.
    """
    if host == _DOMAIN or host.endswith(f".{_DOMAIN}"):
        return True
    name, own = place(base)
    return host == name and port in {own, base.port}


def real_network(what: str, *, mocked: bool, maker: str | None = None, early: bool = False) -> Finding:
    """Describe a request that would have left the machine.

    Args:
        what: The request, or the host.
        mocked: Whether the API is mocked, so that the client is one that cannot be patched.
        maker: The earlier test whose API key it carries, or None.
        early: Whether the API will be mocked, once the application is there.

    Returns:
        The finding.
    """
    asks = "the application asks the real MiniVoice"
    if maker is not None:
        message = f"{asks} with the key of an earlier test, {maker}: {what}"
        return rest_rules.REAL_NETWORK.at(what, message, remedy=f"{rest_rules.REAL_NETWORK.fix} {_MADE_ONCE}")
    if early:
        message = f"{asks} before minivoice_api is there, such as while minivoice_app is created: {what}"
        return rest_rules.REAL_NETWORK.at(what, message, remedy=_LATER)
    if not mocked:
        return rest_rules.REAL_NETWORK.at(what, f"{asks}: {what}")
    message = f"{asks} by a client that cannot be patched: {what}"
    return rest_rules.REAL_NETWORK.at(what, message, remedy=_ITS_URL)


def wrong_host(url: SplitResult, base: SplitResult, api_base: str) -> Finding | None:
    """Check where a request goes.

    Args:
        url: The URL asked, in parts.
        base: The setting `api_base`, in parts.
        api_base: The setting.

    Returns:
        A finding where the scheme or the host is not the API's.
    """
    if url.scheme == base.scheme and (url.netloc == base.netloc or place(url) == place(base)):
        return None
    message = f"the request goes to {url.scheme}://{url.netloc}; the API is {api_base}"
    return rest_rules.WRONG_HOST.at(f"{url.scheme}://{url.netloc}{url.path}", message)


def place(url: SplitResult) -> tuple[str, int]:
    """Return where a URL leads.

    Args:
        url: Its parts.

    Returns:
        Its host in lower case, and its port or that of the scheme.
    """
    return url.hostname or "", url.port or PORTS.get(url.scheme, 0)


def maker_of_key(headers: Mapping[str, str], earlier: Mapping[str, str]) -> str | None:
    """Find the earlier test that the API key of a request belongs to.

    Args:
        headers: The request's, with names in any case.
        earlier: The keys of earlier tests, and whose they are.

    Returns:
        The test, or None.
    """
    given = next((str(value) for name, value in headers.items() if name.lower() == "authorization"), "")
    return earlier.get(given.rpartition(" ")[2])


def check_key(request: ApiRequest, keys: Mapping[str, object], earlier: Mapping[str, str]) -> Finding | None:
    """Check the API key of a request.

    Args:
        request: The request.
        keys: The keys that exist.
        earlier: The keys of earlier tests, and whose they are.

    Returns:
        A finding where the key is missing, unknown or in another place.
    """
    given = request.headers.get("authorization", "")
    scheme, _, key = given.partition(" ")
    if scheme.lower() == "bearer" and key in keys:
        return None
    where = f"{request.method} {request.path}"
    maker = maker_of_key(request.headers, earlier)
    if maker is not None:
        message = f"the key is that of an earlier test, {maker}; each test has a key of its own"
        return rest_rules.NO_KEY.at(where, message, remedy=_MADE_ONCE)
    misplaced = next((name for name in _MISPLACED if name in request.headers), None)
    if misplaced is not None:
        message = f"the key is in the header {misplaced}; it belongs in Authorization: Bearer <key>"
    elif any(value in keys for value in request.query.values()):
        message = "the key is in the URL, where logs keep it; it belongs in Authorization: Bearer <key>"
    elif isinstance(request.json, dict) and keys.keys() & _texts(request.json):
        message = "the key is in the body; it belongs in Authorization: Bearer <key>"
    elif not given:
        message = "there is no Authorization header"
    elif scheme.lower() != "bearer":
        message = f"the scheme of Authorization is {scheme if key else 'missing'}; it must be Bearer"
    elif key in _UNREAD:
        message = f"the key is {key or 'empty'}: the application's configuration gave it none"
    else:
        message = "the account has no application with this key"
    return rest_rules.NO_KEY.at(where, message)


def _texts(body: Mapping[str, object]) -> set[str]:
    return {value for value in body.values() if isinstance(value, str)}


def check_body(request: ApiRequest, name: str, *, closed: bool) -> tuple[Sequence[Finding], RestError | None]:
    """Check the body of a request by its schema.

    Args:
        request: The request.
        name: The schema's name in `rest.schema.json`.
        closed: Whether a field that no page lists is refused (assumption `unknown_fields`).

    Returns:
        The findings, and the error to answer where the body is refused.
    """
    where = f"{request.method} {request.path}"
    if request.problem is not None:
        form = "form" in request.headers.get("content-type", "")
        hint = "send the fields as JSON; requests and httpx do with json=, and send a form with data=" if form else None
        message = f"the body is not JSON: {request.problem}"
        return [rest_rules.INVALID_BODY.at(where, message, did_you_mean=hint)], RestError("invalid_json")
    read = request.json if request.body else {}
    if _accepts(name, closed=closed)(read) and "application_id" not in cast("dict[str, object]", read):
        return (), None
    broken = list(_validator(name, closed=closed).iter_errors(cast("dict[str, object]", read)))
    findings = [finding for error in broken for finding in _explain(error, where)]
    error = None
    if broken:
        message = findings[0].message.removesuffix(_SETTING)
        action = name == "control_recording_request" and list(broken[0].absolute_path) == ["action"]
        error = RestError("invalid_action" if action else "invalid_request", message)
    if isinstance(read, dict) and "application_id" in read and name == "create_call_request":
        message = f"application_id {brief(read['application_id'])} is ignored"
        findings.append(rest_rules.APPLICATION_ID_IGNORED.at(f"{where} application_id", message))
    return findings, error


def _explain(error: ValidationError, where: str) -> list[Finding]:
    path = [str(part) for part in error.absolute_path]
    at = f"{where} {'.'.join(path)}".rstrip()
    if path and path[0] in {"from", "to"}:
        return [
            rest_rules.NOT_E164.at(at, f"{path[0]} is {brief(error.instance)}; it must be E.164, such as +15551230002")
        ]
    if error.validator == "required":
        return [rest_rules.INVALID_BODY.at(at, f"{missing(error)} is required")]
    if error.validator == "additionalProperties":
        names = list(known(error))
        return [
            rest_rules.INVALID_BODY.at(
                f"{where} {extra[:_NAME]}",
                f"unknown field {extra[:_NAME]}; known are {', '.join(names)}{_SETTING}",
                did_you_mean=nearest(extra, names),
            )
            for extra in unknown(error)
        ]
    if error.validator == "minLength":
        return [rest_rules.INVALID_BODY.at(at, f"{path[-1]} is required; it is empty")]
    return [rest_rules.INVALID_BODY.at(at, f"{path[-1] if path else 'the body'} is {_wrong(error)}")]


def _wrong(error: ValidationError) -> str:
    given, wanted = brief(error.instance), error.validator_value
    if error.validator == "type":
        return f"{given}; it must be {_TYPES[cast('str', wanted)]}"
    if error.validator == "enum":
        return f"{given}; it must be one of {', '.join(map(str, cast('list[object]', wanted)))}"
    title = str(cast("Schema", error.schema).get("title", "of another form"))
    return f"{given}; it must be the {title}" if "://" in str(wanted) else f"{given}: {title}"


@cache
def _accepts(name: str, *, closed: bool) -> Accepts:
    rule = _rule(name, closed=closed)
    return acceptance(rule, cast("dict[str, Schema]", rule["$defs"]))


@cache
def _validator(name: str, *, closed: bool) -> Draft202012Validator:
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - 60 ms that unused plugins must not cost

    return Draft202012Validator(_rule(name, closed=closed))


def _rule(name: str, *, closed: bool) -> Schema:
    definitions = cast("dict[str, Schema]", schema("rest")["$defs"])
    opened = {} if closed else {"additionalProperties": True}
    return cast("Schema", {**definitions[name], **opened, "$defs": definitions})

"""Describes the mocked API in OpenAPI 3.1, out of the table of endpoints and the schemas of their bodies.

`python -m pytest_minivoice.cloud.rest.openapi` writes the file that is shipped beside the schemas.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest_minivoice.spec
from pytest_minivoice.cloud.rest.table import TABLE
from pytest_minivoice.spec.api_errors import BY_CODE
from pytest_minivoice.spec.schema import Schema, schema

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_minivoice.cloud.rest.table import Endpoint

FILE = Path(pytest_minivoice.spec.__file__).with_name("schemas") / "openapi.json"

_ITEMS = {"/v1/trunks": "trunk", "/v1/calls/:id/recordings": "recording"}
_CREATES = frozenset({"application", "created_call", "trunk"})
_ASSUMPTION = "x-assumption"
_PAGE = "x-page"


def openapi() -> dict[str, object]:
    """Describe the API.

    Returns:
        An OpenAPI document. `x-page` names the page of the vendor's documentation, `x-assumption` the setting where
        something is assumed.
    """
    paths: dict[str, dict[str, object]] = {}
    for endpoint in TABLE:
        paths.setdefault(re.sub(r":(\w+)", r"{\1}", endpoint.path), {})[endpoint.method.lower()] = _operation(endpoint)
    definitions = cast("dict[str, object]", schema("rest")["$defs"])
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "MiniVoice REST API, as pytest-minivoice answers it",
            "version": "1",
            "description": "No document of the vendor. What x-assumption marks is not documented by the vendor.",
        },
        "servers": [{"url": "https://api.minivoice.eu"}],
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "description": "Application API key"}},
            "schemas": json.loads(json.dumps(definitions).replace("#/$defs/", "#/components/schemas/")),
        },
    }


def _operation(endpoint: Endpoint) -> dict[str, object]:
    operation: dict[str, object] = {
        "operationId": endpoint.run.__name__ if endpoint.run.__name__ != "read" else f"read_{endpoint.gives}",
        _PAGE: endpoint.page,
        "parameters": list(_parameters(endpoint)),
        "responses": {**_success(endpoint), **_errors(endpoint)},
    }
    if "by-number" in endpoint.path:
        operation["operationId"] = "read_did_by_number"
    if endpoint.assumed:
        operation[_ASSUMPTION] = "list_shape"
    if endpoint.takes is not None:
        # The body of a recording's control may be left out: start is the default.
        required = endpoint.takes != "control_recording_request"
        operation["requestBody"] = {"required": required, **_content(_ref(endpoint.takes))}
    return operation


def _parameters(endpoint: Endpoint) -> Iterator[dict[str, object]]:
    for name in re.findall(r":(\w+)", endpoint.path):
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
    if endpoint.path == "/v1/usage":
        for name in ("from", "to"):
            moment = {"type": "string", "format": "date-time"}
            yield {"name": name, "in": "query", "required": True, "schema": moment}


def _success(endpoint: Endpoint) -> dict[str, object]:
    if endpoint.gives in _CREATES and endpoint.method == "POST":
        return {"201": {"description": "Created", _ASSUMPTION: "created_status", **_content(_ref(endpoint.gives))}}
    return {"200": {"description": "Success", **_content(_answer(endpoint))}}


def _answer(endpoint: Endpoint) -> Schema:
    if endpoint.gives is not None:
        return _ref(endpoint.gives)
    if endpoint.path == "/v1/recordings/:id":
        return cast("Schema", {"type": "object", "required": ["data"], "properties": {"data": _ref("recording")}})
    item: Schema = _ref(_ITEMS[endpoint.path]) if endpoint.path in _ITEMS else {"type": "object"}
    counted: dict[str, object] = {
        "type": "object",
        "required": ["count", "data"],
        "properties": {"count": {"type": "integer", "minimum": 0}, "data": {"type": "array", "items": item}},
    }
    return cast("Schema", counted)


def _errors(endpoint: Endpoint) -> dict[str, object]:
    by_status: dict[int, list[str]] = {}
    for code in endpoint.codes:
        by_status.setdefault(BY_CODE[code].status, []).append(code)
    return {
        str(status): {
            "description": ", ".join(codes),
            **({_ASSUMPTION: "ai_missing_status"} if any(map(endpoint.assumes_status, codes)) else {}),
            **_content(_ref("error")),
        }
        for status, codes in sorted(by_status.items())
    }


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _content(rule: Schema) -> dict[str, object]:
    return {"content": {"application/json": {"schema": rule}}}


if __name__ == "__main__":
    FILE.write_text(json.dumps(openapi(), indent=2) + "\n", encoding="utf-8")

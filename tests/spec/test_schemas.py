"""The schema files themselves, and the conformance table: every JSON sample of the documentation is accepted."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator
from schema_files import FOLDER, NAMES, SAMPLES, SCHEMAS, errors

if TYPE_CHECKING:
    from collections.abc import Iterator

ASSUMPTIONS = {name for name, each in SCHEMAS["settings"]["properties"].items() if each.get("x-assumption")}


def subschemas(schema: object, *where: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield every object in a schema with its place; conditions are left out, for they declare nothing."""
    if isinstance(schema, dict):
        yield where, schema
        for key, value in schema.items():
            if key != "if":
                yield from subschemas(value, *where, key)
    elif isinstance(schema, list):
        for index, value in enumerate(schema):
            yield from subschemas(value, *where, str(index))


def resolved(name: str, reference: str) -> Any:
    assert reference.startswith("#/"), f"{name} leans on another file: {reference}"
    found: Any = SCHEMAS[name]
    for part in reference[2:].split("/"):
        found = found[part]
    return found


def test_every_file_of_the_package_is_tested_here() -> None:
    assert sorted(each.name for each in FOLDER.iterdir()) == sorted(
        ["openapi.json", *(f"{name}.schema.json" for name in NAMES)]
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_a_valid_schema_that_says_what_it_is(name: str) -> None:
    schema = SCHEMAS[name]
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == f"https://pytest-minivoice.readthedocs.io/schemas/{name}.schema.json"
    assert schema["title"]
    assert schema["description"]


@pytest.mark.parametrize("name", NAMES)
def test_a_file_stands_alone_and_explains_each_property(name: str) -> None:
    for where, schema in subschemas(SCHEMAS[name]):
        target = resolved(name, schema["$ref"]) if "$ref" in schema else {}
        if where[-2:-1] in [("properties",), ("$defs",)]:
            assert {"title", "description"} & (schema.keys() | target.keys()), "/".join(where)


@pytest.mark.parametrize("name", NAMES)
def test_a_description_names_only_assumptions_that_exist(name: str) -> None:
    named = set(re.findall(r"(?<!-)assumption ([a-z_]+)", json.dumps(SCHEMAS[name])))
    assert named <= ASSUMPTIONS


@pytest.mark.parametrize("name", SAMPLES["answers"])
def test_a_sample_of_an_answer_is_accepted(name: str) -> None:
    assert errors("answer", SAMPLES["answers"][name]) == []


@pytest.mark.parametrize("event", SAMPLES["webhooks"])
def test_a_sample_of_a_webhook_is_accepted(event: str) -> None:
    assert errors("webhook", SAMPLES["webhooks"][event]) == []


@pytest.mark.parametrize("definition", SAMPLES["rest"])
def test_a_sample_of_a_rest_body_is_accepted(definition: str) -> None:
    assert errors("rest", SAMPLES["rest"][definition], definition) == []

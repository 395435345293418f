"""Turns a schema into a function that accepts a valid body quickly. What it does not accept, jsonschema has to judge.

It knows the few keywords that bodies of requests are described with; a schema with another one is never accepted here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pytest_minivoice.spec.schema import Schema

    Accepts = Callable[[object], bool]

_TYPES = {"object": dict, "string": str, "boolean": bool}
_KNOWN = frozenset({"type", "required", "additionalProperties", "properties", "pattern", "minLength", "enum"})
_SAID = frozenset({"title", "description", "default", "$comment", "$defs"})


def acceptance(rule: Schema, definitions: Mapping[str, Schema]) -> Accepts:
    """Make the function for a schema.

    Args:
        rule: The schema.
        definitions: What its `$ref`s name.

    Returns:
        A function of a JSON value; true only where the value is valid.
    """
    if "$ref" in rule:
        return acceptance(definitions[str(rule["$ref"]).rpartition("/")[2]], definitions)
    if rule.keys() - _SAID - _KNOWN:
        return lambda _: False
    if rule.get("type") == "object":
        return _object(rule, definitions)
    kind = _TYPES.get(str(rule.get("type")), object)
    pattern = re.compile(str(rule.get("pattern", "")))
    shortest = cast("int", rule.get("minLength", 0))
    values = cast("list[object]", rule.get("enum"))

    def accepts(value: object) -> bool:
        if not isinstance(value, kind) or (values is not None and value not in values):
            return False
        return not isinstance(value, str) or (len(value) >= shortest and pattern.search(value) is not None)

    return accepts


def _object(rule: Schema, definitions: Mapping[str, Schema]) -> Accepts:
    described = cast("dict[str, Schema]", rule.get("properties", {}))
    properties = {name: acceptance(each, definitions) for name, each in described.items()}
    required = cast("list[str]", rule.get("required", []))
    is_open = rule.get("additionalProperties", True) is True

    def accepts(value: object) -> bool:
        if not isinstance(value, dict):
            return False
        for name in required:
            if name not in value:
                return False
        for name, each in value.items():
            judge = properties.get(name)
            if not (is_open if judge is None else judge(each)):
                return False
        return True

    return accepts

"""Checks a flow against flow.schema.json, and says each mistake in one sentence with its place in the file."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, cast

from pytest_minivoice.call.moves import check_keys
from pytest_minivoice.choices import did_you_mean
from pytest_minivoice.errors import CallerError, FlowFileError
from pytest_minivoice.spec.mistakes import known, missing, unknown, written
from pytest_minivoice.spec.schema import Schema, schema

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jsonschema import Draft202012Validator, ValidationError

    from pytest_minivoice.flows.source import Located

_TYPES = {
    "object": "a mapping, such as key: value",
    "array": "a list, such as [one, two]",
    "string": "text",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "null": "nothing",
}
_KINDS = {dict: "a mapping", list: "a list", str: "text", bool: "a boolean", int: "a number", float: "a number"}


def mistakes(value: Located, part: str) -> list[FlowFileError]:
    """Check a value of the file.

    Args:
        value: The value.
        part: The definition of the schema that it must fit, or an empty string for the whole document.

    Returns:
        Each mistake, in the order of the file.
    """
    whole = "it" if part else "the document"
    found = [_mistake(error, value, whole) for error in _validator(part).iter_errors(value.plain)]
    single = {(each.line, each.column, each.message): each for each in found}
    return [single[key] for key in sorted(single)]


@cache
def _validator(part: str) -> Draft202012Validator:
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - 60 ms that unused plugins must not cost

    whole = schema("flow")
    if part:
        return Draft202012Validator({"$defs": whole["$defs"], "$ref": f"#/$defs/{part}"})
    # Of the flows only the names: each flow is checked by itself, with the document's own keys and its parameters.
    # So is what is explored.
    properties = cast("dict[str, dict[str, Schema]]", whole["properties"])
    flows = {key: rule for key, rule in properties["flows"].items() if key != "additionalProperties"}
    flows["additionalProperties"] = {"type": "object"}
    explore = {"title": "Exploration", "type": ["object", "null"]}
    return Draft202012Validator({**whole, "properties": {**properties, "flows": flows, "explore": explore}})


def _mistake(error: ValidationError, value: Located, whole: str) -> FlowFileError:
    path = list(error.absolute_path)
    spot = value.at(path)
    where = written(path)
    if error.validator in {"additionalProperties", "required"} and list(spot.children) and _is_bare(spot.plain):
        return FlowFileError(
            f"{where or whole} is a mapping; to mean text, write it in quotes: {_braced(spot)}", *spot.place
        )
    if error.validator == "additionalProperties":
        extra, names = unknown(error)[0], list(known(error))
        hint = did_you_mean(extra, names)
        message = f"{where or whole} has no key {extra!r}{hint} (it takes {', '.join(names)})"
        return FlowFileError(message, *spot.keys[extra])
    if error.validator == "required":
        needed = missing(error)
        hint = _instead(needed, spot.children)
        return FlowFileError(f"{where or whole} needs the key {needed!r}{hint}", *spot.place)
    if error.validator == "anyOf":
        hint = _instead("flows", spot.children) or " or 'explore'"
        return FlowFileError(f"{where or whole} needs the key 'flows'{hint}", *spot.place)
    if "propertyNames" in error.absolute_schema_path:
        name = error.instance
        title = cast("Mapping[str, str]", error.schema).get("title", "at most 128 characters")
        owner = f"a key of {where}" if where else "a key"
        return FlowFileError(f"{owner} is {name!r}; it must be: {_lower(title)}", *spot.keys.get(name, spot.place))
    return FlowFileError(f"{where or whole} {_complaint(error, spot)}", *spot.place)


def _complaint(error: ValidationError, spot: Located) -> str:
    got = repr(spot.plain) if isinstance(spot.plain, str) else spot.written or _kind(spot.plain)
    rule = cast("Mapping[str, object]", error.schema)
    if error.validator == "type":
        kind = _kind(spot.plain)
        return f"is {got if got == kind else f'{got}, {kind}'}; it must be {_wanted(error, spot)}"
    if error.validator == "enum":
        choices = [str(each) for each in cast("list[object]", error.validator_value)]
        return f"is {got}; it must be one of {', '.join(choices)}{did_you_mean(spot.plain, choices)}"
    if error.validator == "pattern" and "0-9*#A-D" in str(error.validator_value):
        try:
            check_keys(spot.plain)
        except CallerError as refused:
            return f"is {got}: {refused.message}"
    if error.validator in {"minItems", "minProperties"}:
        return "is empty"
    if error.validator == "maxProperties":
        return f"holds {len(spot.children)} keys; it must hold one"
    title = str(rule.get("title", "of another form"))
    return f"is {got}; it must be: {_lower(title)}"


def _wanted(error: ValidationError, spot: Located) -> str:
    types = (
        [error.validator_value] if isinstance(error.validator_value, str) else cast("list[str]", error.validator_value)
    )
    wanted = " or ".join(_TYPES[each] for each in types)
    if "string" in types and spot.written:
        return f'{wanted}; write it in quotes: "{spot.written}"'
    if "string" in types and _is_bare(spot.plain):
        return f"{wanted}; write it in quotes: {_braced(spot)}"
    if types == ["array"] and isinstance(spot.plain, str):
        return f'a list; write ["{spot.plain}"]'
    return wanted


def _is_bare(value: object) -> bool:
    """Say whether a value is `{name}` without quotes, which YAML takes for a mapping."""
    return isinstance(value, dict) and list(value.values()) == [None]


def _braced(spot: Located) -> str:
    return f'"{{{next(iter(spot.children))}}}"'


def _instead(name: str, given: Mapping[object, object]) -> str:
    for each in given:
        if did_you_mean(each, [name]):
            return f" instead of {each!r}"
    return ""


def _kind(value: object) -> str:
    return _KINDS.get(type(value), "nothing" if value is None else "a date")


def _lower(title: str) -> str:
    return title if title[:2].isupper() or title[1:2] in ".1" else title[:1].lower() + title[1:]

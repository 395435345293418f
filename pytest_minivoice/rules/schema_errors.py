"""Turns an error of the answer document's JSON Schema into a finding: which rule, where, and what was meant."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypedDict, cast

from pytest_minivoice.choices import nearest
from pytest_minivoice.rules import answer_rules
from pytest_minivoice.spec.mistakes import known, missing, unknown, written

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jsonschema import ValidationError

    from pytest_minivoice.rules.rule import Finding, Rule

_ABSENT = {
    "hangup": "there is no hangup action; MiniVoice is assumed to end the call when the actions run out",
    "play": "there is no play action; say speaks a text",
    "pause": "there is no pause action; pause_before_ms of send_digits is the only pause",
    "dial": "there is no dial action; transfer or bridge connects the caller",
    "queue": "there is no queue action; conference or a redirect can let callers wait",
    "reject": "there is no reject action; a DID with route_mode reject refuses calls",
    "answer": "there is no answer action; the call is answered before your document runs",
}
_KINDS = {
    dict: "an object",
    list: "an array",
    str: "a string",
    bool: "a boolean",
    int: "a number",
    float: "a number",
    type(None): "null",
}
_TYPE_WORDS = {
    "object": "an object",
    "array": "an array",
    "string": "a string",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "null": "null",
}
_SHORT = 60
"""Characters of a value that stands in the middle of a sentence."""


class _Place(TypedDict):
    """Name a place in the two ways a finding does."""

    where: str
    pointer: str


def explain(error: ValidationError, document: object, names: Sequence[str]) -> list[Finding]:
    """Turn one schema error into findings.

    Args:
        error: The error, with its absolute path into the document.
        document: The whole document.
        names: The names of the actions that exist.

    Returns:
        The finding of the rule that was broken; one for each name where several are unknown.
    """
    path = list(error.absolute_path)
    if len(path) < 2:  # noqa: PLR2004 - the document, or its actions array
        return _document(error, path)
    entry = cast("dict[str, list[object]]", document)["actions"][cast("int", path[1])]
    typed = isinstance(entry, dict) and "type" in entry
    kind = str(entry["type"]) if isinstance(entry, dict) and typed else ""
    if len(path) == 2 and not (typed and error.validator in {"additionalProperties", "required"}):  # noqa: PLR2004
        return [_entry(error, path, entry, names)]
    if typed and path[2:] == ["type"]:
        return [_unknown_action(path[:2], kind, names)]
    name = kind or str(path[2])
    if error.validator == "additionalProperties":
        return [_unknown_parameter(error, [*path, extra], name) for extra in unknown(error)]
    return [_parameter(error, path, name, depth=2 if typed else 3)]


def _document(error: ValidationError, path: list[str | int]) -> list[Finding]:
    if error.validator == "additionalProperties":
        return [
            answer_rules.UNKNOWN_FIELD.at(
                **_place([extra]),
                message=f"the document has a field {extra!r} beside actions",
                did_you_mean=nearest(extra, ["actions"]),
            )
            for extra in unknown(error)
        ]
    return [_no_actions(error, path)]


def _no_actions(error: ValidationError, path: list[str | int]) -> Finding:
    if error.validator == "required":
        keys = _keys(error)
        near = next((key for key in keys if nearest(key, ["actions"])), None)
        return answer_rules.NO_ACTIONS.at(
            **_place(path),
            message=f"the document has no actions array; its keys are {', '.join(keys) or 'none'}",
            did_you_mean=f"actions instead of {near}" if near else None,
        )
    what = "actions" if path else "the document"
    wanted = "an array" if path else 'an object such as {"actions": [...]}'
    return answer_rules.NO_ACTIONS.at(
        **_place(path), message=f"{what} is {_with_kind(error.instance)}; it must be {wanted}"
    )


def _entry(error: ValidationError, path: list[str | int], entry: object, names: Sequence[str]) -> Finding:
    if not isinstance(entry, dict) or not entry:
        return answer_rules.NOT_AN_ACTION.at(
            **_place(path), message=f"{_short(entry)} is not an action", did_you_mean=_object_for(entry, names)
        )
    if error.validator == "maxProperties":
        keys = list(entry)
        if sum(key in names for key in keys) == 1:
            action = next(key for key in keys if key in names)
            others = " and ".join(key for key in keys if key != action)
            hint = f"{others} inside {action}"
        else:
            hint = None
        message = f"one object holds {len(keys)} keys: {', '.join(keys)}"
        return answer_rules.TWO_ACTIONS.at(**_place(path), message=message, did_you_mean=hint)
    return _unknown_action(path, next((key for key in entry if key not in names), next(iter(entry))), names)


def _unknown_action(path: list[str | int], name: str, names: Sequence[str]) -> Finding:
    near = nearest(name, names)
    message = _ABSENT.get(name, f"MiniVoice has no action {name!r}")
    return answer_rules.UNKNOWN_ACTION.at(**_place(path), message=message, did_you_mean=near)


def _unknown_parameter(error: ValidationError, path: list[str | int], action: str) -> Finding:
    takes = [each for each in known(error) if each != "type"]
    extra = str(path[-1])
    said = f"it takes {', '.join(takes)}" if takes else "it takes none"
    return answer_rules.UNKNOWN_PARAMETER.at(
        **_place(path), message=f"{action} has no parameter {extra!r}; {said}", did_you_mean=nearest(extra, takes)
    )


def _parameter(error: ValidationError, path: list[str | int], action: str, *, depth: int) -> Finding:
    if error.validator == "not":
        return answer_rules.UNKNOWN_PARAMETER.at(
            **_place(path), message=f"{action} has no parameter {path[-1]!r} in the keyed notation"
        )
    if error.validator == "required":
        name = missing(error)
        given = ", ".join(key for key in _keys(error) if key != "type")
        near = next((key for key in _keys(error) if nearest(key, [name])), None)
        return answer_rules.MISSING_PARAMETER.at(
            **_place([*path, name]),
            message=f"{action} needs {name}" + (f"; it was given {given}" if given else ""),
            did_you_mean=f"{name} instead of {near}" if near else None,
        )
    subject = str(path[-1]) if len(path) > depth else action
    rule, wanted = _wanted(error)
    got = _with_kind(error.instance) if error.validator == "type" else _short(error.instance)
    if error.validator == "pattern" and "://" not in str(error.instance) and "http" in wanted:
        wanted += (
            " (Flask: url_for(..., _external=True); FastAPI: str(request.url_for(...)); Django: build_absolute_uri())"
        )
    return rule.at(
        **_place(path),
        message=f"{subject} is {got}; it must be {wanted}",
        did_you_mean=_nearest_value(error),
    )


def _wanted(error: ValidationError) -> tuple[Rule, str]:
    schema = _schema(error)
    if error.validator == "type":
        types = schema["type"]
        listed = [types] if isinstance(types, str) else cast("list[str]", types)
        return answer_rules.WRONG_TYPE, " or ".join(_TYPE_WORDS[each] for each in listed)
    if error.validator == "enum":
        return answer_rules.INVALID_VALUE, "one of " + ", ".join(map(str, cast("list[object]", schema["enum"])))
    if error.validator in {"minimum", "maximum"}:
        low, high = schema.get("minimum"), schema.get("maximum")
        if low is not None and high is not None:
            return answer_rules.INVALID_VALUE, f"from {low} to {high}"
        return answer_rules.INVALID_VALUE, f"at least {low}" if high is None else f"at most {high}"
    described = str(schema.get("title", f"another ({error.message})"))
    return answer_rules.INVALID_VALUE, described[:1].lower() + described[1:]


def _schema(error: ValidationError) -> Mapping[str, object]:
    return cast("Mapping[str, object]", error.schema) if isinstance(error.schema, dict) else {}


def _keys(error: ValidationError) -> list[str]:
    return list(cast("dict[str, object]", error.instance))


def _place(path: Sequence[str | int]) -> _Place:
    pointer = "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)
    return {"where": written(path) or "the document", "pointer": pointer}


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHORT else text[: _SHORT - 3] + "..."


def _with_kind(value: object) -> str:
    short, kind = _short(value), _KINDS.get(type(value), type(value).__name__)
    return short if short == kind else f"{short} ({kind})"


def _nearest_value(error: ValidationError) -> str | None:
    if error.validator == "enum" and isinstance(error.instance, str):
        return nearest(error.instance, map(str, cast("list[object]", error.validator_value)))
    if error.validator == "type" and isinstance(error.instance, str):
        if "integer" in str(error.validator_value) and error.instance.isdecimal():
            return error.instance
        if error.validator_value == "boolean" and error.instance.lower() in {"true", "false"}:
            return error.instance.lower()
    return None


def _object_for(entry: object, names: Sequence[str]) -> str | None:
    return f'{{"{entry}": {{...}}}}' if isinstance(entry, str) and entry in names else None

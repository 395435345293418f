"""Says which errors of the answer document's schema count: registered actions are known, tolerated errors left out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import SplitResult, urlsplit

from pytest_minivoice.rules import answer_rules
from pytest_minivoice.rules.schema_errors import explain
from pytest_minivoice.spec.actions import ALIASES, action_names
from pytest_minivoice.spec.schema import Schema, schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from jsonschema import Draft202012Validator, ValidationError

    from pytest_minivoice.rules.rule import Finding
    from pytest_minivoice.spec.actions import Action
    from pytest_minivoice.spec.assumptions import Assumptions

_IN_ENTRY = 2
"""Length of the path to an entry of the actions array."""
_SPACE = re.compile(r"\s")


class Validity:
    """Judge documents by the schema and the assumptions about it."""

    def __init__(self, assumptions: Assumptions, custom: Mapping[str, Schema]) -> None:
        """Prepare the validators.

        Args:
            assumptions: For unknown fields, aliases, relative URLs and lengths.
            custom: Registered actions: names and the JSON Schemas of their parameters.
        """
        from jsonschema import Draft202012Validator  # noqa: PLC0415 - 60 ms that unused plugins must not cost
        from referencing import Registry  # noqa: PLC0415 - comes with jsonschema; an empty one fetches nothing

        self._assumptions = assumptions
        self._names = (*action_names(), *custom)
        self._validator = Draft202012Validator(schema("answer"))
        definitions = schema("answer")["$defs"]
        self._parameters = {
            name: Draft202012Validator(cast("Schema", {"$defs": definitions, "$ref": f"#/$defs/{name}"}))
            for name in action_names()
        }
        self._custom: dict[str, Draft202012Validator] = {
            name: Draft202012Validator(each, registry=Registry()) for name, each in custom.items()
        }

    def findings(self, document: object) -> list[Finding]:
        """Validate a document.

        Args:
            document: Any JSON value.

        Returns:
            A finding for each error that counts.
        """
        if self._plainly_valid(document):
            return []
        errors = [error for error in self._schema_errors(document) if not self._tolerated(error)]
        ignored = self._assumptions.unknown_fields == "ignored"
        errors += [
            error
            for error in self._custom_errors(document)
            if not (ignored and error.validator == "additionalProperties")
        ]
        return [finding for error in errors for finding in explain(error, document, self._names)]

    def limits(self, actions: Sequence[Action]) -> Iterator[Finding]:
        """Check what the schema leaves to assumptions.

        Args:
            actions: The actions of a document that the schema accepts.

        Yields:
            A finding for each length or alias that an assumption refuses.
        """
        for action in actions:
            if action.name == "send_digits":
                yield from _too_long(action, "digits", "send_digits_max", self._assumptions.send_digits_max)
            elif action.name == "redirect":
                yield from _no_url(action)
            elif action.name == "conference":
                yield from _too_long(action, "room", "room_max", self._assumptions.room_max)
            elif self._assumptions.destination_alias == "refused" and action.name in {"transfer", "bridge"}:
                yield from _aliases(action)

    def _plainly_valid(self, document: object) -> bool:
        """Say yes, four times faster than the whole schema does, to what it accepts; a no is not an answer."""
        if not isinstance(document, dict) or list(document) != ["actions"]:
            return False
        return isinstance(document["actions"], list) and all(map(self._plain_action, document["actions"]))

    def _plain_action(self, entry: object) -> bool:
        if not isinstance(entry, dict) or not entry:
            return False
        typed = "type" in entry
        name = entry["type"] if typed else next(iter(entry))
        validator = self._parameters.get(name) if isinstance(name, str) else None
        if validator is None or (not typed and len(entry) != 1):
            return False
        parameters = entry if typed else entry[name]
        return isinstance(parameters, dict) and (typed or "type" not in parameters) and validator.is_valid(parameters)

    def _schema_errors(self, document: object) -> list[ValidationError]:
        errors = list(self._validator.iter_errors(self._without_custom(document)))
        # Where actions share an object, or are missing, unknown names are not worth a word of their own.
        doubled = {
            tuple(error.absolute_path)
            for error in errors
            if error.validator == "maxProperties" or (error.validator == "required" and not error.absolute_path)
        }
        return [
            error
            for error in errors
            if not (error.validator == "additionalProperties" and tuple(error.absolute_path) in doubled)
        ]

    def _tolerated(self, error: ValidationError) -> bool:
        path = list(error.absolute_path)
        if self._assumptions.unknown_fields == "ignored":
            if error.validator == "not":
                return True
            if error.validator == "additionalProperties":
                return len(path) != _IN_ENTRY or (isinstance(error.instance, dict) and "type" in error.instance)
        if self._assumptions.relative_urls == "resolved" and error.validator == "pattern" and path[-1] == "url":
            url = str(error.instance)
            parts = None if _SPACE.search(url) else _split(url)
            return parts is not None and not parts.scheme and not parts.netloc and bool(parts.path or parts.query)
        return False

    def _without_custom(self, document: object) -> Any:  # noqa: ANN401 - JSON, as jsonschema types it
        entries = _entries(document)
        if not self._custom or not entries or not isinstance(document, dict):
            return document
        return {**document, "actions": [{"hold": {}} if self._custom_name(each) else each for each in entries]}

    def _custom_name(self, entry: object) -> str | None:
        if not isinstance(entry, dict):
            return None
        name = entry.get("type") if "type" in entry else next(iter(entry), None) if len(entry) == 1 else None
        return name if isinstance(name, str) and name in self._custom else None

    def _custom_errors(self, document: object) -> Iterator[ValidationError]:
        for index, entry in enumerate(_entries(document) if self._custom else ()):
            name = self._custom_name(entry)
            if name is None or not isinstance(entry, dict):
                continue
            typed = "type" in entry
            parameters = {key: value for key, value in entry.items() if key != "type"} if typed else entry[name]
            for error in self._custom[name].iter_errors(parameters):
                error.path.extendleft(reversed(["actions", index, *([] if typed else [name])]))
                yield error


def _entries(document: object) -> list[object]:
    entries = document.get("actions") if isinstance(document, dict) else None
    return entries if isinstance(entries, list) else []


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - it raises where the port is no number
    except ValueError:
        return None
    return parts


def _no_url(action: Action) -> Iterator[Finding]:
    url = str(action.parameters["url"])
    if _split(url) is None:
        message = f"url is {url!r}, and cannot be taken apart into scheme, host and path"
        yield answer_rules.INVALID_VALUE.found_in(action, message, parameter="url")


def _too_long(action: Action, parameter: str, setting: str, limit: int) -> Iterator[Finding]:
    value = str(action.parameters[parameter])
    if len(value) > limit:
        message = f"{parameter} has {len(value)} characters; the setting {setting} allows {limit}"
        yield answer_rules.INVALID_VALUE.found_in(action, message, parameter=parameter)


def _aliases(action: Action) -> Iterator[Finding]:
    for alias, documented in ALIASES.items():
        if alias in action.parameters:
            yield answer_rules.UNKNOWN_PARAMETER.found_in(
                action,
                f"{action.name} has no parameter {alias} (the setting destination_alias is refused)",
                parameter=alias,
                did_you_mean=documented,
            )

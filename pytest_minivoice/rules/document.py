"""Reads answer documents: bytes in, actions and findings out. Verdicts are remembered by the document's bytes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from pytest_minivoice.rules import answer_rules
from pytest_minivoice.rules.flow import check_flow
from pytest_minivoice.rules.schema_errors import explain
from pytest_minivoice.spec.actions import Action, action_names
from pytest_minivoice.spec.schema import Schema, schema

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jsonschema import ValidationError
    from jsonschema.protocols import Validator

    from pytest_minivoice.rules.rule import Finding, Rule
    from pytest_minivoice.spec.assumptions import Assumptions

_REMEMBERED = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """Hold what MiniVoice makes of an answer.

    Args:
        actions: The actions that run: all of a valid document, none of a refused one (or, by the assumption
            `invalid_document=partial`, those before the first invalid one).
        findings: What is wrong or doubtful in it.
        refused: Whether MiniVoice refuses it.
    """

    actions: tuple[Action, ...]
    findings: tuple[Finding, ...]
    refused: bool


class DocumentReader:
    """Read answer documents under one set of assumptions."""

    def __init__(
        self,
        assumptions: Assumptions,
        *,
        custom: Mapping[str, Schema] | None = None,
        rules: Sequence[Rule] = (),
        webhooks: bool = False,
        plain_hosts: frozenset[str] = frozenset(),
    ) -> None:
        """Prepare a reader.

        Args:
            assumptions: For unknown fields, aliases and lengths.
            custom: Registered actions: names and the JSON Schemas of their parameters.
            rules: A team's own rules, each with a `check`.
            webhooks: Whether the application learns digits by webhook.
            plain_hosts: Hosts for which a plain http redirect is right.
        """
        self._assumptions = assumptions
        self._custom = dict(custom or {})
        self._rules = tuple(rules)
        self._webhooks = webhooks
        self._plain_hosts = plain_hosts
        self._verdicts: dict[bytes, Document] = {}
        self._validator: Validator | None = None
        self._names = (*action_names(), *self._custom)

    def read(self, body: bytes) -> Document:
        """Read one document.

        Args:
            body: The bytes of the answer.

        Returns:
            Its actions and findings.
        """
        known = self._verdicts.get(body)
        if known is None:
            known = self._judge(body)
            if len(self._verdicts) >= _REMEMBERED:
                self._verdicts.clear()
            self._verdicts[body] = known
        return known

    def _judge(self, body: bytes) -> Document:
        try:
            document: object = json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
        except UnicodeDecodeError as error:
            message = f"byte {error.start} (0x{body[error.start]:02x}) is not UTF-8"
            return _refused(answer_rules.NOT_UTF8.at("the body", message))
        except (ValueError, RecursionError) as error:
            return _refused(answer_rules.NOT_JSON.at("the body", _json_message(body, error)))
        findings = [explain(error, document, self._names) for error in self._errors(document)]
        if not findings:
            findings = self._too_long(_actions(cast("dict[str, list[object]]", document)["actions"]))
        if findings:
            return self._refuse(document, findings)
        actions = _actions(cast("dict[str, list[object]]", document)["actions"])
        return Document(actions=actions, findings=tuple(self._flow(actions)), refused=False)

    def _refuse(self, document: object, findings: list[Finding]) -> Document:
        actions: tuple[Action, ...] = ()
        if self._assumptions.invalid_document == "partial" and isinstance(document, dict):
            entries = document.get("actions")
            pointers = [each.pointer or "" for each in findings]
            broken = [int(pointer.split("/")[2]) for pointer in pointers if pointer.count("/") > 1]
            if isinstance(entries, list) and len(broken) == len(findings):
                actions = _actions(entries[: min(broken)])
        return Document(actions=actions, findings=tuple(findings), refused=True)

    def _errors(self, document: object) -> list[ValidationError]:
        if self._validator is None:
            from jsonschema import Draft202012Validator  # noqa: PLC0415 - 60 ms that unused plugins must not cost

            self._validator = Draft202012Validator(schema("answer"))
        errors = list(self._validator.iter_errors(self._without_custom(document)))
        errors += self._custom_errors(document)
        doubled = {tuple(error.absolute_path) for error in errors if error.validator == "maxProperties"}
        return [
            error
            for error in errors
            if not (error.validator == "additionalProperties" and tuple(error.absolute_path) in doubled)
            and not self._tolerated(error)
        ]

    def _tolerated(self, error: ValidationError) -> bool:
        path = list(error.absolute_path)
        if error.validator == "additionalProperties" and self._assumptions.unknown_fields == "ignored":
            return len(path) != 2 or (isinstance(error.instance, dict) and "type" in error.instance)  # noqa: PLR2004
        return (
            self._assumptions.relative_urls == "resolved" and error.validator == "pattern" and _is_redirect_url(error)
        )

    def _without_custom(self, document: object) -> Any:  # noqa: ANN401 - JSON, as jsonschema types it
        if not self._custom or not isinstance(document, dict) or not isinstance(document.get("actions"), list):
            return document
        actions = [{"hold": {}} if self._custom_name(each) else each for each in document["actions"]]
        return {**document, "actions": actions}

    def _custom_name(self, entry: object) -> str | None:
        if not isinstance(entry, dict):
            return None
        name = entry.get("type") if "type" in entry else next(iter(entry), None) if len(entry) == 1 else None
        return name if isinstance(name, str) and name in self._custom else None

    def _custom_errors(self, document: object) -> list[ValidationError]:
        if not self._custom or not isinstance(document, dict) or not isinstance(document.get("actions"), list):
            return []
        from jsonschema import Draft202012Validator  # noqa: PLC0415 - loaded already where this matters

        errors = []
        for index, entry in enumerate(document["actions"]):
            name = self._custom_name(entry)
            if name is None:
                continue
            typed = "type" in entry
            parameters = {key: value for key, value in entry.items() if key != "type"} if typed else entry[name]
            for error in Draft202012Validator(self._custom[name]).iter_errors(parameters):
                error.path.extendleft(reversed(["actions", index, *([] if typed else [name])]))
                errors.append(error)
        return errors

    def _too_long(self, actions: tuple[Action, ...]) -> list[Finding]:
        limits = (
            ("send_digits", "digits", self._assumptions.send_digits_max, "send_digits_max"),
            ("conference", "room", self._assumptions.room_max, "room_max"),
        )
        found = []
        for action in actions:
            for name, parameter, limit, setting in limits:
                value = action.parameters.get(parameter)
                if action.name == name and isinstance(value, str) and len(value) > limit:
                    message = f"{parameter} has {len(value)} characters; the setting {setting} allows {limit}"
                    pointer = action.pointer(parameter)
                    found.append(answer_rules.INVALID_VALUE.at(action.where(parameter), message, pointer=pointer))
            if self._assumptions.destination_alias == "refused" and action.name in {"transfer", "bridge"}:
                found += [
                    answer_rules.UNKNOWN_PARAMETER.at(
                        action.where(alias),
                        f"{action.name} has no parameter {alias} (the setting destination_alias is refused)",
                        pointer=action.pointer(alias),
                        did_you_mean="destination" if alias == "to" else None,
                    )
                    for alias in ("to", "from", "timeout_seconds")
                    if alias in action.parameters
                ]
        return found

    def _flow(self, actions: tuple[Action, ...]) -> list[Finding]:
        findings = list(check_flow(actions, webhooks=self._webhooks, plain_hosts=self._plain_hosts))
        for rule in self._rules:
            if rule.check is not None:
                findings += [
                    rule.at(action.where(), message, pointer=action.pointer())
                    for action, message in rule.check(actions)
                ]
        return findings


def _refused(finding: Finding) -> Document:
    return Document(actions=(), findings=(finding,), refused=True)


def _refuse_constant(name: str) -> None:
    message = f"{name} is not JSON"
    raise ValueError(message)


def _json_message(body: bytes, error: Exception) -> str:
    if not body:
        return "the body is empty"
    if isinstance(error, RecursionError):
        return "the body is nested too deep to be read"
    start = body[:60].decode("utf-8", "replace")
    return f"{error}; the body starts with {start!r}"


def _is_redirect_url(error: ValidationError) -> bool:
    return list(error.absolute_path)[-1:] == ["url"] and isinstance(error.instance, str) and "://" not in error.instance


def _actions(entries: list[object]) -> tuple[Action, ...]:
    return tuple(_action(index, cast("dict[str, object]", entry)) for index, entry in enumerate(entries))


def _action(index: int, entry: dict[str, object]) -> Action:
    if "type" in entry:
        parameters = {key: value for key, value in entry.items() if key != "type"}
        return Action(name=str(entry["type"]), parameters=parameters, index=index, typed=True)
    name, parameters = next(iter(cast("dict[str, dict[str, object]]", entry).items()))
    return Action(name=name, parameters=parameters, index=index, typed=False)

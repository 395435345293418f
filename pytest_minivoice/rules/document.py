"""Reads answer documents: bytes in, actions and findings out. Verdicts are remembered by the document's bytes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from pytest_minivoice.rules import answer_rules
from pytest_minivoice.rules.flow import check_flow
from pytest_minivoice.spec.actions import Action

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pytest_minivoice.rules.rule import Finding, Rule
    from pytest_minivoice.rules.validity import Validity
    from pytest_minivoice.spec.assumptions import Assumptions
    from pytest_minivoice.spec.schema import Schema

_REMEMBERED = 1024
"""Verdicts; an application that never answers the same twice must not fill the memory."""


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
        """Prepare a reader; validators are made with the first document.

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
        self._validity: Validity | None = None

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
        validity = self._prepared()
        try:
            findings = validity.findings(document)
        except RecursionError as error:
            return _refused(answer_rules.NOT_JSON.at("the body", _json_message(body, error)))
        if not findings:
            actions = _actions(_entries(document))
            findings = list(validity.limits(actions))
            if not findings:
                return Document(actions=actions, findings=tuple(self._flow(actions)), refused=False)
        return self._refuse(document, findings)

    def _prepared(self) -> Validity:
        if self._validity is None:
            from pytest_minivoice.rules.validity import Validity  # noqa: PLC0415 - it brings jsonschema

            self._validity = Validity(self._assumptions, self._custom)
        return self._validity

    def _refuse(self, document: object, findings: list[Finding]) -> Document:
        actions: tuple[Action, ...] = ()
        if self._assumptions.invalid_document == "partial":
            pointers = [each.pointer or "" for each in findings]
            broken = [int(pointer.split("/")[2]) for pointer in pointers if pointer.startswith("/actions/")]
            if len(broken) == len(findings):
                actions = _actions(_entries(document)[: min(broken)])
                late = {int(str(each.pointer).split("/")[2]) for each in self._prepared().limits(actions)}
                actions = actions[: min(late, default=len(actions))]
        return Document(actions=actions, findings=tuple(findings), refused=True)

    def _flow(self, actions: tuple[Action, ...]) -> list[Finding]:
        findings = list(check_flow(actions, webhooks=self._webhooks, plain_hosts=self._plain_hosts))
        for rule in self._rules:
            if rule.check is not None:
                findings += [rule.found_in(action, message) for action, message in rule.check(actions)]
        return findings


def _refused(finding: Finding) -> Document:
    return Document(actions=(), findings=(finding,), refused=True)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _json_message(body: bytes, error: Exception) -> str:
    if not body:
        return "the body is empty; does the handler return its document?"
    if isinstance(error, RecursionError):
        return "the body is nested too deep to be read"
    start = body[:60].decode("utf-8", "replace")
    return f"{error}; the body starts with {start!r}"


def _entries(document: object) -> list[object]:
    return cast("dict[str, list[object]]", document)["actions"]


def _actions(entries: list[object]) -> tuple[Action, ...]:
    return tuple(_action(index, cast("dict[str, object]", entry)) for index, entry in enumerate(entries))


def _action(index: int, entry: dict[str, object]) -> Action:
    if "type" in entry:
        parameters = {key: value for key, value in entry.items() if key != "type"}
        return Action(name=str(entry["type"]), parameters=parameters, index=index, typed=True)
    name, parameters = next(iter(cast("dict[str, dict[str, object]]", entry).items()))
    return Action(name=name, parameters=parameters, index=index, typed=False)

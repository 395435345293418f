"""Writes the findings of a run as SARIF 2.1.0, which code scanning services read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from pytest_minivoice.reports.explored import BrokenOnPath

if TYPE_CHECKING:
    from pytest_minivoice.reports.model import Broken, Run, TestResult


def sarif(run: Run) -> str:
    """Write the findings.

    Args:
        run: The run.

    Returns:
        The JSON text. A result stands at the test whose call, REST request or exploration broke the rule.
    """
    found = list(run.broken())
    rules = {each.code: each for each, _ in found}
    driver = {
        "name": "pytest-minivoice",
        "informationUri": "https://pytest-minivoice.readthedocs.io/",
        "rules": [_rule(each) for _, each in sorted(rules.items())],
    }
    results = [_result(each, test) for each, test in found]
    invocation = {"executionSuccessful": run.outcome == "passed", "exitCode": run.exit_code}
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "invocations": [invocation], "results": results}],
    }
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _rule(each: Broken) -> dict[str, Any]:
    rule: dict[str, Any] = {"id": each.code, "name": each.name, "help": {"text": each.fix}}
    return rule | ({"helpUri": each.url} if each.url else {})


def _result(each: Broken, test: TestResult) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": quote(test.file)}}
    if test.line:
        place["region"] = {"startLine": test.line}
    call = f"; the shortest call: {each.line}" if isinstance(each, BrokenOnPath) else ""
    return {
        "ruleId": each.code,
        "level": each.severity,
        "occurrenceCount": each.times,
        "message": {"text": f"{each.message} (at {each.where}{call}). {each.cure}"},
        "locations": [{"physicalLocation": place, "logicalLocations": [{"fullyQualifiedName": test.id}]}],
    }

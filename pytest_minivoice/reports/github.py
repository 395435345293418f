"""Tells GitHub Actions of failing tests and findings: annotations in the log, and the job summary."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_minivoice.reports.model import Broken, Run, TestResult


def commands(run: Run) -> Iterator[str]:
    """Write the workflow commands.

    Args:
        run: The run.

    Yields:
        One line for each failing test, and for each finding that is not told with it.
    """
    broken: dict[str, dict[Broken, None]] = {}
    for each, breaking in run.broken():
        broken.setdefault(breaking.id, {})[each] = None
    for test in run.tests:
        place = f"file={_property(test.file)}" + (f",line={test.line}" if test.line else "")
        if test.is_bad and _is_foreign(test):
            continue
        if test.is_bad:
            yield f"::error {place},title={_property(test.id)}::{_data(test.message or test.outcome)}"
        untold = [each for each in test.findings if each.message not in test.message]
        for each in dict.fromkeys(untold) if test.is_bad else broken.get(test.id, ()):
            title = _property(f"{each.code} {each.name}")
            what = _data(f"{each.message} (at {each.where}, in {test.id}). {each.cure}")
            yield f"::{each.severity if test.is_bad else 'warning'} {place},title={title}::{what}"
    for gate in run.gates:
        yield f"::error title=MiniVoice gate::{_data(gate)}"


def _is_foreign(test: TestResult) -> bool:
    """Say whether a failing test has nothing to do with MiniVoice."""
    return not test.calls and not test.findings and test.kind == "test" and not test.file.endswith(".callflow.yaml")


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")

"""Tells GitHub Actions of failing tests and findings: annotations in the log, and the job summary."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_minivoice.reports.model import Broken, Run


def commands(run: Run) -> Iterator[str]:
    """Write the workflow commands.

    Args:
        run: The run.

    Yields:
        One line for each failing test, and for each finding of one that did not fail.
    """
    broken: dict[str, dict[Broken, None]] = {}
    for each, breaking in run.broken():
        broken.setdefault(breaking.id, {})[each] = None
    for test in run.tests:
        place = f"file={_property(test.file)}" + (f",line={test.line}" if test.line else "")
        if test.is_bad and not test.calls and test.kind == "test" and not test.file.endswith(".callflow.yaml"):
            continue  # none of ours
        if test.is_bad:
            yield f"::error {place},title={_property(test.id)}::{_data(test.message or test.outcome)}"
            continue
        for each in broken.get(test.id, ()):
            title = _property(f"{each.code} {each.name}")
            yield f"::warning {place},title={title}::{_data(f'{each.message} (at {each.where}, in {test.id})')}"
    for gate in run.gates:
        yield f"::error title=MiniVoice gate::{_data(gate)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")

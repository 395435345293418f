"""Chooses the writer of a report by its file's suffix."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytest_minivoice.reports.model import Run

SUFFIXES = (".json", ".md", ".html", ".sarif")


def write(run: Run, path: Path) -> None:
    """Write a report.

    Args:
        run: The run.
        path: The file; one of `SUFFIXES` says which form.

    Raises:
        OSError: If the file cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_writer(path.suffix.lower())(run), encoding="utf-8")


def _writer(suffix: str) -> Callable[[Run], str]:
    if suffix == ".md":
        from pytest_minivoice.reports.as_markdown import markdown  # noqa: PLC0415 - only what is asked for

        return markdown
    if suffix == ".html":
        from pytest_minivoice.reports.as_html import html  # noqa: PLC0415 - only what is asked for

        return html
    if suffix == ".sarif":
        from pytest_minivoice.reports.as_sarif import sarif  # noqa: PLC0415 - only what is asked for

        return sarif
    return lambda run: json.dumps(run.plain(), indent=2, ensure_ascii=False) + "\n"

"""Writes the calls of passing Python tests as flow contracts, for `--minivoice-record`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_minivoice._contract_files import contract_file, write
from pytest_minivoice._contracts import is_flow
from pytest_minivoice.errors import CallerError

if TYPE_CHECKING:
    from pytest_minivoice.cloud.account import Account

_PASSED = pytest.StashKey[bool]()


def record(item: pytest.Item, report: pytest.TestReport, account: Account) -> None:
    """Write the calls of a test when it is over.

    Args:
        item: The test.
        report: The report of one of its phases; what was written, or why not, is noted on it.
        account: Its account.
    """
    if report.when == "call":
        item.stash[_PASSED] = report.passed and not hasattr(report, "wasxfail")
    folder = item.config.option.minivoice_record
    if report.when != "teardown" or not folder or not account.known_calls or is_flow(item):
        return
    if not item.stash.get(_PASSED, False):
        note = f"{item.nodeid}: not written, for the test did not pass"
    else:
        note = _write(item, folder, account)
    report.minivoice_recorded = note  # type: ignore[attr-defined]  # xdist carries it to the controller


def _write(item: pytest.Item, folder: str, account: Account) -> str:
    name = getattr(item, "originalname", item.name).removeprefix("test_").replace("_", " ").strip() or "call"
    texts, left = [], 0
    for number, call in enumerate(account.known_calls, 1):
        try:
            texts.append(call.to_yaml(name if number == 1 else f"{name} {number}"))
        except CallerError:  # noqa: PERF203 - a handful of calls
            left += 1
    if not texts:
        return f"{item.nodeid}: not written, for a failure stopped its calls in the middle"
    path = contract_file(item, folder)
    problem = write(path, f"Recorded from {item.nodeid}", "---\n".join(texts))
    if problem is not None:
        return f"{item.nodeid}: not written: {problem}"
    return f"{path}" + (f" (without {left} that a failure stopped in the middle)" if left else "")

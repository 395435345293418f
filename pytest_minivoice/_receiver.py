"""What the marker `minivoice_receiver` does to a test item."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from pytest_minivoice._failing import fail_at
from pytest_minivoice.choices import did_you_mean
from pytest_minivoice.errors import ContractViolation, SettingError

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_minivoice.cloud.account import Account

_KEYWORDS = ("state", "signatures")


def check_marked(item: pytest.Function, marker: pytest.Mark) -> None:
    """Check the receiver of a marked test, before its body runs.

    Args:
        item: The test.
        marker: Its marker.

    Raises:
        ContractViolation: If the receiver breaks a rule.
    """
    __tracebackhide__ = True
    values: dict[str, object] = item.funcargs
    account = cast("Account", values["minivoice"])
    state = marker.kwargs.get("state")
    found = values[state] if isinstance(state, str) else state
    if found is not None and not callable(found):
        message = (
            f"minivoice_receiver: state is {found!r}; it must be a function of the call's id, or name such a fixture"
        )
        raise pytest.fail.Exception(message, pytrace=False)
    try:
        report = account.check_receiver(
            cast("Callable[[str], object] | None", found), signatures=marker.kwargs.get("signatures", True)
        )
    except SettingError as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from None
    try:
        report.assert_clean()
    except ContractViolation as error:
        fail_at(item.path, int(item.location[1] or 0) + 1, item.name, error)


def check_keywords(marker: pytest.Mark) -> None:
    """Check what a marker is given.

    Args:
        marker: The marker.

    Raises:
        pytest.Collector.CollectError: For a mistake in the marker.
    """
    if marker.args:
        message = "minivoice_receiver takes keywords only, such as minivoice_receiver(state=what_we_know)"
        raise pytest.Collector.CollectError(message)
    for name in marker.kwargs:
        if name not in _KEYWORDS:
            hint = did_you_mean(name, _KEYWORDS)
            message = f"minivoice_receiver has no keyword {name!r}{hint}\n- keywords: {', '.join(_KEYWORDS)}"
            raise pytest.Collector.CollectError(message)

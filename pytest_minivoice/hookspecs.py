"""The plugin's own hooks, for a project's conftest.py or another plugin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_minivoice.call.actions import CustomAction
    from pytest_minivoice.cloud.call_record import CallRecord
    from pytest_minivoice.rules.rule import Rule
    from pytest_minivoice.spec.http import Request


@pytest.hookspec
def pytest_minivoice_actions() -> Sequence[CustomAction]:
    """Register actions that only your MiniVoice account knows, such as those that set a call variable.

    Returns:
        The actions.
    """
    raise NotImplementedError


@pytest.hookspec
def pytest_minivoice_rules() -> Sequence[Rule]:
    """Add your team's own rules; each has a `check` that is given the actions of every valid document.

    Returns:
        The rules. Their codes must differ from those of the catalogue.
    """
    raise NotImplementedError


@pytest.hookspec
def pytest_minivoice_answer_request(request: Request, call: CallRecord) -> None:
    """Change a request for an answer document before it is sent, such as by a header that your proxy adds.

    Args:
        request: As MiniVoice is assumed to send it; change its `url`, `headers` or `body` in place.
        call: The call that asks.
    """
    raise NotImplementedError


@pytest.hookspec
def pytest_minivoice_call_ended(call: CallRecord) -> None:
    """Look at a call that ended.

    Args:
        call: The call, with all that happened in it.
    """
    raise NotImplementedError

"""Gives an account's API behind all clients of this process, with requests refused (`opened`) or answered (`api`)."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import phone
import pytest

from pytest_minivoice.cloud.rest.api import MockedApi
from pytest_minivoice.transports.loopback import served
from pytest_minivoice.transports.patching import patched

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def opened(request: pytest.FixtureRequest) -> Iterator[MockedApi]:
    with ExitStack() as stack:
        account = phone.open_account([phone.gather()], **getattr(request, "param", {}))
        api = MockedApi(account, lambda answer: stack.enter_context(served(answer)))
        stack.enter_context(patched(api, late=True))
        api.account = account
        yield api


@pytest.fixture
def api(opened: MockedApi) -> MockedApi:
    opened.open()
    return opened

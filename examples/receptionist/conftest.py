"""A fresh receptionist for each test."""

from __future__ import annotations

import pytest
from receptionist import Call, create_app


@pytest.fixture
def calls() -> dict[str, Call]:
    """What the receptionist remembers."""
    return {}


@pytest.fixture
def minivoice_app(calls, pytestconfig):
    """The application which the plugin calls."""
    return create_app(pytestconfig.getini("minivoice_webhook_secret"), calls)

"""The application, and tests that run on asyncio by anyio's plugin."""

from __future__ import annotations

import pytest
from async_campaign import app


@pytest.fixture
def anyio_backend():
    """The event loop of the tests."""
    return "asyncio"


@pytest.fixture
def minivoice_app():
    """What the plugin calls."""
    return app

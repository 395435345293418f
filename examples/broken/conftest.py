"""The broken application, fresh for each test."""

from __future__ import annotations

import pytest
from broken import create_app


@pytest.fixture
def minivoice_app():
    """The application which the plugin calls."""
    return create_app()

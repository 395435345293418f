from __future__ import annotations

import pytest
from app import application


@pytest.fixture
def minivoice_app():
    return application

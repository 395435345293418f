"""The support line with an empty memory for each test."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import override_settings
from support_line.wsgi import application


@pytest.fixture
def minivoice_app(pytestconfig):
    """The application which the plugin calls."""
    cache.clear()
    with override_settings(MINIVOICE_WEBHOOK_SECRET=pytestconfig.getini("minivoice_webhook_secret")):
        yield application

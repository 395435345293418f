"""A project with a menu to test, and the plugin under test in every nested run."""

from __future__ import annotations

import os
import pkgutil
from importlib import import_module
from importlib.metadata import entry_points

import pytest

import pytest_minivoice

# After each in-process run pytester forgets what that run imported: what is loaded here is not loaded again for each.
for module in pkgutil.walk_packages(pytest_minivoice.__path__, "pytest_minivoice."):
    import_module(module.name)

CONFTEST = """
from urllib.parse import parse_qs

import pytest

MENU = {
    "actions": [
        {"gather": {"prompt": "Press 1 for sales or 2 for support.", "num_digits": 1}},
        {"redirect": {"url": "https://example.com/minivoice/menu"}},
    ]
}
CHOICES = {
    "1": [{"type": "transfer", "destination": "+15551230099"}],
    "2": [{"say": {"text": "Support is closed."}}],
    "3": [{"conference": {"room": "daily"}}],
    "8": [{"tranfer": {"destination": "+15551230099"}}],
    "9": [{"transfer": {"to": "+15551230099"}}],
}


def answer(request):
    if request.path == "/minivoice/webhooks":
        return None
    digits = parse_qs(request.query).get("digits", [""])[0]
    return {"actions": CHOICES[digits]} if digits in CHOICES else MENU


@pytest.fixture
def minivoice_app():
    return answer
"""


def is_loaded_by_itself() -> bool:
    """Say whether a pytest run that is started now loads the plugin."""
    if "pytest_minivoice.plugin" in os.environ.get("PYTEST_PLUGINS", ""):
        return True
    installed = any(each.value == "pytest_minivoice.plugin" for each in entry_points(group="pytest11"))
    return installed and "PYTEST_DISABLE_PLUGIN_AUTOLOAD" not in os.environ


@pytest.fixture
def pytester(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    options = [os.environ["PYTEST_ADDOPTS"], "-p no:randomly"]
    if not is_loaded_by_itself():
        options.append("-p pytest_minivoice.plugin")
    monkeypatch.setenv("PYTEST_ADDOPTS", " ".join(options))
    return pytester


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    """Give a project whose application is a menu: 1 transfers, 2 speaks, 3 joins a room, 8 and 9 are wrong."""
    pytester.makeconftest(CONFTEST)
    return pytester

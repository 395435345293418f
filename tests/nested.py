"""The plugin under test in every nested run."""

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

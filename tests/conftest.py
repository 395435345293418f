"""The harness: pytester, and what makes a run the same on every machine and under every set of plugins."""

from __future__ import annotations

import importlib

import pytest
from hypothesis import settings

pytest_plugins = ["pytester"]
collect_ignore = ["smoke/project", "typing"]

# The package imports these when it first needs them. After each in-process run pytester forgets what the run imported:
# loaded here, they are not loaded again for every such test.
for name in ("anyio", "asyncio", "http.client", "httpx", "jsonschema", "requests", "responses", "yaml"):
    importlib.import_module(name)

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def is_loaded(config: pytest.Config, module: str) -> bool:
    return any(getattr(plugin, "__name__", "") == module for plugin in config.pluginmanager.get_plugins())


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "needs_plugin(module): skip the test where pytest has not loaded that plugin, such as xdist.plugin"
    )


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker in item.iter_markers("needs_plugin"):
        [module] = marker.args
        if not is_loaded(item.config, module):
            pytest.skip(f"the plugin {module} is not loaded")


@pytest.fixture
def pytester(
    pytester: pytest.Pytester, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> pytest.Pytester:
    monkeypatch.setenv("COLUMNS", "80")
    for variable in ("CI", "BUILD_NUMBER"):  # pytest prints more under CI
        monkeypatch.delenv(variable, raising=False)
    # Hypothesis' plugin would import all of Hypothesis, which takes as long as the rest of a nested run.
    options = ["-p no:hypothesispytest"]
    if is_loaded(request.config, "pytest_asyncio.plugin"):
        options.append("-o asyncio_default_fixture_loop_scope=function")  # or every nested run has a warning
    monkeypatch.setenv("PYTEST_ADDOPTS", " ".join(options))
    return pytester

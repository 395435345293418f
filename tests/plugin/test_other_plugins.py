from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

HEAVY = ("responses", "requests", "urllib3", "yaml", "jsonschema", "asyncio", "http.server")

REPORT = """
import json
import sys

def pytest_unconfigure(config):
    loaded = [name for name in {heavy!r} if name in sys.modules]
    ours = [name for name in sys.modules if name.partition(".")[0] == "pytest_minivoice"]
    with open("loaded.json", "w") as file:
        json.dump([loaded, ours], file)
"""


@pytest.fixture
def alone(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """Give runs without any plugin but those that a test names."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    for variable in ("PYTEST_PLUGINS", "PYTEST_ADDOPTS"):
        monkeypatch.delenv(variable, raising=False)
    for variable in ("COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG"):
        monkeypatch.delenv(variable, raising=False)  # coverage itself loads modules
    return pytester


def loaded(pytester: pytest.Pytester, *options: str) -> tuple[list[str], list[str]]:
    pytester.makeconftest(REPORT.format(heavy=HEAVY))
    result = pytester.runpytest_subprocess(*options)
    assert result.ret in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}, result.stderr.str()
    heavy, ours = json.loads((pytester.path / "loaded.json").read_text())
    return heavy, ours


def test_an_empty_session_loads_nothing_heavy(alone):
    without, _ = loaded(alone)
    with_plugin, ours = loaded(alone, "-p", "pytest_minivoice.plugin")
    assert with_plugin == without
    assert "pytest_minivoice.plugin" in ours
    assert len(ours) <= 3


def test_a_suite_that_does_not_use_the_plugin_loads_nothing_heavy(alone):
    alone.makepyfile("def test_one(tmp_path): pass\ndef test_two(): pass")
    without, _ = loaded(alone)
    with_plugin, ours = loaded(alone, "-p", "pytest_minivoice.plugin")
    assert with_plugin == without
    assert len(ours) <= 3


def test_the_plugin_works_with_autoloading_disabled(alone, project):
    project.makepyfile("def test_menu(minivoice): assert minivoice.inbound_call().press('1').terminal == 'transferred'")
    result = project.runpytest_subprocess("-p", "pytest_minivoice.plugin", "--strict-markers", "--strict-config")
    result.assert_outcomes(passed=1)


@pytest.mark.parametrize("used", [False, True], ids=["unused", "used"])
def test_the_plugin_can_be_switched_off(project, used, monkeypatch):
    monkeypatch.setenv("PYTEST_ADDOPTS", "")
    monkeypatch.delenv("PYTEST_PLUGINS", raising=False)
    project.makepyfile("def test_menu(minivoice): pass" if used else "def test_menu(): pass")
    result = project.runpytest_subprocess("-p", "no:minivoice", "-p", "no:randomly")
    if used:
        result.stdout.fnmatch_lines(["*fixture 'minivoice' not found"])
    else:
        result.assert_outcomes(passed=1)


@pytest.mark.needs_plugin("pytest_randomly")
@pytest.mark.parametrize("seed", ["1", "2"])
def test_outcomes_do_not_depend_on_the_order_that_randomly_makes(project, monkeypatch, seed):
    options = os.environ["PYTEST_ADDOPTS"].replace("-p no:randomly", "")
    monkeypatch.setenv("PYTEST_ADDOPTS", options)
    project.makepyfile(
        """
        import pytest

        @pytest.mark.minivoice_flow(["1"], terminal="transferred")
        @pytest.mark.minivoice_flow(["1"], terminal="failed", destinations={"+15551230099": "busy"})
        @pytest.mark.minivoice_flow(["3"], terminal="conferenced")
        def test_flows(minivoice_call): pass

        @pytest.mark.parametrize("number", range(5))
        def test_call(minivoice, number):
            assert minivoice.calls == []
            minivoice.destinations["+15551230099"] = "no_answer"
            assert minivoice.inbound_call().press("1").reason == "no_answer"

        @pytest.mark.minivoice(strict=False)
        def test_loose(minivoice):
            minivoice.inbound_call().press("8")

        def test_strict(minivoice):
            with pytest.raises(AssertionError):
                minivoice.inbound_call().press("8")
        """
    )
    project.runpytest_inprocess(f"--randomly-seed={seed}").assert_outcomes(passed=10)


@pytest.mark.needs_plugin("xdist.plugin")
def test_flows_are_spread_over_workers(project):
    project.makepyfile(
        """
        import pytest

        @pytest.mark.minivoice_flow(["1"], terminal="transferred")
        @pytest.mark.minivoice_flow(["2"], terminal="completed")
        @pytest.mark.minivoice_flow(["3"], terminal="completed")
        def test_flows(minivoice_call): pass
        """
    )
    result = project.runpytest_subprocess("-n2")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["*ExpectationError: the call with caller [[]'3'] did not go as expected"])


def test_only_pytest_is_imported_by_the_entry_point():
    code = (
        "import sys, pytest; before = set(sys.modules); "
        "import pytest_minivoice.plugin; print(*sorted(set(sys.modules) - before))"
    )
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert finished.stdout.split() == ["pytest_minivoice", "pytest_minivoice.hookspecs", "pytest_minivoice.plugin"]

"""What only shows when pytest does something unusual with an item or with the run."""

from __future__ import annotations

import pytest
from shown import shown

SAY = """
import pytest

@pytest.fixture
def minivoice_app():
    return lambda request: {"actions": [{"say": {"text": "Hello."}}]}
"""


@pytest.mark.parametrize(
    "marker", ['minivoice_flow([], terminal="transferred")', "minivoice_explore", "minivoice_receiver"]
)
def test_a_marker_on_a_testcase_is_refused_as_it_would_do_nothing(pytester, marker):
    pytester.makeconftest(SAY)
    pytester.makepyfile(
        f"""
        import unittest

        import pytest

        class TestMenu(unittest.TestCase):
            @pytest.mark.{marker}
            def test_menu(self):
                pass
        """
    )
    result = pytester.runpytest_inprocess()
    assert result.ret != 0
    text = result.stdout.str() + result.stderr.str()
    assert f"{marker.partition('(')[0]} works on functions and plain classes, not on a TestCase" in text


@pytest.mark.parametrize("marker", ["minivoice_flow([])", "minivoice_explore(reaches='x')", "minivoice_receiver()"])
@pytest.mark.parametrize("named", ["", "minivoice_call, "])
def test_a_marker_in_a_parameter_is_refused_with_its_place_and_other_files_go_on(pytester, marker, named):
    pytester.makeconftest(SAY)
    pytester.makepyfile(test_fine="def test_fine(minivoice): minivoice.inbound_call()")
    pytester.makepyfile(
        test_menu=f"""
        import pytest

        @pytest.mark.parametrize("digits", ["1", pytest.param("2", marks=pytest.mark.{marker})])
        def test_menu({named}digits):
            pass
        """
    )
    result = pytester.runpytest_inprocess("--continue-on-collection-errors")
    result.assert_outcomes(passed=1, errors=1)
    name = marker.partition("(")[0]
    result.stdout.fnmatch_lines(
        [f"*test_menu.py:3: test_menu: @pytest.mark.{name} does nothing in pytest.param; put it above the function; *"]
    )


def test_markers_reach_an_application_that_has_parameters(pytester):
    pytester.makeconftest(
        """
        import pytest

        @pytest.fixture(params=["Hello.", "Good evening."])
        def minivoice_app(request):
            return lambda _: {"actions": [{"say": {"text": request.param}}]}
        """
    )
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.minivoice_flow([], terminal="completed")
        @pytest.mark.minivoice_flow([], hears=["Hello."])
        def test_flow():
            pass

        @pytest.mark.minivoice_explore(reaches="completed")
        class TestEveryPath:
            def test_explored(self):
                pass
        """
    )
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(passed=5, failed=1)
    result.stdout.fnmatch_lines(["FAILED *::test_flow[[]Good evening.-call]"])


def test_an_item_that_is_run_again_forgets_its_first_failure(pytester):
    pytester.makeconftest(
        """
        import pytest
        from _pytest.runner import runtestprotocol

        runs = []

        @pytest.fixture
        def minivoice_app():
            runs.append(1)
            text = "first" if len(runs) == 1 else "Hello."
            return lambda request: {"actions": [{"say": {"text": text}}]}

        def pytest_runtest_protocol(item, nextitem):
            reports = runtestprotocol(item, nextitem=nextitem, log=False)
            if any(report.failed for report in reports):
                item._initrequest()
                reports = runtestprotocol(item, nextitem=nextitem, log=False)
            for report in reports:
                item.ihook.pytest_runtest_logreport(report=report)
            return True
        """
    )
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.minivoice_flow([], terminal="completed", hears=["Hello."])
        def test_menu():
            pass
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=1)


def test_the_rules_are_printed_whatever_the_settings_say(pytester):
    pytester.makeini("[pytest]\nminivoice_ignore = MV999\n")
    result = pytester.runpytest_inprocess("--minivoice-rules")
    assert result.ret == 0
    result.stdout.fnmatch_lines(shown("MV101 answer-not-2xx (error)"))

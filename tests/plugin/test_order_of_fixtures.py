"""What a marker asks for is done when the test's other fixtures are there."""

from __future__ import annotations

import pytest

CONFTEST = """
    import pytest

    HOURS = {"open": True}

    def page(request):
        if HOURS["open"]:
            return {"actions": [{"transfer": {"destination": "+15551230099"}}]}
        return {"actions": [{"say": {"text": "We are closed."}}]}

    @pytest.fixture
    def minivoice_app():
        return page

    @pytest.fixture
    def closed(monkeypatch):
        monkeypatch.setitem(HOURS, "open", False)
"""
FLOW = 'minivoice_flow([], terminal="completed", hears=["We are closed."])'
EXPLORE = 'minivoice_explore(reaches="completed")'


@pytest.mark.parametrize("marker", [FLOW, EXPLORE])
@pytest.mark.parametrize(
    "arguments",
    ["closed", "minivoice_call, closed", "minivoice, closed", "number, closed"],
)
def test_a_marker_makes_its_calls_behind_the_fixtures_of_the_test(pytester, marker, arguments):
    arguments = arguments if marker == FLOW else arguments.replace("minivoice_call", "minivoice_exploration")
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(
        f"""
        import pytest

        @pytest.mark.parametrize("number", [1, 2])
        @pytest.mark.{marker}
        def test_closed({arguments if "number" in arguments else f"{arguments}, number"}):
            pass
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=2)


def test_a_fixture_that_asks_for_the_call_has_it(pytester):
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(
        f"""
        import pytest

        @pytest.fixture
        def heard(minivoice_call):
            return minivoice_call.heard

        @pytest.mark.{FLOW}
        def test_closed(closed, heard):
            assert heard == ["We are closed."]
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=1)

"""What a user gets wrong with the functions, marks and options of exploring, and what is shown of it."""

from __future__ import annotations

import pytest

CONFTEST = """
    import pytest

    @pytest.fixture
    def minivoice_app():
        def page(request):
            if request.method == "GET":
                return {"actions": [{"say": {"text": "Goodbye."}}]}
            ask = {"gather": {"prompt": "Press a key.", "num_digits": 1}}
            return {"actions": [ask, {"redirect": {"url": "https://example.com/end"}}]}
        return page

    @pytest.fixture
    def broken():
        raise RuntimeError("no database")

    @pytest.fixture
    def raising():
        def state():
            raise RuntimeError("no table")
        return state
"""


@pytest.fixture
def nested(pytester):
    pytester.makeconftest(CONFTEST)
    return pytester


def assert_shows_the_users_own(result, line, error):
    result.stdout.fnmatch_lines([f">*{line}", f"E *{error}"])
    result.stdout.no_fnmatch_line("*pytest_minivoice/*")
    result.stdout.no_fnmatch_line("*_pytest/*")


@pytest.mark.parametrize("hook", ["state", "reset", "snapshot"])
def test_what_a_function_raises_is_shown_as_it_was_raised(nested, hook):
    more = ", restore=print" if hook == "snapshot" else ""
    nested.makepyfile(
        f"""
        def test_every_path(minivoice):
            def no_table():
                raise RuntimeError("no table")
            minivoice.explore({hook}=no_table{more})
        """
    )
    result = nested.runpytest_inprocess()
    assert_shows_the_users_own(result, 'raise RuntimeError("no table")', "RuntimeError: no table")


def test_what_the_function_of_a_marker_raises_is_shown_as_it_was_raised(nested):
    nested.makepyfile(
        """
        import pytest

        def no_table(call):
            raise RuntimeError("no table")

        @pytest.mark.minivoice_explore(state=no_table)
        def test_every_path():
            pass
        """
    )
    result = nested.runpytest_inprocess()
    assert_shows_the_users_own(result, 'raise RuntimeError("no table")', "RuntimeError: no table")


@pytest.mark.parametrize(("fixture", "what"), [("broken", "no database"), ("raising", "no table")])
def test_a_fixture_that_a_contract_names_is_shown_where_it_raises(nested, fixture, what):
    nested.makefile(".callflow.yaml", menu=f"explore: {{state: {fixture}}}")
    result = nested.runpytest_inprocess()
    assert_shows_the_users_own(result, f'raise RuntimeError("{what}")', f"RuntimeError: {what}")


def test_a_mark_that_is_not_registered_is_warned_of_where_it_stands(nested):
    nested.makefile(".callflow.yaml", menu="explore: {}\nmarks: [unheard]")
    result = nested.runpytest_inprocess("-W", "default")
    result.assert_outcomes(passed=1, warnings=1)
    result.stdout.fnmatch_lines(["menu.callflow.yaml:2", "*PytestUnknownMarkWarning: Unknown pytest.mark.unheard *"])


def test_a_mark_that_is_not_registered_is_an_error_where_warnings_are(nested):
    nested.makefile(".callflow.yaml", menu="explore: {}\nmarks: [unheard]")
    result = nested.runpytest_inprocess("-W", "error::pytest.PytestUnknownMarkWarning")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*menu.callflow.yaml:2:9: the mark 'unheard'*Unknown pytest.mark.unheard *"])


def test_a_picture_of_nothing_says_so(nested):
    nested.makepyfile("def test_nothing(minivoice): pass")
    result = nested.runpytest_inprocess("--minivoice-graph=menu.svg")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["menu.svg is not drawn: nothing was explored in this run: *"])

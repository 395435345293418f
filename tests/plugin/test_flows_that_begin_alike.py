"""Explorations of one application that begin differently, such as by the time of day, are call flows of their own."""

from __future__ import annotations

import json
import re

import pytest
from jsonschema import Draft202012Validator
from shown import shown

from pytest_minivoice.spec.schema import schema

CONFTEST = """
import pytest

OPEN = [True]


def ask(prompt):
    go = {"redirect": {"url": "https://example.com/chosen"}}
    return {"actions": [{"gather": {"prompt": prompt, "num_digits": 1}}, go]}


@pytest.fixture
def minivoice_app():
    def app(request):
        if request.path == "/minivoice/answer":
            return ask("Press 1 for sales." if OPEN[0] else "We are closed. Press 1 to leave a message.")
        if "&digits=1&" not in request.query:
            return {"actions": [{"say": {"text": "Goodbye."}}]}
        if OPEN[0]:
            return {"actions": [{"transfer": {"destination": "+15551230099"}}]}
        return ask("Speak, then press 2.")

    return app


@pytest.fixture
def closed():
    OPEN[0] = False
    yield
    OPEN[0] = True
"""
EXPLORES = """
def test_open(minivoice):
    minivoice.explore()

def test_closed(minivoice, closed):
    minivoice.explore()
"""
CALLS = """
def test_sales(minivoice):
    minivoice.inbound_call().press("1")

def test_message(minivoice, closed):
    minivoice.inbound_call().run(["1", "hang_up"])
"""
NAME = "conftest:minivoice_app.<locals>.app, inbound POST /minivoice/answer"
CLOSED = f'{NAME}, "We are closed. Press 1 to leave a message."'
OPEN = f'{NAME}, "Press 1 for sales."'
COVERAGE = f"""
    {CLOSED}
    menu                    states  branches  taken  cover
    POST /minivoice/answer       1        14      1     7%
    ...
    GET /chosen                  1        14      1     7%
    ...
    all                                   28      2     7%
    {OPEN}
    ...
    transfer to +15551230099       1         4      1    25%
    ...
    all                                     18      2    11%
"""


@pytest.fixture
def hours(pytester, monkeypatch):
    """Give a project whose application says something else when it is closed."""
    for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(test_explore=EXPLORES, test_calls=CALLS)
    return pytester


def test_each_is_measured_by_the_calls_that_heard_its_beginning(hours):
    result = hours.runpytest_inprocess("--minivoice-cov")
    result.assert_outcomes(passed=4)
    result.stdout.fnmatch_lines(shown(COVERAGE))


@pytest.mark.needs_plugin("xdist.plugin")
def test_each_is_measured_over_all_workers(hours):
    result = hours.runpytest_inprocess("--minivoice-cov", "-n", "2")
    result.assert_outcomes(passed=4)
    result.stdout.fnmatch_lines(shown(COVERAGE))


def test_each_is_drawn(hours):
    result = hours.runpytest_inprocess("--minivoice-graph=g.mmd")
    of = "the call flow of conftest:minivoice_app.<locals>.app,"
    result.stdout.fnmatch_lines(
        [
            f'{of} "We are closed. Press 1 to leave a message." is drawn in g.mmd',
            f'{of} "Press 1 for sales." is drawn in g-2.mmd',
        ]
    )
    assert "We are closed." in (hours.path / "g.mmd").read_text(encoding="utf-8")
    assert "for sales" in (hours.path / "g-2.mmd").read_text(encoding="utf-8")


def test_each_is_in_the_reports(hours):
    hours.runpytest_inprocess("--minivoice-cov", *(f"--minivoice-report=a.{each}" for each in ("json", "html", "md")))
    report = json.loads((hours.path / "a.json").read_text())
    assert list(Draft202012Validator(schema("report")).iter_errors(report)) == []
    assert [(each["test"], each["heard"], each["taken"]) for each in report["coverage"]["flows"]] == [
        ("test_explore.py::test_closed", ["We are closed. Press 1 to leave a message."], 2),
        ("test_explore.py::test_open", ["Press 1 for sales."], 2),
    ]
    page = (hours.path / "a.html").read_text(encoding="utf-8")
    assert len(re.findall(r"<h3>[^<]*&quot;Press 1 for sales.&quot;</h3>", page)) == 1
    assert page.count("inbound POST /minivoice/answer, &quot;We are closed. Press 1 to leave a message.&quot;") == 2
    assert ', "Press 1 for sales."' in (hours.path / "a.md").read_text(encoding="utf-8")


def test_a_call_that_heard_something_else_counts_for_all(hours):
    change(hours, '"Press 1 for sales." if OPEN[0]', '("Press 1 for sales.", "Merry!")[OPEN[0] > 1] if OPEN[0]')
    hours.makepyfile(
        test_calls="""
        import conftest

        def test_holiday(minivoice, monkeypatch):
            monkeypatch.setattr(conftest, "OPEN", [2])
            minivoice.inbound_call().press("3")
        """
    )
    result = hours.runpytest_inprocess("--minivoice-cov")
    result.stdout.fnmatch_lines(["all * 28 * 1     3%", "all * 18 * 1     5%"])


def change(project, old, new):
    conftest = project.path / "conftest.py"
    text = conftest.read_text()
    assert old in text
    conftest.write_text(text.replace(old, new))


def test_what_differs_from_call_to_call_is_no_other_beginning(hours):
    change(hours, "import pytest\n", "import itertools\n\nimport pytest\n\nTURN = itertools.count(100)\n")
    change(hours, 'return ask("Press 1', 'return ask(f"You are caller {next(TURN)}. Press 1')
    hours.makepyfile(test_again="def test_again(minivoice): minivoice.explore()")
    result = hours.runpytest_inprocess("--minivoice-cov")
    result.assert_outcomes(passed=5)
    result.stdout.fnmatch_lines(
        [
            f'{NAME}, "You are caller <1>. Press 1 for sales."',
            "all * 18 * 2    11%",
            f'{NAME}, "We are closed. *',
            "all * 28 * 2     7%",
        ]
    )
    assert "\n".join(result.outlines).count(NAME) == 2
    result.stdout.no_fnmatch_line("*saw less*")


def test_one_test_may_explore_both(hours):
    hours.makepyfile(
        test_explore="""
        import conftest

        def test_both(minivoice, monkeypatch):
            minivoice.explore()
            monkeypatch.setattr(conftest, "OPEN", [False])
            minivoice.explore()
        """
    )
    hours.runpytest_inprocess("--minivoice-cov").stdout.fnmatch_lines([CLOSED, OPEN])


@pytest.mark.parametrize(("direction", "call"), [("inbound", "inbound_call()"), ("outbound", "outbound_call(NUMBER)")])
def test_flows_that_say_nothing_differ_by_whom_they_call(pytester, direction, call):
    pytester.makeconftest(
        """
        import pytest

        OPEN = [True]

        @pytest.fixture
        def minivoice_app():
            number = {True: "+15551230099", False: "+15551230098"}
            return lambda request: {"actions": [{"transfer": {"destination": number[OPEN[0]]}}]}
        """
    )
    answered = "" if direction == "inbound" else ".answer()"
    pytester.makepyfile(
        f"""
        import conftest
        import pytest

        NUMBER = "+15551230001"

        @pytest.mark.parametrize("now", [True, False])
        def test_each(minivoice, now, monkeypatch):
            monkeypatch.setattr(conftest, "OPEN", [now])
            minivoice.explore(direction="{direction}")

        def test_call(minivoice):
            minivoice.{call}{answered}
        """
    )
    result = pytester.runpytest_inprocess("--minivoice-cov")
    result.assert_outcomes(passed=3)
    taken = 1 if direction == "inbound" else 2
    lines = "\n".join(result.outlines)
    assert [int(each) for each in re.findall(r"^all +\d+ +(\d+) ", lines, re.MULTILINE)] == [0, taken]
    result.stdout.fnmatch_lines(["*, calls +15551230098", "*, calls +15551230099"])


def test_an_exploration_that_saw_less_of_the_same_flow_is_told(hours):
    hours.makepyfile(test_explore="def test_open(minivoice): minivoice.explore()\n"
                                  "def test_some(minivoice): minivoice.explore(max_requests=9)")  # fmt: skip
    result = hours.runpytest_inprocess("--minivoice-cov", "--minivoice-report=a.html", "--minivoice-report=a.md")
    line = (
        "test_explore.py::test_some explored the same beginning and saw less; this is what test_explore.py::test_open*"
    )
    result.stdout.fnmatch_lines([NAME, line, "menu *"])
    assert line.rstrip("*") in (hours.path / "a.html").read_text(encoding="utf-8")
    assert "explored the same beginning and saw less" in (hours.path / "a.md").read_text(encoding="utf-8")


@pytest.fixture
def locked(hours):
    """Give the project with a lock file for each time of the day, and no test that explores."""
    hours.makepyfile(
        test_explore="""
        def test_open(minivoice):
            minivoice.explore().assert_matches("open.lock")

        def test_closed(minivoice, closed):
            minivoice.explore().assert_matches("closed.lock")
        """
    )
    hours.runpytest_inprocess("--minivoice-update").assert_outcomes(passed=4)
    return hours


LOCKS = ("--minivoice-cov-lock=open.lock", "--minivoice-cov-lock=closed.lock")


def test_locks_that_begin_differently_are_measured_each(locked):
    (locked.path / "test_explore.py").unlink()
    result = locked.runpytest_inprocess("--minivoice-cov", *LOCKS)
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(
        [
            "open.lock, inbound POST /minivoice/answer",
            "all * 18 * 2    11%",
            "closed.lock, inbound POST /minivoice/answer",
            "all * 28 * 2     7%",
        ]
    )


def test_a_lock_counts_where_the_run_explored_another_beginning(locked):
    result = locked.runpytest_inprocess("--minivoice-cov", *LOCKS, "-k", "not closed")
    result.assert_outcomes(passed=3, deselected=1)
    result.stdout.fnmatch_lines(
        [
            "open.lock is not used: this run explored the flow that begins the same way",
            NAME,
            "all * 18 * 2    11%",
            "closed.lock, inbound POST /minivoice/answer",
            "all * 28 * 2     7%",
        ]
    )

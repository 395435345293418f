"""The key `explore` of a flow contract: one test that tries every branch, and its mistakes."""

from __future__ import annotations

import pytest
from shown import shown


@pytest.fixture
def flows(project):
    """Write a file of flows beside the menu, and run pytest."""

    def run(text, *options):
        project.path.joinpath("menu.callflow.yaml").write_text(text, encoding="utf-8")
        return project.runpytest_inprocess(*options)

    return run


def test_explore_alone_is_one_test_that_fails_on_findings(flows):
    result = flows("explore:\n", "-v")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["menu.callflow.yaml::explore FAILED*"])
    result.stdout.fnmatch_lines(
        shown(
            """
            >   explore:
            E   pytest_minivoice.ContractViolation: exploring gave 4 findings (exhaustive: 12 states, 36 branches, ...
            E...
            E   MV114 unknown-action: MiniVoice has no action 'tranfer'...
            """
        )
    )
    result.stdout.fnmatch_lines(["menu.callflow.yaml:1: ContractViolation"])


def test_it_stands_beside_flows_and_shares_the_keys_of_the_document(flows):
    result = flows(
        """
        answer_url: /minivoice/answer
        destinations: {"+15551230099": busy}
        flows:
          sales: {caller: ["1"], expect: {status: failed}}
        explore:
          clean: false
          reaches: ["+15551230099", daily]
        """,
        "-v",
    )
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["menu.callflow.yaml::sales PASSED*", "menu.callflow.yaml::explore PASSED*"])
    result.stdout.fnmatch_lines(
        ["menu.callflow.yaml::explore: exhaustive: 12 states, 36 branches, loops x5, 4 findings"]
    )


def test_what_is_not_reached_fails_where_it_is_written(flows):
    result = flows('explore:\n  clean: false\n  reaches: "+15551230098"\n')
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        shown(
            """
            >   reaches: "+15551230098"
            E   pytest_minivoice.ContractViolation: no path reaches '+15551230098'; did you mean '+15551230099'? ...
            """
        )
    )


def test_a_lock_file_stands_beside_the_file_and_is_written_on_update(flows, project):
    text = "explore: {clean: false, lock: menu.callflow.lock}\n"
    flows(text).assert_outcomes(failed=1)
    flows(text, "--minivoice-update").assert_outcomes(passed=1)
    assert (project.path / "menu.callflow.lock").read_text(encoding="utf-8").startswith("minivoice-lock 1\n")
    flows(text).assert_outcomes(passed=1)


@pytest.mark.parametrize("executor", ["replay", "walk"])
def test_options_are_those_of_explore(flows, executor):
    result = flows(f"explore: {{clean: false, loops: 0, executor: {executor}, max_requests: 5}}")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*::explore: stopped at max_requests=5: *"])


HOOKS = """
import pytest

CALLED = []

@pytest.fixture
def forget():
    yield CALLED.clear
    assert CALLED == []

@pytest.fixture
def remembered():
    return lambda call: CALLED.append(call.id)

@pytest.fixture
def number():
    return 7

@pytest.fixture
def needy(no_such):
    return no_such
"""


def test_hooks_are_functions_that_fixtures_give(flows, project):
    conftest = project.path / "conftest.py"
    conftest.write_text(conftest.read_text() + HOOKS)
    flows("explore: {clean: false, max_requests: 9, reset: forget, state: remembered}").assert_outcomes(
        passed=1, errors=1
    )
    result = flows("explore: {clean: false, state: number}")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["menu.callflow.yaml:1: explore.state names the fixture 'number', which gives 7; it must give a function"]
    )
    result = flows("explore: {clean: false, state: numbr}")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["menu.callflow.yaml:1: explore.state names the fixture 'numbr', which does not exist; *: it gives*"]
    )
    flows("explore: {clean: false, state: needy}").stdout.fnmatch_lines(["*fixture 'no_such' not found*"])


def test_two_explorations_of_a_file_need_names(flows):
    two = "explore: {clean: false}\n---\ndirection: outbound\nexplore: {clean: false%s}\n"
    result = flows(two % "")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["*:4:1: there is a flow 'explore' already, on line 1; give the exploration a name: of its own"]
    )
    result = flows(two % ", name: callbacks", "-v")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["menu.callflow.yaml::callbacks PASSED*"])


def test_marks_and_settings_hold_for_it(flows):
    flows("explore: {marks: [{skip: later}]}").assert_outcomes(skipped=1)
    flows("settings: {ignore: [MV114, MV211, MV219, MV403]}\nexplore:").assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("explore: {max_state: 5}", "1:11: explore: it has no key 'max_state'; did you mean 'max_states'? (it takes *"),
        ("explore: yes", "1:10: explore is yes, a boolean; it must be a mapping, such as key: value or nothing"),
        (
            "explore: {reaches: +15551230099}",
            '1:20: explore: reaches is +15551230099, a number; it must be text or a list, *; write it *"+15551230099"',
        ),
        ("explore: {loops: -1}", "1:18: explore: loops is -1; it must be: how often each cycle is repeated, *"),
        ("explore: {loops: two}", "1:18: explore: loops is 'two', text; it must be a whole number"),
        ("explore: {samples: [4711]}", '1:21: explore: samples[[]0] is 4711, a number; it must be text; *: "4711"'),
        (
            "explore: {executor: walking}",
            "1:21: explore: executor is 'walking'; it must be one of *; did you mean 'walk'?",
        ),
        ('explore: {caller: ["1"]}', "1:11: explore: it has no key 'caller'*"),
        ("direction: outbound\nvariables: {a: b}\nexplore:", "2:1: explore: variables belongs to an inbound call, *"),
        ("answer_url: /a", "1:1: the document needs the key 'flows' or 'explore'"),
        ("# nothing", "1:1: there is no flow in this file; it needs flows: or explore:"),
    ],
)
def test_a_mistake_is_named_with_its_place_and_what_was_meant(flows, text, message):
    result = flows(text)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"menu.callflow.yaml:{message}"])


def test_a_wrong_combination_of_options_is_said_with_the_line(flows):
    result = flows("\nexplore: {executor: snapshot}")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["menu.callflow.yaml:2: explore: the executor snapshot needs two functions, snapshot= and restore="]
    )


def test_findings_do_not_keep_the_lock_from_being_written_and_compared(flows, project):
    text = 'explore:\n  lock: menu.callflow.lock\n  reaches: "+15551230098"\n'
    parts = [
        ">   explore:",
        "E   pytest_minivoice.ContractViolation: exploring gave 4 findings (*",
        "E   MV114 unknown-action: *",
        "E   no path reaches '+15551230098'; *",
    ]
    missing = "E   there is no lock file menu.callflow.lock; *"
    flows(text).stdout.fnmatch_lines([*parts, missing, "menu.callflow.yaml:1: ContractViolation"])
    result = flows(text, "--minivoice-update")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(parts)
    result.stdout.no_fnmatch_line(missing)
    assert (project.path / "menu.callflow.lock").exists()

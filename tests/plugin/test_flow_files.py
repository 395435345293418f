from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest
from shown import shown

import pytest_minivoice

SCHEMAS = Path(pytest_minivoice.__file__).parent / "spec" / "schemas"
SALES = """
flows:
  sales:
    caller: ["1"]
    expect: {terminal: transferred, destination: "+15551230099"}
"""


@pytest.fixture
def flows(project):
    """Write a file of flows beside the menu, and run pytest."""

    def run(text, *options, name="menu"):
        project.path.joinpath(f"{name}.callflow.yaml").write_text(text, encoding="utf-8")
        return project.runpytest_inprocess(*options)

    return run


def test_the_flows_of_the_design_are_items_that_pass(flows):
    result = flows(
        """
answer_url: /minivoice/answer
from: "+15551230001"
to: "+15551230002"
flows:
  sales:
    caller: ["1"]
    expect:
      hears: ["Press 1 for sales"]
      terminal: transferred
      destination: "+15551230099"
  busy agent:
    caller: ["1"]
    destinations: {"+15551230099": busy}
    expect: {status: failed, events: [call.created, call.answered, call.gathered, call.failed]}
""",
        "-v",
        name="receptionist",
    )
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(
        ["receptionist.callflow.yaml::sales PASSED*", "receptionist.callflow.yaml::busy agent PASSED*"]
    )


def test_a_broken_expectation_shows_its_line_expected_against_got_and_the_transcript(flows):
    result = flows(
        """
flows:
  sales:
    caller: ["1"]
    expect:
      terminal: bridged
      destination: "+15551230098"
"""
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        shown(
            """
            >   terminal: bridged
            E   pytest_minivoice.ExpectationError: the call with caller ['1'] did not go as expected
            E   - terminal (menu.callflow.yaml:6)
            E       expected: 'bridged'
            E       got:      'transferred'
            E   - destination (menu.callflow.yaml:7)
            E       expected: '+15551230098'
            E       got:      '+15551230099'
            ...
            menu.callflow.yaml:6: ExpectationError
            ...MiniVoice call 1: transferred...
            inbound call call_...
              00:00  MiniVoice    call.created
            """
        ),
    )
    result.stdout.no_fnmatch_line("*.py:*")
    result.stdout.fnmatch_lines(["FAILED menu.callflow.yaml::sales - pytest_minivoice.ExpectationError: *"])


@pytest.mark.parametrize(
    ("flow", "line", "message"),
    [
        (
            '{caller: ["1", "2"], expect: {terminal: transferred}}',
            "a: {caller: *",
            "CallerError: input is left over: '2'*",
        ),
        (
            '{caller: ["8"], expect: {terminal: transferred}}',
            "a: {caller: *",
            "ContractViolation: MV114 unknown-action: *",
        ),
        (
            '{caller: [{when: Press 9, press: "1"}], expect: {terminal: transferred}}',
            "a: {caller: *",
            "CallerError: the caller presses 1 when hearing 'Press 9', and heard since the last input:",
        ),
    ],
)
def test_a_call_that_breaks_off_shows_the_line_of_the_flow(flows, flow, line, message):
    result = flows(f"flows:\n  a: {flow}")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([f">   {line}", f"E   pytest_minivoice.{message}", "menu.callflow.yaml:2: *"])


@pytest.mark.parametrize(
    "expect",
    [
        "hears: [support]",
        "status: completed",
        "room: daily",
        "actions: [gather, redirect, conference]",
        "events: [call.created, call.answered, call.gathered, call.completed]",
        "requests: [POST /minivoice/answer, /minivoice/menu]",
        "variables: {}",
        "recordings: []",
        "findings: []",
    ],
)
def test_each_expectation_is_compared(flows, expect):
    flows(f'flows: {{a: {{caller: ["3"], expect: {{{expect}}}}}}}').assert_outcomes(passed=1)
    broken = re.sub(r"support|completed|daily|conference\b|answer,|\[\]|\{\}", _other(expect), expect, count=1)
    assert broken != expect
    flows(f'flows: {{a: {{caller: ["3"], expect: {{{broken}}}}}}}').assert_outcomes(failed=1)


def _other(expect):
    name = expect.partition(":")[0]
    others = {
        "hears": "billing",
        "status": "failed",
        "room": "weekly",
        "actions": "say",
        "events": "failed",
        "requests": "other,",
        "variables": '{a: "1"}',
        "recordings": "[completed]",
        "findings": "[MV101]",
    }
    return others[name]


def test_a_flow_that_names_the_code_of_an_error_goes_on_as_minivoice_would(flows):
    flows('flows: {a: {caller: ["8"], expect: {findings: [MV114], terminal: failed}}}').assert_outcomes(passed=1)


def test_settings_of_a_flow_are_those_of_the_marker(flows):
    flows('flows: {a: {caller: ["8"], settings: {strict: false}, expect: {terminal: failed}}}').assert_outcomes(
        passed=1
    )
    result = flows("flows:\n  a:\n    settings: {strikt: false}\n    expect: {terminal: failed}")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["menu.callflow.yaml:3:16: settings: there is no setting 'strikt'; did you mean 'strict'?"]
    )


def test_a_finding_that_no_rule_makes_is_a_mistake_of_the_file(flows):
    result = flows('flows:\n  a:\n    caller: ["8"]\n    expect: {findings: [MV999]}')
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["menu.callflow.yaml:4: expect.findings names 'MV999', there is no such rule;*--minivoice-rules lists them)"]
    )


def test_a_mistake_in_the_file_is_an_error_at_collection_and_nothing_passes(flows):
    result = flows(SALES.replace("terminal: t", "terminale: t"))
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["menu.callflow.yaml:5:14: flow 'sales': expect has no key 'terminale'; did you mean 'terminal'? (it takes*"]
    )
    assert result.ret == pytest.ExitCode.INTERRUPTED


def test_fixtures_by_name_autouse_fixtures_and_all_scopes_work(flows, project):
    with project.path.joinpath("conftest.py").open("a") as conftest:
        conftest.write(
            """
order = []

@pytest.fixture(scope="module")
def db():
    order.append("db")
    yield
    order.append("db closed")

@pytest.fixture(autouse=True)
def each_test(request):
    order.append(request.node.name)

@pytest.fixture(scope="session", autouse=True)
def whole():
    yield
    assert order == ["db", "sales", "support", "db closed"], order
"""
        )
    text = (
        SALES.replace("caller", "fixtures: [db]\n    caller")
        + '  support: {caller: ["2"], expect: {terminal: completed}}'
    )
    flows(text).assert_outcomes(passed=2)


def test_a_fixture_with_parameters_makes_one_item_for_each(flows, project):
    with project.path.joinpath("conftest.py").open("a") as conftest:
        conftest.write(
            """
@pytest.fixture(params=["a", "b"])
def minivoice_app(request):
    return answer
"""
        )
    result = flows(SALES, "-v")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["menu.callflow.yaml::sales[[]a] PASSED*", "menu.callflow.yaml::sales[[]b] PASSED*"])


def test_a_flow_may_have_the_name_of_what_pytest_calls_by_itself(flows):
    flows(
        SALES.replace("sales", "setup_module") + '  setUpModule: {caller: ["3"], expect: {room: daily}}'
    ).assert_outcomes(passed=2)


def test_an_unknown_fixture_is_an_error_that_names_it(flows):
    result = flows(SALES.replace("caller", "fixtures: [dbb]\n    caller"))
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*fixture 'dbb' not found"])


def test_marks_select_skip_and_expect_failure(flows, project):
    project.makeini("[pytest]\nmarkers = slow: takes long")
    text = """
flows:
  plain: {caller: ["1"], expect: {terminal: transferred}}
  slow: {marks: [slow], caller: ["1"], expect: {terminal: transferred}}
  skipped: {marks: [{skip: not open yet}], caller: ["1"], expect: {terminal: failed}}
  known: {marks: [{xfail: {reason: "#12", strict: true}}], caller: ["1"], expect: {terminal: failed}}
"""
    flows(text, "--strict-markers").assert_outcomes(passed=2, skipped=1, xfailed=1)
    flows(text, "-m", "slow").assert_outcomes(passed=1, deselected=3)
    flows(text, "-k", "plain or known").assert_outcomes(passed=1, xfailed=1, deselected=2)


@pytest.mark.parametrize(
    ("marks", "message"),
    [
        ("[slwo]", "menu.callflow.yaml:3:13: the mark 'slwo': 'slwo' not found in `markers` configuration option"),
        ("[{skip: no}]", "menu.callflow.yaml:3:13: the mark 'skip': the reason is False; write it in quotes"),
        (
            "[{parametrize: [a]}]",
            "menu.callflow.yaml:3:13: the mark 'parametrize' means nothing here; use each: instead",
        ),
    ],
)
def test_a_wrong_mark_is_an_error_at_its_place(flows, marks, message):
    result = flows(f"flows:\n  a:\n    marks: {marks}\n    expect: {{terminal: failed}}", "--strict-markers")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([message])


def test_node_ids_and_last_failed_select_single_flows(flows):
    text = """
flows:
  good: {caller: ["1"], expect: {terminal: transferred}}
  bad: {caller: ["1"], expect: {terminal: failed}}
  keys: {each: [{d: "1"}, {d: "2"}], caller: ["{d}"], expect: {status: completed}}
"""
    flows(text).assert_outcomes(passed=3, failed=1)
    flows(text, "--lf").assert_outcomes(failed=1)
    flows(text, "menu.callflow.yaml::good").assert_outcomes(passed=1)
    flows(text, "menu.callflow.yaml::keys").assert_outcomes(passed=2)
    flows(text, "menu.callflow.yaml::keys[2]").assert_outcomes(passed=1)


def test_other_plugins_may_change_the_list_of_items(flows, project):
    with project.path.joinpath("conftest.py").open("a") as conftest:
        conftest.write(
            "\ndef pytest_collection_modifyitems(items):\n"
            "    items[:] = [each for each in items if each.originalname == 'sales']\n"
        )
    flows(SALES + '  support: {caller: ["2"], expect: {terminal: completed}}').assert_outcomes(passed=1)


@pytest.mark.needs_plugin("xdist.plugin")
def test_workers_run_flows(flows):
    result = flows(SALES + '  bad: {caller: ["2"], expect: {terminal: failed}}', "-n", "2")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines([">   bad: {caller: *", "menu.callflow.yaml:6: ExpectationError"])


def test_files_with_other_names_are_not_touched_and_yaml_is_not_imported(project):
    project.makefile(".yaml", flows="flows: [")
    project.makefile(".callflow.yml", menu="flows: [")
    project.makepyfile("def test_nothing(): pass")
    with project.path.joinpath("conftest.py").open("a") as conftest:
        conftest.write("\nimport sys\ndef pytest_unconfigure(): assert 'yaml' not in sys.modules\n")
    result = project.run(sys.executable, "-m", "pytest")
    assert result.ret == pytest.ExitCode.OK


@pytest.mark.parametrize("name", sorted(path.name for path in SCHEMAS.glob("*.json")))
def test_each_schema_is_printed(pytester, name):
    result = pytester.runpytest_inprocess("--minivoice-schema", name.partition(".")[0])
    assert result.ret == pytest.ExitCode.OK
    assert json.loads(result.stdout.str()) == json.loads((SCHEMAS / name).read_text(encoding="utf-8"))


def test_recorded_calls_of_a_passing_test_pass_unchanged(project):
    project.makepyfile(
        """
        import pytest

        def test_sales(minivoice):
            minivoice.inbound_call().press("1")
            minivoice.outbound_call("+15551230001").busy()

        @pytest.mark.minivoice(strict=False)
        @pytest.mark.parametrize("key", ["8", "9"])
        def test_wrong(minivoice, key):
            minivoice.inbound_call().press(key)

        def test_failing(minivoice):
            minivoice.inbound_call()
            assert False
        """
    )
    result = project.runpytest_inprocess("--minivoice-record=recorded")
    result.assert_outcomes(passed=3, failed=1)
    result.stdout.fnmatch_lines(
        [
            "*MiniVoice recordings of calls*",
            "*test_recorded_calls_*-test_sales.callflow.yaml",
            "*::test_failing: not written, for the test did not pass",
        ]
    )
    project.runpytest_inprocess("recorded").assert_outcomes(passed=4)


def test_recordings_that_cannot_be_written_say_so_and_change_no_result(project):
    project.makepyfile("def test_sales(minivoice): minivoice.inbound_call().press('1')")
    project.path.joinpath("taken").write_text("")
    result = project.runpytest_inprocess("--minivoice-record=taken/calls")
    result.assert_outcomes(passed=1)
    assert result.ret == pytest.ExitCode.OK
    result.stdout.fnmatch_lines(["*::test_sales: not written: *taken*"])

from __future__ import annotations

import pytest

FLOW = 'flows: {a: {caller: ["%s"], expect: {terminal: %s}}}'


@pytest.fixture
def gated(project):
    def run(*options, key="1", terminal="transferred"):
        project.makefile(".callflow.yaml", menu=FLOW % (key, terminal))
        return project.runpytest_inprocess(*options)

    return run


def test_warnings_fail_the_test_where_they_occur_if_asked(gated):
    gated(key="9").assert_outcomes(passed=1)
    result = gated("--minivoice-fail-on=warning", key="9")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E   pytest_minivoice.ContractViolation: MV*"])


def test_errors_fail_no_test_if_asked(gated):
    gated(key="8", terminal="failed").assert_outcomes(failed=1)
    gated("--minivoice-fail-on=never", key="8", terminal="failed").assert_outcomes(passed=1)


def test_a_slow_answer_fails_the_run(gated):
    assert gated("--minivoice-max-answer-ms=60000").ret == pytest.ExitCode.OK
    result = gated("--minivoice-max-answer-ms=-1")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["--minivoice-max-answer-ms=-1: * took * ms in menu.callflow.yaml::a"])


def test_a_run_with_fewer_flows_than_required_is_not_green(gated, project):
    assert gated("--minivoice-require-flows=1").ret == pytest.ExitCode.OK
    result = gated("--minivoice-require-flows=2", "--minivoice-report=a.json")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["--minivoice-require-flows=2: 1 flow was played"])
    assert '"outcome": "failed"' in project.path.joinpath("a.json").read_text()


def test_a_run_without_any_flow_is_not_green(project):
    project.makepyfile("def test_nothing(): pass")
    assert project.runpytest_inprocess("--minivoice-require-flows=1").ret == pytest.ExitCode.TESTS_FAILED
    nothing = project.runpytest_inprocess("--minivoice-require-flows=1", "-k", "zzz")
    assert nothing.ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_a_skipped_flow_is_not_played(project):
    project.makefile(".callflow.yaml", menu="flows: {a: {marks: [skip], expect: {terminal: failed}}}")
    assert project.runpytest_inprocess("--minivoice-require-flows=1").ret == pytest.ExitCode.TESTS_FAILED


def test_an_exploration_is_no_flow_where_flows_are_counted(gated, project):
    project.makefile(".callflow.yaml", every="explore: {clean: false}")
    result = gated("--minivoice-require-flows=2", "--minivoice-report=a.md")
    result.stdout.fnmatch_lines(["--minivoice-require-flows=2: 1 flow was played"])
    assert "call, 1 flow." in project.path.joinpath("a.md").read_text()


@pytest.mark.needs_plugin("xdist.plugin")
def test_gates_count_what_all_workers_did(gated):
    assert gated("-n2", "--minivoice-require-flows=1").ret == pytest.ExitCode.OK
    assert gated("-n2", "--minivoice-require-flows=2").ret == pytest.ExitCode.TESTS_FAILED

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


@pytest.fixture
def slow(project):
    """Give a project whose application takes 20 ms for the page behind its menu, the first three times."""
    conftest = project.path / "conftest.py"
    text = conftest.read_text()
    assert "if digits in CHOICES" in text
    slower = (
        'if request.path == "/minivoice/menu" and next(TIMES) < 3:\n        time.sleep(0.02)\n    return {"actions"'
    )
    conftest.write_text(
        "import itertools, time\n\nTIMES = itertools.count()\n" + text.replace('return {"actions"', slower)
    )
    return project


def test_a_slow_answer_fails_the_run(gated, slow):
    assert gated("--minivoice-max-answer-ms=60000").ret == pytest.ExitCode.OK
    result = gated("--minivoice-max-answer-ms=10")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(passed=1)
    page = "GET https://example.com/minivoice/menu"
    result.stdout.fnmatch_lines([f"--minivoice-max-answer-ms=10: {page} took * ms in menu.callflow.yaml::a"])


@pytest.mark.parametrize("workers", [(), pytest.param(("-n1",), marks=pytest.mark.needs_plugin("xdist.plugin"))])
def test_a_slow_answer_to_an_explored_call_fails_the_run(slow, workers):
    slow.makefile(".callflow.yaml", menu="explore: {clean: false, loops: 0}")
    assert slow.runpytest_inprocess("--minivoice-max-answer-ms=60000", *workers).ret == pytest.ExitCode.OK
    result = slow.runpytest_inprocess("--minivoice-max-answer-ms=10", "--minivoice-report=a.md", *workers)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(passed=1)
    page, test = "GET https://example.com/minivoice/menu", "menu.callflow.yaml::explore (explored)"
    result.stdout.fnmatch_lines(
        [
            f"--minivoice-max-answer-ms=10: {page} took * ms in {test}",
            "--minivoice-max-answer-ms=10: * more answers took longer",
            f"slowest answers: * ms {page}, *",
        ]
    )
    assert f"| {page} |" in slow.path.joinpath("a.md").read_text()


def test_the_slow_answer_that_uses_up_the_budget_of_an_exploration_counts(project):
    project.makeconftest(
        """
        import time

        import pytest

        def answer(request):
            if request.path == "/minivoice/answer":
                ask = {"gather": {"prompt": "Press 1.", "num_digits": 1}}
                return {"actions": [ask, {"redirect": {"url": "https://example.com/slow"}}]}
            if request.path == "/slow":
                time.sleep(0.3)
            return {"actions": [{"redirect": {"url": "https://example.com/next"}}]}

        @pytest.fixture
        def minivoice_app():
            return answer
        """
    )
    project.makepyfile(test_slow="def test_every_path(minivoice): minivoice.explore(max_seconds=0.3)")
    result = project.runpytest_inprocess("--minivoice-max-answer-ms=250")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*: GET https://example.com/slow took * ms in *::test_every_path (explored)"])


@pytest.mark.parametrize(
    ("option", "told"),
    [
        ("--minivoice-max-answer-ms=-1", "'-1' must be a number of milliseconds above 0"),
        ("--minivoice-max-answer-ms=0", "'0' must be a number of milliseconds above 0"),
        ("--minivoice-max-answer-ms=nan", "'nan' must be a number of milliseconds above 0"),
        ("--minivoice-max-answer-ms=fast", "'fast' must be a number of milliseconds above 0"),
        ("--minivoice-require-flows=-1", "'-1' must be a whole number of at least 0"),
        ("--minivoice-require-flows=1.5", "'1.5' must be a whole number of at least 0"),
    ],
)
def test_a_limit_that_makes_no_sense_is_refused(project, option, told):
    result = project.runpytest(option)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*: error: argument {option.partition('=')[0]}: {told}"])


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

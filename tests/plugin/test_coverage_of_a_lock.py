"""Where nothing is explored, the branches of a lock file are what tests are measured against."""

from __future__ import annotations

import json

import pytest
from shown import shown

EXPLORES = """
def test_every_path(minivoice):
    minivoice.explore().assert_matches("calls.callflow.lock")
"""
CALLS = """
def test_sales(minivoice):
    minivoice.inbound_call().press("1")

def test_busy_sales(minivoice):
    minivoice.destinations["+15551230099"] = "busy"
    minivoice.inbound_call().run(["timeout", "1"])
"""
LOCK = "--minivoice-cov-lock=calls.callflow.lock"
COVERAGE = """
    calls.callflow.lock, inbound POST /minivoice/answer
    menu                      states  branches  taken  cover
    POST /minivoice/answer         1        14      2    14%
        not taken: minivoice.inbound_call().run(["hang_up"])
    ...
    GET /minivoice/menu            1        14      1     7%
    ...
    transfer to +15551230099       2         8      2    25%
    ...
    all                                     36      5    13%
"""


@pytest.fixture
def locked(project):
    """Give a project with a lock file whose other tests make calls."""
    project.makepyfile(test_explore=EXPLORES)
    project.runpytest_inprocess("--minivoice-update").assert_outcomes(passed=1)
    (project.path / "test_explore.py").unlink()
    project.makepyfile(test_calls=CALLS)
    return project


def test_the_branches_of_a_lock_are_counted_without_exploring(locked):
    result = locked.runpytest_inprocess("--minivoice-cov", LOCK)
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(shown(COVERAGE))
    result.stdout.no_fnmatch_line("*nothing was explored*")
    result.stdout.no_fnmatch_line("*MiniVoice exploring*")


@pytest.mark.needs_plugin("xdist.plugin")
def test_the_branches_of_a_lock_are_counted_over_all_workers(locked):
    result = locked.runpytest_inprocess("--minivoice-cov", LOCK, "-n", "2")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(shown(COVERAGE))


@pytest.mark.parametrize(("asked", "code", "verdict"), [("13", 0, "ok"), ("14", 1, "FAIL")])
def test_the_share_of_a_lock_is_a_gate(locked, asked, code, verdict):
    under = f"--minivoice-cov-fail-under={asked}"
    result = locked.runpytest_inprocess("--minivoice-cov", LOCK, under, "--minivoice-report=a.json")
    assert result.ret == code
    result.stdout.fnmatch_lines([f"{verdict}: 13.9 % of the branches were taken, {asked} % are asked for"])
    report = json.loads((locked.path / "a.json").read_text())
    assert report["exit_code"] == code
    assert report["gates"] == [f"{under}: 13.9 % of the branches were taken, 14 % are asked for"] * code


def test_a_lock_is_drawn_with_what_is_covered(locked):
    result = locked.runpytest_inprocess("--minivoice-cov", LOCK, "--minivoice-graph=g.svg")
    result.stdout.fnmatch_lines(["the call flow of calls.callflow.lock is drawn in g.svg"])
    assert "taken by a test" in (locked.path / "g.svg").read_text(encoding="utf-8")


def test_what_the_run_explored_counts_and_not_the_lock(locked):
    locked.makepyfile(test_explore=EXPLORES)
    result = locked.runpytest_inprocess("--minivoice-cov", LOCK)
    result.stdout.fnmatch_lines(
        [
            "calls.callflow.lock is not used: this run explored the flow that begins the same way",
            "conftest:answer, inbound POST /minivoice/answer",
            "all                                     36      5    13%",
        ]
    )
    result.stdout.no_fnmatch_line("calls.callflow.lock, inbound*")


def test_a_flow_that_begins_elsewhere_is_measured_beside_what_was_explored(locked):
    whole = (locked.path / "calls.callflow.lock").read_text()
    (locked.path / "other.lock").write_text(whole.replace("POST /minivoice/answer", "POST /elsewhere"))
    locked.makepyfile(test_explore=EXPLORES)
    result = locked.runpytest_inprocess("--minivoice-cov", "--minivoice-cov-lock=other.lock")
    result.stdout.fnmatch_lines(
        [
            "conftest:answer, inbound POST /minivoice/answer",
            "other.lock, inbound POST /elsewhere",
            "no call of a test begins like this; they begin with inbound POST /minivoice/answer",
            "all                                     36      0     0%",
        ]
    )


def test_several_locks_are_measured_each(locked):
    whole = (locked.path / "calls.callflow.lock").read_text()
    (locked.path / "other.lock").write_text(whole.replace("inbound POST", "outbound POST", 1))
    result = locked.runpytest_inprocess("--minivoice-cov", LOCK, LOCK, "--minivoice-cov-lock=other.lock")
    result.stdout.fnmatch_lines(
        [
            "calls.callflow.lock, inbound POST /minivoice/answer",
            "other.lock, outbound POST /minivoice/answer",
            '    not taken: minivoice.outbound_call(to="+15551230001").run(["hang_up"])',
        ]
    )
    assert "\n".join(result.outlines).count("calls.callflow.lock, inbound") == 1


def test_an_answer_url_with_its_host_begins_as_its_path_does(locked):
    result = locked.runpytest_inprocess(
        "--minivoice-cov", LOCK, "-o", "minivoice_answer_url=https://example.com/minivoice/answer"
    )
    result.stdout.fnmatch_lines(shown(COVERAGE))


def test_a_lock_is_looked_for_where_pytest_was_started(locked, monkeypatch):
    below = locked.mkdir("below")
    monkeypatch.chdir(below)
    result = locked.runpytest_inprocess(
        "--minivoice-cov", "--minivoice-cov-lock=../calls.callflow.lock", f"--rootdir={locked.path}", str(locked.path)
    )
    result.stdout.fnmatch_lines(["../calls.callflow.lock, inbound POST /minivoice/answer"])


MISTAKES = [
    (None, "x.lock: there is no such file in {folder}; pytest --minivoice-update writes it where a test compares *"),
    ("", "x.lock:1: this is no lock file of a call flow: it begins with '', not 'minivoice-lock 1'"),
    ("{lock}<<<<<<< HEAD\n", "x.lock:{end}: cannot read '<<<<<<< HEAD'; a merge conflict is left in the file"),
    ('{lock}answer 2 -> completed ["a]\n', "x.lock:{end}: cannot read what is heard or done: *"),
    ("{lock}answer 2 -> nowhere\n", "x.lock:{end}: the branch answer 2 names the state nowhere, which has no line"),
    (
        "minivoice-lock 1\nstate answer end {{}}\n",
        "x.lock: no line tells how calls begin, such as: begins inbound POST /minivoice/answer",
    ),
    (
        "{lock}",
        "x.lock: calls.callflow.lock begins the same way, with inbound POST /minivoice/answer; name one of them",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), MISTAKES)
def test_a_lock_that_cannot_be_used_is_refused_with_its_place(locked, text, message):
    whole = (locked.path / "calls.callflow.lock").read_text()
    if text is not None:
        (locked.path / "x.lock").write_text(text.format(lock=whole))
    result = locked.runpytest_inprocess("--minivoice-cov", LOCK, "--minivoice-cov-lock=x.lock")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    expected = message.format(folder=locked.path, end=whole.count("\n") + 1)
    result.stderr.fnmatch_lines([f"ERROR: --minivoice-cov-lock={expected}"])
    result.stdout.no_fnmatch_line("*passed*")


def test_a_file_that_is_no_text_and_a_folder_are_refused(locked):
    (locked.path / "x.lock").write_bytes(b"\xff\xfe\x00")
    result = locked.runpytest_inprocess("--minivoice-cov", "--minivoice-cov-lock=x.lock")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: --minivoice-cov-lock=x.lock: this is no lock file of a call flow: *"])
    result = locked.runpytest_inprocess("--minivoice-cov", "--minivoice-cov-lock=.")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: --minivoice-cov-lock=.: *"])


def test_a_lock_needs_the_option_that_measures(locked):
    result = locked.runpytest_inprocess(LOCK)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: --minivoice-cov-lock=calls.callflow.lock needs --minivoice-cov"])

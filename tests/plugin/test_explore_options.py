from __future__ import annotations

import fnmatch
import re
import subprocess
import sys

import pytest
from shown import shown

TESTS = """
import pytest

def test_every_path(minivoice):
    minivoice.explore().assert_matches("calls.callflow.lock")

def test_sales(minivoice):
    minivoice.inbound_call().press("1")

def test_busy_sales(minivoice):
    minivoice.destinations["+15551230099"] = "busy"
    minivoice.inbound_call().run(["timeout", "1"])
"""


@pytest.fixture
def explored(project):
    """Give a project whose tests explore, with its lock file written."""
    project.makepyfile(test_calls=TESTS)
    project.runpytest_inprocess("--minivoice-update").assert_outcomes(passed=3)
    return project


def change(project, old, new):
    conftest = project.path / "conftest.py"
    text = conftest.read_text()
    assert old in text
    conftest.write_text(text.replace(old, new))


SHARED = """
import pytest

def test_first(minivoice):
    minivoice.explore().assert_matches("calls.callflow.lock")

@pytest.mark.minivoice_explore(lock="calls.callflow.lock", clean=False{second})
def test_second():
    pass
"""


def test_a_second_test_does_not_overwrite_what_another_wrote_for_another_flow(project):
    project.makepyfile(test_calls=SHARED.format(second=", direction='outbound'"))
    for _ in range(2):
        result = project.runpytest_inprocess("--minivoice-update")
        result.assert_outcomes(passed=1, failed=1)
        result.stdout.fnmatch_lines(
            [
                "E   *ContractViolation: calls.callflow.lock was written in this run by another test, *",
                "E   - written by: test_calls.py::test_first",
                "E   - refused to: test_calls.py::test_second",
                "E   - fix: Let each test name a lock file of its own.",
            ],
            consecutive=True,
        )
        assert "begins inbound" in project.path.joinpath("calls.callflow.lock").read_text()


def test_two_tests_may_write_the_same_flow_into_one_lock(project):
    project.makepyfile(test_calls=SHARED.format(second=""))
    for option in ("--minivoice-update", "--minivoice-update", "--minivoice-update-new"):
        project.runpytest_inprocess(option).assert_outcomes(passed=2)


def test_a_test_that_runs_again_may_write_its_lock_again(project):
    project.makepyfile(test_calls=SHARED.format(second=""))
    with project.path.joinpath("conftest.py").open("a") as conftest:
        conftest.write(
            """
from _pytest.runner import runtestprotocol

def pytest_runtest_protocol(item, nextitem):
    runtestprotocol(item, nextitem=nextitem, log=False)
    CHOICES["7"] = [{"say": {"text": "New."}}]
"""
        )
    project.runpytest_inprocess("--minivoice-update", "-k", "first").assert_outcomes(passed=1)
    assert "answer 7 -> completed" in project.path.joinpath("calls.callflow.lock").read_text()


def test_a_missing_lock_fails_and_says_how_to_write_it(project):
    project.makepyfile(TESTS)
    result = project.runpytest_inprocess()
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(
        "E   *ContractViolation: there is no lock file calls.callflow.lock; pytest --minivoice-update writes it "
        "(12 states, 36 branches), and you commit it"
    )


def test_an_exploration_is_summed_up_in_one_line(explored):
    explored.runpytest_inprocess().stdout.fnmatch_lines(
        ["test_calls.py::test_every_path: exhaustive: 12 states, 36 branches, loops x5, 4 findings"]
    )


def test_a_lock_is_never_written_in_ci(project, monkeypatch):
    monkeypatch.setenv("CI", "true")
    project.makepyfile(TESTS)
    result = project.runpytest_inprocess("--minivoice-update")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(
        ["E   *calls.callflow.lock is not written in CI: run pytest --minivoice-update where you work"]
    )
    assert not (project.path / "calls.callflow.lock").exists()


def test_a_change_fails_by_what_it_means(explored):
    change(explored, '"3": [{"conference": {"room": "daily"}}],', '"7": [{"say": {"text": "New."}}],')
    result = explored.runpytest_inprocess()
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(
        [
            "E  *ContractViolation: the call flow is not the one of calls.callflow.lock: 1 breaking, 1 additive",
            "E       breaking:",
            "E       - answer 3 and 1 more: 3 is not handled any more: it ended as conferenced:daily",
            "E       additive:",
            'E       - answer 7 and 1 more: 7 is handled now: says "New." and ends as completed',
            "E       MV404 changed-against-the-lock: 1 breaking, 1 additive",
        ]
    )


def test_update_writes_the_change_and_tells_what_it_means(explored):
    change(explored, "Support is closed.", "Support opens at nine.")
    result = explored.runpytest_inprocess("--minivoice-update")
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(
        [
            "calls.callflow.lock: 1 to judge",
            '  to judge: answer 2 and 1 more: says "Support opens at nine.", not "Support is closed."',
        ]
    )
    explored.runpytest_inprocess().assert_outcomes(passed=3)


def test_the_two_ways_of_writing_are_not_mixed(explored):
    result = explored.runpytest_inprocess("--minivoice-update", "--minivoice-update-new")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        ["ERROR: give --minivoice-update, which writes all changes, or --minivoice-update-new, which writes additions"]
    )


BROKEN = ["nonsense\n", "minivoice-lock 1\n<<<<<<< HEAD\n", b"\xff"]


@pytest.mark.parametrize("text", BROKEN)
def test_a_lock_that_cannot_be_read_says_what_to_do_and_shows_no_code_of_ours(explored, text):
    lock = explored.path / "calls.callflow.lock"
    lock.write_bytes(text if isinstance(text, bytes) else text.encode())
    for option in ((), ("--minivoice-update-new",)):
        result = explored.runpytest_inprocess(*option)
        result.assert_outcomes(passed=2, failed=1)
        result.stdout.fnmatch_lines(
            [
                "E  *SettingError: calls.callflow.lock*; pytest --minivoice-update writes it anew",
                "test_calls.py:4: SettingError",
            ]
        )
        result.stdout.no_fnmatch_line("*matching.py*")


@pytest.mark.parametrize("line", ["ignore answer 2 until May: hours", "ignore answer 2:", "Ignore answer 2: hours"])
@pytest.mark.parametrize("option", ["--minivoice-update", "--minivoice-update-new", "-v"])
def test_a_line_that_ignores_a_change_wrongly_is_never_removed(explored, line, option):
    explored.makepyfile(
        test_marker="""
        import pytest

        @pytest.mark.minivoice_explore(clean=False, lock="calls.callflow.lock")
        def test_marked():
            pass
        """
    )
    lock = ignore(explored, line)
    before = lock.read_text()
    result = explored.runpytest_inprocess(option)
    result.stdout.fnmatch_lines_random(["E *calls.callflow.lock:*", "test_marker.py:3: calls.callflow.lock:*"])
    result.stdout.no_fnmatch_line("*writes it anew*")
    result.stdout.no_fnmatch_line("*traceback entries are hidden*")
    assert lock.read_text() == before


@pytest.mark.parametrize("text", BROKEN)
def test_update_writes_a_lock_anew_that_cannot_be_read(explored, text):
    lock = explored.path / "calls.callflow.lock"
    whole = lock.read_text()
    lock.write_bytes(text if isinstance(text, bytes) else text.encode())
    result = explored.runpytest_inprocess("--minivoice-update")
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(
        [
            "calls.callflow.lock: new, 12 states, 36 branches, in place of one that could not be read",
            "  calls.callflow.lock: *it is no text*" if isinstance(text, bytes) else "  calls.callflow.lock:*: *",
        ]
    )
    assert lock.read_text() == whole


def test_a_folder_in_place_of_the_lock_is_left_alone(explored):
    (explored.path / "calls.callflow.lock").unlink()
    explored.mkdir("calls.callflow.lock")
    result = explored.runpytest_inprocess("--minivoice-update")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["E  *SettingError: calls.callflow.lock cannot be read: *directory*"])


def test_update_new_writes_nothing_when_something_else_changed(explored):
    before = (explored.path / "calls.callflow.lock").read_text()
    change(explored, "Support is closed.", "Support opens at nine.")
    explored.runpytest_inprocess("--minivoice-update-new").assert_outcomes(passed=2, failed=1)
    assert (explored.path / "calls.callflow.lock").read_text() == before


def test_update_new_writes_additions(explored):
    lock = explored.path / "calls.callflow.lock"
    whole = lock.read_text()
    lock.write_text("".join(line for line in whole.splitlines(keepends=True) if not line.startswith("answer 4 ")))
    explored.runpytest_inprocess().assert_outcomes(passed=2, failed=1)
    explored.runpytest_inprocess("--minivoice-update-new").assert_outcomes(passed=3)
    assert lock.read_text() == whole


def test_only_breaking_changes_fail_when_asked_and_the_others_are_listed(explored):
    change(explored, "Support is closed.", "Support opens at nine.")
    result = explored.runpytest_inprocess("--minivoice-fail-on-change=breaking")
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(["calls.callflow.lock: 1 to judge", "  to judge: answer 2 and 1 more: says *"])


def ignore(project, line):
    lock = project.path / "calls.callflow.lock"
    head, rest = lock.read_text().split("state ", 1)
    lock.write_text(f"{head}{line}\nstate {rest}")
    return lock


def test_an_ignored_change_passes_until_an_update_accepts_it(explored):
    line = "ignore answer 2 until 2999-12-31: new opening hours"
    lock = ignore(explored, line)
    change(explored, "Support is closed.", "Support opens at nine.")
    explored.runpytest_inprocess().assert_outcomes(passed=3)
    explored.runpytest_inprocess("--minivoice-fail-on-change=breaking").assert_outcomes(passed=3)
    assert line in lock.read_text()
    result = explored.runpytest_inprocess("--minivoice-update")
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines([f"  no longer ignored, the file is up to date: {line}"])
    assert line not in lock.read_text()
    explored.runpytest_inprocess().assert_outcomes(passed=3)


def test_update_new_does_not_accept_an_ignored_change_beside_an_addition(explored):
    lock = ignore(explored, "ignore answer 2: new opening hours")
    change(explored, "Support is closed.", "Support opens at nine.")
    before = lock.read_text()
    explored.runpytest_inprocess("--minivoice-update-new").assert_outcomes(passed=3)
    change(explored, '"3": [', '"7": [{"say": {"text": "New."}}],\n    "3": [')
    result = explored.runpytest_inprocess("--minivoice-update-new")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(
        ["E *: 1 additive", "E *--minivoice-update-new wrote nothing: it only adds, * written too: answer 2 and 1 more"]
    )
    assert lock.read_text() == before


def test_a_marker_explores_and_fails_at_its_own_line(project):
    project.makepyfile(
        """
        import pytest

        @pytest.mark.minivoice_explore(reaches="+15551230099", clean=False)
        def test_reached(minivoice_exploration):
            assert len(minivoice_exploration.states) == 12

        @pytest.mark.minivoice_explore
        def test_clean():
            pass
        """
    )
    result = project.runpytest_inprocess()
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        shown(
            """
            >   @pytest.mark.minivoice_explore
            E   pytest_minivoice.ContractViolation: exploring gave 4 findings (exhaustive: 12 states, 36 branches, ...
            E...
            E   MV114 unknown-action: MiniVoice has no action 'tranfer'...
            """
        )
    )
    result.stdout.fnmatch_lines(['E   - call: minivoice.inbound_call().run(["8"])'])


EXPLORED = {
    "test_method": "def test_clean(minivoice): minivoice.explore().assert_clean()",
    "test_marker": "import pytest\n\n@pytest.mark.minivoice_explore\ndef test_clean(): pass",
}
CODES = {"MV114": "error", "MV211": "warning", "MV219": "warning", "MV403": "warning"}


@pytest.mark.parametrize(
    ("least", "found", "failing"),
    [
        ("", "4 findings", ("MV114", "MV211", "MV219", "MV403")),
        ("warning", "4 findings", ("MV114", "MV211", "MV219", "MV403")),
        ("error", "one finding, and 3 warnings beside", ("MV114",)),
        ("never", "", ()),
    ],
)
def test_the_least_severe_finding_that_fails_is_that_of_the_run(project, least, found, failing):
    project.makepyfile(**EXPLORED)
    project.makefile(".callflow.yaml", menu="explore: {}")
    result = project.runpytest_inprocess(*([f"--minivoice-fail-on={least}"] if least else ()))
    result.assert_outcomes(**{"failed" if failing else "passed": 3})
    message = f"E   *ContractViolation: exploring gave {found} (*"
    assert len(fnmatch.filter(result.outlines, message)) == (3 if failing else 0)
    for code, severity in CODES.items():
        assert len(fnmatch.filter(result.outlines, f"E   {code} *")) == (3 if code in failing else 0)
        told = fnmatch.filter(
            result.outlines, f"    fails no test: {code} * ({severity}): *; call: minivoice.inbound_call()*"
        )
        assert len(told) == (0 if code in failing else 3)


def test_warnings_alone_leave_an_exploration_clean_and_are_counted_where_there_are_very_many(project):
    change(project, '"8": [{"tranfer": {"destination": "+15551230099"}}],', "")
    project.makepyfile(EXPLORED["test_method"])
    result = project.runpytest_inprocess("--minivoice-fail-on=error")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(
        ["*: exhaustive: *, 3 findings", "    fails no test: MV211 *", "    fails no test: MV403 *"]
    )
    change(
        project,
        "def answer(request):",
        """
CHOICES |= {key: [{"redirect": {"url": f"https://example.com/{key}"}}] for key in "45678"}

def answer(request):
    if request.path[1:] in tuple("45678"):
        return {"actions": CHOICES["9"]}
""",
    )
    result = project.runpytest_inprocess("--minivoice-fail-on=error")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(
        ["*, 8 findings", *["    fails no test: MV211 *"] * 5, "    fails no test: 3 more findings"], consecutive=True
    )


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("max_state=5", "has no keyword 'max_state'; did you mean 'max_states'?"),
        ("'menu.lock'", "takes keywords only, such as minivoice_explore(loops=5)"),
        ("clean='no'", "clean is 'no'; it must be True or False"),
        ("lock=5", "lock is 5; it must be the path of a lock file, such as 'menu.callflow.lock'"),
        ("lock=''", "lock is ''; it must be the path of a lock file, such as 'menu.callflow.lock'"),
        ("reaches=5", "reaches is 5; it must be a text or a list of texts, such as '+15551230099'"),
        ("reaches=[5]", "reaches is [5]; it must be a text or a list of texts, such as '+15551230099'"),
        ("loops=1.5", "loops is 1.5; it must be a whole number of at least 0"),
    ],
)
def test_a_mistake_in_the_marker_is_named_with_its_line(project, given, message):
    project.makepyfile(
        test_marked=f"import pytest\n\n@pytest.mark.minivoice_explore({given})\ndef test_clean():\n    pass\n"
    )
    result = project.runpytest_inprocess("--minivoice-update")
    result.assert_outcomes(errors=1)
    line = f"test_marked.py:3: test_clean: @pytest.mark.minivoice_explore: {message}"
    result.stdout.fnmatch_lines([line.replace("[", "[[]")])
    assert not list(project.path.glob("5"))


def test_a_lock_of_the_marker_may_be_a_path(project):
    project.makepyfile(
        """
        from pathlib import Path

        import pytest

        @pytest.mark.minivoice_explore(clean=False, lock=Path("menu.callflow.lock"))
        def test_all():
            pass
        """
    )
    project.runpytest_inprocess("--minivoice-update").assert_outcomes(passed=1)
    assert (project.path / "menu.callflow.lock").exists()


def test_two_markers_on_one_function_are_refused_and_one_may_override_that_of_its_class(project):
    project.makepyfile(
        test_marked="""
        import pytest

        @pytest.mark.minivoice_explore(clean=False)
        class TestAll:
            @pytest.mark.minivoice_explore(clean=False, loops=1)
            def test_less(self, minivoice_exploration):
                assert minivoice_exploration.assurance.endswith("loops x1")
        """
    )
    project.runpytest_inprocess().assert_outcomes(passed=1)
    project.makepyfile(
        test_marked="""
        import pytest

        @pytest.mark.minivoice_explore(loops=1)
        @pytest.mark.minivoice_explore(clean=False)
        def test_all():
            pass
        """
    )
    result = project.runpytest_inprocess()
    result.assert_outcomes(errors=1)
    line = "test_marked.py:4: test_all: @pytest.mark.minivoice_explore stands on it 2 times; one exploration is made, *"
    result.stdout.fnmatch_lines([line])


COVERAGE = """
    conftest:answer, inbound POST /minivoice/answer
    menu                      states  branches  taken  cover
    POST /minivoice/answer         1        14      2    14%
        not taken: minivoice.inbound_call().run(["hang_up"])
    ...
        and 7 more
    GET /minivoice/menu            1        14      1     7%
    ...
    transfer to +15551230099       2         8      2    25%
        not taken: minivoice.destinations["+15551230099"] = "no_answer"; minivoice.inbound_call().run(["1"])
    ...
    all                                     36      5    13%
"""


def test_coverage_counts_the_branches_that_other_tests_took(explored):
    explored.runpytest_inprocess("--minivoice-cov").stdout.fnmatch_lines(shown(COVERAGE))


@pytest.mark.needs_plugin("xdist.plugin")
def test_coverage_is_merged_from_workers(explored):
    result = explored.runpytest_inprocess("--minivoice-cov", "-n", "2")
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(shown(COVERAGE))


@pytest.mark.parametrize(
    ("asked", "code", "line"),
    [
        ("13", 0, "ok: 13.9 % of the branches were taken, 13 % are asked for"),
        ("14", 1, "FAIL: 13.9 % of the branches were taken, 14 % are asked for"),
    ],
)
def test_too_little_coverage_fails_the_run(explored, asked, code, line):
    result = explored.runpytest_inprocess("--minivoice-cov", f"--minivoice-cov-fail-under={asked}")
    assert result.ret == code
    result.stdout.fnmatch_lines([line])


def test_coverage_without_an_exploration_says_what_is_missing(project):
    project.makepyfile("def test_sales(minivoice): minivoice.inbound_call().press('1')")
    result = project.runpytest_inprocess("--minivoice-cov", "--minivoice-cov-fail-under=1")
    assert result.ret == 1
    line = (
        "nothing was explored in this run: add a test that calls minivoice.explore(), "
        "or name a lock file: --minivoice-cov-lock=PATH"
    )
    result.stdout.fnmatch_lines([line])


@pytest.mark.parametrize(
    ("name", "begins"),
    [("g.svg", "<svg "), ("g.dot", "digraph "), ("g.mmd", "flowchart "), ("g.md", "# conftest:answer")],
)
def test_the_picture_is_written(explored, name, begins):
    result = explored.runpytest_inprocess(f"--minivoice-graph=pictures/{name}")
    result.stdout.fnmatch_lines([f"the call flow of conftest:answer is drawn in pictures?{name}"])
    assert (explored.path / "pictures" / name).read_text(encoding="utf-8").startswith(begins)


def test_a_picture_that_cannot_be_written_says_so_and_changes_no_result(explored):
    explored.path.joinpath("taken").write_text("")
    result = explored.runpytest_inprocess("--minivoice-graph=taken/g.svg")
    assert result.ret == pytest.ExitCode.OK
    result.stdout.fnmatch_lines(["picture not written: *taken*"])


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("--minivoice-graph=g.png", "ERROR: --minivoice-graph=g.png: the name must end in .svg, .dot, .mmd or .md"),
        ("--minivoice-cov-fail-under=90", "ERROR: --minivoice-cov-fail-under needs --minivoice-cov"),
        ("--minivoice-cov-fail-under=101", "ERROR: --minivoice-cov-fail-under=101 must be from 0 to 100"),
        ("--minivoice-cov-fail-under=-1", "ERROR: --minivoice-cov-fail-under=-1 must be from 0 to 100"),
        ("--minivoice-cov-fail-under=nan", "ERROR: --minivoice-cov-fail-under=nan must be from 0 to 100"),
    ],
)
def test_an_option_that_cannot_be_used_is_refused(project, option, message):
    project.makepyfile("def test_nothing(): pass")
    result = project.runpytest_inprocess(option)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([message])


def test_several_pictures_are_written_of_one_run(explored):
    result = explored.runpytest_inprocess(
        "--minivoice-graph=g.svg", "--minivoice-graph=g.mmd", "--minivoice-graph=g.svg"
    )
    lines = [f"the call flow of conftest:answer is drawn in {name}" for name in ("g.svg", "g.mmd")]
    result.stdout.fnmatch_lines(lines)
    assert [each for each in result.outlines if "is drawn" in each] == lines
    assert (explored.path / "g.svg").read_text(encoding="utf-8").startswith("<svg ")
    assert (explored.path / "g.mmd").read_text(encoding="utf-8").startswith("flowchart ")


def test_each_name_of_a_picture_is_checked(explored):
    result = explored.runpytest_inprocess("--minivoice-graph=g.png", "--minivoice-graph=g.svg")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: --minivoice-graph=g.png: the name must end in .svg, .dot, .mmd or .md"])


def test_servers_on_several_ports_are_one_application(pytester):
    pytester.makeconftest(
        """
        import json
        import threading
        from http.server import BaseHTTPRequestHandler, HTTPServer

        import pytest

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"] or 0))
                ask = {"gather": {"prompt": "Press 1.", "num_digits": 1}}
                go = {"redirect": {"url": f"http://{self.headers['Host']}/chosen"}}
                self.tell([ask, go])

            def do_GET(self):
                self.tell([{"say": {"text": "Goodbye."}}])

            def tell(self, actions):
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps({"actions": actions}).encode())

            def log_message(self, *args):
                pass

        @pytest.fixture
        def minivoice_app():
            with HTTPServer(("127.0.0.1", 0), Handler) as server:
                thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
                thread.start()
                yield f"http://127.0.0.1:{server.server_address[1]}"
                server.shutdown()
                thread.join()
        """
    )
    pytester.makepyfile(
        """
        def test_every_path(minivoice):
            minivoice.explore()

        def test_one(minivoice):
            minivoice.inbound_call().press("1")
        """
    )
    result = pytester.runpytest_inprocess("--minivoice-cov")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["http://127.0.0.1, inbound POST /minivoice/answer", "all * 14 * 1     7%"])


def diff(project, *arguments, text=None):
    command = [sys.executable, "-m", "pytest_minivoice", "diff", *arguments]
    return subprocess.run(command, cwd=project.path, input=text, capture_output=True, text=True, check=False)


def test_the_command_compares_two_lock_files(explored):
    old = (explored.path / "calls.callflow.lock").read_text()
    new = explored.path / "new.lock"
    new.write_text(re.sub(r"Support is closed", "Support opens at nine", old))
    same = diff(explored, "calls.callflow.lock", "-", text=old)
    assert (same.returncode, same.stdout) == (0, "no change\n")
    changed = diff(explored, "calls.callflow.lock", "new.lock")
    assert changed.returncode == 1
    assert changed.stdout.splitlines() == [
        'to judge: answer 2 and 1 more: says "Support opens at nine.", not "Support is closed."',
        "1 to judge",
    ]
    assert diff(explored, "calls.callflow.lock", "new.lock", "--fail-on-change=breaking").returncode == 0


def test_the_command_names_a_file_that_it_cannot_read(explored):
    (explored.path / "x.lock").write_text("nonsense\n")
    result = diff(explored, "calls.callflow.lock", "x.lock")
    assert result.returncode == 2
    assert "x.lock:1: this is no lock file of a call flow" in result.stderr
    result = diff(explored, "calls.callflow.lock", "y.lock")
    assert (result.returncode, result.stderr) == (2, "python -m pytest_minivoice: y.lock: No such file or directory\n")


def test_findings_of_a_marker_do_not_keep_the_lock_from_being_written_and_compared(project):
    project.makepyfile(
        """
        import pytest

        @pytest.mark.minivoice_explore(lock="menu.callflow.lock", reaches=["+15551230098", "daily"])
        def test_all():
            raise AssertionError("the body is not run")
        """
    )
    parts = [
        '>   @pytest.mark.minivoice_explore(lock="menu.callflow.lock", reaches=["+15551230098", "daily"])',
        "E   pytest_minivoice.ContractViolation: exploring gave 4 findings (*",
        "E   MV114 unknown-action: *",
        "E   no path reaches '+15551230098'; *",
    ]
    result = project.runpytest_inprocess()
    result.assert_outcomes(failed=1)
    missing = "E   there is no lock file menu.callflow.lock; *"
    result.stdout.fnmatch_lines([*parts, missing, "test_findings_of_a_marker_*.py:3: ContractViolation"])
    result = project.runpytest_inprocess("--minivoice-update")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(parts)
    result.stdout.no_fnmatch_line(missing)
    result.stdout.fnmatch_lines(["menu.callflow.lock: new, 12 states, 36 branches"])
    change(project, "Support is closed.", "Support opens at nine.")
    result = project.runpytest_inprocess()
    result.stdout.fnmatch_lines(
        [*parts, "E   the call flow is not the one of menu.callflow.lock: 1 to judge", "E   MV404 *"]
    )


def test_a_lock_that_cannot_be_read_does_not_hide_findings(project):
    project.path.joinpath("menu.callflow.lock").write_text("nonsense\n")
    project.makepyfile(
        """
        import pytest

        @pytest.mark.minivoice_explore(lock="menu.callflow.lock")
        def test_all():
            pass
        """
    )
    result = project.runpytest_inprocess()
    result.stdout.fnmatch_lines(
        [
            "E   *exploring gave 4 findings (*",
            "E   menu.callflow.lock:1: this is no lock file of a call flow: *",
        ]
    )

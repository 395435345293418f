"""Reports are never greener than the run, hide secrets, and change no result when they cannot be written."""

from __future__ import annotations

import json
import re
import subprocess
from xml.etree import ElementTree as ET

import pytest
from browser import CHROMIUM, needs_chromium
from jsonschema import Draft202012Validator

from pytest_minivoice.spec.schema import schema

FLOWS = """
flows:
  sales: {caller: ["1"], expect: {terminal: transferred}}
  broken: {caller: ["1"], expect: {terminal: failed}}
  warned: {caller: ["9"], expect: {terminal: transferred}}
"""
TESTS = """
import pytest

def test_without_calls():
    assert False

@pytest.mark.minivoice(webhook_secret="s3cret-word", strict=False)
def test_secret(minivoice):
    minivoice.inbound_call(variables={"a": "s3cret-word"}).press("1")
    print("s3cret-word")
    assert False, "s3cret-word and Bearer abc.def and mv_live_x1"

@pytest.mark.minivoice_flow(["1"], terminal="transferred")
def test_marked():
    pass

@pytest.fixture
def bad_teardown():
    yield
    raise RuntimeError("in teardown")

def test_teardown(minivoice, bad_teardown):
    minivoice.inbound_call().press("1")
"""


@pytest.fixture
def reported(project, run_for_report):
    """Run flows and tests with a report, and return pytest's result and the report's text."""
    project.makefile(".callflow.yaml", menu=FLOWS)
    project.makepyfile(test_ivr=TESTS)
    return run_for_report


def test_the_json_report_fits_its_schema_and_says_what_the_run_says(reported):
    result, text = reported("a.json")
    report = json.loads(text)
    assert list(Draft202012Validator(schema("report")).iter_errors(report)) == []
    assert (report["outcome"], report["exit_code"]) == ("failed", 1)
    assert report["counts"] == {"passed": 4, "failed": 3, "error": 1}
    tests = {test["id"]: test for test in report["tests"]}
    assert {name: test["outcome"] for name, test in tests.items()} == {
        "menu.callflow.yaml::sales": "passed",
        "menu.callflow.yaml::broken": "failed",
        "menu.callflow.yaml::warned": "passed",
        "test_ivr.py::test_without_calls": "failed",
        "test_ivr.py::test_secret": "failed",
        "test_ivr.py::test_marked[1-transferred]": "passed",
        "test_ivr.py::test_teardown": "error",
    }
    assert [test["kind"] for test in tests.values()].count("flow") == 3
    assert tests["test_ivr.py::test_marked[1-transferred]"]["kind"] == "marker"
    broken = tests["menu.callflow.yaml::broken"]
    assert (broken["file"], broken["line"]) == ("menu.callflow.yaml", 3)
    assert "expected: 'failed'" in broken["message"]
    [call] = tests["menu.callflow.yaml::warned"]["calls"]
    assert call["heard"] == ["Press 1 for sales or 2 for support."]
    assert [each["severity"] for each in call["findings"]] == ["warning"]
    assert any(step["what"] == "presses 9" for step in call["steps"])
    result.stdout.fnmatch_lines(
        ["*MiniVoice run*", "6 calls, 4 flows", "slowest answers: * ms *", "report written: out/a.json"]
    )


def test_a_file_that_cannot_be_collected_makes_the_report_red(project):
    project.makefile(".callflow.yaml", menu="flows: {a: {expect: {terminal: complete}}}")
    project.runpytest_inprocess("--minivoice-report=a.json")
    report = json.loads(project.path.joinpath("a.json").read_text())
    assert (report["outcome"], report["counts"]) == ("failed", {"error": 1})
    assert "did you mean 'completed'?" in report["tests"][0]["message"]


@pytest.mark.parametrize("name", ["a.json", "a.md", "a.html", "a.sarif"])
def test_secrets_and_tokens_are_in_no_report(reported, name):
    _, text = reported(name, "--junitxml=out/junit.xml")
    for secret in ("s3cret-word", "abc.def", "mv_live_x1"):
        assert secret not in text
    if name in {"a.json", "a.html"}:
        assert "Bearer ***" in text


def test_the_markdown_report_has_a_sequence_of_each_failing_call(reported):
    _, text = reported("a.md")
    assert text.startswith("# MiniVoice: failed\n\n4 passed, 3 failed, 1 error. 6 calls, 4 flows.")
    assert text.count("```mermaid\nsequenceDiagram\n") == 3
    assert "    C->>M: presses 1\n" in text
    assert "### menu.callflow.yaml::broken (failed)" in text
    assert "### menu.callflow.yaml::sales" not in text


def test_the_sequence_of_a_long_call_begins_late_and_says_so(project, run_for_report):
    project.makepyfile(
        """
        import pytest

        def test_patience(minivoice):
            call = minivoice.inbound_call().run(["timeout"] * 30 + ["hang_up"])
            pytest.fail(f"it had {len(call.timeline)} entries")
        """
    )
    result, text = run_for_report("a.md")
    steps = int(re.search(r"Failed: it had (\d+) entries", str(result.stdout))[1])
    assert text.startswith("# MiniVoice: failed\n\n1 failed. 1 call, 0 flows.\n")
    assert f"    Note over M: {steps - 60} earlier steps are left out\n" in text
    shown = text.partition("are left out\n")[2].partition("```")[0].splitlines()
    assert len(shown) == 60
    assert shown[-1] == "    Note over M: ends the call: hung_up (status completed, caller_hung_up)"


def test_the_html_report_says_what_the_run_says_without_a_browser(reported):
    _, text = reported("a.html")
    assert "<p>4 passed, 3 failed, 1 error. 6 calls. findings: " in text
    filters = re.findall(r'name="outcome" value="(\w+)" checked> (\w+) \((\d+)\)', text)
    assert filters == [("error", "error", "1"), ("failed", "failed", "3"), ("passed", "passed", "3")]
    ended = "inbound from +15551230001 to +15551230002, transferred to +15551230099"
    assert text.count(f"<h3>Call 1: {ended}</h3>") == 6


def test_sarif_has_each_finding_with_its_rule_and_place(reported):
    _, text = reported("a.sarif")
    [run] = json.loads(text)["runs"]
    codes = [each["ruleId"] for each in run["results"]]
    assert codes
    assert {each["id"] for each in run["tool"]["driver"]["rules"]} == set(codes)
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "menu.callflow.yaml"}, "region": {"startLine": 4}}
    assert not run["invocations"][0]["executionSuccessful"]


def test_junit_has_properties_of_each_call(reported, project):
    reported("a.json", "--junitxml=out/junit.xml", "-o", "junit_family=xunit1")
    cases = {each.get("name"): each for each in ET.parse(project.path / "out" / "junit.xml").iter("testcase")}
    properties = [(each.get("name"), each.get("value")) for each in cases["sales"].iter("property")]
    assert ("minivoice.terminal", "transferred") in properties
    assert ("minivoice.destination", "+15551230099") in properties


@pytest.mark.needs_plugin("xdist.plugin")
def test_workers_hand_their_calls_to_the_controller(reported):
    _, text = reported("a.json", "-n", "2")
    report = json.loads(text)
    assert report["counts"] == {"passed": 4, "failed": 3, "error": 1}
    assert sum(len(test["calls"]) for test in report["tests"]) == 6
    assert all(call["steps"] for test in report["tests"] for call in test["calls"])


def test_a_report_that_cannot_be_written_says_so_and_changes_no_result(project):
    project.makefile(".callflow.yaml", menu='flows: {a: {caller: ["1"], expect: {terminal: transferred}}}')
    project.path.joinpath("taken").write_text("")
    result = project.runpytest_inprocess("--minivoice-report=taken/a.json")
    assert result.ret == pytest.ExitCode.OK
    result.stdout.fnmatch_lines(["report not written: *taken*"])


def test_the_summary_of_calls_comes_with_contracts_and_with_verbosity(project):
    project.makepyfile("def test_menu(minivoice): minivoice.inbound_call().press('1')")
    assert "MiniVoice" not in project.runpytest_inprocess().stdout.str()
    project.runpytest_inprocess("-v").stdout.fnmatch_lines(["*MiniVoice run*", "1 call, 0 flows"])
    project.makefile(".callflow.yaml", menu='flows: {a: {caller: ["1"], expect: {terminal: transferred}}}')
    project.runpytest_inprocess().stdout.fnmatch_lines(["*MiniVoice run*", "2 calls, 1 flow", "slowest answers: *"])


def test_a_suffix_that_nobody_writes_is_refused_at_once(project):
    result = project.runpytest_inprocess("--minivoice-report=a.pdf")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*'a.pdf' must end in .json, .md, .html or .sarif"])


def test_github_gets_annotations_and_a_job_summary(project, monkeypatch):
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(project.path / "summary.md"))
    project.makefile(".callflow.yaml", menu=FLOWS)
    result = project.runpytest_inprocess()
    result.stdout.fnmatch_lines(
        [
            "::error file=menu.callflow.yaml,line=3,title=menu.callflow.yaml%3A%3Abroken::*did not go as expected%0A*",
            "::warning file=menu.callflow.yaml,line=4,title=MV*",
        ]
    )
    assert project.path.joinpath("summary.md").read_text().startswith("# MiniVoice: failed")


def test_an_annotation_stands_where_the_failure_is_shown(project, monkeypatch):
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    project.makefile(".callflow.yaml", menu="explore:\n  loops: 1\n  reaches: [nowhere]\n")
    project.makepyfile(
        test_it="""
        import pytest
        from elsewhere import wrong

        @pytest.mark.minivoice_flow(caller=["1"], terminal="transferred")
        @pytest.mark.minivoice_flow(caller=["1"], terminal="hung_up")
        def test_markers():
            pass

        def test_body(minivoice):
            minivoice.inbound_call()
            assert 1 == 2

        def test_helper(minivoice):
            minivoice.inbound_call()
            wrong()
        """,
        elsewhere="def wrong():\n    raise ValueError",
    )
    shown = project.runpytest_inprocess("-o", "minivoice_ignore=MV114 MV211 MV219 MV403").stdout
    for place in ("menu.callflow.yaml,line=3", "test_it.py,line=5", "test_it.py,line=11", "test_it.py,line=13"):
        shown.fnmatch_lines([f"::error file={place},*"])


USED = """
const shown = () => document.getElementById("shown").textContent;
const cells = [...document.querySelectorAll("details[open] td")];
const tight = cells.filter(each => each.scrollWidth > each.clientWidth).length;
const told = [shown(), tight, document.documentElement.scrollWidth <= innerWidth];
search.value = "MV211 presses"; show(); told.push(shown());
search.value = ""; boxes.forEach(box => box.checked = box.value == "failed"); show(); told.push(shown());
document.title = JSON.stringify(told);
"""
"""Uses the page as a reader would, and puts what it showed into the title."""


def used_in_a_browser(page, width):
    text = page.read_text(encoding="utf-8").replace("</body>", f"<script>{USED}</script></body>")
    scripted = page.with_name("scripted.html")
    scripted.write_text(text, encoding="utf-8")
    command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", f"--window-size={width},800", "--dump-dom"]
    done = subprocess.run([*command, scripted.as_uri()], capture_output=True, text=True, timeout=120, check=True)
    return json.loads(done.stdout.partition("<title>")[2].partition("</title>")[0])


@needs_chromium
def test_the_html_report_works_in_a_browser(reported, project):
    _, text = reported("a.html")
    page = project.path / "out" / "a.html"
    assert not re.search(r"(src|href)=\"(?!data:|https://pytest-minivoice\.readthedocs\.io/)", text)
    assert "presses 9" in text
    for width in (390, 1200):
        assert used_in_a_browser(page, width) == ["7 of 7 tests", 0, True, "1 of 7 tests", "3 of 7 tests"]


def test_what_callers_and_applications_say_is_no_html(project):
    flow = 'flows: {"<script>alert(1)</script>": {caller: ["1"], expect: {terminal: failed}}}'
    project.makefile(".callflow.yaml", menu=flow)
    project.runpytest_inprocess("--minivoice-report=a.html")
    assert "<script>alert" not in project.path.joinpath("a.html").read_text()

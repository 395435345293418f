"""Reports tell what a run explored and what its tests covered of it, from whichever process, with secrets masked."""

from __future__ import annotations

import json
import re

import pytest
from jsonschema import Draft202012Validator

from pytest_minivoice.spec.schema import schema

TESTS = """
import pytest

def test_every_path(minivoice):
    minivoice.explore()

def test_sales(minivoice):
    minivoice.inbound_call().press("1")

def test_busy_sales(minivoice):
    minivoice.destinations["+15551230099"] = "busy"
    minivoice.inbound_call().run(["timeout", "1"])
"""
SECRET = """
import pytest

def app(request):
    if "&digits=1&" in request.query:
        raise ValueError("s3cret-word and Bearer abc.def")
    if "&digits=2&" in request.query:
        return {"actions": [{"transfer": {"destination": "sip:s3cret-word@example.com"}}]}
    return {
        "actions": [
            {"gather": {"prompt": "Press 1 or 2: s3cret-word mv_live_x1", "num_digits": 1}},
            {"redirect": {"url": "https://example.com/s3cret-word"}},
        ]
    }

@pytest.fixture
def minivoice_app():
    return app
"""


@pytest.fixture
def reported(project, run_for_report):
    """Run tests that explore with a report, and return pytest's result and the report's text."""
    project.makepyfile(test_ivr=TESTS)
    return run_for_report


def check_json(text):
    report = json.loads(text)
    assert list(Draft202012Validator(schema("report")).iter_errors(report)) == []
    return report


def test_the_json_report_has_what_was_explored(reported):
    _, text = reported("a.json")
    report = check_json(text)
    [exploration] = report["explorations"]
    findings = exploration.pop("findings")
    assert exploration.pop("requests") > 36
    assert exploration == {
        "test": "test_ivr.py::test_every_path",
        "app": "conftest:answer",
        "direction": "inbound",
        "method": "POST",
        "url": "/minivoice/answer",
        "assurance": "exhaustive: 12 states, 36 branches, loops x5",
        "complete": True,
        "states": 12,
        "branches": 36,
        "ignored": [],
    }
    assert len(findings) == 4
    assert findings[0] == {
        "code": "MV114",
        "name": "unknown-action",
        "severity": "error",
        "where": "actions[0]",
        "message": "MiniVoice has no action 'tranfer'",
        "fix": findings[0]["fix"],
        "url": "https://pytest-minivoice.readthedocs.io/rules/MV114.html",
        "did_you_mean": "transfer",
        "times": 1,
        "caller": ["8"],
        "destinations": {},
        "branches": 2,
        "line": 'minivoice.inbound_call().run(["8"])',
        "flow": 'unknown-action: {caller: ["8"], expect: {findings: []}}',
    }
    assert report["coverage"] is None
    assert report["version"] == 1


def check_coverage(coverage):
    [flow] = coverage.pop("flows")
    assert coverage == {"states": 12, "branches": 36, "taken": 5, "percent": 13, "fail_under": None}
    menus = flow.pop("menus")
    assert flow == {
        "app": "conftest:answer",
        "lock": "",
        "test": "test_ivr.py::test_every_path",
        "heard": ["Press 1 for sales or 2 for support."],
        "direction": "inbound",
        "method": "POST",
        "url": "/minivoice/answer",
        "states": 12,
        "branches": 36,
        "taken": 5,
        "percent": 13,
    }
    transfer = menus[2]
    missing = transfer.pop("missing")
    assert transfer == {
        "name": "transfer to +15551230099",
        "states": 2,
        "branches": 8,
        "taken": 2,
        "percent": 25,
        "more": 1,
    }
    assert missing[0] == {
        "caller": ["1"],
        "destinations": {"+15551230099": "no_answer"},
        "line": 'minivoice.destinations["+15551230099"] = "no_answer"; minivoice.inbound_call().run(["1"])',
    }


def test_the_json_report_has_the_coverage_in_all_and_by_menu(reported):
    _, text = reported("a.json", "--minivoice-cov")
    check_coverage(check_json(text)["coverage"])


@pytest.mark.needs_plugin("xdist.plugin")
def test_explorations_and_coverage_are_merged_from_workers(reported):
    _, text = reported("a.json", "--minivoice-cov", "-n", "2")
    report = check_json(text)
    assert [each["test"] for each in report["explorations"]] == ["test_ivr.py::test_every_path"]
    assert len(report["explorations"][0]["findings"]) == 4
    check_coverage(report["coverage"])


def test_coverage_of_nothing_is_no_share_at_all(project):
    project.makepyfile("def test_sales(minivoice): minivoice.inbound_call().press('1')")
    project.runpytest_inprocess("--minivoice-cov", "--minivoice-report=a.json", "--minivoice-report=a.html")
    coverage = check_json(project.path.joinpath("a.json").read_text())["coverage"]
    assert (coverage["branches"], coverage["percent"], coverage["flows"]) == (0, 0, [])
    assert "nothing was explored" in project.path.joinpath("a.html").read_text()


def test_of_a_call_flow_without_branches_everything_is_covered(project):
    project.makeconftest(
        """
        import pytest

        @pytest.fixture
        def minivoice_app():
            return lambda request: {"actions": [{"say": {"text": "Goodbye."}}]}
        """
    )
    project.makepyfile("def test_every_path(minivoice): minivoice.explore()")
    result = project.runpytest_inprocess(
        "--minivoice-cov", "--minivoice-cov-fail-under=90", "--minivoice-report=a.json", "--minivoice-report=a.html"
    )
    assert result.ret == pytest.ExitCode.OK
    coverage = check_json(project.path.joinpath("a.json").read_text())["coverage"]
    assert (coverage["states"], coverage["branches"], coverage["percent"]) == (1, 0, 100)


def test_each_call_flow_has_a_picture_of_its_own(project):
    project.makepyfile(
        """
        def test_inbound(minivoice):
            minivoice.explore()

        def test_again(minivoice):
            minivoice.explore(loops=1)

        def test_outbound(minivoice):
            minivoice.explore(direction="outbound")
        """
    )
    project.runpytest_inprocess("--minivoice-cov", "--minivoice-report=a.html", "--minivoice-report=a.json")
    report = check_json(project.path.joinpath("a.json").read_text())
    assert [each["test"].partition("::")[2] for each in report["explorations"]] == [
        "test_again",
        "test_inbound",
        "test_outbound",
    ]
    flows = report["coverage"]["flows"]
    assert [each["direction"] for each in flows] == ["inbound", "outbound"]
    assert flows[1]["menus"][0]["missing"][0]["line"].startswith("minivoice.outbound_call(")
    text = project.path.joinpath("a.html").read_text(encoding="utf-8")
    ids = re.findall(r' id="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    assert {"flow-0-state-0", "flow-1-state-0"} <= set(ids)


def test_an_exploration_that_was_stopped_is_not_complete(project):
    project.makepyfile("def test_some(minivoice): minivoice.explore(max_requests=9)")
    result = project.runpytest_inprocess("--minivoice-cov", "--minivoice-report=a.json", "--minivoice-report=a.html")
    result.assert_outcomes(passed=1)
    [exploration] = check_json(project.path.joinpath("a.json").read_text())["explorations"]
    assert exploration["complete"] is False
    assert exploration["assurance"].startswith("stopped at max_requests=9")


def test_too_little_coverage_makes_the_report_red(reported):
    under = "--minivoice-cov-fail-under=90"
    result, text = reported("a.json", "--minivoice-cov", under)
    report = check_json(text)
    assert (result.ret, report["exit_code"], report["outcome"]) == (1, 1, "failed")
    assert report["gates"] == [f"{under}: 13.9 % of the branches were taken, 90 % are asked for"]
    assert report["coverage"]["fail_under"] == 90


def test_the_markdown_report_has_findings_and_coverage(reported):
    _, text = reported("a.md", "--minivoice-cov")
    assert "| MV114 unknown-action | error | 1 |" in text
    assert "test\\_ivr.py::test\\_every\\_path: exhaustive: 12 states, 36 branches, loops x5" in text
    assert "**[MV114 unknown-action](https://pytest-minivoice.readthedocs.io/rules/MV114.html)** (error)" in text
    assert " at actions\\[0\\], shown by 2 branches: MiniVoice has no action 'tranfer'" in text
    assert '```python\nminivoice.inbound_call().run(["8"])\n```' in text
    assert "5 of 36 branches were taken by tests." in text
    assert "| transfer to +15551230099 | 2 | 8 | 2 | 25 % |" in text


def test_sarif_has_the_findings_of_an_exploration(reported):
    _, text = reported("a.sarif")
    [run] = json.loads(text)["runs"]
    found = [each for each in run["results"] if each["ruleId"] == "MV114"]
    [text] = [each["message"]["text"] for each in found]
    assert text.startswith(
        "MiniVoice has no action 'tranfer' (at actions[0]; the shortest call: minivoice.inbound_call().run([\"8\"])). "
        "Did you mean transfer? Use one of say, "
    )
    assert found[0]["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "test_ivr.py"},
        "region": {"startLine": 3},
    }
    assert "MV114" in {each["id"] for each in run["tool"]["driver"]["rules"]}


def test_github_is_told_of_what_an_exploration_found(project, monkeypatch):
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    project.makepyfile(test_ivr=TESTS)
    project.runpytest_inprocess().stdout.fnmatch_lines(
        ["::warning file=test_ivr.py,line=3,title=MV114 unknown-action::MiniVoice has no action 'tranfer' (at *"]
    )


@pytest.mark.parametrize("options", [(), pytest.param(("-n1",), marks=pytest.mark.needs_plugin("xdist.plugin"))])
@pytest.mark.parametrize("name", ["a.json", "a.md", "a.html", "a.sarif"])
def test_what_an_exploration_met_holds_no_secret(pytester, name, options):
    pytester.makeconftest(SECRET)
    pytester.makepyfile(
        test_a="""
        import pytest

        @pytest.mark.minivoice(webhook_secret="s3cret-word")
        def test_every_path(minivoice):
            assert minivoice.explore().findings
        """
    )
    pytester.runpytest_inprocess("--minivoice-cov", f"--minivoice-report={name}", *options).assert_outcomes(passed=1)
    text = pytester.path.joinpath(name).read_text(encoding="utf-8")
    for secret in ("s3cret-word", "abc.def", "mv_live_x1"):
        assert secret not in text
    if name == "a.json":
        assert "raised ValueError: *** and Bearer ***" in text
    if name == "a.html":
        assert "Press 1 or 2: *** ***" in text
        assert "sip:***@example.com" in text


def test_a_schema_of_the_report_is_printed(project):
    result = project.runpytest_inprocess("--minivoice-schema", "report")
    assert json.loads(result.stdout.str())["title"] == "Report of pytest-minivoice"

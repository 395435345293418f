"""What becomes of the findings of REST requests: which fail a test, and where they are told."""

from __future__ import annotations

import json
from html import escape
from textwrap import dedent
from xml.etree import ElementTree as ET

import pytest
from shown import shown

SITE = """
import requests

BODY = {"from": "+15551230001", "to": "+15551230002"}


def call(key, path="/v1/calls", **body):
    headers = {"Authorization": f"Bearer {key}"}
    return requests.post(f"https://api.minivoice.eu{path}", json=BODY | body, headers=headers)
"""
CONFTEST = """
import pytest


@pytest.fixture
def minivoice_app():
    return lambda request: {"actions": [{"say": {"text": "Hello."}}]}
"""
ERROR_AND_WARNING = """
import pytest
from site_calls import call


def test_error(minivoice_api):
    call(minivoice_api.api_key, to="555")


def test_warning(minivoice_api):
    call(minivoice_api.api_key, application_id="app_1")


@pytest.mark.minivoice(strict=False)
def test_forgiven(minivoice_api):
    call(minivoice_api.api_key, to="555", application_id="app_1")
"""


@pytest.fixture
def site(pytester):
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(site_calls=SITE)
    return pytester


@pytest.mark.parametrize(
    ("least", "passed"),
    [("error", ["forgiven", "warning"]), ("warning", ["forgiven"]), ("never", ["error", "forgiven", "warning"])],
)
def test_the_least_severe_finding_that_fails_a_test_is_one_of_a_rest_request_too(site, least, passed):
    site.makepyfile(ERROR_AND_WARNING)
    result = site.runpytest("-rp", f"--minivoice-fail-on={least}")
    result.assert_outcomes(passed=len(passed), failed=3 - len(passed))
    result.stdout.fnmatch_lines_random([f"PASSED *::test_{each}" for each in passed])


def test_a_warning_that_fails_a_test_is_shown_at_the_line_that_made_the_request(site):
    site.makepyfile(ERROR_AND_WARNING)
    result = site.runpytest("--minivoice-fail-on=warning", "-k", "test_warning")
    result.stdout.fnmatch_lines(
        shown(
            """
            >   return requests.post(f"https://api.minivoice.eu{path}", json=BODY | body, headers=headers)
            E   ...ContractViolation: MV505 application-id-ignored: application_id 'app_1' is ignored
            """
        ),
        consecutive=True,
    )


@pytest.mark.parametrize(
    ("test", "lines"),
    [
        (
            """
            def test_status(minivoice_api):
                assert call(minivoice_api.api_key, path="/v1/call").status_code == 201
            """,
            """
              POST /v1/call {...} -> 404
              error MV501 at https://api.minivoice.eu/v1/call: there is no POST /v1/call
                  did you mean: POST /v1/calls
                  fix: Use a documented endpoint. What happens in a call is driven by the actions of your answer_url.
            """,
        ),
        (
            """
            def test_key(minivoice_api):
                call("mv_live_production").raise_for_status()
            """,
            """
              POST /v1/calls {...} -> 401
              error MV503 at POST /v1/calls: the account has no application with this key
                  fix: Send Authorization: Bearer <application API key>. In tests the key is minivoice_api.api_key.
            """,
        ),
    ],
)
def test_a_test_that_fails_by_the_status_shows_the_cure(site, test, lines):
    site.makepyfile("from site_calls import call\n" + dedent(test))
    result = site.runpytest()
    result.assert_outcomes(failed=1)
    [section] = shown("...- MiniVoice API -...")
    result.stdout.fnmatch_lines([section, *(f"  {each}" for each in shown(lines))], consecutive=True)


def test_findings_that_come_again_are_written_once_with_their_number_and_first_places(site):
    site.makepyfile(
        """
        import requests

        def test_poll(minivoice_api):
            for number in [0] * 295 + [1, 2, 3, 4, 5]:
                requests.get(f"https://api.minivoice.eu/v1/calls/{number}")
        """
    )
    result = site.runpytest()
    result.stdout.fnmatch_lines(
        shown(
            """
            E   ...ContractViolation: MV503 api-key-missing: there is no Authorization header
            E   - at: GET /v1/calls/0 (295 times)
            E   - at: GET /v1/calls/1
            E   - at: GET /v1/calls/2
            E   - at: 3 more places
            E   - why: MiniVoice answers 401 unauthorized.
            """
        ),
        consecutive=True,
    )
    result.stdout.fnmatch_lines(
        [
            "*- MiniVoice API -*",
            "  250 earlier requests left out",
            "  error MV503 at GET /v1/calls/0 and 5 more places, 300 times: there is no Authorization header",
        ]
    )
    assert len(result.outlines) < 50


def test_of_many_different_findings_the_first_are_written_and_the_others_counted(site):
    site.makepyfile(
        """
        from site_calls import call

        def test_numbers(minivoice_api):
            for number in range(300):
                call(minivoice_api.api_key, to=str(number))
            call("mv_live_other")
        """
    )
    result = site.runpytest()
    counted = "and 291 more findings: MV504 number-not-e164 (290 times), MV503 api-key-missing (once)"
    result.stdout.fnmatch_lines([f"E   {counted}", "E   If this is on purpose: minivoice_ignore = MV503 MV504, *"])
    result.stdout.fnmatch_lines([f"  {counted}"])
    assert len(result.outlines) < 200


@pytest.mark.parametrize("body", ['metadata="x" * 100_000', '**{"x" * 100_000: 1}', 'to="5" * 100_000'])
def test_a_very_long_value_is_cut_wherever_it_is_written(site, body):
    site.makepyfile(
        f"""
        import logging
        import pytest
        from site_calls import call

        @pytest.fixture(autouse=True)
        def logs(caplog):
            caplog.set_level(logging.INFO, "pytest_minivoice")

        def test_long(minivoice_api):
            call(minivoice_api.api_key, {body})

        def test_asserted(minivoice_api):
            call(minivoice_api.api_key, {body})
            minivoice_api.assert_requested("POST", "/v1/trunks", json={{"name": "x" * 100_000}})
        """
    )
    result = site.runpytest()
    result.assert_outcomes(failed=2)
    assert len(result.stdout.str()) < 20_000


TOLD = """
import pytest
from site_calls import call


def test_warning(minivoice_api):
    call(minivoice_api.api_key, application_id="app_1")


def test_error(minivoice_api):
    for _ in range(3):
        call(minivoice_api.api_key, path="/v1/call").raise_for_status()
"""
WARNING = "application_id 'app_1' is ignored"
IS_AT = "POST /v1/calls application_id"
ERROR = "there is no POST /v1/call"
CURES = ("Remove it, and use the API key", "Did you mean POST /v1/calls? Use a documented endpoint.")


@pytest.fixture
def told(site):
    def run(suffix, *options):
        site.makepyfile(test_told=TOLD)
        site.runpytest_inprocess(f"--minivoice-report=told.{suffix}", *options).assert_outcomes(passed=1, failed=1)
        return site.path.joinpath(f"told.{suffix}").read_text(encoding="utf-8")

    return run


def test_sarif_has_them_at_their_test(told):
    [run] = json.loads(told("sarif"))["runs"]
    results = {each["ruleId"]: each for each in run["results"]}
    assert sorted(results) == ["MV501", "MV505"]
    assert len(run["results"]) == 2
    assert results["MV505"]["level"] == "warning"
    assert results["MV505"]["message"]["text"].startswith(f"{WARNING} (at {IS_AT}). {CURES[0]}")
    assert results["MV501"]["message"]["text"].startswith(f"{ERROR} (at https://api.minivoice.eu/v1/call). {CURES[1]}")
    [place] = results["MV501"]["locations"]
    assert place["physicalLocation"] == {"artifactLocation": {"uri": "test_told.py"}, "region": {"startLine": 9}}
    assert {each["id"] for each in run["tool"]["driver"]["rules"]} == {"MV501", "MV505"}


@pytest.mark.parametrize("workers", [(), pytest.param(("-n", "1"), marks=pytest.mark.needs_plugin("xdist.plugin"))])
def test_the_json_report_has_them_with_their_test_also_from_workers(told, workers):
    tests = {each["id"]: each for each in json.loads(told("json", *workers))["tests"]}
    [warning] = tests["test_told.py::test_warning"]["findings"]
    assert (warning["code"], warning["where"], warning["message"]) == ("MV505", IS_AT, WARNING)
    [error] = tests["test_told.py::test_error"]["findings"]
    assert (error["code"], error["did_you_mean"], error["times"]) == ("MV501", "POST /v1/calls", 1)


def test_markdown_has_them_with_place_and_cure(told):
    text = told("md")
    assert "| MV505 application-id-ignored | warning | 1 |" in text
    [line] = [each for each in text.splitlines() if each.startswith("- **[MV505 application-id-ignored](https:")]
    for part in (" (warning) at POST /v1/calls application\\_id in test\\_told.py::test\\_warning: ", CURES[0]):
        assert part in line
    assert text.count(CURES[1]) == 1


def test_html_has_them_with_place_and_cure(told):
    text = told("html")
    assert "findings: MV501 1x, MV505 1x" in text
    for message, where, cure in zip((WARNING, ERROR), (IS_AT, "https://api.minivoice.eu/v1/call"), CURES, strict=True):
        assert text.count(f"{escape(message)} (at {where}). {cure}") == 1


def test_github_gets_each_with_its_test_whether_that_failed_or_not(told, monkeypatch, capsys):
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    told("json")
    lines = [each for each in capsys.readouterr().out.splitlines() if each.startswith("::")]
    assert sorted(each[2:].partition("::")[0] for each in lines) == [
        "error file=test_told.py,line=9,title=MV501 unknown-endpoint",
        "error file=test_told.py,line=9,title=test_told.py%3A%3Atest_error",
        "warning file=test_told.py,line=5,title=MV505 application-id-ignored",
    ]
    assert all(sum(cure in each for each in lines) == 1 for cure in CURES)


def test_github_is_not_told_twice_what_a_test_failed_by(site, monkeypatch):
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    site.makepyfile(ERROR_AND_WARNING)
    result = site.runpytest("-k", "test_error")
    [line] = [each for each in result.outlines if each.startswith("::")]
    assert "MV504 number-not-e164" in line


def test_junit_has_them_as_properties(told, site):
    told("json", "--junitxml=junit.xml", "-o", "junit_family=xunit1")
    cases = {each.get("name"): each for each in ET.parse(site.path / "junit.xml").iter("testcase")}
    found = {
        name: [each.get("value") for each in case.iter("property") if each.get("name") == "minivoice.finding"]
        for name, case in cases.items()
    }
    [warning], [error] = found["test_warning"], found["test_error"]
    assert warning.startswith(f"MV505 {IS_AT}: {WARNING}. {CURES[0]}")
    assert error.startswith(f"MV501 https://api.minivoice.eu/v1/call: {ERROR}. {CURES[1]}")


def test_equal_ones_are_told_once_with_their_number(site):
    site.makepyfile(
        test_many="""
        from site_calls import call

        def test_many(minivoice_api):
            for _ in range(300):
                call("mv_live_other")
        """
    )
    names = ["many.json", "many.md", "many.html", "many.sarif"]
    site.runpytest_inprocess(*(f"--minivoice-report={each}" for each in names)).assert_outcomes(failed=1)
    data, markdown, html, sarif = (site.path.joinpath(each).read_text(encoding="utf-8") for each in names)
    assert [each["times"] for each in json.loads(data)["tests"][0]["findings"]] == [300]
    assert "| MV503 api-key-missing | error | 300 |" in markdown
    assert markdown.count("test\\_many.py::test\\_many, 300 times: ") == 1
    assert html.count("(at POST /v1/calls, 300 times)") == 1
    assert [each["occurrenceCount"] for each in json.loads(sarif)["runs"][0]["results"]] == [300]

"""A method of a TestCase is judged as a function is, although pytest runs it in another way."""

from __future__ import annotations

import pytest
from shown import shown

CONFTEST = """
import pytest

@pytest.fixture
def minivoice_app():
    def handler(request):
        assert request.path != "/hooks", "no such table"
        return {"actions": [{"say": {"text": "Hello."}}]}
    return handler
"""
CASE = """
import unittest
import urllib.request

import httpx
import pytest
import requests

URL = "https://api.minivoice.eu/v1/calls"
CALL = {"from": "+15551230001", "to": "+15551230002"}


class Case:
    @pytest.fixture(autouse=True)
    def _minivoice(self, minivoice_api):
        self.api = minivoice_api
        self.headers = {"Authorization": f"Bearer {minivoice_api.api_key}"}


class TestPlain(Case, unittest.TestCase):
    def test_it(self):
        BODY


class TestAsync(Case, unittest.IsolatedAsyncioTestCase):
    async def test_it(self):
        BODY
"""
BROKEN = {
    "MV501": 'requests.post(URL + "s", headers=self.headers)',
    "MV503": "requests.post(URL, json=CALL)",
    "MV504": 'requests.post(URL, json=CALL | {"to": "5"}, headers=self.headers)',
    "MV507": "self.assertRaises(Exception, urllib.request.urlopen, URL)",
}


def run(pytester, body, *options):
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(CASE.replace("BODY", body))
    return pytester.runpytest(*options)


@pytest.mark.parametrize(("code", "line"), BROKEN.items(), ids=BROKEN)
def test_a_broken_rule_fails_it_at_the_line_that_made_the_request(pytester, code, line):
    result = run(pytester, line)
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(
        shown(f">   {line}\nE   pytest_minivoice.ContractViolation: {code} ..."), consecutive=True
    )
    result.stdout.fnmatch_lines(["*- MiniVoice API -*", f"  error {code} at *"])


def test_a_refused_webhook_fails_it(pytester):
    pytester.makeini("[pytest]\nminivoice_webhook_url = /hooks\n")
    result = run(pytester, "assert requests.post(URL, json=CALL, headers=self.headers).status_code == 201")
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["E   pytest_minivoice.ContractViolation: MV301 webhook-not-accepted: *"])


def test_what_keeps_the_rules_passes_beside_a_mock_of_other_hosts(pytester):
    pytester.makeconftest(CONFTEST)
    case = CASE.replace("minivoice_api):", "minivoice_api, httpx_mock):")
    pytester.makepyfile(
        case.replace("BODY", "assert httpx.post(URL, json=CALL, headers=self.headers).status_code == 201")
    )
    pytester.runpytest("-p", "pytest_httpx").assert_outcomes(passed=2)


@pytest.mark.parametrize(
    ("end", "outcome", "line"),
    [
        ("self.fail('of its own')", {"failed": 2}, "E * AssertionError: of its own"),
        ("self.skipTest('not today')", {"skipped": 2}, "SKIPPED * not today"),
    ],
)
def test_what_failed_or_was_skipped_is_told_alone_and_no_call_goes_on_for_it(pytester, end, outcome, line):
    pytester.makeini("[pytest]\nminivoice_webhook_url = /hooks\n")
    result = run(pytester, f"requests.post(URL, json=CALL, headers=self.headers); {end}", "-rs")
    assert result.parseoutcomes() == outcome
    result.stdout.fnmatch_lines([line])
    result.stdout.no_fnmatch_line("*MV301*")


def test_what_calls_print_that_go_on_behind_the_body_is_output_of_the_test(pytester):
    pytester.makeini("[pytest]\nminivoice_webhook_url = /told\n")
    pytester.makeconftest(CONFTEST.replace("assert", 'print("asked for", request.path); assert'))
    pytester.makepyfile(
        CASE.replace("BODY", 'requests.post(URL, json=CALL | {"to": "5"}, headers=self.headers)').replace(
            "requests.post", "requests.post(URL, json=CALL, headers=self.headers); requests.post"
        )
    )
    result = pytester.runpytest()
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["*- Captured stdout call -*", "asked for /told"], consecutive=True)

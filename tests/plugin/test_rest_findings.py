"""What becomes of the findings of REST requests: which fail a test, and where they are told."""

from __future__ import annotations

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

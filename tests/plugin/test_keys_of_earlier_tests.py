"""What a client made once, and a thread that outlives its test, are told: their API key is that of an earlier test."""

from __future__ import annotations

import pytest
from shown import shown

CONFTEST = """
import pytest
import requests


@pytest.fixture
def minivoice_app():
    return lambda request: {"actions": [{"say": {"text": "Hello."}}]}
"""
CLIENT = """
import functools
import requests

KEY = {}


@functools.cache
def client():
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {KEY['key']}"
    return session


def remind():
    return client().post("https://api.minivoice.eu/v1/calls", json={"from": "+15551230001", "to": "+15551230011"})
"""


@pytest.fixture
def site(pytester):
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(reminders=CLIENT)
    return pytester


def test_a_client_made_once_is_told_whose_key_it_kept_and_what_to_do(site):
    site.makepyfile(
        """
        import reminders

        def test_first(minivoice_api):
            reminders.KEY["key"] = minivoice_api.api_key
            assert reminders.remind().status_code == 201

        def test_second(minivoice_api):
            reminders.KEY["key"] = minivoice_api.api_key
            reminders.remind()
        """
    )
    result = site.runpytest("-p", "no:randomly")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        shown(
            """
            E   pytest_minivoice.ContractViolation: MV503 api-key-missing: the key is that of an earlier test, \
...test_a_client_made_once_is_told_whose_key_it_kept_and_what_to_do.py::test_first; each test has a key of its own
            E   - at: POST /v1/calls
            E   - why: MiniVoice answers 401 unauthorized.
            E   - fix: A client, a setting or an application that is made once has kept the key: make it anew in each \
test, or give it minivoice_api.api_key there, such as by get_client.cache_clear() in the fixture that sets the key. \
If a thread of that test still asks, let that test wait for its end.
            """
        ),
        consecutive=True,
    )


def test_the_key_of_an_application_that_an_earlier_test_made_is_known_too(site):
    site.makepyfile(
        """
        import reminders

        def test_first(minivoice):
            app = minivoice.add_application("b", "https://example.com/b", None)
            reminders.KEY["key"] = app.api_key

        def test_second(minivoice_api):
            reminders.remind()
        """
    )
    result = site.runpytest("-p", "no:randomly")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*MV503*: the key is that of an earlier test, *::test_first; *"])


def test_a_request_of_an_earlier_test_is_known_where_the_api_is_not_mocked(site):
    site.makepyfile(
        """
        import pytest
        import reminders

        def test_first(minivoice_api):
            reminders.KEY["key"] = minivoice_api.api_key

        def test_second(minivoice):
            reminders.remind()
        """
    )
    result = site.runpytest("-p", "no:randomly")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        shown(
            """
            E...MV507 real-network: the application asks the real MiniVoice with the key of an earlier test, \
...::test_first: POST https://api.minivoice.eu/v1/calls
            E       - at: POST https://api.minivoice.eu/v1/calls
            E       - why: A test would create real calls and cost real money. The request was stopped on this machine.
            E       - fix: Add the fixture minivoice_api to the test, or fixtures: [minivoice_api] to the contract: \
it answers requests and httpx; others ask minivoice_api.url. A client, a setting ...let that test wait for its end.
            """
        ),
        consecutive=True,
    )

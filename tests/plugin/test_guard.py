"""From a test's first fixture to its last clean-up no request to MiniVoice leaves the machine, and no mock takes it."""

from __future__ import annotations

import pytest
from shown import shown

CONFTEST = """
import httpx
import pytest
import requests

URL = "https://api.minivoice.eu/v1/calls"
CALL = {"from": "+15551230001", "to": "+15551230002"}


def create(client, api):
    headers = {"Authorization": f"Bearer {api.api_key}"}
    return client.post(URL, json=CALL, headers=headers).status_code


def swallow():
    try:
        requests.post(URL, json=CALL, headers={"Authorization": "Bearer mv_live_x"})
    except AssertionError:
        pass


@pytest.fixture
def minivoice_app():
    return lambda request: {"actions": [{"say": {"text": "Hello."}}]}
"""
TEST = "import httpx\nimport pytest\nimport requests\nfrom conftest import CALL, URL, create, swallow\n\n"


@pytest.fixture
def site(pytester):
    pytester.makeconftest(CONFTEST)
    return pytester


def run(site, text, *options):
    site.makepyfile(TEST + text)
    return site.runpytest(*options)


MV507 = "E   pytest_minivoice.ContractViolation: MV507 real-network: the application asks the real MiniVoice"


@pytest.mark.parametrize("scope", ["function", "session"])
@pytest.mark.parametrize(
    ("fixtures", "said", "fix"),
    [
        ("minivoice", ": POST https://...", "Add the fixture minivoice_api to the test, or ..."),
        ("minivoice_app, minivoice_api", " before minivoice_api is there, ...", "Let the application ask when ..."),
    ],
    ids=["alone", "mocked"],
)
def test_an_application_that_asks_while_it_is_created_is_refused(site, scope, fixtures, said, fix):
    result = run(
        site,
        f"""
@pytest.fixture(scope="{scope}")
def minivoice_app():
    swallow()
    return lambda request: {{"actions": []}}

def test_a({fixtures}):
    pass
""",
    )
    result.assert_outcomes(failed=1)
    lines = shown(f"{MV507}{said}\nE   - at: POST https://api.minivoice.eu/v1/calls\nE   - why: ...\nE   - fix: {fix}")
    result.stdout.fnmatch_lines(lines, consecutive=True)


def test_a_test_of_webhooks_alone_is_protected_too(site):
    result = run(
        site,
        """
def test_a(minivoice_webhooks):
    minivoice_webhooks.call_completed()
    swallow()

@pytest.mark.minivoice(ignore=["MV507"])
def test_b(minivoice_webhooks):
    swallow()

@pytest.mark.minivoice(strict=False)
def test_c(minivoice_webhooks):
    swallow()
""",
    )
    result.assert_outcomes(failed=1, passed=2)
    result.stdout.fnmatch_lines([f"{MV507}: POST *", "FAILED *::test_a - *"])


def test_a_teardown_method_is_refused_or_answered_as_the_test_is(site):
    result = run(
        site,
        """
class TestRefused:
    @pytest.fixture(autouse=True)
    def _fixtures(self, minivoice): pass

    def teardown_method(self):
        swallow()

    def test_a(self): pass

class TestAnswered:
    @pytest.fixture(autouse=True)
    def _fixtures(self, minivoice_api):
        self.api = minivoice_api

    def teardown_method(self):
        assert create(requests, self.api) == 201

    def test_a(self): pass
""",
    )
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["*ERROR at teardown of TestRefused.test_a*", f"{MV507}: POST *"])


def test_a_mock_begun_by_a_fixture_takes_none_of_the_requests_of_fixtures(site):
    result = run(
        site,
        """
@pytest.fixture
def made(minivoice_api, httpx_mock, requests_mock):
    assert create(httpx, minivoice_api) == create(requests, minivoice_api) == 201

@pytest.fixture
def cleaned_up(minivoice_api, httpx_mock, requests_mock):
    yield
    assert create(httpx, minivoice_api) == create(requests, minivoice_api) == 201

def test_a(made): pass
def test_b(cleaned_up): pass
""",
        *("-p", "pytest_httpx", "-p", "requests_mock"),
    )
    result.assert_outcomes(passed=2)


def test_mocks_are_put_back_that_last_longer_than_the_test_or_began_before(site):
    result = run(
        site,
        """
REAL = httpx.HTTPTransport.handle_request, requests.Session.get_adapter

@pytest.fixture(scope="module")
def crm():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(httpx.HTTPTransport, "handle_request", lambda *_: httpx.Response(204))
        yield

def test_a(monkeypatch, minivoice_api, httpx_mock):
    assert create(httpx, minivoice_api) == 201

def test_b():
    assert (httpx.HTTPTransport.handle_request, requests.Session.get_adapter) == REAL

def test_c(minivoice_api, request):
    request.getfixturevalue("crm")
    assert create(httpx, minivoice_api) == 201
    assert httpx.get("https://crm.example.com/").status_code == 204

def test_d():
    assert httpx.get("https://crm.example.com/").status_code == 204
""",
        *("-p", "pytest_httpx", "-p", "no:randomly"),
    )
    result.assert_outcomes(passed=4)


def test_what_a_test_asks_for_in_its_body_is_protected_from_then_on(site):
    result = run(
        site,
        """
def test_a(request):
    request.getfixturevalue("minivoice")
    swallow()

def test_b():
    assert requests.Session.get_adapter.__qualname__ == "Session.get_adapter"
""",
    )
    result.assert_outcomes(failed=1, passed=1)
    result.stdout.fnmatch_lines([f"{MV507}: POST *"])


def test_a_fixture_that_fails_shows_its_own_lines_and_none_of_ours(site):
    result = run(
        site,
        """
@pytest.fixture
def broken(minivoice):
    return {}["key"]

def test_a(broken): pass
""",
    )
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*KeyError: 'key'"])
    assert "pytest_minivoice/" not in result.stdout.str()


def test_settings_that_cannot_be_read_are_told_in_each_test(site):
    site.makeini("[pytest]\nminivoice_created_status = 202\n")
    result = run(
        site, "def test_one(minivoice): pass\ndef test_two(minivoice_api): pass\ndef test_three(minivoice): pass\n"
    )
    result.assert_outcomes(errors=3)
    told = [line for line in result.outlines if line.startswith("ini option minivoice_created_status: ")]
    assert told == ["ini option minivoice_created_status: created_status is 202; it must be one of 201, 200"] * 3

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
APP = """
import requests


def call(key, **body):
    headers = {"Authorization": f"Bearer {key}"}
    return requests.post("https://api.minivoice.eu/v1/calls", json=body, headers=headers)


def swallow(key):
    try:
        call(key)
    except Exception:
        return None
"""


@pytest.fixture
def site(pytester):
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(site_calls=APP)
    return pytester


def test_a_bad_request_fails_the_test_at_the_line_that_made_it(site):
    site.makepyfile(
        """
        from site_calls import call

        def test_a(minivoice_api):
            assert call(minivoice_api.api_key, to="+15551230002").status_code == 400
        """
    )
    result = site.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        shown(
            """
            >   return requests.post("https://api.minivoice.eu/v1/calls", json=body, headers=headers)
            E   pytest_minivoice.ContractViolation: MV502 invalid-request-body: from is required
            E   - at: POST /v1/calls
            """
        ),
        consecutive=True,
    )
    result.stdout.fnmatch_lines(
        shown(
            """
            ...site_calls.py:6: ContractViolation
            ...- MiniVoice API -...
              POST /v1/calls {'to': '+15551230002'} -> 400
              error MV502 at POST /v1/calls: from is required
            """
        ),
        consecutive=True,
    )
    result.stdout.no_fnmatch_line("*All traceback entries are hidden*")
    result.stdout.no_fnmatch_line("*contextlib*")


def test_a_bad_request_is_forgiven_where_the_test_is_not_strict(site):
    site.makepyfile(
        """
        import pytest
        from site_calls import call

        @pytest.mark.minivoice(strict=False)
        def test_a(minivoice_api):
            assert call(minivoice_api.api_key).status_code == 400

        @pytest.mark.minivoice(ignore=["MV502"])
        def test_b(minivoice_api):
            assert call(minivoice_api.api_key).status_code == 400
        """
    )
    site.runpytest().assert_outcomes(passed=2)


CLEAN_UP = """
import pytest
from site_calls import call, swallow

@pytest.fixture
def campaign(minivoice_api):
    yield
    call(minivoice_api.api_key)

@pytest.fixture
def forgotten(minivoice):
    yield
    swallow("mv_live_x")

def test_rest(campaign): pass
def test_network(forgotten): pass
def test_failed(campaign): assert 1 == 2
def test_skipped(campaign): pytest.skip("not today")

@pytest.mark.minivoice(strict=False)
def test_forgiven(campaign): pass
"""


def test_a_request_of_the_clean_up_that_breaks_a_rule_is_an_error_there(site):
    site.makepyfile(CLEAN_UP)
    result = site.runpytest()
    result.assert_outcomes(passed=3, failed=1, skipped=1, errors=4)
    result.stdout.fnmatch_lines(
        shown(
            """
            ...ERROR at teardown of test_rest...

            >   return requests.post("https://api.minivoice.eu/v1/calls", json=body, headers=headers)
            E   pytest_minivoice.ContractViolation: MV502 invalid-request-body: from is required
            """
        ),
        consecutive=True,
    )
    result.stdout.fnmatch_lines(
        shown(
            """
            ...ERROR at teardown of test_network...

            >   return requests.post("https://api.minivoice.eu/v1/calls", json=body, headers=headers)
            E   pytest_minivoice.ContractViolation: MV507 real-network: ...
            """
        ),
        consecutive=True,
    )
    assert "contextlib" not in result.stdout.str()


def test_what_the_body_of_a_failed_test_broke_is_no_error_of_its_clean_up(site):
    site.makepyfile(
        """
        import pytest
        from site_calls import call

        def test_failed(minivoice_api):
            call(minivoice_api.api_key)
            assert 1 == 2

        @pytest.fixture
        def broken(minivoice_api):
            call(minivoice_api.api_key)
            pytest.skip("not today")

        def test_skipped(broken):
            pass
        """
    )
    assert site.runpytest().parseoutcomes() == {"failed": 1, "skipped": 1}


def test_a_webhook_that_is_refused_behind_the_body_fails_at_the_line_that_made_the_call(site):
    site.makepyfile(
        """
        import pytest
        from site_calls import call

        @pytest.fixture
        def minivoice_app():
            return lambda request: {"actions": []} if request.path == "/minivoice/answer" else 1 / 0

        @pytest.mark.minivoice(webhook_url="/hooks")
        def test_a(minivoice_api):
            call(minivoice_api.api_key, **{"from": "+15551230001", "to": "+15551230002"})
        """
    )
    result = site.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        shown(
            """
            >   return requests.post("https://api.minivoice.eu/v1/calls", json=body, headers=headers)
            E   pytest_minivoice.ContractViolation: MV301 webhook-not-accepted: ...
            """
        ),
        consecutive=True,
    )
    result.stdout.fnmatch_lines(["*site_calls.py:6: ContractViolation"])
    assert "contextlib" not in result.stdout.str()


def test_a_planned_failure_that_no_request_met_fails_at_the_end(site):
    site.makepyfile(
        """
        def test_a(minivoice_api):
            minivoice_api.fail_next("POST", "/v1/calls", "originate_failed", times=2)
        """
    )
    result = site.runpytest()
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(
        ["fail_next planned what no request met:", "- test_*.py:2: POST /v1/calls: originate_failed (2 left)"],
        consecutive=True,
    )


def test_what_was_planned_in_vain_is_not_told_of_a_test_that_failed_or_was_skipped(site):
    site.makeconftest(
        CONFTEST
        + """
@pytest.fixture
def carrier_down(minivoice_api):
    minivoice_api.fail_next("POST", "/v1/calls", "originate_failed")
"""
    )
    site.makepyfile(
        """
        import unittest
        import pytest

        def test_passed(carrier_down): pass
        def test_skipped(carrier_down): pytest.skip("not today")
        def test_failed(carrier_down): assert 1 == 2

        @pytest.mark.xfail
        def test_known(carrier_down): assert 1 == 2

        @pytest.fixture
        def gone(carrier_down): pytest.skip("not today")
        def test_skipped_before(gone): pass

        @pytest.mark.usefixtures("carrier_down")
        class TestCase(unittest.TestCase):
            def test_failed(self): self.fail()
            def test_skipped(self): self.skipTest("not today")
        """
    )
    result = site.runpytest()
    result.assert_outcomes(passed=1, failed=2, skipped=3, xfailed=1, errors=1)
    result.stdout.fnmatch_lines(
        [
            "*ERROR at teardown of test_passed*",
            "fail_next planned what no request met:",
            "- conftest.py:11: POST /v1/calls: originate_failed (1 left)",
        ],
        consecutive=True,
    )


def test_a_planned_slowness_that_no_request_met_is_told_as_what_it_is(site):
    site.makepyfile(
        """
        def test_slow(minivoice_api):
            minivoice_api.slow_next("GET", "/v1/calls/{id}", 30)

        def test_both(minivoice_api):
            minivoice_api.slow_next("GET", "/v1/calls/{id}", 30)
            minivoice_api.fail_next("POST", "/v1/calls", "timeout")
        """
    )
    result = site.runpytest("-p", "no:randomly")
    result.assert_outcomes(passed=2, errors=2)
    result.stdout.fnmatch_lines(
        ["slow_next planned what no request met:", "- test_*.py:2: GET /v1/calls/:id: slow by 30 s (1 left)"],
        consecutive=True,
    )
    result.stdout.fnmatch_lines(
        [
            "fail_next and slow_next planned what no request met:",
            "- test_*.py:5: GET /v1/calls/:id: slow by 30 s (1 left)",
            "- test_*.py:6: POST /v1/calls: timeout (1 left)",
        ],
        consecutive=True,
    )


def test_a_request_without_the_fixture_fails_even_where_the_application_swallows_it(site):
    site.makepyfile(
        """
        from site_calls import swallow

        def test_a(minivoice):
            swallow("mv_live_x")
        """
    )
    result = site.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        shown(
            """
            E   pytest_minivoice.ContractViolation: MV507 real-network: the application asks the real MiniVoice: ...
            E   - at: POST https://api.minivoice.eu/v1/calls
            E   - why: ...
            E   - fix: Add the fixture minivoice_api to the test, or ...
            """
        ),
        consecutive=True,
    )
    result.stdout.no_fnmatch_line("*minivoice_ignore = MV507*")


def test_a_client_that_cannot_be_patched_is_led_to_the_url_where_the_fixture_is_in_use(site):
    site.makepyfile(
        """
        import urllib.request

        def test_a(minivoice_api):
            try:
                urllib.request.urlopen("https://api.minivoice.eu/v1/calls")
            except Exception:
                pass
        """
    )
    result = site.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        shown(
            """
            E   ...MV507 real-network: the application asks the real MiniVoice by a client that cannot be patched: ...
            E   - at: api.minivoice.eu
            E   - why: ...
            E   - fix: Set the base of the API in the application's configuration to minivoice_api.url; ...
            """
        ),
        consecutive=True,
    )
    result.stdout.fnmatch_lines(
        ["*- MiniVoice API -*", "  error MV507 at api.minivoice.eu: the application asks *"], consecutive=True
    )
    result.stdout.no_fnmatch_line("*Add the fixture*")


def test_a_warning_is_summed_up_at_the_end_of_the_run(site):
    site.makepyfile(
        """
        from site_calls import call

        def test_a(minivoice_api):
            body = {"from": "+15551230001", "to": "+15551230002", "application_id": "app_1"}
            assert call(minivoice_api.api_key, **body).status_code == 201
        """
    )
    result = site.runpytest()
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["MV505 application-id-ignored (warning): once, first *"])


def test_a_failing_test_does_not_let_waiting_calls_go_on_while_it_is_reported(site):
    site.makepyfile(
        """
        from site_calls import call

        def test_a(minivoice_api):
            call(minivoice_api.api_key, **{"from": "+15551230001", "to": "+15551230002"})
            assert 1 == 2
        """
    )
    result = site.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*- MiniVoice call 1: dialing -*"])
    result.stdout.no_fnmatch_line("*INTERNALERROR*")


@pytest.mark.parametrize("ending", ["pass", "assert 1 == 2", "raise KeyError(1)"])
def test_everything_is_put_back_however_the_test_ends(site, ending):
    site.makepyfile(
        f"""
        import socket
        import requests

        BEFORE = (requests.Session.get_adapter, socket.getaddrinfo)

        def test_a(minivoice_api):
            assert (requests.Session.get_adapter, socket.getaddrinfo) != BEFORE
            {ending}

        def test_b():
            assert (requests.Session.get_adapter, socket.getaddrinfo) == BEFORE
        """
    )
    outcomes = site.runpytest().parseoutcomes()
    assert outcomes == ({"passed": 2} if ending == "pass" else {"passed": 1, "failed": 1})


def test_a_call_made_over_rest_is_awaited_in_an_async_test(site):
    site.makepyfile(
        """
        import anyio
        import httpx

        async def app(scope, receive, send):
            assert scope["type"] == "http"
            await receive()
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b'{"actions": [{"say": {"text": "Hello."}}]}'})

        import pytest

        @pytest.fixture
        def minivoice_app():
            return app

        def test_a(minivoice, minivoice_api):
            async def story():
                async with minivoice.asynchronous() as phone:
                    headers = {"Authorization": f"Bearer {minivoice_api.api_key}"}
                    async with httpx.AsyncClient(headers=headers) as client:
                        body = {"from": "+15551230001", "to": "+15551230002"}
                        await client.post("https://api.minivoice.eu/v1/calls", json=body)
                    [call] = await phone.calls()
                    await call.answer()
                    assert call.heard == ["Hello."]

            anyio.run(story)
        """
    )
    site.runpytest().assert_outcomes(passed=1)


MOCKS = """
import httpx
import pytest
import requests
from site_calls import call

CALL = {"from": "+15551230001", "to": "+15551230002"}


@pytest.fixture
def others(httpx_mock, requests_mock):
    httpx_mock.add_response(url="https://crm.example.com/", json={"ok": 1})
    requests_mock.get("https://crm.example.com/", json={"ok": 1})


def test_a(FIXTURES):
    headers = {"Authorization": f"Bearer {minivoice_api.api_key}"}
    assert httpx.post("https://api.minivoice.eu/v1/calls", json=CALL, headers=headers).status_code == 201
    assert httpx.get("https://crm.example.com/").json() == {"ok": 1}
    assert call(minivoice_api.api_key, **CALL).status_code == 201
    assert requests.get("https://crm.example.com/").json() == {"ok": 1}
    assert len(minivoice_api.requests) == 2


def test_b(httpx_mock, requests_mock):
    httpx_mock.add_response(json={"ok": 2})
    requests_mock.post("https://api.minivoice.eu/v1/calls", json={"ok": 2})
    assert httpx.get("https://api.minivoice.eu/").json() == {"ok": 2}
    assert call("key").json() == {"ok": 2}
"""


@pytest.mark.parametrize("fixtures", ["minivoice_api, others", "others, minivoice_api"])
def test_mocks_of_other_hosts_go_on_whichever_fixture_comes_first(site, fixtures):
    site.makepyfile(MOCKS.replace("FIXTURES", fixtures))
    site.runpytest("-p", "pytest_httpx", "-p", "requests_mock").assert_outcomes(passed=2)

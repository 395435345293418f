"""The application's own adapters of `requests` do in a test what they do in production."""

from __future__ import annotations

import json

import pytest
import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3 import Retry, Timeout
from urllib3.exceptions import NewConnectionError, ReadTimeoutError, ResponseError

CALLS = "https://api.minivoice.eu/v1/calls"
CALL = {"from": "+15551230001", "to": "+15551230002"}


@pytest.fixture
def session(api):
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {api.api_key}"
        yield session


@pytest.fixture(autouse=True)
def no_sleep(monkeypatch):
    def sleep(seconds):
        pytest.fail(f"slept {seconds} seconds")

    monkeypatch.setattr("time.sleep", sleep)


def retrying(*, total=3, **more):
    given = {"status_forcelist": [502], "allowed_methods": None, "backoff_factor": 10} | more
    return HTTPAdapter(max_retries=Retry(total=total, **given))


def statuses(api):
    return [each.status for each in api.requests]


def test_a_status_is_retried(api, session):
    session.mount("https://", retrying())
    api.fail_next("POST", "/v1/calls", "originate_failed", times=2)
    assert session.post(CALLS, json=CALL).status_code == 201
    assert statuses(api) == [502, 502, 201]


def test_a_status_is_retried_as_often_as_was_said(api, session):
    session.mount("https://", retrying(total=1))
    api.fail_next("POST", "/v1/calls", "originate_failed", times=2)
    with pytest.raises(requests.exceptions.RetryError) as raised:
        session.post(CALLS, json=CALL)
    assert isinstance(raised.value.args[0].reason, ResponseError)
    assert raised.value.request.url == CALLS


def test_the_last_answer_is_given_where_a_status_raises_nothing(api, session):
    session.mount("https://", retrying(total=1, raise_on_status=False))
    api.fail_next("POST", "/v1/calls", "originate_failed", times=2)
    assert session.post(CALLS, json=CALL).status_code == 502


def test_methods_that_are_not_allowed_are_not_retried(api, session):
    session.mount("https://", HTTPAdapter(max_retries=Retry(total=3, status_forcelist=[502])))
    api.fail_next("POST", "/v1/calls", "originate_failed")
    assert session.post(CALLS, json=CALL).status_code == 502


@pytest.mark.parametrize("kind", ["network_error", "timeout"])
def test_a_network_failure_is_retried(api, session, kind):
    session.mount("https://", retrying())
    api.fail_next("POST", "/v1/calls", kind, times=2)
    assert session.post(CALLS, json=CALL).status_code == 201
    assert statuses(api) == [0, 0, 201]


def test_a_network_error_is_retried_by_the_plain_number_and_a_timeout_is_not(api, session):
    session.mount("https://", HTTPAdapter(max_retries=1))
    api.fail_next("POST", "/v1/calls", "network_error")
    assert session.post(CALLS, json=CALL).status_code == 201
    api.fail_next("POST", "/v1/calls", "timeout")
    with pytest.raises(requests.exceptions.ReadTimeout):
        session.post(CALLS, json=CALL)


@pytest.mark.parametrize(("kind", "reason"), [("network_error", NewConnectionError), ("timeout", ReadTimeoutError)])
def test_retries_end_with_the_error_that_production_has(api, session, kind, reason):
    session.mount("https://", retrying(total=1))
    api.fail_next("POST", "/v1/calls", kind, times=2)
    with pytest.raises(requests.exceptions.ConnectionError, match="fail_next") as raised:
        session.post(CALLS, json=CALL)
    assert isinstance(raised.value.args[0].reason, reason)


def test_statuses_and_network_failures_count_together(api, session):
    session.mount("https://", retrying(total=2))
    for code in ("network_error", "originate_failed", "network_error"):
        api.fail_next("POST", "/v1/calls", code)
    with pytest.raises(requests.exceptions.ConnectionError):
        session.post(CALLS, json=CALL)
    assert statuses(api) == [0, 502, 0]


def test_a_body_that_is_read_once_is_sent_again(api, session):
    session.mount("https://", retrying())
    api.fail_next("POST", "/v1/calls", "originate_failed")
    body = b'{"from": "+15551230001", "to": "+15551230002"}'
    assert session.post(CALLS, data=iter([body[:5], body[5:]])).status_code == 201


class Patient(HTTPAdapter):
    """Have a timeout by default, as many applications do."""

    def __init__(self, timeout):
        self.timeout = timeout
        self.sent = 0
        super().__init__()

    def send(self, request, *args, **keywords):
        self.sent += 1
        if keywords.get("timeout") is None:
            keywords["timeout"] = self.timeout
        return super().send(request, *args, **keywords)


def test_the_default_timeout_of_an_adapter_meets_a_slow_answer(api, session):
    adapter = Patient(10)
    session.mount("https://api.minivoice.eu", adapter)
    api.slow_next("POST", "/v1/calls", 30, times=2)
    with pytest.raises(requests.exceptions.ReadTimeout, match="slow_next"):
        session.post(CALLS, json=CALL)
    assert session.post(CALLS, json=CALL, timeout=60).status_code == 201
    assert adapter.sent == 2


def test_an_adapter_may_hand_on_its_arguments_by_position(api, session):
    class Positional(HTTPAdapter):
        def send(self, request, **given):
            return super().send(request, given["stream"], (1, 10), given["verify"], given["cert"], given["proxies"])

    session.mount("https://", Positional())
    api.slow_next("POST", "/v1/calls", 30)
    with pytest.raises(requests.exceptions.ReadTimeout):
        session.post(CALLS, json=CALL)


def test_virtual_time_passes_while_a_client_waits_to_try_again(api, session):
    session.mount("https://", retrying(status_forcelist=[429], backoff_factor=1))
    api.account.limits.calls_per_second = 1
    assert [session.post(CALLS, json=CALL).status_code for _ in range(2)] == [201, 201]
    assert statuses(api)[:2] == [201, 429]


@pytest.mark.parametrize("timeout", [Timeout(connect=1, read=10), Timeout(total=10)])
def test_a_timeout_may_be_that_of_urllib3(api, session, timeout):
    api.slow_next("POST", "/v1/calls", 30)
    with pytest.raises(requests.exceptions.ReadTimeout):
        session.post(CALLS, json=CALL, timeout=timeout)
    assert session.post(CALLS, json=CALL, timeout=timeout).status_code == 201


def test_an_adapter_may_call_the_class_that_it_extends_by_its_name(api, session):
    class Named(HTTPAdapter):
        def send(self, request, **keywords):
            return HTTPAdapter.send(self, request, **keywords | {"timeout": 10})

    session.mount("https://", Named(max_retries=Retry(total=1, status_forcelist=[502], allowed_methods=None)))
    assert session.post(CALLS, data=iter([json.dumps(CALL).encode()])).json()["id"] == api.account.calls[-1].id
    api.fail_next("POST", "/v1/calls", "originate_failed")
    assert session.post(CALLS, json=CALL).status_code == 201
    api.slow_next("POST", "/v1/calls", 30, times=2)
    with pytest.raises(requests.exceptions.ConnectionError, match="slow_next"):
        session.post(CALLS, json=CALL)


@pytest.mark.parametrize("method", ["send", "add_headers"])
def test_an_adapter_may_set_the_api_key(api, method):
    def send(self, request, **keywords):
        request.headers["Authorization"] = f"Bearer {api.api_key}"
        return getattr(super(adapter, self), method)(request, **keywords)

    adapter = type("Keyed", (HTTPAdapter,), {method: send})
    with requests.Session() as session:
        session.mount("https://", adapter())
        assert session.post(CALLS, json=CALL).status_code == 201
    assert api.findings == []


def test_an_adapter_builds_its_own_responses(api, session):
    class Counting(HTTPAdapter):
        def build_response(self, req, resp):
            response = super().build_response(req, resp)
            response.built_by = type(self).__name__
            return response

    session.mount("https://", Counting())
    assert session.post(CALLS, json=CALL).built_by == "Counting"


def test_an_adapter_of_another_kind_is_replaced(api, session):
    class Offline(BaseAdapter):
        def send(self, request, *args, **keywords):
            raise OSError(request)

        def close(self):
            """Have nothing to close."""

    session.mount("https://", Offline())
    assert session.post(CALLS, json=CALL).status_code == 201


def test_the_adapter_of_the_application_is_used_beside_requests_mock(api, session):
    requests_mock = pytest.importorskip("requests_mock")
    session.mount("https://", retrying())
    api.fail_next("POST", "/v1/calls", "originate_failed")
    with requests_mock.Mocker():
        assert session.post(CALLS, json=CALL).status_code == 201


def test_hooks_streams_and_the_time_taken_go_on(api, session):
    seen = []
    session.mount("https://", retrying())
    session.hooks["response"].append(lambda response, **_: seen.append(response.status_code))
    response = session.post(CALLS, json=CALL, stream=True)
    assert b"".join(response.iter_content(7)).startswith(b'{"id"')
    assert seen == [201]
    assert response.elapsed.total_seconds() >= 0
    assert response.connection is not None


def test_adapters_are_as_they_were_after_the_test(api, session):
    adapter = Patient(10)
    session.mount("https://", adapter)
    before = dict(vars(adapter))
    session.post(CALLS, json=CALL)
    assert vars(adapter) == before | {"sent": 1}
    assert type(adapter) is Patient
    assert session.adapters["https://"] is adapter

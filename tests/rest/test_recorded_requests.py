"""What pytest prints of `minivoice_api.requests` holds no secret, and what a test reads of them is what was sent."""

from __future__ import annotations

import pytest
from asking import CALL

APPLICATION = {"name": "ivr", "webhook_secret": "hush-webhook"}
TRUNK = {"name": "pbx", "proxy": "sip.example.com", "username": "pbx", "password": "hush-password"}
BASE = "https://api.minivoice.eu"


@pytest.mark.parametrize(("path", "body"), [("/v1/applications", APPLICATION), ("/v1/trunks", TRUNK)])
def test_secrets_are_hidden_where_a_request_is_shown_and_kept_where_it_is_read(api, path, body):
    answered = api.ask("POST", path, body)
    request = api.requests[-1]
    assert request.status in {200, 201}
    assert (request.json, request.answer) == (body, answered.data)
    for shown in (repr(request), str(request), repr([request])):
        assert "hush" not in shown
    given = str(answered.data.get("api_key", ""))
    assert not given or given not in repr(request)


def test_secrets_inside_of_a_body_are_hidden(api):
    api.ask("POST", "/v1/calls", CALL | {"metadata": {"patients": [{"password": "hush"}]}})
    assert "hush" not in repr(api.requests[-1])
    assert "'metadata': {'patients': [{'password': '***'}]}" in str(api.requests[-1])


def test_a_request_is_shown_with_all_that_is_no_secret(api):
    api.ask("POST", "/v1/calls", CALL)
    request = api.requests[-1]
    assert repr(request) == (
        f"RecordedRequest(method='POST', path='/v1/calls', query={{}}, headers={request.headers!r}, json={CALL!r}, "
        f"key={request.key!r}, status=201, answer={request.answer!r})"
    )


def test_a_body_that_is_no_json_is_shown_by_its_length(api):
    api.ask("POST", "/v1/applications", b"name=ivr&webhook_secret=hush")
    assert "body=<28 bytes>, json=None" in repr(api.requests[-1])
    assert api.requests[-1].body == b"name=ivr&webhook_secret=hush"


@pytest.mark.parametrize("name", ["api_key", "token", "key", "anything"])
def test_an_api_key_in_the_url_is_masked(api, name):
    api.answer("GET", f"{BASE}/v1/calls/x?{name}={api.api_key}&limit=10", {}, b"")
    assert api.requests[-1].query == {name: "mv_live_***", "limit": "10"}


def test_another_secret_in_the_url_is_masked_by_its_name(api):
    api.answer("GET", f"{BASE}/v1/calls/x?api_key=hush-hush-hush&token=hush", {}, b"")
    assert "hush-hush" not in repr(api.requests[-1])
    assert api.requests[-1].query["token"] == "***"


def test_what_is_nested_very_deeply_is_shown_in_part(api):
    metadata = {}
    for _ in range(490):
        metadata = {"more": metadata}
    api.ask("POST", "/v1/calls", CALL | {"metadata": metadata})
    [request] = api.requests
    assert str(request).count("more") == 19
    assert "..." in str(request)
    assert request.json["metadata"] == metadata


def test_calls_and_requests_are_lists_of_the_moment(api):
    calls, requests = api.account.calls, api.requests
    api.ask("POST", "/v1/calls", CALL)
    assert (calls, requests) == ([], [])
    api.account.calls.clear()
    api.requests.clear()
    assert (len(api.account.calls), len(api.requests)) == (1, 1)

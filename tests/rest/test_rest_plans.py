"""What a test plans or asserts of requests names an endpoint that exists, in any usual spelling, or is refused."""

from __future__ import annotations

import pytest
from asking import CALL

from pytest_minivoice import SettingError
from pytest_minivoice.cloud.rest.messages import NetworkFailure
from pytest_minivoice.cloud.rest.table import TABLE

NAMED = [each for each in TABLE if ":" in each.path]


@pytest.mark.parametrize("path", ["/v1/calls/:id", "/v1/calls/:call_id", "/v1/calls/{id}", "/v1/calls/{call_id}"])
def test_a_placeholder_stands_for_any_call(api, path):
    call = api.account.inbound_call()
    api.fail_next("GET", path, "call_not_found")
    api.slow_next("GET", path, 30)
    response = api.ask("GET", f"/v1/calls/{call.id}")
    assert (response.status, response.seconds) == (404, 30)
    assert len(api.assert_requested("GET", path, times=1)) == 1
    assert api.unused_failures() == []


@pytest.mark.parametrize("endpoint", NAMED, ids=lambda each: f"{each.method} {each.path}")
def test_each_endpoint_is_known_by_the_spelling_of_the_openapi_description(api, endpoint):
    path = "/".join(f"{{{part[1:]}}}" if part.startswith(":") else part for part in endpoint.path.split("/"))
    code = endpoint.codes[0]
    api.fail_next(endpoint.method, path, code)
    assert api.code(endpoint.method, path.replace("{", "").replace("}", ""))[1] == code
    api.assert_requested(endpoint.method, endpoint.path, times=1)


@pytest.mark.parametrize("path", ["/v1/dids/by-number/+15551230002", "/v1/dids/by-number/%2B15551230002"])
def test_the_path_of_one_request_may_be_written_encoded(api, path):
    api.fail_next("GET", path, "not_found")
    assert api.ask("GET", "/v1/dids/by-number/+15551230002").status == 404
    api.assert_requested("GET", path, times=1)


WAYS = {
    "fail_next": lambda api, method, path: api.fail_next(method, path, "unauthorized"),
    "slow_next": lambda api, method, path: api.slow_next(method, path, 1),
    "assert_requested": lambda api, method, path: api.assert_requested(method, path, times=0),
}


@pytest.mark.parametrize("way", sorted(WAYS))
@pytest.mark.parametrize(
    ("method", "path", "message"),
    [
        *(
            (
                "GET",
                f"/v1/calls/{name}",
                f"the path '/v1/calls/{name}' is of no request: write '/v1/calls/:id' for any, or the path",
            )
            for name in ("*", "<id>", "<call_id>", "[id]", "$id", "{}", ":", "{call id}", "call_1*")
        ),
        ("POST", "/v1/cals", "there is no endpoint POST /v1/cals; did you mean 'POST /v1/calls'?"),
        ("GET", "/v1/calls", "there is no endpoint GET /v1/calls; did you mean 'POST /v1/calls'?"),
        ("GET", "/v1/:calls/call_1", "there is no endpoint GET /v1/:calls/call_1; did you mean 'GET /v1/calls/:id'?"),
        ("GET", "/v1/calls/", "there is no endpoint GET /v1/calls/; did you mean "),
        ("GET", "/v1/usage?from=a", "there is no endpoint GET /v1/usage?from=a; did you mean 'GET /v1/usage'?"),
        (
            "POST",
            "https://api.minivoice.eu/v1/calls",
            "there is no endpoint POST https://api.minivoice.eu/v1/calls; did you mean 'POST /v1/calls'?",
        ),
        (1, "/v1/calls", "method is 1; it must be 'GET' or 'POST'"),
        (None, "/v1/calls", "method is None; it must be 'GET' or 'POST'"),
        ("POST", None, "path is None; it must be a path such as '/v1/calls' or '/v1/calls/:id'"),
        ("POST", b"/v1/calls", "path is b'/v1/calls'; it must be a path such as '/v1/calls' or '/v1/calls/:id'"),
    ],
)
def test_a_path_that_no_request_has_is_refused_with_the_right_one(api, way, method, path, message):
    with pytest.raises(SettingError) as raised:
        WAYS[way](api, method, path)
    assert str(raised.value).startswith(message)


@pytest.mark.parametrize("times", ["2", 1.5, True, None, 0, -1, float("nan")])
def test_a_plan_is_for_a_whole_number_of_requests(api, times):
    message = rf"times is {times!r}; it must be a whole number, at least 1"
    with pytest.raises(SettingError, match=message):
        api.fail_next("POST", "/v1/calls", "timeout", times=times)
    with pytest.raises(SettingError, match=message):
        api.slow_next("POST", "/v1/calls", 1, times=times)


@pytest.mark.parametrize("seconds", ["3", float("nan"), float("inf"), None, True, 0, -1])
def test_a_slow_answer_takes_a_number_of_seconds(api, seconds):
    with pytest.raises(SettingError, match=r"seconds is .*; a slow answer takes a number of seconds, more than 0"):
        api.slow_next("POST", "/v1/calls", seconds)


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"json": ["to"]}, "json is ['to']; it must be a dict of fields that the body must have, with their values"),
        ({"json": "to"}, "json is 'to'; it must be a dict of fields"),
        ({"status": "201"}, "status is '201'; it must be a whole number, such as 201"),
        ({"status": True}, "status is True; it must be a whole number, such as 201"),
        ({"times": "1"}, "times is '1'; it must be a whole number, at least 0, or None for at least once"),
        ({"times": -1}, "times is -1; it must be a whole number, at least 0"),
        ({"times": True}, "times is True; it must be a whole number, at least 0"),
    ],
)
def test_what_is_asserted_must_be_able_to_hold(api, wanted, message):
    with pytest.raises(SettingError) as raised:
        api.assert_requested("POST", "/v1/calls", **wanted)
    assert str(raised.value).startswith(message)


@pytest.mark.parametrize("body", [{}, b"{", CALL | {"to": "5551"}])
def test_a_failure_is_not_used_up_by_a_request_that_is_refused_before_it(make_api, body):
    api = make_api(strict=False)
    api.fail_next("POST", "/v1/calls", "originate_failed")
    assert api.ask("POST", "/v1/calls", body).status == 400
    assert api.ask("POST", "/v1/calls", CALL, key="mv_live_wrong").status == 401
    assert api.ask("POST", "/v1/calls", CALL).status == 502
    assert api.ask("POST", "/v1/calls", CALL).status == 201


def test_a_failure_is_not_used_up_by_a_bad_query(make_api):
    api = make_api(strict=False)
    api.fail_next("GET", "/v1/usage", "invalid_request")
    assert "from is required" in api.ask("GET", "/v1/usage").data["error"]["message"]
    assert [each[:2] for each in api.unused_failures()] == [("fail_next", "GET /v1/usage: invalid_request (1 left)")]


def test_the_network_fails_before_a_body_is_looked_at(make_api):
    api = make_api(strict=False)
    api.fail_next("POST", "/v1/calls", "network_error")
    with pytest.raises(NetworkFailure):
        api.ask("POST", "/v1/calls", {})
    assert api.findings == []


def test_plans_of_both_kinds_come_in_order(api):
    api.fail_next("POST", "/v1/calls", "originate_failed")
    api.fail_next("POST", "/v1/calls", "network_error")
    assert api.ask("POST", "/v1/calls", CALL).status == 502
    with pytest.raises(NetworkFailure):
        api.ask("POST", "/v1/calls", CALL)


def test_what_met_no_request_is_told_with_who_planned_it(api):
    api.slow_next("POST", "/v1/calls", 30)
    api.fail_next("GET", "/v1/calls/{id}", "call_not_found", times=2)
    assert [each[:2] for each in api.unused_failures()] == [
        ("slow_next", "POST /v1/calls: slow by 30 s (1 left)"),
        ("fail_next", "GET /v1/calls/:id: call_not_found (2 left)"),
    ]

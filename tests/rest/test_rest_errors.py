"""Errors of the API: out of the account's state, out of a bad request, and planned by a test."""

from __future__ import annotations

import json
from contextlib import nullcontext
from datetime import timedelta

import pytest
from asking import BASE, CALL

from pytest_minivoice import ContractViolation, SettingError
from pytest_minivoice.cloud.rest.messages import NetworkFailure
from pytest_minivoice.cloud.rest.table import TABLE
from pytest_minivoice.spec.api_errors import BY_CODE

REC = "/v1/calls/{}/recordings"


def codes(api):
    return [each.code for each in api.findings]


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        (lambda account: setattr(account, "balance", 0), 402, "insufficient_balance"),
        (lambda account: setattr(account, "balance", "-0.01"), 402, "insufficient_balance"),
        (lambda account: setattr(account.limits, "spend", "0.00"), 403, "spend_control_exceeded"),
        (lambda account: setattr(account.limits, "calls_per_second", 0), 429, "cps_limit_reached"),
        (lambda account: setattr(account.limits, "concurrent_calls", 0), 429, "concurrent_call_limit_reached"),
        (lambda account: setattr(account.limits, "rates", {"+44": "0.01"}), 400, "rate_not_found"),
        (lambda account: setattr(account.trunks[0], "is_active", False), 400, "no_active_trunk"),
        (lambda account: account.trunks.clear(), 400, "no_active_trunk"),
    ],
)
def test_a_call_is_refused_by_the_state_of_the_account(api, change, status, code):
    change(api.account)
    assert api.code("POST", "/v1/calls", CALL) == (status, code)
    assert api.account.calls == []
    assert api.findings == []


def test_calls_per_second_are_counted_on_the_virtual_clock(api):
    api.account.limits.calls_per_second = 2
    statuses = [api.ask("POST", "/v1/calls", CALL).status for _ in range(3)]
    api.account.clock.advance(1)
    assert [*statuses, api.ask("POST", "/v1/calls", CALL).status] == [201, 201, 429, 201]


def test_a_call_that_ended_makes_room_for_another(api):
    api.account.limits.concurrent_calls = 1
    assert api.ask("POST", "/v1/calls", CALL).status == 201
    assert api.code("POST", "/v1/calls", CALL) == (429, "concurrent_call_limit_reached")
    api.account.calls[-1].no_answer()
    assert api.ask("POST", "/v1/calls", CALL).status == 201


def test_money_runs_out_and_the_spend_limit_is_reached_by_what_calls_cost(api):
    account = api.account
    account.limits.rates = {"+": "1.00"}
    api.ask("POST", "/v1/calls", CALL)
    account.calls[-1].answer()
    account.clock.advance(60)
    account.calls[-1].hang_up()
    account.limits.spend = "1.00"
    assert api.code("POST", "/v1/calls", CALL) == (403, "spend_control_exceeded")
    account.balance = "1.00"
    assert api.code("POST", "/v1/calls", CALL) == (402, "insufficient_balance")


@pytest.mark.parametrize("amount", ["much", None])
def test_a_balance_must_be_an_amount(api, amount):
    with pytest.raises(SettingError, match=r"balance is .*an amount such as"):
        api.account.balance = amount


def test_a_did_of_another_customer_is_not_found(api):
    did = api.account.dids.add("+15551230077", customer_id="cust_other")
    assert api.code("GET", f"/v1/dids/{did.id}") == (404, "not_found")
    assert api.code("GET", "/v1/dids/by-number/+15551230077") == (404, "not_found")
    assert api.code("GET", "/v1/dids/by-number/+15551239999") == (404, "not_found")


@pytest.mark.parametrize("name", ["gateway_name", "inbound_ip"])
def test_a_second_trunk_with_the_same_name_or_address_is_refused(api, name):
    trunk = {"name": "a", "proxy": "sip.example.net", name: "192.0.2.1"}
    assert api.ask("POST", "/v1/trunks", trunk).status == 201
    assert api.code("POST", "/v1/trunks", trunk) == (409, f"{name}_exists")
    assert api.ask("POST", "/v1/trunks", {"name": "b", "proxy": "sip.example.net"}).status == 201


def test_recordings_are_controlled_only_in_a_call_that_is_up(api):
    api.ask("POST", "/v1/calls", CALL)
    call = api.account.calls[-1]
    path = REC.format(call.id)
    assert api.code("POST", path) == (404, "active_call_not_found")
    call.answer()
    assert api.code("POST", path, {"action": "stop"}) == (404, "recording_not_started")
    assert api.ask("POST", path).data["data"]["action"] == "start"
    assert api.code("POST", path) == (502, "recording_start_failed")
    assert api.ask("POST", path, {"action": "stop"}).data["data"]["recording"]["status"] == "completed"
    call.hang_up()
    assert api.code("POST", path) == (404, "active_call_not_found")
    assert call.events[2:4] == ["recording.started", "recording.completed"]
    assert api.code("POST", REC.format("call_1")) == (404, "active_call_not_found")


@pytest.mark.parametrize("part", ["transcription", "ai-summary", "ai-score", "ai-topics", "ai"])
def test_ai_results_are_missing_before_the_call_completed_and_before_they_are_ready(api, part):
    call = api.account.inbound_call()
    path = f"/v1/calls/{call.id}/{part}"
    code = "call_not_found" if part == "ai" else f"{part.replace('-', '_')}_not_found"
    results = api.account.ai_results
    whole = {
        "transcription": results.transcription(),
        "summary": results.summary(),
        "score": results.score(),
        "topics": results.topics(),
    }
    results.put(call.id, whole, after_seconds=60)
    assert api.code("GET", path) == (404, code)
    call.hang_up()
    if part == "ai":
        assert list(api.ask("GET", path).data["data"]) == ["call"]
    else:
        assert api.code("GET", path) == (404, code)
    api.account.clock.advance(60)
    assert api.ask("GET", path).status == 200


@pytest.mark.parametrize("part", ["transcription", "summary", "score", "topics"])
def test_each_ai_result_may_be_missing_by_itself(make_api, part):
    api = make_api(ai_missing_status=200)
    call = api.account.inbound_call().hang_up()
    api.account.ai_results[call.id] = {} if part == "topics" else {"topics": api.account.ai_results.topics()}
    path = part if part == "transcription" else f"ai-{part}"
    assert api.ask("GET", f"/v1/calls/{call.id}/{path}").status == 200
    assert part not in api.ask("GET", f"/v1/calls/{call.id}/ai").data["data"]


def test_an_ai_result_may_have_failed(api):
    call = api.account.inbound_call().hang_up()
    results = api.account.ai_results
    results[call.id] = {"transcription": results.transcription("", status="failed")}
    assert api.ask("GET", f"/v1/calls/{call.id}/transcription").data["data"]["status"] == "failed"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"sumary": {}}, "ai_results, a part, is 'sumary'.*did you mean 'summary'"),
        ({"topics": "Billing"}, "ai_results.topics: 'Billing' is not of type 'array'"),
        ({"score": {"status": "completed"}}, "ai_results.score: 'total_score' is a required property"),
        ("late", "ai_results takes a dict of transcription"),
    ],
)
def test_an_ai_result_of_another_shape_is_refused_where_the_test_puts_it_in(api, data, message):
    with pytest.raises(SettingError, match=message):
        api.account.ai_results[api.account.inbound_call().id] = data


@pytest.mark.parametrize(
    ("body", "error", "message", "found"),
    [
        (b"{", "invalid_json", None, ["MV502"]),
        (b'{"from": NaN}', "invalid_json", None, ["MV502"]),
        (b"\xff", "invalid_json", None, ["MV502"]),
        (b"[" * 100_000, "invalid_json", None, ["MV502"]),
        ({}, "invalid_request", "from is required", ["MV502", "MV502"]),
        ([], "invalid_request", "the body is []; it must be an object", ["MV502"]),
        ({"from": "+15551230001"}, "invalid_request", "to is required", ["MV502"]),
        (
            CALL | {"from": "5551"},
            "invalid_request",
            "from is '5551'; it must be E.164, such as +15551230002",
            ["MV504"],
        ),
        (CALL | {"metadata": "x"}, "invalid_request", "metadata is 'x'; it must be an object", ["MV502"]),
        (CALL | {"record": "yes"}, "invalid_request", "record is 'yes'; it must be true or false", ["MV502"]),
        (
            CALL | {"metdata": {}},
            "invalid_request",
            "unknown field metdata; known are from, to, metadata, record, application_id",
            ["MV502"],
        ),
    ],
)
def test_a_bad_body_gets_the_documented_error_and_a_finding(api, body, error, message, found):
    response = api.ask("POST", "/v1/calls", body)
    assert (response.status, response.data["error"]["code"]) == (400, error)
    assert message in {None, response.data["error"]["message"]}
    assert codes(api) == found
    assert api.account.calls == []


@pytest.mark.parametrize(
    ("path", "body", "code", "message"),
    [
        ("/v1/applications", {"answer_url": "https://a.example"}, "invalid_request", "name is required"),
        ("/v1/applications", {"name": ""}, "invalid_request", "name is required; it is empty"),
        (
            "/v1/applications",
            {"name": "a", "answer_url": "http://a.example"},
            "invalid_request",
            "answer_url is 'http://a.example'; it must be the HTTPS URL that is requested for call instructions",
        ),
        ("/v1/trunks", {"name": "a"}, "invalid_request", "proxy is required"),
        (
            "/v1/calls/call_1/recordings",
            {"action": "pause"},
            "invalid_action",
            "action is 'pause'; it must be one of start, stop",
        ),
        ("/v1/calls/call_1/recordings", {"state": "start"}, "invalid_request", "unknown field state; known are action"),
    ],
)
def test_a_bad_body_of_another_endpoint_says_what_is_wrong(api, path, body, code, message):
    response = api.ask("POST", path, body)
    assert (response.status, response.data["error"]) == (400, {"code": code, "message": message})
    assert codes(api) == ["MV502"]


def test_an_unknown_field_is_a_finding_that_names_the_setting_and_the_answer_does_not(api):
    response = api.ask("POST", "/v1/calls", CALL | {"metdata": {}})
    [finding] = api.findings
    known = "unknown field metdata; known are from, to, metadata, record, application_id"
    assert (finding.where, finding.message) == (
        "POST /v1/calls metdata",
        f"{known} (the setting unknown_fields=ignored accepts others)",
    )
    assert finding.did_you_mean == "metadata"
    assert response.data["error"]["message"] == known


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/calls", CALL),
        ("/v1/applications", {"name": "a"}),
        ("/v1/trunks", {"name": "a", "proxy": "sip.example.net"}),
        ("/v1/calls/{}/recordings", {"action": "start"}),
    ],
)
def test_an_unknown_field_is_ignored_where_the_setting_says_so(make_api, path, body):
    api = make_api(unknown_fields="ignored")
    path = path.format(api.account.inbound_call().id)
    assert api.ask("POST", path, body | {"extra": 1}).status in {200, 201}
    assert api.findings == []
    assert "extra" not in str(api.requests[-1].answer)


def test_a_known_field_is_checked_where_unknown_ones_are_ignored(make_api):
    api = make_api(unknown_fields="ignored")
    response = api.ask("POST", "/v1/calls", {"from": "+15551230001", "too": "+15551230002", "record": "yes"})
    assert response.data["error"] == {"code": "invalid_request", "message": "to is required"}
    assert [each.message for each in api.findings] == [
        "to is required",
        "record is 'yes'; it must be true or false",
    ]


def test_a_form_in_place_of_json_is_explained(api):
    api.ask("POST", "/v1/calls", b"from=%2B1", content_type="application/x-www-form-urlencoded")
    assert "json=" in api.findings[0].did_you_mean


def test_a_key_in_the_body_is_told_where_it_belongs(api):
    response = api.answer("POST", f"{BASE}/v1/calls", {}, json.dumps(CALL | {"api_key": api.api_key}).encode())
    assert response.status == 401
    assert "the key is in the body; it belongs in Authorization: Bearer <key>" in api.findings[0].message


def test_an_application_id_in_a_call_is_a_warning_and_ignored(api):
    response = api.ask("POST", "/v1/calls", CALL | {"application_id": "app_other"})
    assert response.data["application_id"] == api.account.applications[0].id
    assert [(each.code, each.severity) for each in api.findings] == [("MV505", "warning")]


@pytest.mark.parametrize(
    ("headers", "query", "message"),
    [
        ({}, "", "there is no Authorization header"),
        ({"Authorization": "Bearer mv_live_wrong"}, "", "the account has no application with this key"),
        ({"Authorization": "Bearer None"}, "", "the key is None: the application's configuration gave it none"),
        ({"Authorization": "Bearer "}, "", "the key is empty: the application's configuration gave it none"),
        ({"Authorization": "Basic abc"}, "", "the scheme of Authorization is Basic; it must be Bearer"),
        ({"Authorization": "{key}"}, "", "the scheme of Authorization is missing; it must be Bearer"),
        ({"X-API-Key": "{key}"}, "", "the key is in the header x-api-key; it belongs in Authorization: Bearer <key>"),
        ({}, "?api_key={key}", "the key is in the URL, where logs keep it; it belongs in Authorization: Bearer <key>"),
    ],
)
def test_a_key_that_is_missing_wrong_or_elsewhere_is_refused(api, headers, query, message):
    given = {name: value.format(key=api.api_key) for name, value in headers.items()}
    response = api.answer("GET", f"{BASE}/v1/calls/x{query.format(key=api.api_key)}", given, b"")
    assert (response.status, response.data["error"]["code"]) == (401, "unauthorized")
    assert [(each.code, each.message) for each in api.findings] == [("MV503", message)]
    assert api.api_key not in str(api.requests[0].headers)


@pytest.mark.parametrize(
    ("method", "path", "near"),
    [
        ("POST", "/v1/call", "POST /v1/calls"),
        ("GET", "/v1/calls/call_1/transcript", "GET /v1/calls/:id/transcription"),
        ("GET", "/calls", "GET /v1/calls/:id"),
        ("DELETE", "/v1/calls/call_1", "GET /v1/calls/:id"),
        ("POST", "/v1/calls/call_1/hangup", "POST /v1/calls/:id/recordings"),
        ("GET", "/", "GET /v1/usage"),
        ("GET", "/v1/calls/call_1/", "GET /v1/calls/:id"),
        ("POST", "/v1/calls/", "POST /v1/calls"),
    ],
)
def test_an_endpoint_that_does_not_exist_is_a_finding_that_names_the_nearest(api, method, path, near):
    assert api.code(method, path) == (404, "not_found")
    assert (api.findings[0].code, api.findings[0].did_you_mean) == ("MV501", near)


@pytest.mark.parametrize("base", ["http://api.minivoice.eu", "https://minivoice.eu", "https://api.minivoice.eu:8443"])
def test_another_host_scheme_or_port_is_a_finding(api, base):
    api.ask("GET", "/v1/applications", base=base)
    assert codes(api) == ["MV506"]


@pytest.mark.parametrize(
    ("base", "reached"), [("https://minivoice.eu", 0), ("http://api.minivoice.eu", 1), ("https://api.minivoice.eu", 1)]
)
def test_a_wrong_host_reaches_nobody_where_the_test_goes_on(make_api, base, reached):
    api = make_api(strict=False)
    with nullcontext() if reached else pytest.raises(NetworkFailure):
        api.ask("POST", "/v1/calls", CALL, base=base)
    assert len(api.account.calls) == reached


@pytest.mark.parametrize("base", ["https://api.minivoice.eu:443", "https://API.minivoice.eu"])
def test_another_way_to_write_the_host_is_none(api, base):
    api.ask("GET", "/v1/applications", base=base)
    assert codes(api) == []


def test_an_ignored_rule_is_no_finding_and_the_answer_stays_the_same(make_api):
    api = make_api(ignore=["MV502"])
    assert api.code("POST", "/v1/calls", {}) == (400, "invalid_request")
    assert api.findings == []


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [(each.method, each.path, code) for each in TABLE for code in each.codes],
)
def test_each_documented_error_can_be_planned(api, method, path, code):
    body = {"/v1/calls": CALL, "/v1/applications": {"name": "a"}, "/v1/trunks": {"name": "a", "proxy": "b"}}.get(path)
    url = (
        "/v1/usage?from=2026-05-01T00:00:00Z&to=2026-06-01T00:00:00Z" if path == "/v1/usage" else path.replace(":", "x")
    )
    api.fail_next(method.lower(), path, code)
    assert api.code(method, url, body) == (BY_CODE[code].status, code)
    assert api.unused_failures() == []


def test_a_failure_is_planned_for_a_number_of_requests(api):
    api.fail_next("POST", "/v1/calls", "originate_failed", times=2)
    assert [api.ask("POST", "/v1/calls", CALL).status for _ in range(3)] == [502, 502, 201]


def test_failures_of_one_endpoint_come_in_order(api):
    api.fail_next("POST", "/v1/calls", "originate_failed")
    api.fail_next("POST", "/v1/calls", "cps_limit_reached")
    assert [api.ask("POST", "/v1/calls", CALL).status for _ in range(3)] == [502, 429, 201]


def test_a_failure_may_be_planned_for_one_call_alone(api):
    one, other = api.account.inbound_call(), api.account.inbound_call()
    api.fail_next("GET", f"/v1/calls/{one.id}", "call_not_found")
    assert api.ask("GET", f"/v1/calls/{other.id}").status == 200
    assert api.ask("GET", f"/v1/calls/{one.id}").status == 404


@pytest.mark.parametrize("kind", ["network_error", "timeout"])
def test_a_network_failure_does_nothing_and_is_recorded_without_a_status(api, kind):
    api.fail_next("POST", "/v1/calls", kind)
    with pytest.raises(NetworkFailure, match=kind):
        api.ask("POST", "/v1/calls", CALL)
    assert api.account.calls == []
    assert str(api.requests[0]) == f"POST /v1/calls {CALL} -> no answer"


def test_a_slow_answer_moves_the_virtual_clock(api):
    before = api.account.clock.now
    api.slow_next("POST", "/v1/calls", 30)
    assert api.ask("POST", "/v1/calls", CALL).seconds == 30
    assert api.account.clock.now - before == timedelta(seconds=30)
    assert api.ask("POST", "/v1/calls", CALL).seconds == 0


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        (lambda api: api.fail_next("POST", "/v1/call", "originate_failed"), "no endpoint POST /v1/call; did you mean"),
        (
            lambda api: api.fail_next("POST", "/v1/calls", "call_not_found"),
            "the code for POST /v1/calls is 'call_not_found'",
        ),
        (lambda api: api.fail_next("POST", "/v1/calls", "originate_faild"), "did you mean 'originate_failed'"),
    ],
)
def test_a_failure_that_cannot_be_planned_is_refused_at_once(api, plan, message):
    with pytest.raises(SettingError, match=message):
        plan(api)


def test_requests_are_recorded_and_asserted(api):
    api.ask("POST", "/v1/calls", CALL | {"metadata": {"a": 1}})
    call = api.account.calls[-1]
    api.ask("GET", f"/v1/calls/{call.id}?full=1")
    [made] = api.assert_requested("post", "/v1/calls", json={"to": CALL["to"]}, status=201)
    assert (made.json["metadata"], made.answer["id"], made.key) == ({"a": 1}, call.id, "mv_live_***")
    assert api.assert_requested("GET", "/v1/calls/:id", times=1)[0].query == {"full": "1"}
    api.assert_requested("GET", "/v1/usage", times=0)


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"times": 2}, "expected POST /v1/applications 2 times; it was made once"),
        ({"status": 502}, "expected POST /v1/applications answered 502 at least once; it was made never"),
        ({"json": {"name": "b"}}, "expected POST /v1/applications with {'name': 'b'} at least once; it was made never"),
    ],
)
def test_a_request_that_was_not_made_is_told_with_those_that_were_and_without_secrets(api, wanted, message):
    api.ask("POST", "/v1/applications", {"name": "a", "webhook_secret": "change-me"})
    with pytest.raises(ContractViolation) as raised:
        api.assert_requested("POST", "/v1/applications", **wanted)
    assert str(raised.value).splitlines() == [
        message,
        "- requests made:",
        "    POST /v1/applications {'name': 'a', 'webhook_secret': '***'} -> 201",
    ]

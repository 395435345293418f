"""Every endpoint's answer, field by field against the documented sample."""

from __future__ import annotations

import json
import re
from pathlib import Path

import phone
import pytest
from asking import CALL
from jsonschema import Draft202012Validator

from pytest_minivoice import SettingError
from pytest_minivoice.cloud.rest.table import TABLE
from pytest_minivoice.spec.schema import schema

SAMPLES = json.loads((Path(__file__).parents[1] / "spec/samples/rest.json").read_text(encoding="utf-8"))
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
USAGE = "/v1/usage?from=2026-05-01T00:00:00Z&to=2099-06-01T00:00:00Z"


def ended(api):
    api.ask("POST", "/v1/calls", CALL | {"record": True})
    call = api.account.calls[-1]
    call.answer()
    api.ask("POST", f"/v1/calls/{call.id}/recordings", {"action": "start"})
    call.press("1")
    results = api.account.ai_results
    results[call.id] = {
        "transcription": results.transcription(
            segments=[{"speaker": "caller", "text": "...", "start_ms": 0, "end_ms": 3200}]
        ),
        "summary": results.summary(),
        "score": results.score(
            items=[{"name": "Greeting", "score": 5, "max_score": 5, "reason": "...", "evidence": "..."}]
        ),
        "topics": results.topics("Billing"),
    }
    return call


def active(api):
    call = api.account.inbound_call()
    return api.ask("POST", f"/v1/calls/{call.id}/recordings", {"action": "start"})


ASKED = {
    "application": lambda api: api.ask("POST", "/v1/applications", SAMPLES["create_application_request"]),
    "created_call": lambda api: api.ask("POST", "/v1/calls", CALL | {"record": True}),
    "call": lambda api: api.ask("GET", f"/v1/calls/{ended(api).id}"),
    "recording_control": active,
    "ai_results": lambda api: api.ask("GET", f"/v1/calls/{ended(api).id}/ai"),
    "ai_transcription": lambda api: api.ask("GET", f"/v1/calls/{ended(api).id}/transcription"),
    "ai_summary": lambda api: api.ask("GET", f"/v1/calls/{ended(api).id}/ai-summary"),
    "ai_score": lambda api: api.ask("GET", f"/v1/calls/{ended(api).id}/ai-score"),
    "ai_topics": lambda api: api.ask("GET", f"/v1/calls/{ended(api).id}/ai-topics"),
    "did": lambda api: api.ask("GET", f"/v1/dids/{api.account.dids[0].id}"),
    "trunk": lambda api: api.ask(
        "POST",
        "/v1/trunks",
        {
            "name": "primary-outbound",
            "proxy": "sip.example.net",
            "username": "user1",
            "password": "secret",
            "realm": "sip.example.net",
            "from_domain": "example.com",
            "gateway_name": "primary",
        },
    ),
    "usage": lambda api: api.ask("GET", USAGE),
    "error": lambda api: api.ask("POST", "/v1/calls", {}),
}


def shape(value: object) -> object:
    """Return the names and types of a body, its ids and times by their form."""
    if isinstance(value, dict):
        return {name: shape(each) for name, each in value.items()}
    if isinstance(value, list):
        return [shape(each) for each in value[:1]]
    if isinstance(value, str) and TIME.fullmatch(value):
        return "a time"
    if isinstance(value, str) and re.match(r"(call|app|cust|rec|did|trunk|mv_live)_", value):
        return value.partition("_")[0]
    return type(value).__name__


@pytest.mark.parametrize("name", sorted(ASKED))
def test_an_answer_has_the_fields_of_the_documented_sample_in_order_and_of_the_same_types(api, name):
    got, sample = ASKED[name](api).data, SAMPLES[name]
    if name == "ai_results":  # the sample shows empty lists where the endpoints of the parts show items
        for part in ("transcription", "score"):
            got["data"][part] |= {each: [] for each in ("segments", "items") if each in got["data"][part]}
    assert list(got) == list(sample)
    assert json.dumps(shape(got)) == json.dumps(shape(sample)).replace(
        '"action_items": []', '"action_items": ["str"]'
    ).replace('"key_points": []', '"key_points": ["str"]')


@pytest.mark.parametrize("name", sorted(ASKED))
def test_an_answer_is_valid_by_its_schema(api, name):
    rest = schema("rest")
    Draft202012Validator({"$defs": rest["$defs"], "$ref": f"#/$defs/{name}"}).validate(ASKED[name](api).data)


def test_every_documented_answer_is_among_those_that_are_compared():
    assert {each.gives for each in TABLE if not each.assumed} | {"error"} == set(ASKED)


@pytest.mark.parametrize(
    ("name", "status"), [("application", 201), ("created_call", 201), ("trunk", 201), ("recording_control", 200)]
)
def test_a_success_has_the_assumed_status(api, name, status):
    assert ASKED[name](api).status == status


def test_the_status_of_a_creation_can_be_changed(make_api):
    assert ASKED["trunk"](make_api(created_status=200)).status == 200


def test_a_record_flag_is_stored_in_the_metadata(api):
    body = api.ask("POST", "/v1/calls", CALL | {"metadata": {"campaign_id": "spring"}, "record": True}).data
    assert body["metadata"] == {"campaign_id": "spring", "record": True}


def test_a_webhook_secret_is_never_told(api):
    api.ask("POST", "/v1/applications", SAMPLES["create_application_request"])
    assert "change-me" not in json.dumps([each.answer for each in api.requests])
    assert b"change-me" not in api.ask("GET", "/v1/applications").body


def test_a_did_is_found_by_its_number_with_a_raw_plus(api):
    by_number = api.ask("GET", "/v1/dids/by-number/+15551230002").data
    assert by_number == api.ask("GET", f"/v1/dids/{api.account.dids[0].id}").data
    assert by_number["number_e164"] == "+15551230002"
    assert by_number == api.ask("GET", "/v1/dids/by-number/%2B15551230002").data


def test_a_did_belongs_to_the_default_application_whoever_asks(api):
    key = api.ask("POST", "/v1/applications", {"name": "Other"}).data["api_key"]
    did = api.account.dids[0]
    assert api.ask("GET", f"/v1/dids/{did.id}", key=key).data == api.ask("GET", f"/v1/dids/{did.id}").data
    by_number = api.ask("GET", f"/v1/dids/by-number/{did.number}", key=key).data
    assert by_number["application_id"] == api.account.applications[0].id


def test_a_did_may_belong_to_another_application_whose_answer_url_drives_its_calls(make_api):
    api = make_api({phone.ANSWER: [phone.say("Default.")], "/other": [phone.say("Other.")]})
    other = api.account.add_application("Other", phone.HOST + "/other", None)
    did = api.account.dids.add("+15551230077", application_id=other.id)
    call = api.account.inbound_call(did=did)
    assert call.heard == ["Other."]
    assert api.account.inbound_call(to=did.number).heard == ["Other."]
    assert api.account.inbound_call().heard == ["Default."]
    assert api.ask("GET", f"/v1/dids/{did.id}").data["application_id"] == other.id
    assert api.ask("GET", f"/v1/calls/{call.id}", key=other.api_key).status == 200


def test_a_did_of_an_application_that_does_not_exist_is_refused_when_it_is_called(api):
    did = api.account.dids.add("+15551230077", application_id=api.account.applications[0].id + "x")
    with pytest.raises(SettingError) as raised:
        api.account.inbound_call(did=did)
    assert str(raised.value) == (
        f"the DID +15551230077 belongs to the application {did.application_id!r}, which does not exist; "
        f"did you mean {api.account.applications[0].id!r}?"
    )


@pytest.mark.parametrize("path", ["/v1/applications", "/v1/trunks"])
def test_a_list_has_the_assumed_shape(make_api, path):
    assert list(make_api().ask("GET", path).data) == ["count", "data"]
    assert isinstance(make_api(list_shape="array").ask("GET", path).data, list)


def test_recordings_are_listed_and_read(api):
    call = ended(api)
    [listed] = api.ask("GET", f"/v1/calls/{call.id}/recordings").data["data"]
    assert listed["status"] == "completed"
    assert api.ask("GET", f"/v1/recordings/{listed['id']}").data == {"data": listed}
    assert api.code("GET", "/v1/recordings/rec_1") == (404, "not_found")


def test_usage_adds_up_the_virtual_seconds_after_the_answer(api):
    api.account.limits.rates["+1"] = "0.60"
    for _ in range(2):
        api.ask("POST", "/v1/calls", CALL)
        call = api.account.calls[-1]
        call.answer()
        api.account.clock.advance(30)
        call.hang_up()
    usage = api.ask("GET", USAGE).data
    assert usage["summary"] == {"calls": 2, "billsec_seconds": 60, "cost_amount": "0.60", "cost_currency": "EUR"}
    assert str(api.account.left) == "99.40"


def test_usage_counts_neither_calls_that_go_on_nor_those_of_another_period(api):
    api.ask("POST", "/v1/calls", CALL)
    ended(api)
    assert api.ask("GET", USAGE).data["summary"]["calls"] == 1
    past = api.ask("GET", "/v1/usage?from=2001-05-01T00:00:00Z&to=2001-06-01T00:00:00Z").data
    assert past["summary"]["calls"] == 0
    assert past["from"] == "2001-05-01T00:00:00Z"


MAY, JUNE = "2026-05-01T00:00:00Z", "2026-06-01T00:00:00Z"
A_TIME = "it must be a time such as 2026-05-01T00:00:00Z"


@pytest.mark.parametrize(
    ("query", "messages", "hint"),
    [
        ("", ["from is required", "to is required"], None),
        (f"?from={MAY}", ["to is required"], None),
        (f"?form={MAY}&to={JUNE}", ["from is required"], "from in place of form"),
        ("?from=x&to=", [f"from is 'x'; {A_TIME}", f"to is ''; {A_TIME}"], None),
        (f"?from=2026-05-01&to={JUNE}", [f"from is '2026-05-01'; {A_TIME}"], None),
        (f"?from=2026-05-01T00:00:00&to={JUNE}", [f"from is '2026-05-01T00:00:00'; {A_TIME}"], None),
        (f"?from=2026-13-01T00:00:00Z&to={JUNE}", [f"from is '2026-13-01T00:00:00Z'; {A_TIME}"], None),
        (f"?from=0000-05-01T00:00:00Z&to={JUNE}", [f"from is '0000-05-01T00:00:00Z'; {A_TIME}"], None),
        (
            f"?from=2026-05-01T00:00:00+02:00&to={JUNE}",
            [f"from is '2026-05-01T00:00:00 02:00'; {A_TIME}"],
            "Z, or %2B in place of +, which stands for a space in a query",
        ),
    ],
)
def test_usage_needs_two_times_in_order_and_tells_what_is_wrong_with_them(api, query, messages, hint):
    response = api.ask("GET", f"/v1/usage{query}")
    assert (response.status, response.data) == (400, {"error": {"code": "invalid_request", "message": messages[0]}})
    assert [(each.code, each.message) for each in api.findings] == [("MV508", message) for message in messages]
    assert api.findings[0].did_you_mean == hint
    assert api.findings[0].where == f"GET /v1/usage {messages[0].partition(' ')[0]}"


def test_a_period_that_ends_before_it_begins_is_a_finding_and_has_no_calls(api):
    response = api.ask("GET", f"/v1/usage?from={JUNE}&to={MAY}")
    assert (response.status, response.data["summary"]["calls"]) == (200, 0)
    [finding] = api.findings
    message = f"from is '{JUNE}', which is after to: '{MAY}'; there are no calls between them"
    assert (finding.code, finding.where, finding.message) == ("MV508", "GET /v1/usage from", message)
    assert api.ask("GET", f"/v1/usage?from={MAY}&to={MAY}").status == 200
    assert len(api.findings) == 1


@pytest.mark.parametrize(
    "start", [MAY, "2026-05-01t02:00:00%2B02:00", "2026-05-01T00:00:00.25z", "2026-04-30T18:30:00-05:30"]
)
def test_usage_takes_times_in_any_spelling_of_rfc_3339(api, start):
    assert api.ask("GET", f"/v1/usage?from={start}&to={MAY}").data["from"] == MAY
    assert api.findings == []


def test_an_application_made_over_rest_makes_its_own_calls_with_its_own_key(make_api):
    site = phone.Site({phone.ANSWER: [phone.gather()], "/other": [phone.say("Other.")], "/hooks": phone.ACCEPTED})
    api = make_api(site)
    body = {"name": "Other", "answer_url": phone.HOST + "/other", "webhook_url": phone.HOST + "/hooks"}
    key = api.ask("POST", "/v1/applications", body | {"webhook_secret": "change-me"}).data["api_key"]
    made = api.ask("POST", "/v1/calls", CALL, key=key).data
    call = api.account.calls[-1]
    call.answer()
    assert call.heard == ["Other."]
    assert made["application_id"] == api.account.applications[1].id
    assert {each.url for each in call.webhooks} == {phone.HOST + "/hooks"}
    assert "X-MiniVoice-Signature" in call.webhooks[0].headers
    assert api.code("GET", f"/v1/calls/{call.id}") == (404, "call_not_found")
    assert api.ask("GET", f"/v1/calls/{call.id}", key=key).status == 200


def test_an_application_without_an_answer_url_cannot_make_calls(api):
    key = api.ask("POST", "/v1/applications", {"name": "Empty"}).data["api_key"]
    response = api.ask("POST", "/v1/calls", CALL, key=key)
    assert (response.status, response.data["error"]["message"]) == (400, "the application 'Empty' has no answer_url")

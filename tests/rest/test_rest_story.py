"""What the application does over REST and what happens in the call are one story."""

from __future__ import annotations

import json

import phone
import pytest
from asking import BASE, CALL, Api

from pytest_minivoice import ContractViolation


def test_a_call_made_over_rest_begins_once_the_request_has_returned(make_api):
    site = phone.Site({phone.ANSWER: [phone.gather()], phone.HOOKS: phone.ACCEPTED})
    api = make_api(site, webhook_url=phone.HOOKS)
    made = api.ask("POST", "/v1/calls", CALL).data
    assert site.asked == []
    call = api.account.calls[-1]
    assert (call.id, call.status, call.direction) == (made["id"], "dialing", "outbound")
    assert [each.json["event"] for each in site.asked] == ["call.created"]


def test_the_status_is_followed_over_rest(api):
    path = f"/v1/calls/{api.ask('POST', '/v1/calls', CALL).data['id']}"
    statuses = [api.ask("GET", path).data["status"]]
    call = api.account.calls[-1].answer()
    statuses.append(api.ask("GET", path).data["status"])
    call.press("1")
    statuses.append(api.ask("GET", path).data["status"])
    assert statuses == ["dialing", "in_progress", "completed"]


@pytest.mark.parametrize(("ending", "status"), [("no_answer", "failed"), ("busy", "failed"), ("cancel", "canceled")])
def test_a_call_that_nobody_takes_is_followed_over_rest(api, ending, status):
    api.ask("POST", "/v1/calls", CALL)
    call = getattr(api.account.calls[-1], ending)()
    assert api.ask("GET", f"/v1/calls/{call.id}").data["status"] == status


def test_an_application_makes_a_call_within_its_answer():
    site = phone.Site({})
    api = Api(phone.open_account(site, webhook_url=phone.HOOKS))

    def answer(request):
        if request.json["call"]["direction"] == "inbound":
            api.ask("POST", "/v1/calls", CALL)
        return [phone.gather()]

    site.pages = {phone.ANSWER: answer, phone.HOOKS: phone.ACCEPTED}
    inbound = api.account.inbound_call()
    created = [each.json for each in site.asked if each.path == phone.HOOKS and each.json["event"] == "call.created"]
    assert [each["call"]["direction"] for each in created] == ["inbound", "outbound"]
    [_, made] = api.account.calls
    assert made.events == ["call.created"]
    assert made.answer().press("1").terminal == "completed"
    assert inbound.listening


def test_an_application_makes_a_call_when_a_webhook_tells_that_one_failed():
    site = phone.Site({})
    api = Api(phone.open_account(site, webhook_url=phone.HOOKS))

    def hook(request):
        if request.json["event"] == "call.failed" and len(api.account.talks) < 3:
            api.ask("POST", "/v1/calls", CALL)
        return phone.ACCEPTED

    site.pages = {phone.ANSWER: [phone.say()], phone.HOOKS: hook}
    api.ask("POST", "/v1/calls", CALL)
    for number in range(3):
        api.account.calls[number].no_answer()
    assert [call.status for call in api.account.calls] == ["failed"] * 3


def test_an_application_that_makes_calls_without_end_is_stopped():
    site = phone.Site({})
    api = Api(phone.open_account(site, webhook_url=phone.HOOKS))

    def hook(_):
        api.ask("POST", "/v1/calls", CALL)
        return phone.ACCEPTED

    site.pages = {phone.HOOKS: hook}
    api.ask("POST", "/v1/calls", CALL)
    with pytest.raises(ContractViolation, match="the application makes calls without end"):
        assert api.account.calls


@pytest.mark.parametrize("where", [phone.ANSWER, phone.HOOKS])
def test_a_recording_is_started_from_within_the_call(where):
    site = phone.Site({})
    api = Api(phone.open_account(site, webhook_url=phone.HOOKS))

    def start(request):
        if where == phone.ANSWER or request.json["event"] == "call.answered":
            api.ask("POST", f"/v1/calls/{request.json['call']['id']}/recordings")
        return [phone.gather()] if where == phone.ANSWER else phone.ACCEPTED

    site.pages = {phone.ANSWER: [phone.gather()], phone.HOOKS: phone.ACCEPTED} | {where: start}
    call = api.account.inbound_call()
    assert call.events == ["call.created", "call.answered", "recording.started"]
    call.hang_up()
    assert call.events[-2:] == ["recording.completed", "call.completed"]
    assert [each.status for each in call.recordings] == ["completed"]


def test_a_recording_started_by_an_action_is_stopped_over_rest(make_api):
    api = make_api([phone.typed("start_recording"), phone.gather()])
    call = api.account.inbound_call()
    api.account.clock.advance(7)
    stopped = api.ask("POST", f"/v1/calls/{call.id}/recordings", {"action": "stop"}).data["data"]["recording"]
    assert (stopped["status"], stopped["duration_seconds"], stopped["size_bytes"]) == ("completed", 7, 112_000)
    call.hang_up()
    assert call.events == [
        "call.created",
        "call.answered",
        "recording.started",
        "recording.completed",
        "call.completed",
    ]


def test_the_log_tells_requests_without_secrets(api, caplog):
    caplog.set_level("DEBUG", logger="pytest_minivoice")
    secret = {"name": "a", "webhook_secret": "change-me"}
    key = api.ask("POST", "/v1/applications", secret).data["api_key"]
    assert "API POST /v1/applications {'name': 'a', 'webhook_secret': '***'} -> 201" in caplog.messages
    assert "change-me" not in caplog.text
    assert key not in caplog.text


def test_a_body_may_be_as_large_as_it_likes(api):
    metadata = {"text": "x" * 100_000}
    body = json.dumps(CALL | {"metadata": metadata}).encode()
    api.answer("POST", f"{BASE}/v1/calls", {"Authorization": f"Bearer {api.api_key}"}, body)
    assert api.account.calls[-1].metadata == metadata


@pytest.mark.parametrize("action", ["start", "stop"])
def test_what_is_done_to_a_recording_is_an_event_of_that_time_at_once(action):
    site = phone.Site({phone.ANSWER: [phone.gather()], phone.HOOKS: phone.ACCEPTED})
    api = Api(phone.open_account(site, webhook_url=phone.HOOKS))
    call = api.account.inbound_call()
    path = f"/v1/calls/{call.id}/recordings"
    if action == "stop":
        api.ask("POST", path)
        assert api.account.calls
    api.account.clock.advance(5)
    before = len(site.asked)
    recording = api.ask("POST", path, {"action": action}).data["data"]["recording"]
    api.account.clock.advance(60)
    event = "recording.started" if action == "start" else "recording.completed"
    assert call.events[-1] == event
    assert call.events[-1].created_at == recording["updated_at"]
    assert (call.webhooks[-1].event, call.webhooks[-1].attempts) == (event, [])
    assert len(site.asked) == before
    assert api.account.calls == [call]
    assert (call.webhooks[-1].event, call.webhooks[-1].status) == (event, 204)
    assert site.asked[-1].json["created_at"] == recording["updated_at"]
    assert [str(each) for each in call.events] == [each.event for each in call.webhooks]


def test_the_webhook_of_a_recording_goes_out_before_what_happens_next():
    site = phone.Site({phone.ANSWER: [phone.gather()], phone.HOOKS: phone.ACCEPTED})
    api = Api(phone.open_account(site, webhook_url=phone.HOOKS, webhook_secret="change-me"))
    call = api.account.inbound_call()
    api.ask("POST", f"/v1/calls/{call.id}/recordings")
    api.account.clock.advance(40)
    call.press("1")
    sent = [each.json["event"] for each in site.asked if each.path == phone.HOOKS]
    assert sent == [str(each) for each in call.events]
    stamps = {int(each.headers["X-MiniVoice-Timestamp"]) for each in call.webhooks[2:]}
    assert stamps == {int(api.account.clock.seconds)}


def test_the_webhook_of_a_recording_is_held_back_and_reordered_like_any_other():
    site = phone.Site({phone.ANSWER: [phone.gather()], phone.HOOKS: phone.ACCEPTED})
    api = Api(phone.open_account(site, webhook_url=phone.HOOKS))
    api.account.deliveries.hold("recording.started")
    call = api.account.inbound_call()
    api.ask("POST", f"/v1/calls/{call.id}/recordings")
    call.press("1")
    assert [each.event for each in api.account.deliveries.held] == ["recording.started"]
    api.account.deliveries.release()
    assert call.webhooks[2].status == 204

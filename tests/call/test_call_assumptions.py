"""Each assumption with each of its values: what it changes, and that nothing else is the default."""

from __future__ import annotations

import json
from dataclasses import fields
from importlib.resources import files
from urllib.parse import parse_qs

import pytest
from asking import CALL, Api
from phone import ANSWER, HOOKS, JSON, Site, answer, call_of, codes, gather, keyed, open_account, redirect, say

from pytest_minivoice import CallerError
from pytest_minivoice.cloud.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER
from pytest_minivoice.settings import Settings
from pytest_minivoice.spec.assumptions import Assumptions
from pytest_minivoice.spec.http import Response

AGENT = "+15551230099"
SECRET = "change-me"
REJECTING = "+15551230055"
APPLICATION = {"name": "Other"}
TRUNK = {"name": "Other", "proxy": "sip.example.net"}


def menu(**settings):
    """Call a site with a menu; return the site and the call."""
    site = Site({ANSWER: [gather(finish_on_key="#", num_digits=2, max_digits=3), redirect("/next")], "/next": [say()]})
    return site, call_of(site, **settings)


def answer_method(**settings):
    site, _ = menu(**settings)
    return site.asked[0].method, bool(site.asked[0].body), "call_id" in site.asked[0].query


def answer_payload(**settings):
    site = Site({ANSWER: [redirect("/next")], "/next": [redirect("/last", method="POST")], "/last": [say()]})
    call_of(site, **settings)
    first, second, third = site.asked
    return sorted(first.json), bool(second.query), sorted(third.json)


def answer_signed(**settings):
    site, _ = menu(webhook_secret=SECRET, **settings)
    return SIGNATURE_HEADER in site.asked[0].headers, TIMESTAMP_HEADER in site.asked[0].headers


def answer_timeout_seconds(**settings):
    slow = Response(status=200, headers=JSON, body=b'{"actions": [{"say": {"text": "Hi."}}]}', elapsed=7.0)
    return codes(call_of({ANSWER: slow}, strict=False, **settings).findings)


def actions_exhausted(**settings):
    call = call_of([say()], **settings)
    before = call.terminal
    return before, (call if before else call.hang_up()).terminal


def invalid_document(**settings):
    call = call_of([say("One."), gather(), keyed("say"), say("Two.")], strict=False, **settings)
    heard = call.heard
    if call.listening:
        call.press("1")
    return heard, call.terminal, call.reason


def unknown_fields(**settings):
    call = call_of([{"say": {"text": "Hi.", "voice": "anna"}}], strict=False, **settings)
    return codes(call.findings), call.heard


def destination_alias(**settings):
    call = call_of([say(), keyed("transfer", to=AGENT)], strict=False, **settings)
    return codes(call.findings), call.terminal, call.destination


def destination_failure(**settings):
    account = open_account([say(), keyed("transfer", destination=AGENT)], **settings)
    account.destinations[AGENT] = "busy"
    call = account.inbound_call()
    return call.terminal, call.status, call.reason, call.events[-1]


def caller_hangup(**settings):
    call = menu(**settings)[1].hang_up()
    return call.terminal, call.status, call.events[-1]


def canceled(**settings):
    account = open_account([say()], **settings)
    ends = {}
    for move in ("cancel", "no_answer", "busy"):
        call = getattr(account.outbound_call(AGENT), move)()
        assert call.terminal == call.status
        assert call.events[-1] == f"call.{call.status}"
        ends[move] = call.terminal
    return tuple(ends.values())


def gather_status(**settings):
    call = call_of([gather(), gather(), say()], **settings).press("1").wait()
    return tuple(each.data["status"] for each in call.events if each == "call.gathered")


def gather_digits(**settings):
    return menu(**settings)[1].press("12#").events[2].data["digits"]


def gather_limits(**settings):
    """Press keys one by one into a gather that has both limits, and into one that has the most alone."""
    call = menu(**settings)[1]
    pressed = 0
    while call.listening:
        call.press("1")
        pressed += 1
    alone = call_of([gather(max_digits=2), redirect("/next")], strict=False, **settings).press("1")
    return pressed, call.events[2].data["max_digits"], alone.press("1").listening


def gather_timeout_seconds(**settings):
    account = open_account([gather(), gather(timeout_seconds=3), say()], **settings)
    call, times = account.inbound_call(), []
    for _ in range(2):
        before = account.clock.seconds
        call.wait()
        times.append(account.clock.seconds - before)
    return times


def hangup_during_gather(**settings):
    call = menu(**settings)[1].press("1").hang_up()
    data = [each.data for each in call.events if each == "call.gathered"]
    return call.events[2:], [(each["digits"], each["timed_out"]) for each in data]


def webhook_before_redirect(**settings):
    site = Site({ANSWER: [gather(), redirect("/next")], "/next": [say()], HOOKS: answer({})})
    open_account(site, webhook_url=HOOKS, **settings).inbound_call().press("1")
    return [each.path for each in site.asked][3:5]


def webhook_attempts(**settings):
    site = Site({ANSWER: [say()], HOOKS: answer({}, status=503)})
    call = open_account(site, webhook_url=HOOKS, ignore=["MV301"], **settings).inbound_call()
    return [len(each.attempts) for each in call.webhooks]


def signature_timestamp(**settings):
    """Return the timestamps of two attempts, as they are in Unix seconds after the event, and as they are written."""
    site = Site({ANSWER: [say()], HOOKS: answer({}, status=503)})
    account = open_account(
        site, webhook_url=HOOKS, webhook_secret=SECRET, webhook_attempts=2, ignore=["MV301"], **settings
    )
    created = str(int(account.clock.seconds))
    first, second = (each.headers[TIMESTAMP_HEADER] for each in account.inbound_call().webhooks[0].attempts)
    return first == created, "T" in first and first.endswith("Z"), first == second


def event_key(**settings):
    call = menu(**settings)[1].press("12#")
    keys = [each.data.get("event_key") for each in call.events]
    assert all(key is None or key == f"{call.id}:{each}" for key, each in zip(keys, call.events, strict=True))
    return [key is not None for key in keys]


def max_redirects(**settings):
    return len(call_of([redirect(ANSWER)], strict=False, **settings).requests)


def relative_urls(**settings):
    site = Site({ANSWER: [say(), keyed("redirect", url="/next")], "/next": [say("Next.")]})
    call = call_of(site, strict=False, **settings)
    return codes(call.findings), call.heard


def send_digits_max(**settings):
    return codes(call_of([say(), keyed("send_digits", digits="1" * 129)], strict=False, **settings).findings)


def room_max(**settings):
    return codes(call_of([say(), keyed("conference", room="r" * 129)], strict=False, **settings).findings)


def rejected_call(**settings):
    account = open_account([say()], **settings)
    account.dids.add(REJECTING, "reject")
    call = account.inbound_call(to=REJECTING)
    assert (call.terminal, call.status, call.requests) == ("rejected", "failed", [])
    return call.events


def variable_actions(**settings):
    actions = [keyed("set_variable", name="plan", value="gold"), keyed("drop", name="old"), say()]
    call = open_account(actions, strict=False, **settings).inbound_call(variables={"old": "1"})
    return codes(call.findings), call.variables


def api_of(**settings):
    """Open the API of an account, and a call in it."""
    api = Api(open_account([gather()], **settings))
    return api, api.account.inbound_call()


def created_status(**settings):
    """Create one of each kind; then control a recording, which creates nothing."""
    api, call = api_of(**settings)
    created = {"/v1/applications": APPLICATION, "/v1/calls": CALL, "/v1/trunks": TRUNK}
    return [api.ask("POST", path, body).status for path, body in created.items()], api.ask(
        "POST", f"/v1/calls/{call.id}/recordings", {"action": "start"}
    ).status


def ai_missing_status(**settings):
    """Ask for each AI result of a call that has none; then for all of a call that does not exist."""
    api, call = api_of(**settings)
    call.hang_up()
    parts = ("transcription", "ai-summary", "ai-score", "ai-topics")
    missing = [api.code("GET", f"/v1/calls/{call.id}/{part}") for part in parts]
    assert api.code("GET", "/v1/calls/call_1") == (404, "call_not_found")
    assert [code for _, code in missing] == [f"{part.replace('-', '_')}_not_found" for part in parts]
    return [status for status, _ in missing], api.code("GET", "/v1/calls/call_1/ai")


def list_shape(**settings):
    """List two applications, two trunks and a recording; return the shapes, and whether each has the same items."""
    api, call = api_of(**settings)
    api.ask("POST", "/v1/applications", APPLICATION)
    api.ask("POST", "/v1/trunks", TRUNK)
    recordings = f"/v1/calls/{call.id}/recordings"
    api.ask("POST", recordings, {"action": "start"})
    lists = [api.ask("GET", path).data for path in ("/v1/applications", "/v1/trunks", recordings)]
    bare = [each["data"] if isinstance(each, dict) else each for each in lists]
    assert [len(each) for each in bare] == [2, 2, 1]
    assert [each["count"] for each in lists if isinstance(each, dict)] in ([], [2, 2, 1])
    assert bare[0][1]["name"] == bare[1][1]["name"] == "Other"
    assert bare[2][0]["id"] == call.recordings[0].id
    return [sorted(each) if isinstance(each, dict) else type(each).__name__ for each in lists]


BOTH = ["call", "data", "variables"]
OPEN, END = "call.gathered", "call.completed"

# What each function above sees under each value; the first of each is the default.
TABLE = [
    (answer_method, "POST", ("POST", True, False)),
    (answer_method, "GET", ("GET", False, True)),
    (answer_payload, "call", (BOTH, True, BOTH)),
    (answer_payload, "none", ([], False, [])),
    (answer_signed, False, (False, False)),
    (answer_signed, True, (True, True)),
    (answer_timeout_seconds, 5, ["MV107"]),
    (answer_timeout_seconds, 6.5, ["MV107"]),
    (answer_timeout_seconds, 7, []),
    (answer_timeout_seconds, 8, []),
    (actions_exhausted, "completed", ("completed", "completed")),
    (actions_exhausted, "in_progress", (None, "hung_up")),
    (invalid_document, "refused", ([], "failed", "answer_failed")),
    (invalid_document, "partial", (["One.", "Press 1."], "failed", "answer_failed")),
    (unknown_fields, "refused", (["MV118"], [])),
    (unknown_fields, "ignored", ([], ["Hi."])),
    (destination_alias, "accepted", (["MV211"], "transferred", AGENT)),
    (destination_alias, "refused", (["MV118"], "failed", None)),
    (destination_failure, "failed", ("failed", "failed", "busy", "call.failed")),
    (destination_failure, "completed", ("completed", "completed", "busy", "call.completed")),
    (caller_hangup, "completed", ("hung_up", "completed", "call.completed")),
    (caller_hangup, "failed", ("hung_up", "failed", "call.failed")),
    (caller_hangup, "canceled", ("hung_up", "canceled", "call.canceled")),
    (canceled, "given_up", ("canceled", "failed", "failed")),
    (canceled, "unanswered", ("canceled", "canceled", "failed")),
    (canceled, "never", ("failed", "failed", "failed")),
    (gather_status, "completed, timed_out", ("completed", "timed_out")),
    (gather_status, "done,silence", ("done", "silence")),
    (gather_digits, "without_finish_key", "12"),
    (gather_digits, "with_finish_key", "12#"),
    (gather_limits, "max_digits_first", (3, 3, None)),
    (gather_limits, "num_digits_first", (2, 2, None)),
    (gather_timeout_seconds, 5, [5, 3]),
    (gather_timeout_seconds, 1, [1, 3]),
    (gather_timeout_seconds, 30, [30, 3]),
    (hangup_during_gather, False, ([END], [])),
    (hangup_during_gather, True, ([OPEN, END], [("1", False)])),
    (webhook_before_redirect, True, [HOOKS, "/next"]),
    (webhook_before_redirect, False, ["/next", HOOKS]),
    (webhook_attempts, 5, [5, 5, 5]),
    (webhook_attempts, 1, [1, 1, 1]),
    (webhook_attempts, 7, [7, 7, 7]),
    (signature_timestamp, "unix_seconds", (True, False, False)),
    (signature_timestamp, "unix_seconds_signed_once", (True, False, True)),
    (signature_timestamp, "rfc3339", (False, True, False)),
    (signature_timestamp, "rfc3339_signed_once", (False, True, True)),
    (event_key, "created", [True, False, False, False]),
    (event_key, "all", [True, True, True, True]),
    (event_key, "none", [False, False, False, False]),
    (max_redirects, 20, 21),
    (max_redirects, 0, 1),
    (max_redirects, 3, 4),
    (relative_urls, "refused", (["MV117"], [])),
    (relative_urls, "resolved", ([], ["Hello.", "Next."])),
    (send_digits_max, 128, ["MV117"]),
    (send_digits_max, 129, []),
    (room_max, 128, ["MV117"]),
    (room_max, 129, []),
    (rejected_call, "created_and_failed", ["call.created", "call.failed"]),
    (rejected_call, "failed_only", ["call.failed"]),
    (rejected_call, "none", []),
    (created_status, 201, ([201, 201, 201], 200)),
    (created_status, 200, ([200, 200, 200], 200)),
    (ai_missing_status, 404, ([404, 404, 404, 404], (404, "call_not_found"))),
    (ai_missing_status, 200, ([200, 200, 200, 200], (200, "call_not_found"))),
    (list_shape, "count_and_data", [["count", "data"]] * 3),
    (list_shape, "array", ["list"] * 3),
    (variable_actions, "", (["MV114", "MV114"], {"old": "1"})),
    (variable_actions, "set=set_variable, remove=drop", ([], {"plan": "gold"})),
    (variable_actions, "set=set_variable", (["MV114"], {"old": "1"})),
    (variable_actions, "remove=drop", (["MV114"], {"old": "1"})),
]


@pytest.mark.parametrize(("see", "value", "seen"), TABLE, ids=[f"{see.__name__}={value}" for see, value, _ in TABLE])
def test_an_assumption_changes_what_it_says(see, value, seen):
    assert see(**{see.__name__: value}) == seen


@pytest.mark.parametrize("name", [each.name for each in fields(Assumptions)])
def test_an_assumption_is_tried_with_its_default_and_with_all_its_values(name):
    rows = [(value, seen) for see, value, seen in TABLE if see.__name__ == name]
    schema = json.loads(
        (files("pytest_minivoice.spec") / "schemas" / "settings.schema.json").read_text(encoding="utf-8")
    )
    rule = schema["properties"][name]
    default, seen = rows[0]
    assert default == rule["default"] == getattr(Settings(), name)
    assert {value for value, _ in rows} >= set(rule.get("enum", [True, False] if rule.get("type") == "boolean" else []))
    see = next(row[0] for row in TABLE if row[0].__name__ == name)
    assert see() == seen


def test_a_post_may_carry_nothing_and_still_be_json():
    site = Site({ANSWER: [say()]})
    call_of(site, answer_payload="none")
    assert site.asked[0].body == b"{}"


def test_a_get_of_the_answer_url_carries_the_call_but_no_gather():
    site = Site({ANSWER: [say()]})
    call = call_of(site, answer_method="GET")
    sent = parse_qs(site.asked[0].query)
    assert sent["call_id"] == [call.id]
    assert set(sent) == {"call_id", "customer_id", "application_id", "status", "direction", "from", "to"}


def test_an_invalid_document_that_runs_in_part_fails_as_the_redirect_that_brought_it():
    pages = {ANSWER: [redirect("/next")], "/next": [gather(), keyed("say")]}
    call = call_of(pages, strict=False, invalid_document="partial").press("1")
    assert (call.terminal, call.reason) == ("failed", "redirect_failed")
    assert call.events[-2:] == ["call.gathered", "call.failed"]


def test_a_call_that_stays_up_waits_for_the_hang_up_and_nothing_else():
    call = call_of([say()], actions_exhausted="in_progress")
    assert (call.status, call.terminal, call.listening) == ("in_progress", None, None)
    with pytest.raises(
        CallerError, match="nothing listens; the actions ran out and the call stays up until the caller hangs"
    ):
        call.press("1")
    call.run(["hang_up"])
    assert call.events == ["call.created", "call.answered", "call.completed"]


def test_a_recording_goes_on_while_a_call_stays_up():
    call = call_of([keyed("start_recording"), say()], actions_exhausted="in_progress")
    assert call.recordings[0].status == "started"
    call.hang_up()
    assert call.events[-2:] == ["recording.completed", "call.completed"]


def test_gathered_events_held_back_are_sent_while_a_call_stays_up():
    call = call_of([gather()], actions_exhausted="in_progress", webhook_before_redirect=False).press("1")
    assert call.events[-1] == "call.gathered"
    assert call.terminal is None

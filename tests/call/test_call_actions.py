"""Every action, in both notations: what it does to the call, what the caller hears, which events come of it."""

from __future__ import annotations

import pytest
from phone import ANSWER, HOST, call_of, codes, gather, keyed, open_account, redirect, say, typed

NOTATIONS = pytest.mark.parametrize("write", [keyed, typed])
UP = ["call.created", "call.answered"]
MEDIA = "wss://media.example.com/a"
OTHER = "wss://media.example.com/b"
AGENT = "+15551230099"
SIP = "sip:agent@pbx.example.com"


@NOTATIONS
@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("say", {"text": "Bye."}),
        ("send_digits", {"digits": "12w#"}),
        ("hold", {}),
        ("mute", {"direction": "both"}),
        ("start_recording", {}),
        ("start_stream", {"stream_url": MEDIA}),
    ],
)
def test_after_most_actions_the_next_one_runs(write, name, parameters):
    call = call_of([say("One."), write(name, **parameters), say("Two.")])
    assert call.actions == ["say", name, "say"]
    assert call.actions[1].parameters == parameters
    assert call.heard == ["One.", *([parameters["text"]] if name == "say" else []), "Two."]
    assert (call.terminal, call.status, call.reason) == ("completed", "completed", "actions_ran_out")
    assert call.findings == []


@pytest.mark.parametrize(("write", "where"), [(keyed, "actions[1].gather"), (typed, "actions[1]")])
def test_an_action_that_ran_names_its_place_in_its_notation(write, where):
    call = call_of([say(), write("gather", prompt="Digit?"), redirect("/next")])
    assert call.actions[1].where == where


@NOTATIONS
def test_a_gather_speaks_its_prompt_and_listens(write):
    call = call_of([say(), write("gather", prompt="Digit?", num_digits=2), redirect("/next")])
    assert call.heard == ["Hello.", "Digit?"]
    assert call.actions == ["say", "gather"]
    assert call.events == UP
    assert call.listening is not None
    assert (call.terminal, call.status) == (None, "in_progress")


@NOTATIONS
def test_a_redirect_replaces_the_later_actions(write):
    pages = {ANSWER: [write("redirect", url=HOST + "/next"), say("Never.")], "/next": [say("There.")]}
    call = call_of(pages)
    assert call.heard == ["There."]
    assert call.actions == ["redirect", "say"]
    assert codes(call.findings) == ["MV202"]
    assert call.terminal == "completed"


@NOTATIONS
@pytest.mark.parametrize("destination", [AGENT, SIP])
@pytest.mark.parametrize(("name", "terminal"), [("transfer", "transferred"), ("bridge", "bridged")])
def test_a_transfer_or_bridge_ends_the_flow_at_its_destination(write, name, terminal, destination):
    call = call_of([say(), write(name, destination=destination), say("Never.")])
    assert call.destination == destination
    assert (call.terminal, call.status, call.reason) == (terminal, "completed", terminal)
    assert call.actions == ["say", name]
    assert call.heard == ["Hello."]
    assert call.events == [*UP, "call.completed"]


@NOTATIONS
@pytest.mark.parametrize("name", ["transfer", "bridge"])
@pytest.mark.parametrize("outcome", ["busy", "no_answer", "unreachable"])
def test_a_destination_that_cannot_be_reached_fails_the_call(write, name, outcome):
    account = open_account([say(), write(name, destination=AGENT), say("Never.")])
    account.destinations[AGENT] = outcome
    call = account.inbound_call()
    assert (call.terminal, call.status, call.reason) == ("failed", "failed", outcome)
    assert call.destination == AGENT
    assert call.events == [*UP, "call.failed"]
    assert call.heard == ["Hello."]


def test_a_destination_answers_unless_it_is_told_otherwise():
    account = open_account([say(), keyed("transfer", destination=AGENT)])
    account.destinations["+15551230098"] = "busy"
    account.destinations[AGENT] = "busy"
    account.destinations[AGENT] = "answered"
    assert account.inbound_call().terminal == "transferred"


@NOTATIONS
def test_a_conference_keeps_the_caller_in_its_room(write):
    call = call_of([say(), write("conference", room="daily.room_1", mute=True, end_on_exit=False), say("Never.")])
    assert call.room == "daily.room_1"
    assert (call.terminal, call.status, call.reason) == ("conferenced", "completed", "conferenced")
    assert call.destination is None
    assert call.heard == ["Hello."]
    assert call.events == [*UP, "call.completed"]


@NOTATIONS
def test_sending_digits_takes_the_pause_before_it(write):
    account = open_account([say(), write("send_digits", digits="1", pause_before_ms=2500)])
    before = account.clock.seconds
    account.inbound_call()
    assert account.clock.seconds - before == 2.5


@NOTATIONS
def test_a_call_can_be_held_and_resumed_again_and_again(write):
    call = call_of([say(), write("hold"), write("resume"), write("hold"), write("hold"), write("resume")])
    assert call.findings == []
    assert call.terminal == "completed"


@NOTATIONS
def test_resume_needs_a_hold_of_the_same_call(write):
    account = open_account([say(), write("resume"), say("On.")], strict=False)
    call = account.inbound_call()
    assert codes(call.findings) == ["MV205"]
    assert call.heard == ["Hello.", "On."]
    twice = call_of([say(), write("hold"), write("resume"), write("resume")], strict=False)
    assert codes(twice.findings) == ["MV205"]


def test_what_one_call_switched_on_is_off_in_the_next():
    sent = iter([[say(), keyed("hold")], [say(), keyed("resume")]])
    account = open_account({ANSWER: lambda _: next(sent)}, strict=False)
    assert account.inbound_call().findings == []
    assert codes(account.inbound_call().findings) == ["MV205"]


@NOTATIONS
@pytest.mark.parametrize(
    ("muted", "unmuted", "found"),
    [
        (["read"], "read", []),
        (["read"], "write", ["MV206"]),
        (["both"], "both", []),
        (["both"], "read", []),
        (["read", "write"], "both", []),
        (["read"], "both", []),
        ([], "both", ["MV206"]),
        ([], "write", ["MV206"]),
    ],
)
def test_unmute_takes_back_the_mute_of_its_direction(write, muted, unmuted, found):
    before = [write("mute", direction=each) for each in muted]
    call = call_of([say(), *before, write("unmute", direction=unmuted)])
    assert codes(call.findings) == found
    assert call.actions[-1] == "unmute"


def test_a_direction_that_was_unmuted_is_not_muted_any_more():
    moves = [("mute", "both"), ("unmute", "read"), ("unmute", "read"), ("unmute", "write")]
    call = call_of([say(), *(keyed(name, direction=direction) for name, direction in moves)])
    [finding] = call.findings
    assert (finding.code, finding.where) == ("MV206", "actions[3].unmute")


@NOTATIONS
def test_a_recording_starts_and_completes_with_an_event_each(write):
    call = call_of([write("start_recording"), say(), write("stop_recording"), say("Off the record.")])
    assert call.events == [*UP, "recording.started", "recording.completed", "call.completed"]
    [recording] = call.recordings
    assert (recording.status, recording.call_id) == ("completed", call.id)


def test_a_recording_that_is_not_stopped_completes_just_before_the_call():
    call = call_of([keyed("start_recording"), say(), keyed("transfer", destination=AGENT)])
    assert call.events == [*UP, "recording.started", "recording.completed", "call.completed"]
    assert call.recordings[0].status == "completed"


@pytest.mark.parametrize(
    ("end", "last"),
    [
        (lambda call: call.hang_up(), "call.completed"),
        (lambda call: call.press("1"), "call.failed"),
        (lambda call: call.wait(), "call.failed"),
    ],
)
def test_a_recording_completes_before_the_terminal_event_however_the_call_ends(end, last):
    pages = {ANSWER: [keyed("start_recording"), gather(), redirect("/next")], "/next": b"no document"}
    call = call_of(pages, strict=False)
    assert call.events == [*UP, "recording.started"]
    assert call.recordings[0].status == "started"
    end(call)
    assert call.events[-2:] == ["recording.completed", last]
    assert call.events.count("recording.completed") == 1


def test_a_recording_is_as_long_as_the_virtual_time_that_it_ran():
    call = call_of([keyed("start_recording"), gather(timeout_seconds=7), keyed("stop_recording"), gather(), say()])
    call.wait()
    assert call.recordings[0].duration_seconds == 7
    call.wait()
    assert call.recordings[0].duration_seconds == 7


@NOTATIONS
def test_stopping_without_a_recording_reports_that_it_failed(write):
    call = call_of([say(), write("stop_recording"), say("On.")], strict=False)
    assert codes(call.findings) == ["MV204"]
    assert call.events == [*UP, "recording.failed", "call.completed"]
    assert call.heard == ["Hello.", "On."]


@NOTATIONS
def test_a_second_recording_cannot_start_while_one_runs(write):
    call = call_of([write("start_recording"), write("start_recording"), say(), write("stop_recording")])
    assert codes(call.findings) == ["MV216"]
    assert call.events == [*UP, "recording.started", "recording.failed", "recording.completed", "call.completed"]
    assert sorted(each.status for each in call.recordings) == ["completed", "failed"]


def test_a_recording_may_follow_one_that_was_stopped():
    call = call_of([keyed("start_recording"), say(), keyed("stop_recording"), keyed("start_recording"), say()])
    assert call.findings == []
    assert [each.status for each in call.recordings] == ["completed", "completed"]
    assert call.recordings[0].id != call.recordings[1].id


@NOTATIONS
@pytest.mark.parametrize(
    ("stop", "found"),
    [
        ({}, []),
        ({"stream_url": MEDIA}, []),
        ({"track": "inbound"}, []),
        ({"stream_url": MEDIA, "track": "inbound"}, []),
        ({"stream_url": OTHER}, ["MV207"]),
        ({"track": "outbound"}, ["MV207"]),
        ({"stream_url": MEDIA, "track": "outbound"}, ["MV207"]),
    ],
)
def test_a_stream_is_stopped_by_what_matches_it(write, stop, found):
    call = call_of([say(), write("start_stream", stream_url=MEDIA, track="inbound"), write("stop_stream", **stop)])
    assert codes(call.findings) == found
    assert call.terminal == "completed"


def test_one_of_two_streams_can_be_stopped_and_only_once():
    streams = [keyed("start_stream", stream_url=url) for url in (MEDIA, OTHER)]
    stops = [keyed("stop_stream", stream_url=MEDIA), keyed("stop_stream", stream_url=MEDIA), keyed("stop_stream")]
    call = call_of([say(), *streams, *stops])
    [finding] = call.findings
    assert (finding.code, finding.where) == ("MV207", "actions[4].stop_stream")
    assert finding.message == f"no running stream matches; running: {OTHER}"


def test_hold_mute_and_streams_have_no_events_of_their_own():
    quiet = [
        keyed("hold"),
        keyed("resume"),
        keyed("mute", direction="read"),
        keyed("unmute", direction="read"),
        keyed("start_stream", stream_url=MEDIA),
        keyed("stop_stream"),
        keyed("send_digits", digits="1"),
    ]
    assert call_of([say(), *quiet]).events == [*UP, "call.completed"]


def test_both_notations_mix_in_one_document():
    call = call_of([typed("say", text="One."), keyed("say", text="Two."), typed("transfer", destination=AGENT)])
    assert call.heard == ["One.", "Two."]
    assert call.terminal == "transferred"


def test_a_document_with_a_say_alone_simply_completes():
    call = call_of([say("Thanks for calling.")])
    assert call.heard == ["Thanks for calling."]
    assert (call.terminal, call.status) == ("completed", "completed")
    assert call.events == [*UP, "call.completed"]
    assert call.findings == []


def test_an_empty_array_of_actions_ends_the_call_in_silence():
    call = call_of([])
    assert call.terminal == "completed"
    assert codes(call.findings) == ["MV210"]


def test_a_thousand_actions_run_in_their_order():
    texts = [str(number) for number in range(1000)]
    call = call_of([say(text) for text in texts])
    assert call.heard == texts
    assert len(call.actions) == 1000
    assert call.terminal == "completed"

"""A call from its creation to its end: directions, events and their data, variables, and moves that cannot be."""

from __future__ import annotations

import pytest
from phone import ANSWER, HOOKS, Site, answer, call_of, codes, gather, keyed, open_account, redirect, say, typed

from pytest_minivoice import CallerError, ContractViolation, CustomAction, SettingError

MENU = [gather(), redirect("/next")]


def outbound(pages=(), **given):
    """Create an outbound call of an account whose application answers with one document."""
    return open_account(list(pages) or [say()], **given).outbound_call("+15551230077")


def state(call, account):
    """Return all that a test can see of a call."""
    return (
        (call.status, call.terminal, call.reason, call.destination, call.room, call.listening),
        (list(call.heard), list(call.actions), list(call.events), list(call.findings), call.variables),
        (len(call.requests), len(call.webhooks), len(call.recordings), len(call.timeline), account.clock.seconds),
    )


def test_an_inbound_call_is_answered_at_once_and_asks_for_its_first_document():
    site = Site({ANSWER: MENU})
    call = open_account(site).inbound_call("+15550001111", "+15550002222")
    assert (call.direction, call.from_, call.to) == ("inbound", "+15550001111", "+15550002222")
    assert (call.status, call.terminal) == ("in_progress", None)
    assert call.events == ["call.created", "call.answered"]
    [request] = site.asked
    assert (request.method, request.path, request.json["data"]) == ("POST", ANSWER, {})
    assert (request.json["call"]["from"], request.json["call"]["to"]) == ("+15550001111", "+15550002222")


def test_an_outbound_call_rings_until_somebody_does_something():
    site = Site({ANSWER: [say()]})
    call = open_account(site).outbound_call("+15551230077", "+15551230002")
    assert (call.direction, call.from_, call.to) == ("outbound", "+15551230002", "+15551230077")
    assert (call.status, call.terminal) == ("dialing", None)
    assert call.events == ["call.created"]
    assert site.asked == []
    call.answer()
    assert call.events == ["call.created", "call.answered", "call.completed"]
    assert (call.status, call.terminal, call.heard) == ("completed", "completed", ["Hello."])


@pytest.mark.parametrize(
    ("move", "terminal", "reason"),
    [("busy", "failed", "busy"), ("no_answer", "failed", "no_answer"), ("cancel", "canceled", "canceled")],
)
def test_an_outbound_call_that_nobody_takes_ends_without_a_document(move, terminal, reason):
    site = Site({ANSWER: [say()]})
    call = getattr(open_account(site).outbound_call("+15551230077"), move)()
    assert (call.terminal, call.status, call.reason) == (terminal, terminal, reason)
    assert call.events == ["call.created", f"call.{terminal}"]
    assert site.asked == []


def test_the_metadata_of_an_outbound_call_remembers_that_it_is_to_be_recorded():
    account = open_account([say()])
    assert account.outbound_call("+15551230077", metadata={"campaign": "spring"}).metadata == {"campaign": "spring"}
    assert account.outbound_call("+15551230077", metadata={"a": 1}, record=True).metadata == {"a": 1, "record": True}
    assert account.outbound_call("+15551230077").metadata == {}


def test_an_inbound_call_to_a_number_in_reject_mode_never_reaches_the_application():
    site = Site({ANSWER: [say()]})
    account = open_account(site)
    account.dids.add("+15551230055", "reject")
    call = account.inbound_call(to="+15551230055")
    assert (call.terminal, call.status, call.reason) == ("rejected", "failed", "did_rejects_calls")
    assert call.events == ["call.created", "call.failed"]
    assert call.heard == call.actions == site.asked == []


def test_the_route_mode_of_a_number_can_be_changed_and_changed_back():
    account = open_account([say()])
    account.dids[0].route_mode = "reject"
    assert account.inbound_call(did=account.dids[0]).terminal == "rejected"
    account.dids[0].route_mode = "webhook"
    assert account.inbound_call(did=account.dids[0]).terminal == "completed"


def test_a_number_in_reject_mode_can_be_called_by_the_account_itself():
    account = open_account([say()])
    account.dids.add("+15551230055", "reject")
    assert account.outbound_call("+15551230055").answer().terminal == "completed"


def test_each_event_tells_the_status_of_its_moment():
    site = Site({ANSWER: [keyed("start_recording"), *MENU], "/next": [say()], HOOKS: answer({})})
    open_account(site, webhook_url=HOOKS).outbound_call("+15551230077").answer().press("1")
    told = [(each.json["event"], each.json["call"]["status"]) for each in site.asked if each.path == HOOKS]
    assert told == [
        ("call.created", "dialing"),
        ("call.answered", "in_progress"),
        ("recording.started", "in_progress"),
        ("call.gathered", "in_progress"),
        ("recording.completed", "in_progress"),
        ("call.completed", "completed"),
    ]


def test_each_event_carries_its_own_data():
    call = call_of({ANSWER: [keyed("start_recording"), *MENU], "/next": [say()]}).press("1")
    data = {str(event): dict(event.data) for event in call.events}
    assert data.pop("call.created") == {"event_key": f"{call.id}:call.created"}
    assert data.pop("call.gathered")["digits"] == "1"
    assert set(data) == {"call.answered", "recording.started", "recording.completed", "call.completed"}
    assert not any(data.values())


def test_each_event_has_the_virtual_time_at_which_it_happened():
    call = call_of({ANSWER: [gather(timeout_seconds=9), redirect("/next")], "/next": [say()]}).wait()
    created, answered, gathered, completed = (event.created_at for event in call.events)
    assert created == answered
    assert gathered == completed > answered


def test_a_webhook_comes_before_the_next_document_is_asked_for():
    site = Site({ANSWER: MENU, "/next": [say()], HOOKS: answer({})})
    open_account(site, webhook_url=HOOKS).inbound_call().press("1")
    assert [each.path for each in site.asked] == [HOOKS, HOOKS, ANSWER, HOOKS, "/next", HOOKS]


def test_a_webhook_may_come_after_the_next_document_was_asked_for():
    site = Site({ANSWER: MENU, "/next": [say(), keyed("start_recording")], HOOKS: answer({})})
    call = open_account(site, webhook_url=HOOKS, webhook_before_redirect=False).inbound_call().press("1")
    assert [each.path for each in site.asked] == [HOOKS, HOOKS, ANSWER, "/next", HOOKS, HOOKS, HOOKS, HOOKS]
    assert call.events[2:] == ["call.gathered", "recording.started", "recording.completed", "call.completed"]


@pytest.mark.parametrize(
    ("after", "last"),
    [
        ([], "call.completed"),
        ([say()], "call.completed"),
        ([keyed("transfer", destination="+15551230099")], "call.completed"),
        ([redirect("/next", max_redirects=0)], "call.failed"),
        ([redirect("/missing")], "call.failed"),
    ],
)
@pytest.mark.parametrize("before", [True, False])
def test_call_gathered_comes_once_and_before_the_end_in_either_order(after, last, before):
    call = call_of([gather(), *after], strict=False, webhook_before_redirect=before).press("1")
    assert call.events == ["call.created", "call.answered", "call.gathered", last]


@pytest.mark.parametrize("before", [True, False])
def test_the_events_of_two_gathers_keep_their_order(before):
    call = call_of([gather(), gather(), say()], webhook_before_redirect=before).press("1")
    call.press("2")
    assert [each.data["digits"] for each in call.events if each == "call.gathered"] == ["1", "2"]
    assert call.terminal == "completed"


# Call variables

TAG = CustomAction(
    name="tag",
    schema={"type": "object", "properties": {"name": {"type": "string"}, "value": {"type": ["string", "null"]}}},
    variables=lambda given, _: {given["name"]: given.get("value")},
)
COUNT = CustomAction(
    name="count", schema={"type": "object"}, variables=lambda _, now: {"calls": str(int(now.get("calls", "0")) + 1)}
)


@pytest.mark.parametrize("write", [keyed, typed])
def test_a_registered_action_sets_and_removes_variables(write):
    actions = [write("tag", name="plan", value="gold"), write("tag", name="old"), say()]
    call = open_account(actions, actions=[TAG]).inbound_call(variables={"old": "1", "kept": "2"})
    assert call.variables == {"plan": "gold", "kept": "2"}
    assert call.actions == ["tag", "tag", "say"]
    assert call.findings == []


def test_a_registered_action_sees_the_variables_that_there_are():
    call = call_of([keyed("count"), keyed("count"), say()], actions=[COUNT])
    assert call.variables == {"calls": "2"}


@pytest.mark.parametrize(
    ("returned", "message"),
    [
        (None, "returned None; it must return a dict of strings, with None to remove one"),
        ({"calls": 1}, "returned {'calls': 1}; it must return a dict of strings, with None to remove one"),
        ({1: "calls"}, "returned {1: 'calls'}; it must return a dict of strings, with None to remove one"),
        (KeyError("calls"), "raised KeyError: 'calls'"),
    ],
)
def test_a_registered_action_that_gives_no_variables_is_named(returned, message):
    def change(_given, _now):
        if isinstance(returned, Exception):
            raise returned
        return returned

    wrong = CustomAction(name="count", schema={"type": "object"}, variables=change)
    with pytest.raises(SettingError) as caught:
        call_of([keyed("count"), say()], actions=[wrong])
    assert str(caught.value) == f"pytest_minivoice_actions: the function variables of 'count' {message}"


def test_variables_survive_redirects_and_are_in_every_webhook():
    pages = {ANSWER: [keyed("tag", name="plan", value="gold"), redirect("/next")], "/next": [say()], HOOKS: answer({})}
    site = Site(pages)
    open_account(site, actions=[TAG], webhook_url=HOOKS).inbound_call(variables={"kept": "2"})
    told = [each.json["variables"] for each in site.asked if each.path == HOOKS]
    assert told == [{"kept": "2"}, {"kept": "2"}, {"kept": "2", "plan": "gold"}]


def test_variables_of_one_call_are_not_those_of_another():
    account = open_account([keyed("count"), say()], actions=[COUNT])
    assert account.inbound_call().variables == account.inbound_call().variables == {"calls": "1"}


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("n" * 128, "v", []),
        ("n" * 129, "v", ["MV217"]),
        ("n", "v" * 4096, []),
        ("n", "v" * 4097, ["MV217"]),
        ("n" * 129, None, ["MV217"]),
        ("", "", []),
    ],
    ids=["longest name", "longer name", "longest value", "longer value", "longer name removed", "empty"],
)
def test_a_variable_over_its_documented_limits_is_not_set(name, value, found):
    call = call_of([keyed("tag", name=name, value=value), say()], actions=[TAG], strict=False)
    assert codes(call.findings) == found
    assert call.variables == ({} if found or value is None else {name: value})


@pytest.mark.parametrize(
    "variables", [{"n" * 129: "v"}, {"n": "v" * 4097}, {"n": 1}, {1: "v"}], ids=["name", "value", "type", "key"]
)
def test_a_call_cannot_begin_with_variables_that_cannot_be(variables):
    account = open_account([say()])
    with pytest.raises(SettingError, match=r"^variables: "):
        account.inbound_call(variables=variables)
    assert account.calls == []


# Moves


@pytest.mark.parametrize(
    ("move", "message"),
    [
        (lambda call: call.press("9"), "press 9: the call was not answered yet; call.answer() first"),
        (lambda call: call.wait(), "wait: the call was not answered yet; call.answer() first"),
        (
            lambda call: call.hang_up(),
            "hang up: the call was not answered yet; cancel(), no_answer() and busy() end it now",
        ),
    ],
)
def test_what_cannot_be_done_while_a_call_rings_is_refused(move, message):
    account = open_account([say()])
    call = account.outbound_call("+15551230077")
    before = state(call, account)
    with pytest.raises(CallerError) as caught:
        move(call)
    assert str(caught.value) == f"the caller cannot {message}"
    assert state(call, account) == before
    assert call.answer().terminal == "completed"


@pytest.mark.parametrize("move", ["answer", "no_answer", "busy", "cancel"])
def test_a_call_that_is_up_cannot_be_answered_or_given_up(move):
    account = open_account(MENU)
    call = account.inbound_call()
    before = state(call, account)
    with pytest.raises(CallerError, match=r"the call is answered already, and a gather listens$"):
        getattr(call, move)()
    assert state(call, account) == before


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ("X", "press 'X': a telephone has no key 'X', only 0123456789*#ABCD"),
        ("a", "press 'a': a telephone has no key 'a', only 0123456789*#ABCD; did you mean 'A'?"),
        ("1 2", "press '1 2': a telephone has no key ' ', only 0123456789*#ABCD"),
        ("", "press '': there is no key in it; wait(), in a script 'timeout', lets the gather give up"),
        (5, 'press 5: digits are a string, such as press("5")'),
        (None, 'press None: digits are a string, such as press("None")'),
        ("12345", "press 12345: the gather takes 1 digit; 2345 would be left over"),
        ("hangup", "press 'hangup': a telephone has no key 'h', only 0123456789*#ABCD; did you mean 'hang_up'?"),
        ("wait", "press 'wait': a telephone has no key 'w', only 0123456789*#ABCD; did you mean 'timeout'?"),
        ("Silence", "press 'Silence': a telephone has no key 'S', only 0123456789*#ABCD; did you mean 'timeout'?"),
        ("nothing", "press 'nothing': a telephone has no key 'n', only 0123456789*#ABCD; did you mean 'timeout'?"),
        ("no_input", "press 'no_input': a telephone has no key 'n', only 0123456789*#ABCD; did you mean 'timeout'?"),
        ("time-out", "press 'time-out': a telephone has no key 't', only 0123456789*#ABCD; did you mean 'timeout'?"),
    ],
)
def test_keys_that_cannot_be_pressed_are_refused(keys, message):
    account = open_account(MENU)
    call = account.inbound_call()
    before = state(call, account)
    with pytest.raises(CallerError) as caught:
        call.press(keys)
    assert str(caught.value) == f"the caller cannot {message}"
    assert "listens" not in message
    assert "hears" in caught.value.transcript
    assert state(call, account) == before


@pytest.mark.parametrize("move", ["press", "wait", "hang_up", "answer", "no_answer", "busy", "cancel"])
def test_nothing_can_be_done_in_a_call_that_has_ended(move):
    account = open_account([say()])
    call = account.inbound_call()
    before = state(call, account)
    with pytest.raises(CallerError, match=r"the call has ended \(completed\)$"):
        getattr(call, move)(*(["1"] if move == "press" else []))
    assert state(call, account) == before


@pytest.mark.parametrize("move", ["press", "wait", "hang_up"])
def test_a_call_that_an_error_stopped_says_so(move):
    account = open_account([say(), keyed("resume"), gather(), redirect("/next")])
    with pytest.raises(ContractViolation, match="MV205"):
        account.inbound_call()
    call = account.calls[-1]
    assert call.terminal is None
    before = state(call, account)
    with pytest.raises(CallerError, match=r"an earlier failure stopped the call in the middle$"):
        getattr(call, move)(*(["1"] if move == "press" else []))
    assert state(call, account) == before


# Scripts


def test_a_script_plays_keys_timeouts_and_a_hang_up():
    pages = {ANSWER: [gather(), redirect(ANSWER)]}
    call = call_of(pages).run(["1", "timeout", "hang_up"])
    assert call.terminal == "hung_up"
    assert [each.data["timed_out"] for each in call.events if each == "call.gathered"] == [False, True]


@pytest.mark.parametrize(
    ("script", "terminal"),
    [
        ([], "completed"),
        (["answer"], "completed"),
        (["busy"], "failed"),
        (["no_answer"], "failed"),
        (["cancel"], "canceled"),
    ],
)
def test_a_script_answers_an_outbound_call_unless_it_says_otherwise(script, terminal):
    assert outbound().run(script).terminal == terminal


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("12", "a caller script is a list of strings, not '12'; write ['12']"),
        (["1", "2", "timeout"], "input is left over: '2', 'timeout'; the call has ended (completed)"),
        (
            [],
            (
                'the script ends while MiniVoice still listens: the gather "Press 1." waits for digits. '
                "Either the script lacks an item (digits, 'timeout' or 'hang_up'), "
                "or the application asks again where it should go on"
            ),
        ),
        ([5], 'a caller script is a list of strings, not [5]; write ["1", "timeout", "hang_up"]'),
        (
            ["hang up"],
            (
                "the caller cannot press 'hang up': a telephone has no key 'h', only 0123456789*#ABCD; "
                "did you mean 'hang_up'?"
            ),
        ),
    ],
)
def test_a_script_that_does_not_fit_the_call_is_refused(script, message):
    call = call_of({ANSWER: MENU, "/next": [say()]})
    with pytest.raises(CallerError) as caught:
        call.run(script)
    assert str(caught.value) == message


def test_a_script_that_ends_in_the_middle_of_a_gather_says_what_was_pressed():
    call = call_of([gather("PIN?", num_digits=4), redirect("/next")])
    with pytest.raises(CallerError, match=r'still listens after 12: the gather "PIN\?" waits for digits'):
        call.run(["12"])


@pytest.mark.parametrize("script", [None, 5, [None], [["1"]], [{"press": "1"}]])
@pytest.mark.parametrize("direction", ["inbound", "outbound"])
def test_a_script_of_other_things_than_strings_is_refused_in_words(script, direction):
    account = open_account(MENU)
    call = account.inbound_call() if direction == "inbound" else account.outbound_call("+15551230077")
    with pytest.raises(CallerError):
        call.run(script)


def test_a_call_that_rings_is_answered_before_a_script_that_does_not_say_so():
    call = open_account(MENU).outbound_call("+15551230077").run(["hang_up"])
    assert call.terminal == "hung_up"
    assert call.events == ["call.created", "call.answered", "call.completed"]


def test_every_call_of_an_account_is_listed_in_order():
    account = open_account([say()])
    calls = [account.inbound_call(), account.outbound_call("+15551230077"), account.inbound_call()]
    assert account.calls == calls
    assert len({call.id for call in calls}) == 3


def test_a_call_shows_its_state():
    account = open_account(MENU)
    call = account.inbound_call()
    assert repr(call) == f"<inbound call {call.id} status='in_progress'>"
    assert repr(call.hang_up()) == f"<inbound call {call.id} terminal='hung_up'>"


@pytest.mark.parametrize("number", ["", "15551230001", "+0123", "+1 555", "+1234567890123456", None, 5])
def test_a_number_that_is_none_is_refused(number):
    account = open_account([say()])
    with pytest.raises(SettingError, match=r"E\.164"):
        account.outbound_call(number)
    with pytest.raises(SettingError, match=r"E\.164"):
        account.dids.add(number)
    assert account.calls == []


def test_a_destination_takes_only_outcomes_that_exist():
    account = open_account([say()])
    with pytest.raises(SettingError) as caught:
        account.destinations["+15551230099"] = "bussy"
    assert str(caught.value) == (
        "destinations['+15551230099'] is 'bussy'; it must be one of answered, busy, no_answer, unreachable; "
        "did you mean 'busy'?"
    )
    assert account.destinations == {}

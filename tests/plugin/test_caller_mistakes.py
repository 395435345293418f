from __future__ import annotations

import json
import re
from urllib.parse import parse_qs

import pytest

from pytest_minivoice import CallerError, ContractViolation

MENU = [
    {"gather": {"prompt": "Press 1 or 2.", "num_digits": 1}},
    {"redirect": {"url": "https://example.com/menu"}},
]
PIN = [
    {"gather": {"prompt": "Your PIN?", "num_digits": 4, "finish_on_key": "#"}},
    {"redirect": {"url": "https://example.com/done"}},
]
DONE = [{"say": {"text": "Thank you."}}]


def answer(request):
    if request.path == "/minivoice/answer":
        return {"actions": MENU}
    digits = parse_qs(request.query).get("digits", [""])[0]
    if request.path == "/menu" and digits != "1":
        return {"actions": PIN if digits == "2" else MENU}
    return {"actions": DONE}


@pytest.fixture
def minivoice_app():
    return answer


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda call: call.press("12345"),
            "the caller cannot press 12345: the gather takes 1 digit; 2345 would be left over",
        ),
        (
            lambda call: call.press("X"),
            "the caller cannot press 'X': a telephone has no key 'X', only 0123456789*#ABCD",
        ),
        (lambda call: call.press("a"), "...; did you mean 'A'?"),
        (lambda call: call.press("timeout"), "...; did you mean wait()?"),
        (lambda call: call.run(["silence"]), "...; did you mean 'timeout'?"),
        (lambda call: call.press(1), 'the caller cannot press 1: digits are a string, such as press("1")'),
        (
            lambda call: call.press(""),
            "the caller cannot press '': there is no key in it; wait(), in a script 'timeout', lets the gather give up",
        ),
        (
            lambda call: call.press("2").press("47#1"),
            "the caller cannot press 47#1: the gather takes 4 digits, # to finish; 1 would be left over",
        ),
        (lambda call: call.press("1").press("1"), "the caller cannot press 1: the call has ended (completed)"),
        (lambda call: call.press("1").wait(), "the caller cannot wait: the call has ended (completed)"),
        (lambda call: call.hang_up().hang_up(), "the caller cannot hang up: the call has ended (hung_up)"),
        (lambda call: call.answer(), "the caller cannot answer: the call is answered already, and a gather listens"),
        (lambda call: call.busy(), "the caller cannot ...: the call is answered already, and a gather listens"),
        (
            lambda call: call.run(["1", "2", "hang_up"]),
            "input is left over: '2', 'hang_up'; the call has ended (completed)",
        ),
        (
            lambda call: call.run(["2", "47"]),
            'the script ends while MiniVoice still listens after 47: the gather "Your PIN?" waits...',
        ),
        (
            lambda call: call.run([]),
            'the script ends while MiniVoice still listens: the gather "Press 1 or 2." waits...',
        ),
        (lambda call: call.run("1"), "a caller script is a list of strings, not '1'; write ['1']"),
        (lambda call: call.run([1]), "a caller script is a list of strings, not ..."),
    ],
)
def test_what_a_caller_cannot_do_is_refused_in_a_sentence_with_the_transcript(minivoice, make, message):
    call = minivoice.inbound_call()
    with pytest.raises(CallerError) as raised:
        make(call)
    assert re.fullmatch(re.escape(message).replace(re.escape("..."), ".*"), str(raised.value))
    assert isinstance(raised.value, ContractViolation)
    assert raised.value.transcript == call.transcript()
    assert 'caller       hears "Press 1 or 2."' in raised.value.transcript


@pytest.mark.parametrize("keys", ["12", "X", "", 1])
def test_a_refused_move_leaves_the_call_as_it_was(minivoice, keys):
    call = minivoice.inbound_call()
    before = call.transcript()
    with pytest.raises(CallerError):
        call.press(keys)
    assert call.transcript() == before
    assert call.press("1").terminal == "completed"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda call: call.press("1"), "the caller cannot press 1: the call was not answered yet; call.answer() first"),
        (lambda call: call.wait(), "the caller cannot wait: the call was not answered yet; call.answer() first"),
        (lambda call: call.hang_up(), "the caller cannot hang up: the call was not answered yet; ..."),
        (lambda call: call.cancel().answer(), "the caller cannot answer: the call has ended (canceled)"),
        (lambda call: call.run(["busy", "1"]), "input is left over: '1'; the call has ended (failed)"),
    ],
)
def test_what_cannot_be_done_to_a_call_that_rings_is_refused(minivoice, make, message):
    call = minivoice.outbound_call("+15551230001")
    with pytest.raises(CallerError) as raised:
        make(call)
    assert re.fullmatch(re.escape(message).replace(re.escape("..."), ".*"), str(raised.value))


def test_nothing_can_be_pressed_after_a_rule_was_broken(minivoice, monkeypatch):
    monkeypatch.setitem(PIN[0]["gather"], "num_digits", 0)
    call = minivoice.inbound_call()
    with pytest.raises(ContractViolation, match="MV117"):
        call.press("2")
    with pytest.raises(CallerError, match="an earlier failure stopped the call in the middle"):
        call.press("1")


@pytest.mark.parametrize("number", ["15551230001", "+0555", "", "sip:anna@example.com", 15551230001])
def test_a_number_that_cannot_be_one_is_refused(minivoice, number):
    with pytest.raises(ValueError, match=r"it must be an E\.164 number such as"):
        minivoice.inbound_call(from_=number)
    with pytest.raises(ValueError, match=r"it must be an E\.164 number such as"):
        minivoice.outbound_call(number)


def test_an_outcome_that_does_not_exist_is_refused_with_the_nearest_one(minivoice):
    with pytest.raises(
        ValueError, match=r"must be one of answered, busy, no_answer, unreachable; did you mean 'busy'\?"
    ):
        minivoice.destinations["+15551230099"] = "buzy"


def test_the_transcript_of_a_refused_move_is_part_of_the_error(minivoice):
    call = minivoice.inbound_call()
    with pytest.raises(CallerError) as raised:
        call.press("9#")
    lines = raised.value.transcript.splitlines()
    assert lines[0] == f"inbound call {call.id} from +15551230001 to +15551230002"
    assert json.dumps({"actions": MENU})[:80] in raised.value.transcript

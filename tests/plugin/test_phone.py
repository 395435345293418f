"""The phone in the terminal, with its input from a pipe."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from pytest_minivoice.flows.reader import read

APP = """
def app(request):
    if request.path == "/hooks":
        return None
    if "&digits=1" in request.query:
        return {"actions": [{"transfer": {"destination": "+15551230099"}}]}
    if "&digits=8" in request.query:
        return {"actions": [{"tranfer": {}}]}
    menu = {"gather": {"prompt": "Press 1.", "num_digits": 1}}
    return {"actions": [menu, {"redirect": {"url": "https://example.com/next"}}]}
"""


@pytest.fixture
def phone(pytester, monkeypatch):
    pytester.makepyfile(ivr=APP)
    root = str(Path(sys.modules["pytest_minivoice"].__file__).parent.parent)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(pytester.path), root]))

    def call(typed, *options, app="ivr:app"):
        return pytester.run(sys.executable, "-m", "pytest_minivoice", "call", app, *options, stdin=typed.encode())

    return call


def test_the_prompts_are_heard_keys_are_pressed_and_the_call_is_printed_as_a_contract(phone):
    result = phone("timeout\n1\n", "--webhook-url", "/hooks")
    assert result.ret == 0
    result.stdout.fnmatch_lines(
        [
            '  00:00  caller       hears "Press 1."',
            "  00:00  caller       presses nothing until the gather gives up",
            "  00:05  application  answers 204 to the webhook call.gathered",
            "  00:05  caller       presses 1",
            "  00:05  MiniVoice    ends the call: transferred (status completed, transferred)",
        ]
    )
    assert "\x1b" not in result.stdout.str()
    [contract] = read("answer_url" + result.stdout.str().partition("\nanswer_url")[2], "printed")
    assert contract.flow.caller == ("timeout", "1")


def test_the_call_is_saved_where_asked(phone, pytester):
    phone("HangUp\n", "--save", "mine", "--name", "goes away").stdout.fnmatch_lines(["written to mine.callflow.yaml"])
    [contract] = read(pytester.path.joinpath("mine.callflow.yaml").read_text(), "mine")
    assert (contract.name, contract.flow.caller) == ("goes away", ("hang_up",))


def test_busy_is_the_destination_or_the_callee_of_a_call_that_rings(phone):
    phone("busy\n1\n").stdout.fnmatch_lines(["*ends the call: failed (status failed, busy)"])
    phone("busy\n", "--outbound").stdout.fnmatch_lines(["*callee       is busy", "*ends the call: failed*"])


def test_input_that_cannot_be_is_refused_with_what_was_meant_and_the_call_goes_on(phone):
    result = phone("time out\nE\nbusi\n1\n")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*presses nothing*", "*no key 'E'*", "*did you mean 'busy'?", "*presses 1"])


def test_the_end_of_the_input_hangs_up(phone):
    result = phone("")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["*caller       hangs up"])


def test_a_broken_rule_is_shown_and_is_the_exit_code(phone):
    result = phone("8\n")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*error MV114 at actions[[]0]*", "*ends the call: failed*"])


@pytest.mark.parametrize(
    ("app", "options", "message"),
    [
        ("ivr:ap", [], "the command line: ivr has no attribute 'ap'; did you mean 'app'?"),
        ("ivr:app", ["--to", "1"], "to is '1'; it must be an E.164 number"),
        ("ivr:app", ["--answer-url", "x"], "the command line: answer_url is 'x'; it must be"),
    ],
)
def test_a_wrong_command_line_says_what_is_wrong(phone, app, options, message):
    result = phone("", *options, app=app)
    assert result.ret == 2
    assert message in result.stderr.str()

"""Whole messages, as a person reads them: what, where, evidence, why, what to do, and how to keep it."""

from __future__ import annotations

from textwrap import dedent

import pytest
from phone import ANSWER, HOOKS, Site, answer, call_of, gather, keyed, open_account, redirect, say

from pytest_minivoice import ContractViolation


def message(site, **given):
    """Return what a strict call to a site says, and the error."""
    with pytest.raises(ContractViolation) as caught:
        call_of(site, **given)
    return str(caught.value) + "\n", caught.value


def test_a_wrong_type_says_where_what_was_meant_and_what_to_do():
    text, error = message([say(), keyed("gather", prompt="PIN?", num_digits="4"), redirect("/x")])
    assert text == dedent("""\
        MV116 wrong-type: num_digits is "4" (a string); it must be a whole number
        - at: actions[1].gather.num_digits
        - pointer: /actions/1/gather/num_digits
        - answered to: POST https://example.com/minivoice/answer
        - did you mean: 4
        - why: The document is validated before it runs, and is refused.
        - fix: Give the documented type; numbers and booleans take no quotes.

        To test how MiniVoice itself reacts to it: @pytest.mark.minivoice(strict=False).
        """)
    assert error.finding.pointer == "/actions/1/gather/num_digits"
    assert error.findings == (error.finding,)


def test_a_document_of_a_redirect_names_the_request_that_brought_it():
    text, _ = message({ANSWER: [redirect("/menu")], "/menu": [say(), keyed("hangup")]})
    assert text == dedent("""\
        MV114 unknown-action: there is no hangup action; MiniVoice is assumed to end the call when the actions run out
        - at: actions[1]
        - pointer: /actions/1
        - answered to: GET https://example.com/menu
        - why: The list of actions is closed; the document is refused and the call fails.
        - fix: Use one of say, gather, send_digits, redirect, transfer, bridge, conference, hold, resume, mute, \
unmute, start_recording, stop_recording, start_stream, stop_stream. An action that only your account has is \
registered by a hook.

        To test how MiniVoice itself reacts to it: @pytest.mark.minivoice(strict=False).
        """)


def test_a_step_that_fails_in_the_flow_says_how_to_keep_it():
    text, _ = message([say(), keyed("resume")])
    assert text == dedent("""\
        MV205 resume-without-hold: the call is not on hold
        - at: actions[1].resume
        - pointer: /actions/1/resume
        - answered to: POST https://example.com/minivoice/answer
        - why: The call is not in a resumable state, so the action fails.
        - fix: Hold the call before, or remove the resume.

        If this is on purpose: minivoice_ignore = MV205, or @pytest.mark.minivoice(ignore=['MV205']).
        """)


def test_an_answer_that_is_an_error_page_shows_its_text_in_one_line():
    page = b"<html><h1>Server\n  Error</h1>" + b"<p>x</p>" * 200
    text, _ = message({ANSWER: answer(page, status=500)})
    assert text == dedent(f"""\
        MV101 answer-not-2xx: POST https://example.com/minivoice/answer was answered 500: Server Error {"x " * 53}x...
        - at: https://example.com/minivoice/answer
        - why: MiniVoice gets no instructions: the call fails, or the redirect does.
        - fix: Return 200 with the answer document. For 404 and 405 compare path and method with your routes; for others read the application's log.

        To test how MiniVoice itself reacts to it: @pytest.mark.minivoice(strict=False).
        """)  # noqa: E501 - whole, as it is printed


def test_a_handler_that_raises_is_named_and_its_exception_is_chained():
    text, error = message({ANSWER: KeyError("caller")})
    assert text == dedent("""\
        MV108 handler-raised: the handler raised KeyError: 'caller'
        - at: https://example.com/minivoice/answer
        - why: MiniVoice gets an error page in place of instructions, and the caller a dead line.
        - fix: Mend the handler; its own traceback is shown above this message.

        To test how MiniVoice itself reacts to it: @pytest.mark.minivoice(strict=False).
        """)
    assert isinstance(error.__cause__, KeyError)
    assert error.finding.cause is error.__cause__


def test_all_errors_of_a_document_are_in_one_message_and_warnings_are_not():
    last = keyed("transfer", to="+15551230099")
    text, error = message({ANSWER: answer({"actions": [keyed("say"), "hold", last]}, headers=[])})
    assert [each.code for each in error.findings] == ["MV115", "MV112"]
    assert text.count("- fix: ") == 2
    assert "MV105" not in text


def test_the_transcript_is_with_the_error_and_has_no_secrets():
    text, error = message(
        {ANSWER: [say("Your code is change-me."), keyed("resume")], HOOKS: answer({})},
        webhook_url=HOOKS,
        webhook_secret="change-me",
    )
    assert "Your code is ***." in error.transcript
    assert "change-me" not in error.transcript + text
    assert error.transcript.splitlines()[0].startswith("inbound call call_")
    assert (
        error.transcript.splitlines()[-1]
        == "  00:00  plugin       error MV205 at actions[1].resume: the call is not on hold"
    )


def test_the_brief_transcript_has_a_line_for_each_thing_that_happened():
    call = call_of({ANSWER: [gather("Digit?", timeout_seconds=9), redirect("/x")], "/x": [say("Bye.")]}).wait()
    assert call.transcript() == dedent(f"""\
        inbound call {call.id} from +15551230001 to +15551230002
          00:00  MiniVoice    call.created
          00:00  MiniVoice    call.answered
          00:00  MiniVoice    requests POST https://example.com/minivoice/answer
          00:00  application  answers 200  {{"actions": [{{"gather": {{"prompt": "Digit?", "timeout_seconds": 9}}}}, \
{{"redirect": {{"url": "https://example.com/x"}}}}]}}
          00:00  MiniVoice    runs gather timeout_seconds=9
          00:00  caller       hears "Digit?"
          00:00  caller       presses nothing until the gather gives up
          00:09  MiniVoice    call.gathered digits= status=timed_out
          00:09  MiniVoice    runs redirect url=https://example.com/x
          00:09  MiniVoice    requests GET https://example.com/x with digits= gather_status=timed_out
          00:09  application  answers 200  {{"actions": [{{"say": {{"text": "Bye."}}}}]}}
          00:09  MiniVoice    runs say
          00:09  caller       hears "Bye."
          00:09  MiniVoice    call.completed
          00:09  MiniVoice    ends the call: completed (status completed, actions_ran_out)""")


def test_the_brief_transcript_of_a_call_that_listens_ends_with_what_can_come_next():
    goes_on = "  the call goes on: its gather has {} of 4 digits; press(), wait() or hang_up()"
    call = call_of([gather("PIN?", num_digits=4), redirect("/x")])
    assert call.transcript().splitlines()[-1] == goes_on.format(0)
    call.press("12")
    assert call.transcript().splitlines()[-1] == goes_on.format(2)
    assert "the call goes on" not in call.hang_up().transcript()


def test_the_whole_transcript_has_the_bodies():
    call = call_of([say("x" * 300)])
    assert "x" * 300 in str(call.timeline)
    assert '"status": "in_progress"' in str(call.timeline)
    assert "x" * 300 not in call.transcript()


@pytest.mark.parametrize("text", ["half \ud800 pair", "two\nlines", "tab\tand \x1b[31m red"])
def test_a_transcript_of_any_text_can_be_printed(text):
    call = call_of([say(text)])
    assert call.heard == [text]
    for transcript in (call.transcript(), str(call.timeline)):
        transcript.encode("utf-8")
    assert len(call.transcript().splitlines()) == 9


def test_a_webhook_that_is_never_accepted_lists_its_attempts():
    site = Site({ANSWER: [say()], HOOKS: answer(b"bad signature", status=401)})
    with pytest.raises(ContractViolation) as caught:
        open_account(site, webhook_url=HOOKS, webhook_attempts=3).inbound_call()
    assert str(caught.value) + "\n" == dedent("""\
        MV301 webhook-not-accepted: call.created was not accepted in 3 attempts: 401, 401, 401: bad signature
        - at: https://example.com/minivoice/webhooks
        - why: MiniVoice retries what is not answered by 2xx, and gives up in the end: the event is lost.
        - fix: Answer 2xx. For 401 or 403 compare minivoice_webhook_secret with the application's own secret.

        If this is on purpose: minivoice_ignore = MV301, or @pytest.mark.minivoice(ignore=['MV301']).
        """)


def test_a_contract_violation_is_an_assertion_and_needs_no_finding():
    error = ContractViolation("the call did not end")
    assert isinstance(error, AssertionError)
    assert (str(error), error.finding, error.findings, error.transcript) == ("the call did not end", None, (), "")

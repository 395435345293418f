from __future__ import annotations

import pytest
from shown import screen, shown


def test_a_failing_test_shows_the_transcript_of_each_of_its_calls(project):
    project.makepyfile(
        test_menu="""
        def test_menu(minivoice):
            minivoice.inbound_call(from_="+15551230007").press("2")
            minivoice.outbound_call("+15551230008").no_answer()
            minivoice.inbound_call()
            assert 0
        """
    )
    result = project.runpytest_inprocess()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        shown(
            """
            test_menu.py:5: AssertionError
            ------------------------- MiniVoice call 1: completed --------------------------
            inbound call call_... from +15551230007 to +15551230002
              00:00  MiniVoice    call.created
              00:00  MiniVoice    call.answered
              00:00  MiniVoice    requests POST https://example.com/minivoice/answer
              00:00  application  answers 200  {"actions": [{"gather": {"prompt": "Press 1 for sales or 2 for support.", "num_digits": 1}}, ...
              00:00  MiniVoice    runs gather num_digits=1
              00:00  caller       hears "Press 1 for sales or 2 for support."
              00:00  caller       presses 2
              00:00  MiniVoice    call.gathered digits=2 status=completed
              00:00  MiniVoice    runs redirect url=https://example.com/minivoice/menu
              00:00  MiniVoice    requests GET https://example.com/minivoice/menu with digits=2 gather_status=completed
              00:00  application  answers 200  {"actions": [{"say": {"text": "Support is closed."}}]}
              00:00  MiniVoice    runs say
              00:00  caller       hears "Support is closed."
              00:00  MiniVoice    call.completed
              00:00  MiniVoice    ends the call: completed (status completed, actions_ran_out)
            --------------------------- MiniVoice call 2: failed ---------------------------
            outbound call call_... from +15551230002 to +15551230008
              00:00  MiniVoice    call.created
              00:00  callee       does not answer
              00:00  MiniVoice    call.failed
              00:00  MiniVoice    ends the call: failed (status failed, no_answer)
            ------------------------ MiniVoice call 3: in_progress -------------------------
            inbound call call_... from +15551230001 to +15551230002
            """  # noqa: E501 - as pytest prints it
        ),
        consecutive=True,
    )


def test_a_passing_test_shows_no_transcript(project):
    project.makepyfile("def test_menu(minivoice): minivoice.inbound_call().press('1')")
    result = project.runpytest_inprocess("-rA")
    result.assert_outcomes(passed=1)
    assert "MiniVoice" not in result.stdout.str()


def test_virtual_time_is_in_the_transcript(project):
    project.makepyfile(
        """
        def test_menu(minivoice):
            call = minivoice.inbound_call()
            for _ in range(13):
                call.wait()
            assert 0
        """
    )
    result = project.runpytest_inprocess()
    result.stdout.fnmatch_lines(
        ["  01:00  caller       presses nothing until the gather gives up", "  01:05  MiniVoice    call.gathered *"]
    )


def test_a_failure_in_the_setup_after_the_fixture_shows_the_call(project):
    project.makepyfile(
        """
        import pytest

        @pytest.fixture
        def connected(minivoice):
            call = minivoice.inbound_call()
            assert call.terminal == "transferred"

        def test_menu(connected): pass
        """
    )
    result = project.runpytest_inprocess()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*MiniVoice call 1: *", "inbound call call_*"])


def test_only_lines_of_the_test_are_in_the_traceback_of_a_broken_rule(project):
    project.makepyfile(
        test_menu="""
        def test_menu(minivoice):
            call = minivoice.inbound_call()
            call.press("8")
        """
    )
    result = project.runpytest_inprocess()
    result.stdout.fnmatch_lines(
        shown(
            """
            __________________________________ test_menu ___________________________________

            minivoice = ...

                def test_menu(minivoice):
                    call = minivoice.inbound_call()
            >       call.press("8")
            E       pytest_minivoice.ContractViolation: MV114 unknown-action: MiniVoice has no action 'tranfer'...
            E       - at: actions[0]
            E       - pointer: /actions/0
            E       - answered to: GET https://example.com/minivoice/menu
            E       - did you mean: transfer
            E       - why: The list of actions is closed; the document is refused and the call fails.
            E       - fix: Use one of say, gather, send_digits, redirect, transfer, bridge, conference, hold, resume, mute, unmute, start_recording, stop_recording, start_stream, stop_stream. An action that only your account has is registered by a hook.
            E...
            E       ...strict=False...

            test_menu.py:3: ContractViolation
            """  # noqa: E501 - as pytest prints it
        ),
        consecutive=True,
    )


HANDLER = """
import pytest

DEPARTMENTS = {}


def department(digits):
    return DEPARTMENTS[digits]


def answer(request):
    return {"actions": [{"say": {"text": department("1")}}]}


@pytest.fixture
def minivoice_app():
    return answer


@pytest.fixture
def anyio_backend():
    return "asyncio"
"""

CALL = """
def test_menu(minivoice):
    minivoice.inbound_call()  # fails
"""

FLOW = """
@pytest.mark.minivoice_flow(["1"], terminal="completed")  # fails
def test_menu():
    pass
"""

ASYNC = """
@pytest.mark.anyio
async def test_menu(minivoice):
    async with minivoice.asynchronous() as phone:
        await phone.inbound_call()  # fails
"""


@pytest.mark.parametrize(
    "test",
    [CALL, FLOW, pytest.param(ASYNC, marks=pytest.mark.needs_plugin("anyio.pytest_plugin"))],
    ids=["call", "flow", "async"],
)
def test_an_exception_of_the_handler_is_shown_with_its_own_traceback(pytester, test):
    path = pytester.makepyfile(test_menu=HANDLER + test)
    line = next(number for number, each in enumerate(path.read_text().splitlines(), 1) if each.endswith("# fails"))
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(failed=1)
    screen(result).fnmatch_lines(
        shown(
            f"""
            ...
            >       return {{"actions": [{{"say": {{"text": department("1")}}}}]}}

            test_menu.py:11:...
            ...
                def department(digits):
            >       return DEPARTMENTS[digits]
            E       KeyError: '1'
            ...
            test_menu.py:7: KeyError
            ...
            The above exception was the direct cause of the following exception:
            ...
            E...pytest_minivoice.ContractViolation: MV108 handler-raised: the handler raised KeyError: '1'
            E...- at: https://example.com/minivoice/answer
            E...- why: MiniVoice gets an error page in place of instructions, and the caller a dead line.
            E...- fix: Mend the handler; its own traceback is shown above this message.
            ...
            test_menu.py:{line}: ContractViolation
            """
        )
    )
    assert "/pytest_minivoice/" not in result.stdout.str()


def test_an_exception_of_the_webhook_handler_is_shown_with_its_own_traceback(pytester):
    pytester.makepyfile(
        test_menu="""
        import pytest

        def receive(request):
            raise ValueError("cannot read the event")

        @pytest.fixture
        def minivoice_app():
            return receive

        @pytest.mark.minivoice(webhook_url="/minivoice/webhooks")
        def test_menu(minivoice):
            minivoice.inbound_call()
        """
    )
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        shown(
            """
            E       ValueError: cannot read the event
            ...
            test_menu.py:4: ValueError
            ...
            The above exception was the direct cause of the following exception:
            ...
            E       pytest_minivoice.ContractViolation: MV301 webhook-not-accepted: call.created was not accepted in 5 attempts: ValueError, ValueError, ValueError, ValueError, ValueError
            ...
            test_menu.py:12: ContractViolation
            ...
              00:00  MiniVoice    call.created
              00:00  application  raises ValueError: cannot read the event to the webhook call.created
              00:00  application  raises ValueError: cannot read the event to the webhook call.created (again, 1 s later)
            """  # noqa: E501 - as pytest prints it
        )
    )


def test_secrets_are_masked_in_the_report(project):
    project.makepyfile(
        """
        import pytest

        @pytest.mark.minivoice(webhook_secret="very-secret", webhook_url="/minivoice/very-secret/webhooks")
        def test_menu(minivoice):
            minivoice.inbound_call().press("1")
            assert 0
        """
    )
    result = project.runpytest_inprocess("--tb=no", "-rA")
    result.assert_outcomes(failed=1)
    assert "very-secret" not in result.stdout.str()


def test_the_whole_timeline_is_printed_with_bodies(project):
    project.makepyfile(
        """
        def test_menu(minivoice):
            print(minivoice.inbound_call().press("1").timeline)
        """
    )
    result = project.runpytest_inprocess("-s")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(
        shown(
            """
            ...inbound call call_... from +15551230001 to +15551230002
              00:00  MiniVoice    call.created
              00:00  MiniVoice    call.answered
              00:00  MiniVoice    requests POST https://example.com/minivoice/answer
            ...{"call": {"id": "call_...", ..."status": "in_progress", "direction": "inbound", "from": "+15551230001", "to": "+15551230002"}, "variables": {}, "data": {}}
              00:00  application  answers 200
            ...{"actions": [{"gather": {"prompt": "Press 1 for sales or 2 for support.", "num_digits": 1}}, {"redirect": {"url": "https://example.com/minivoice/menu"}}]}
            """  # noqa: E501 - as pytest prints it
        ),
        consecutive=True,
    )


@pytest.mark.needs_plugin("xdist.plugin")
def test_transcripts_reach_the_controller_of_xdist(project):
    project.makepyfile("def test_menu(minivoice):\n    minivoice.inbound_call().press('8')")
    result = project.runpytest_subprocess("-n1")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*MV114 unknown-action*", "*MiniVoice call 1: *", "inbound call call_*"])

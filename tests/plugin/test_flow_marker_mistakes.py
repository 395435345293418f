from __future__ import annotations

import pytest
from shown import screen, shown

KEYWORDS = (
    "terminal, status, destination, room, hears, actions, events, requests, variables, from_, to, direction, "
    "destinations, answer_url, id"
)
TERMINALS = "completed, transferred, bridged, conferenced, hung_up, failed, canceled, rejected"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ('["1"], terminl="completed"', f"has no keyword 'terminl'; did you mean 'terminal'?\n- keywords: {KEYWORDS}"),
        (
            '["1"], terminal="transfered"',
            f"terminal is 'transfered'; it must be one of {TERMINALS}; did you mean 'transferred'?",
        ),
        (
            '["1"], status="busy"',
            "status is 'busy'; it must be one of dialing, in_progress, completed, failed, canceled",
        ),
        (
            '["1"], events=["call.complete"]',
            "events is 'call.complete'; it must be one of ...; did you mean 'call.completed'?",
        ),
        ('["1"], hears="Press 1"', "hears is 'Press 1'; it must be a list of strings"),
        ('["1"], variables=["a"]', "variables is ['a']; it must be a dict"),
        ('["1"], destination=5', "destination is 5; it must be a string"),
        (
            '["1"], terminal="failed", destinations={"+15551230099": "engaged"}',
            "destinations['+15551230099'] is 'engaged'; it must be one of answered, busy, no_answer, unreachable",
        ),
        ('["1"], terminal="completed", direction="in"', "direction is 'in'; it must be one of inbound, outbound..."),
        (
            '"1", terminal="completed"',
            "the caller's script is '1'; it must be a list such as ['1', 'timeout', 'hang_up']",
        ),
        ('[1], terminal="completed"', 'the caller cannot press 1: digits are a string, such as press("1")'),
        ('["X"], terminal="completed"', "the caller cannot press 'X': a telephone has no key 'X', only ..."),
        (
            '["hang up"], terminal="completed"',
            "the caller cannot press 'hang up': a telephone has no key 'h', only ...; did you mean 'hang_up'?",
        ),
        ('["1"]', f"expects nothing, so it could not fail; give at least terminal=, one of {TERMINALS}"),
        (
            '["1"], terminal="completed", from_="5551"',
            "from_ is '5551'; it must be an E.164 number such as ...",
        ),
        (
            '["1"], terminal="completed", answer_url="nope"',
            "answer_url is 'nope'; it must be a string such as '/minivoice/answer'",
        ),
        ("", "takes one caller's script, and keywords; it got none: minivoice_flow(caller, *, ..."),
        (
            '["1"], "transferred"',
            "takes one caller's script, and keywords; it got more than one: minivoice_flow(caller, *, ...",
        ),
    ],
)
def test_a_mistake_in_a_marker_is_told_at_collection_with_its_place(project, arguments, message):
    project.makepyfile(
        test_menu=f"""
        import pytest

        @pytest.mark.minivoice_flow({arguments})
        def test_menu(): pass
        """
    )
    result = project.runpytest_inprocess()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(shown(f"...@pytest.mark.minivoice_flow {message}"), consecutive=True)
    assert "Traceback" not in result.stdout.str()


def test_a_mistake_names_the_file_and_the_line_of_the_marker(project):
    project.makepyfile(
        test_menu="""
        import pytest

        @pytest.mark.minivoice_flow(["1"], terminal="transferred")
        @pytest.mark.minivoice_flow(["1"], terminl="completed")
        def test_menu(): pass
        """
    )
    result = project.runpytest_inprocess()
    result.stdout.fnmatch_lines(["*test_menu.py:4*@pytest.mark.minivoice_flow has no keyword 'terminl'*"])


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ('["1", "2"]', "input is left over: '2'; the call has ended (transferred)"),
        (
            '["timeout"]',
            'the script ends while MiniVoice still listens: the gather "Press 1 for sales or 2 for support." waits...',
        ),
        ('["12"]', "the caller cannot press 12: the gather takes 1 digit; 2 would be left over"),
        ('["answer", "1"]', "the caller cannot answer: the call is answered already, and a gather listens"),
    ],
)
def test_a_script_that_does_not_fit_the_call_fails_the_test_with_the_transcript(project, script, message):
    project.makepyfile(
        test_menu=f"""
        import pytest

        @pytest.mark.minivoice_flow({script}, terminal="transferred")
        def test_menu(): pass
        """
    )
    result = project.runpytest_inprocess()
    result.assert_outcomes(failed=1)
    screen(result).fnmatch_lines(
        shown(
            f"""
            >   @pytest.mark.minivoice_flow({script}, terminal="transferred")
            E   pytest_minivoice.CallerError: {message}
            E   - expected of the call: terminal='transferred'

            test_menu.py:3: CallerError
            ------------------------ MiniVoice call 1: ...
            inbound call call_... from +15551230001 to +15551230002
            """
        ),
        consecutive=True,
    )

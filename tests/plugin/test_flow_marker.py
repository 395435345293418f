from __future__ import annotations

import pytest
from shown import screen, shown

STACKED = """
import pytest

@pytest.mark.minivoice_flow(["1"], terminal="transferred", destination="+15551230099")
@pytest.mark.minivoice_flow(caller=["timeout", "2"], terminal="completed")
@pytest.mark.minivoice_flow(["timeout", "timeout", "hang_up"], terminal="hung_up", id="gives up")
def test_menu(minivoice_call):
    assert minivoice_call.findings == []
"""


def test_stacked_markers_give_one_item_each_from_the_uppermost_to_the_lowest(project):
    project.makepyfile(test_menu=STACKED)
    result = project.runpytest_inprocess("-v")
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(
        shown(
            """
            test_menu.py::test_menu[1-transferred] PASSED...
            test_menu.py::test_menu[timeout-2-completed] PASSED...
            test_menu.py::test_menu[gives up] PASSED...
            """
        ),
        consecutive=True,
    )


@pytest.mark.parametrize(
    ("keyword", "selected"),
    [("transferred", "1-transferred"), ("timeout", "timeout-2-completed"), ("gives", "gives up")],
)
def test_items_are_selected_by_their_readable_ids(project, keyword, selected):
    project.makepyfile(test_menu=STACKED)
    result = project.runpytest_inprocess("--collect-only", "-q", "-k", keyword)
    result.stdout.fnmatch_lines(shown(f"test_menu.py::test_menu[{selected}]"))
    result.stdout.fnmatch_lines(["1/3 tests collected (2 deselected)*"])


def test_an_item_is_run_by_its_node_id(project):
    project.makepyfile(test_menu=STACKED)
    project.runpytest_inprocess("test_menu.py::test_menu[gives up]").assert_outcomes(passed=1)


def test_items_are_selected_by_the_marker(project):
    project.makepyfile(test_menu=STACKED, test_other="def test_other(): pass")
    project.runpytest_inprocess("-m", "minivoice_flow").assert_outcomes(passed=3, deselected=1)


def test_equal_ids_are_told_apart(project):
    project.makepyfile(
        """
        import pytest

        @pytest.mark.minivoice_flow(["1"], terminal="transferred", from_="+15551230001")
        @pytest.mark.minivoice_flow(["1"], terminal="transferred", from_="+15551230003")
        def test_menu(minivoice_call):
            assert minivoice_call.from_ in ("+15551230001", "+15551230003")
        """
    )
    project.runpytest_inprocess().assert_outcomes(passed=2)


def test_a_marker_on_a_class_counts_for_each_of_its_tests(project):
    project.makepyfile(
        """
        import pytest

        @pytest.mark.minivoice_flow(["1"], terminal="transferred")
        class TestMenu:
            def test_path(self, minivoice_call):
                assert minivoice_call.destination == "+15551230099"

            @pytest.mark.minivoice_flow(["2"], terminal="completed")
            def test_two_paths(self, minivoice_call):
                assert minivoice_call.findings == []
        """
    )
    result = project.runpytest_inprocess("-v")
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(
        shown(
            """
            ...::TestMenu::test_path[1-transferred] PASSED...
            ...::TestMenu::test_two_paths[1-transferred] PASSED...
            ...::TestMenu::test_two_paths[2-completed] PASSED...
            """
        ),
        consecutive=True,
    )


def test_a_test_with_a_marker_need_not_name_the_call(project):
    project.makepyfile(
        """
        import pytest

        @pytest.mark.minivoice_flow(["1"], terminal="transferred")
        def test_right(): pass

        @pytest.mark.minivoice_flow(["1"], terminal="completed")
        def test_wrong(): pass
        """
    )
    project.runpytest_inprocess().assert_outcomes(passed=1, failed=1)


def test_markers_go_with_parametrize_and_other_fixtures(project):
    project.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("number", ["+15551230099", "+15551230098"])
        @pytest.mark.minivoice_flow(["1"], terminal="transferred")
        def test_menu(minivoice_call, minivoice, number, tmp_path):
            assert minivoice.calls == [minivoice_call]
            assert (minivoice_call.destination == number) == number.endswith("99")
        """
    )
    project.runpytest_inprocess().assert_outcomes(passed=2)


def test_the_call_without_a_marker_is_an_error_that_shows_one(project):
    project.makepyfile("def test_menu(minivoice_call): pass")
    result = project.runpytest_inprocess()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        shown('...minivoice_call needs a flow...@pytest.mark.minivoice_flow(["1"], terminal="transferred")')
    )


def test_a_broken_expectation_fails_the_test_at_the_markers_own_line(project):
    project.makepyfile(
        test_menu="""
        import pytest

        @pytest.mark.minivoice_flow(["2"], terminal="completed")
        @pytest.mark.minivoice_flow(["1"], terminal="completed", destination="+15551230098", hears=["Press 1", "Goodbye"])
        @pytest.mark.minivoice_flow(["3"], terminal="conferenced", room="daily")
        def test_menu():
            pass
        """  # noqa: E501 - as pytest prints it
    )
    result = project.runpytest_inprocess()
    result.assert_outcomes(failed=1, passed=2)
    screen(result).fnmatch_lines(
        shown(
            """
            ____________________________ test_menu[1-completed] ____________________________

            >   @pytest.mark.minivoice_flow(["1"], terminal="completed", destination="+15551230098", hears=["Press 1", "Goodbye"])
            E   pytest_minivoice.ExpectationError: the call with caller ['1'] did not go as expected
            E   - terminal
            E       expected: 'completed'
            E       got:      'transferred'
            E   - destination
            E       expected: '+15551230098'
            E       got:      '+15551230099'
            E   - hears
            E       expected: ['Press 1', 'Goodbye']
            E       got:      ['Press 1 for sales or 2 for support.']

            test_menu.py:4: ExpectationError
            ------------------------ MiniVoice call 1: transferred -------------------------
            inbound call call_... from +15551230001 to +15551230002
              00:00  MiniVoice    call.created
              00:00  MiniVoice    call.answered
              00:00  MiniVoice    requests POST https://example.com/minivoice/answer
              00:00  application  answers 200  {"actions": [{"gather": ...
              00:00  MiniVoice    runs gather num_digits=1
              00:00  caller       hears "Press 1 for sales or 2 for support."
              00:00  caller       presses 1
              00:00  MiniVoice    call.gathered digits=1 status=completed
              00:00  MiniVoice    runs redirect url=https://example.com/minivoice/menu
              00:00  MiniVoice    requests GET https://example.com/minivoice/menu with digits=1 gather_status=completed
              00:00  application  answers 200  {"actions": [{"type": "transfer", "destination": "+15551230099"}]}
              00:00  MiniVoice    runs transfer destination=+15551230099
              00:00  destination  +15551230099: answered
              00:00  MiniVoice    call.completed
              00:00  MiniVoice    ends the call: transferred (status completed, transferred)
            =========================== short test summary info ============================
            FAILED test_menu.py::test_menu[1-completed] - pytest_minivoice.ExpectationErr...
            """  # noqa: E501 - as pytest prints it
        ),
        consecutive=True,
    )


@pytest.mark.parametrize(
    ("expectation", "name"),
    [
        ('status="failed"', "status"),
        ('destination="+15551230098"', "destination"),
        ('room="daily"', "room"),
        ('hears=["Good morning"]', "hears"),
        ('actions=["gather", "transfer"]', "actions"),
        ('events=["call.created", "call.completed"]', "events"),
        ('requests=["POST /minivoice/answer"]', "requests"),
        ('variables={"language": "en"}', "variables"),
    ],
)
def test_each_expectation_can_fail(project, expectation, name):
    project.makepyfile(
        f"""
        import pytest

        @pytest.mark.minivoice_flow(["1"], {expectation})
        def test_menu(): pass
        """
    )
    result = project.runpytest_inprocess()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "E   pytest_minivoice.ExpectationError: the call with caller [[]'1'] did not go as expected",
            f"E   - {name}",
            "E       expected: *",
            "E       got:      *",
            "",
        ],
        consecutive=True,
    )


def test_each_expectation_can_hold(project):
    project.makepyfile(
        """
        import pytest

        @pytest.mark.minivoice_flow(
            ["1"],
            terminal="transferred",
            status="failed",
            destination="+15551230099",
            hears=["Press 1 for sales"],
            actions=["gather", "redirect", "transfer"],
            events=["call.created", "call.answered", "call.gathered", "call.failed"],
            requests=["POST /minivoice/answer", "GET https://example.com/minivoice/menu"],
            variables={},
            from_="+15551230007",
            to="+15551230008",
            destinations={"+15551230099": "busy"},
        )
        def test_menu(minivoice_call):
            assert (minivoice_call.from_, minivoice_call.to) == ("+15551230007", "+15551230008")
        """.replace('terminal="transferred"', 'terminal="failed"')
    )
    project.runpytest_inprocess().assert_outcomes(passed=1)


def test_an_outbound_flow_is_answered_unless_the_script_says_how_it_is_taken(project):
    project.makepyfile(
        """
        import pytest

        @pytest.mark.minivoice_flow(["1"], direction="outbound", terminal="transferred")
        @pytest.mark.minivoice_flow(["answer", "1"], direction="outbound", terminal="transferred")
        @pytest.mark.minivoice_flow(["no_answer"], direction="outbound", terminal="failed")
        @pytest.mark.minivoice_flow(["busy"], direction="outbound", terminal="failed")
        @pytest.mark.minivoice_flow(["cancel"], direction="outbound", terminal="canceled")
        def test_menu(minivoice_call):
            assert minivoice_call.direction == "outbound"
        """
    )
    project.runpytest_inprocess().assert_outcomes(passed=5)


def test_a_marker_may_name_another_answer_url(project):
    project.makepyfile(
        """
        import pytest

        @pytest.mark.minivoice_flow([], terminal="transferred", answer_url="/minivoice/menu?digits=1")
        def test_menu(minivoice_call):
            assert minivoice_call.requests[0].path == "/minivoice/menu"
        """
    )
    project.runpytest_inprocess().assert_outcomes(passed=1)


@pytest.mark.parametrize("place", ["class", "both"])
def test_a_marker_on_a_class_is_shown_with_its_own_line(project, place):
    wrong = '@pytest.mark.minivoice_flow(["1"], terminal="completed")'
    right = '@pytest.mark.minivoice_flow(["2"], terminal="completed")'
    text = {
        "class": f"import pytest\n\n{wrong}\nclass TestMenu:\n    def test_path(self): pass",
        "both": f"import pytest\n\n{right}\nclass TestMenu:\n    {wrong}\n    def test_path(self): pass",
    }[place]
    project.makepyfile(test_menu=text)
    result = project.runpytest_inprocess()
    result.assert_outcomes(failed=1, passed=int(place == "both"))
    line = next(number for number, each in enumerate(text.splitlines(), 1) if wrong[1:] in each)
    result.stdout.fnmatch_lines(
        [f">*{wrong[1:].replace('[', '[[]')}", "*", f"test_menu.py:{line}: ExpectationError"],
    )


def test_a_marker_for_a_whole_module_is_shown_with_its_line(project):
    project.makepyfile(
        test_menu="""
        import pytest

        pytestmark = pytest.mark.minivoice_flow(["1"], terminal="completed")

        def test_path(): pass
        """
    )
    result = project.runpytest_inprocess()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([">   pytestmark = *", "*", "test_menu.py:3: ExpectationError"])


def test_a_broken_rule_in_a_flow_is_a_failure_and_not_an_error(project):
    project.makepyfile(
        test_menu="""
        import pytest

        @pytest.mark.minivoice_flow(["8"], terminal="transferred")
        def test_menu(): pass
        """
    )
    result = project.runpytest_inprocess()
    result.assert_outcomes(failed=1)
    screen(result).fnmatch_lines(
        shown(
            """
            >   @pytest.mark.minivoice_flow(["8"], terminal="transferred")
            E   pytest_minivoice.ContractViolation: MV114 unknown-action: MiniVoice has no action 'tranfer'...
            E   - at: actions[0]
            E   - pointer: /actions/0
            E   - answered to: GET https://example.com/minivoice/menu
            E   - did you mean: transfer
            E   - why: The list of actions is closed; the document is refused and the call fails.
            E   - fix: Use one of say, gather, send_digits, redirect, transfer, bridge, conference, hold, resume, mute, unmute, start_recording, stop_recording, start_stream, stop_stream. An action that only your account has is registered by a hook.
            E...
            E   ...strict=False...

            test_menu.py:3: ContractViolation
            """  # noqa: E501 - as pytest prints it
        ),
        consecutive=True,
    )


def test_the_body_of_the_test_does_not_run_when_the_flow_failed(project):
    project.makepyfile(
        """
        import pytest

        @pytest.mark.minivoice_flow(["1"], terminal="completed")
        def test_menu():
            print("the body ran")
            raise RuntimeError
        """
    )
    result = project.runpytest_inprocess("-s")
    result.assert_outcomes(failed=1)
    assert "the body ran" not in result.stdout.str()


def test_a_flow_that_should_fail_may_be_marked_so(project):
    project.makepyfile(
        """
        import pytest

        @pytest.mark.xfail(raises=AssertionError, strict=True)
        @pytest.mark.minivoice_flow(["1"], terminal="completed")
        def test_menu(): pass

        @pytest.mark.skip
        @pytest.mark.minivoice_flow(["1"], terminal="completed")
        def test_skipped(): pass
        """
    )
    project.runpytest_inprocess().assert_outcomes(xfailed=1, skipped=1)

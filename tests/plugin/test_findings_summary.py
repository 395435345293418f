from __future__ import annotations

import pytest
from shown import shown

WARNINGS = """
import pytest

@pytest.mark.parametrize("number", range(3))
def test_alias(minivoice, number):
    minivoice.inbound_call().press("9")

def test_clean(minivoice):
    minivoice.inbound_call().press("1")

@pytest.mark.minivoice(ignore=["MV211"])
def test_ignored(minivoice):
    minivoice.inbound_call().press("9")
"""

SUMMARY = """
...= MiniVoice findings =...
MV211 undocumented-alias (warning): 3 times, first test_menu.py::test_alias[...] at actions[0].transfer.to
"""


def test_warnings_are_summed_up_at_the_end_of_the_run(project):
    project.makepyfile(test_menu=WARNINGS)
    result = project.runpytest_inprocess()
    result.assert_outcomes(passed=5)
    result.stdout.fnmatch_lines(shown(SUMMARY.replace("[...]", "[0]")), consecutive=True)


@pytest.mark.needs_plugin("xdist.plugin")
def test_warnings_of_all_workers_are_summed_up(project):
    project.makepyfile(test_menu=WARNINGS)
    result = project.runpytest_subprocess("-n2")
    result.assert_outcomes(passed=5)
    result.stdout.fnmatch_lines(shown(SUMMARY), consecutive=True)


def test_a_run_without_findings_has_no_summary(project):
    project.makepyfile("def test_menu(minivoice): minivoice.inbound_call().press('1')")
    result = project.runpytest_inprocess()
    assert "MiniVoice" not in result.stdout.str()


def test_the_rules_are_printed_and_nothing_is_run(project):
    project.makepyfile("def test_menu(): raise RuntimeError")
    result = project.runpytest_inprocess("--minivoice-rules")
    assert result.ret == pytest.ExitCode.OK
    result.stdout.fnmatch_lines(
        shown(
            """
            MV114 unknown-action (error)
                MiniVoice has no action of this name.
                fix: Use one of say, gather, send_digits, redirect, transfer, bridge, conference, hold, resume, mute, unmute, start_recording, stop_recording, start_stream, stop_stream. An action that only your account has is registered by a hook.
            """  # noqa: E501 - as pytest prints it
        ),
        consecutive=True,
    )
    lines = [line for line in result.stdout.lines if line.startswith("MV")]
    assert len(lines) > 30
    assert [line[:5] for line in lines] == sorted({line[:5] for line in lines})
    assert "test session starts" not in result.stdout.str()

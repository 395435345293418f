from __future__ import annotations

import itertools
import re
from functools import cache

import pytest
from phone import codes, open_account
from seeded import DEFECTS, RIGHT

from pytest_minivoice import ExpectationError
from pytest_minivoice.flows.flow import compare, play
from pytest_minivoice.flows.reader import read
from pytest_minivoice.rules import explore_rules


@cache
def findings_of(name):
    case = next(case for case in DEFECTS if case.name == name)
    return open_account(case.make(), **case.settings).explore(**case.options).findings


@pytest.mark.parametrize("case", DEFECTS, ids=lambda case: case.name)
def test_the_defect_is_found_and_nothing_else(case):
    assert sorted(set(codes(findings_of(case.name)))) == sorted(case.codes)


@pytest.mark.parametrize("case", RIGHT, ids=lambda case: case.name)
def test_nothing_is_found_where_nothing_is_wrong(case):
    exploration = open_account(case.make(), **case.settings).explore(**case.options)
    assert exploration.findings == []
    exploration.assert_clean()
    assert exploration.complete


def test_every_rule_of_exploring_but_the_locks_is_among_the_defects():
    assert {rule.code for rule in explore_rules.RULES} - {code for case in DEFECTS for code in case.codes} == {"MV404"}


def told_of(name, monkeypatch, **options):
    """Explore with a clock that goes on by a second a request; give each line with the seconds left then."""
    told = []
    case = next(case for case in RIGHT if case.name == name)
    app = case.make()
    send, requests, clock = app.send, itertools.count(1), [0.0]

    def served(request):
        clock[0] = float(next(requests))
        return send(request)

    monkeypatch.setattr(app, "send", served)
    monkeypatch.setattr("pytest_minivoice.explore.meter.perf_counter", lambda: clock[0])
    account = open_account(app, tell=lambda line: told.append((line, clock[0])))
    account.explore(max_seconds=100_000, reset=dict, **options)
    return [(line, clock[0] - moment) for line, moment in told]


def test_progress_tells_how_far_it_is_and_how_long_it_takes(monkeypatch):
    lines = [line for line, _ in told_of("a PIN with three tries", monkeypatch)]
    begins, spent = r"MiniVoice explores: \d+ states, ", r", \d+ requests of \d+\.\d ms"
    searching = rf"{begins}\d+ inputs to try{spent}, at least \d+ s to go"
    repeating = rf"{begins}(repeats cycles|follows samples): \d+ of \d+{spent}, (about|at least) \d+ s to go"
    checking = rf"{begins}last checks{spent}"
    assert re.fullmatch(searching, lines[0])
    assert any(re.fullmatch(repeating, line) for line in lines)
    assert all(re.fullmatch(f"({searching})|({repeating})|({checking})", line) for line in lines)


def test_progress_tells_how_many_merges_were_rechecked(monkeypatch):
    lines = [line for line, _ in told_of("a PIN with three tries", monkeypatch, recheck=True)]
    assert any("rechecks merges: 1 of " in line for line in lines)


def test_the_time_to_go_is_no_promise_that_is_broken(monkeypatch):
    told = told_of("a PIN with three tries", monkeypatch)
    guessed = [(int(line.split()[-4]), left) for line, left in told if "at least" in line]
    guess, left = guessed[0]
    assert guess >= left / 5
    one_input = 5  # while it is asked for again, the guess stands still
    assert [each for each in guessed if each[0] > each[1] * 1.15 + one_input] == []


@pytest.mark.parametrize(
    ("name", "paths"), [("an offered key without handling", 3), ("a handled key that is not offered", 2)]
)
def test_a_key_of_a_menu_that_is_asked_three_times_is_one_finding(name, paths):
    case = next(case for case in DEFECTS if case.name == name)
    [finding] = open_account(case.make()).explore().findings
    assert (finding.paths, len(finding.caller)) == (paths, 1)


MIXED = [case for case in DEFECTS if case.codes == ("MV405",)]


@pytest.mark.parametrize("case", MIXED, ids=lambda case: case.name)
def test_the_lines_of_two_calls_show_that_one_changes_the_other(case):
    [finding] = findings_of(case.name)
    alone, beside = {"minivoice": open_account(case.make())}, {"minivoice": open_account(case.make(), strict=False)}
    exec(finding.line, beside)
    exec("; ".join(each for each in finding.line.split("; ") if each.startswith("one")), alone)
    ended = [(given["one"].terminal, given["one"].destination, given["one"].heard) for given in (alone, beside)]
    assert ended[0] != ended[1]
    assert "flow: " not in "".join(finding.evidence)


def test_the_line_of_calls_that_differ_makes_several():
    case = next(case for case in DEFECTS if case.name == "a different answer on a repeated request")
    [finding] = open_account(case.make()).explore().findings
    calls = eval(finding.line, {"minivoice": open_account(case.make())})
    assert {call.destination for call in calls} == {"+15551230099", "+15551230098"}


@pytest.mark.parametrize("case", DEFECTS, ids=lambda case: case.name)
def test_the_flow_of_a_finding_shows_it_where_one_call_can(case):
    """The flow passes once the finding's code is not found any more, and fails until then."""
    for each in findings_of(case.name):
        [contract] = read(f"flows:\n  {each.flow}", "pasted.callflow.yaml")
        assert contract.name == each.rule.name
        call = play(contract.flow, open_account(case.make(), **{**case.settings, "strict": False}))
        if each.rule in explore_rules.RULES:
            compare(contract.flow, call)
        else:
            with pytest.raises(ExpectationError) as caught:
                compare(contract.flow, call)
            assert caught.value.names == ("findings",)
            assert each.code in codes(call.findings)

from __future__ import annotations

import itertools
import re

import pytest
from phone import codes, open_account
from seeded import DEFECTS, RIGHT

from pytest_minivoice import ExpectationError
from pytest_minivoice.flows.flow import compare, play
from pytest_minivoice.flows.reader import read
from pytest_minivoice.rules import explore_rules


@pytest.mark.parametrize("case", DEFECTS, ids=lambda case: case.name)
def test_the_defect_is_found_and_nothing_else(case):
    exploration = open_account(case.make(), **case.settings).explore(**case.options)
    assert sorted(set(codes(exploration.findings))) == sorted(case.codes)


@pytest.mark.parametrize("case", RIGHT, ids=lambda case: case.name)
def test_nothing_is_found_where_nothing_is_wrong(case):
    exploration = open_account(case.make(), **case.settings).explore(**case.options)
    exploration.assert_clean()
    assert exploration.complete


def test_every_rule_of_exploring_but_the_locks_is_among_the_defects():
    assert {rule.code for rule in explore_rules.RULES} - {code for case in DEFECTS for code in case.codes} == {"MV404"}


def test_progress_tells_how_far_it_is_and_how_long_it_takes(monkeypatch):
    told = []
    moments = itertools.count()
    monkeypatch.setattr("pytest_minivoice.explore.meter.perf_counter", lambda: float(next(moments)))
    case = next(case for case in RIGHT if case.name == "a PIN with three tries")
    open_account(case.make(), tell=told.append).explore(max_seconds=100_000)
    assert re.fullmatch(
        r"MiniVoice explores: \d+ states, \d+ inputs to try, \d+ requests of \d+\.\d ms, about \d+ s to go", told[0]
    )


@pytest.mark.parametrize("case", DEFECTS, ids=lambda case: case.name)
def test_the_flow_of_a_finding_shows_it_where_one_call_can(case):
    """The flow passes once the finding's code is not found any more, and fails until then."""
    findings = open_account(case.make(), **case.settings).explore(**case.options).findings
    for each in findings:
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

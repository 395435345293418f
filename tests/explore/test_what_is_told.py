"""What an exploration tells of an application, and what it must not: a finding once, with the call that shows it."""

from __future__ import annotations

import itertools
import json
import logging
import re

import pytest
from phone import ANSWER, Site, codes, gather, open_account, redirect, say
from seeded import BYE, SALES, again, ask_for, chosen_by, menu
from small_ivr import first

from pytest_minivoice import SettingError
from pytest_minivoice.flows.flow import play
from pytest_minivoice.flows.reader import read


def explore(app, **options):
    return open_account(app).explore(**options)


def fails(_):
    raise KeyError("three")


@pytest.mark.parametrize("url", ["/chosen?t={token}", "/chosen?call={call}"])
def test_a_token_or_an_id_in_the_url_of_a_failing_handler_is_no_different_answer(url):
    tokens = itertools.count(1_000_000)

    def start(ask):
        return ask_for("Press 1 for sales or 2 for support.", url.format(token=next(tokens), call=ask.call_id))

    exploration = explore(first(start, chosen=chosen_by({"1": [SALES], "2": fails})))
    assert codes(exploration.findings) == ["MV108"]
    assert re.fullmatch(r"https://example\.com/chosen(\?\w+=<\w+>)?", exploration.findings[0].where)


@pytest.mark.parametrize("where", ["url", "text"])
def test_a_value_made_anew_for_each_page_makes_no_new_menu(where):
    tokens = (f"token-{number}" for number in itertools.count())

    def page(_):
        token = next(tokens)
        said = f"Your number is {token}." if where == "text" else "Welcome."
        return [say(said), gather("Press 1."), redirect(f"/page?t={token}" if where == "url" else "/page")]

    exploration = explore(first(page, page=page), max_requests=3000)
    assert exploration.complete
    assert "MV219" in codes(exploration.findings)
    assert len({state.menu for state in exploration.states if state.menu}) == 2
    assert exploration.ignored


@pytest.mark.parametrize(
    ("options", "call"),
    [
        ({"from_": "+15557770001"}, 'inbound_call(from_="+15557770001")'),
        ({"to": "+15557770002", "variables": {"no": "on"}}, 'inbound_call(to="+15557770002", variables={"no": "on"})'),
        ({"to": "+15557770002", "direction": "outbound"}, 'outbound_call(to="+15557770002")'),
    ],
)
def test_the_lines_to_paste_begin_the_call_as_it_was_explored(options, call):
    app = Site({ANSWER: [gather("Press 1."), redirect("/x")], "/x": [{"tranfer": {}}]})
    [finding] = [each for each in explore(app, **options).findings if each.code == "MV114"]
    assert finding.line.startswith(f"minivoice.{call}.run([")
    [contract] = read(f"flows:\n  {finding.flow}", "pasted.callflow.yaml")
    played = play(contract.flow, open_account(app, strict=False))
    given = {"from_": played.from_, "to": played.to, "direction": played.direction, "variables": played.variables}
    assert {name: given[name] for name in options} == options


def test_two_mistakes_that_raise_in_the_same_line_of_a_library_are_two():
    def sales(_):
        return json.loads("")

    def support(_):
        return json.loads("")

    found = explore(menu(chosen_by({"1": sales, "2": support}))).findings
    assert codes(found) == ["MV108", "MV108"]
    places = {line for each in found for line in each.evidence if line.startswith("raised: ")}
    assert len(places) == 2
    assert all("test_what_is_told.py" in each for each in places)


@pytest.mark.parametrize("limit", [3, 5, 8])
def test_what_all_calls_of_a_caller_share_is_found_at_the_end(limit):
    def wrong(ask):
        ask.shared["wrong"] = ask.shared.get("wrong", 0) + 1
        return [say("Locked.")] if ask.shared["wrong"] > limit else [say("Wrong PIN.")]

    app = first(lambda _: ask_for("PIN?", "/x", num_digits=4), x=wrong)
    found = explore(app, samples=["4711"]).findings
    assert "MV218" in codes(found)


def test_a_reset_hook_keeps_calls_apart():
    def wrong(ask):
        ask.shared["wrong"] = ask.shared.get("wrong", 0) + 1
        return [say("Locked.")] if ask.shared["wrong"] > 3 else [say("Wrong key.")]

    app = first(lambda _: ask_for("Press a key.", "/x"), x=wrong)
    explore(app, reset=app.shared.clear).assert_clean()


def test_chance_is_one_finding_that_names_what_differs():
    numbers = itertools.count()

    def page(_):
        return [gather("Press 1."), redirect("/a" if next(numbers) % 2 else "/b")]

    [found] = [each for each in explore(first(page, a=lambda _: BYE, b=lambda _: BYE)).findings if each.code == "MV218"]
    assert re.search(
        r"/minivoice/answer, /actions/1/redirect/url: 'https://example\.com/[ab]' "
        r"and then /minivoice/answer, /actions/1/redirect/url: 'https://example\.com/[ab]'$",
        found.message,
    )


def test_a_state_function_that_never_returns_the_same_is_named():
    numbers = itertools.count()
    found = explore(menu(chosen_by({"1": [SALES], "2": BYE})), state=lambda: next(numbers)).findings
    assert re.search(r"state\(\) returned \d+ and then state\(\) returned \d+$", found[0].message)


@pytest.mark.parametrize(("loops", "told"), [(5, "6 times in a row"), (1, "2 times in a row"), (0, "once")])
def test_silence_that_goes_round_says_how_often_it_was_seen(loops, told):
    def chosen(ask):
        return BYE if ask.digits or ask.count() >= 9 else ask_for("Press 1.", "/chosen")

    def nine_times():
        return first(lambda _: ask_for("Press 1.", "/chosen"), chosen=chosen)

    [finding] = explore(nine_times(), loops=loops).findings
    assert finding.code == "MV219"
    assert finding.message.startswith("a caller who presses nothing goes round and round: answer/")
    assert f" ({told}; if a later time ends it, explore with loops={3 * (loops + 1)})" in finding.message
    assert explore(nine_times(), loops=9).findings == []


def test_a_budget_that_ends_at_once_says_so():
    with pytest.raises(SettingError, match=r"max_seconds=.* ends before the first call was looked at; allow more"):
        explore(menu(again), max_seconds=0.000001)


def test_a_handlers_log_does_not_fill_the_report(caplog):
    def page(_):
        logging.getLogger("shop").error("once more")
        return BYE

    explore(first(page))
    assert caplog.records == []
    logging.getLogger("shop").error("afterwards")
    assert [each.message for each in caplog.records] == ["afterwards"]

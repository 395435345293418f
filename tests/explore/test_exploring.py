from __future__ import annotations

import importlib
import itertools
import json
import random
import re
import socket
import sys

import pytest
from phone import ANSWER, codes, gather, open_account, redirect, say, typed
from seeded import BYE, DEFECTS, RIGHT, SALES, SUPPORT, again, ask_for, chosen_by, language, menu
from small_ivr import first

from pytest_minivoice import ContractViolation, SettingError
from pytest_minivoice.explore import lock
from pytest_minivoice.explore.assertions import failure
from pytest_minivoice.explore.code import name_of
from pytest_minivoice.explore.coverage import places

CASES = {case.name: case for case in (*DEFECTS, *RIGHT)}
COUNTING = {"a ticket number and its page", "a code drawn for each call"}
STEADY = [case.name for case in RIGHT if case.name not in COUNTING]


def two_keys():
    return menu(chosen_by({"1": [SALES], "2": [SUPPORT]}))


def explore(app, **options):
    return open_account(app).explore(**options)


def hooks(app):
    def restore(saved):
        app.calls.clear()
        app.calls.update({name: dict(call) for name, call in saved.items()})

    return {"snapshot": lambda: {name: dict(call) for name, call in app.calls.items()}, "restore": restore}


def test_the_calls_and_the_clock_of_the_test_stay_as_they_were():
    account = open_account(two_keys())
    before = account.clock.seconds
    account.explore()
    assert account.calls == []
    assert account.clock.seconds == before


@pytest.mark.parametrize("name", STEADY)
def test_two_explorations_give_the_same_bytes(name):
    case = CASES[name]
    texts = {lock.write(open_account(case.make(), **case.settings).explore(**case.options).graph) for _ in range(2)}
    assert len(texts) == 1


@pytest.mark.parametrize("name", STEADY)
def test_the_three_executors_find_the_same_graph(name):
    case = CASES[name]
    graphs = []
    for executor in ("replay", "walk", "snapshot"):
        app = case.make()
        more = hooks(app) if executor == "snapshot" else {}
        account = open_account(app, **case.settings)
        graphs.append(lock.write(account.explore(**case.options, executor=executor, **more).graph))
    assert graphs[0] == graphs[1] == graphs[2]


def test_snapshots_and_walks_take_fewer_requests_than_replays():
    def page(ask):
        return [SALES] if ask.digits == "9" else ask_for(f"Menu {ask.digits}.", "/menu")

    app = first(page, menu=page)
    spent = {
        executor: explore(app, executor=executor, loops=0, **(hooks(app) if executor == "snapshot" else {})).requests
        for executor in ("replay", "walk", "snapshot")
    }
    assert spent["snapshot"] < spent["walk"] < spent["replay"]


def test_a_retry_limit_is_found_by_repeating_and_not_without():
    case = CASES["a redirect loop behind the third wrong PIN"]
    assert "MV208" not in codes(explore(case.make(), loops=0).findings)
    assert "MV208" in codes(explore(case.make(), loops=5).findings)


@pytest.mark.parametrize("limit", range(2, 7))
def test_a_limit_is_found_up_to_one_more_than_the_repetitions(limit):
    def chosen(ask):
        return BYE if ask.count() >= limit else ask_for("Press 1.", "/chosen")

    exploration = explore(first(lambda _: ask_for("Press 1.", "/chosen"), chosen=chosen), loops=5)
    assert [state.name for state in exploration.states if state.terminal == "completed"] == ["completed"]
    assert sum(state.kind == "gather" for state in exploration.states) == limit


def test_states_that_look_the_same_are_told_apart_by_rechecking_merges():
    assert not reaches(explore(language("call")), "+15551230098")
    assert reaches(explore(language("call"), recheck=True), "+15551230098")


def test_a_state_probe_tells_them_apart_too():
    app = language("call")
    assert reaches(explore(app, state=lambda call: app.calls[call.id].get("language")), "+15551230098")


def test_a_state_probe_may_take_nothing():
    assert explore(two_keys(), state=lambda: "the same").complete


def reaches(exploration, destination):
    return any(state.destination == destination for state in exploration.states)


@pytest.mark.parametrize("menus", [1, 2, 4])
@pytest.mark.parametrize("executor", ["replay", "walk", "snapshot"])
def test_each_sample_is_followed_behind_menus_that_look_alike(menus, executor):
    def number(ask):
        ask.call["number"] = ask.digits
        return ask_for("Press 1 to go on.", "/menu1") if ask.digits in {"8801", "8802"} else BYE

    def level(ask):
        at = int(ask.path.removeprefix("/menu"))
        if ask.digits != "1":
            return BYE
        if at < menus:
            return ask_for("Press 1 to go on.", f"/menu{at + 1}")
        return [typed("transfer", destination=f"+1555123{ask.call['number']}")]

    pages = {f"menu{at}": level for at in range(1, menus + 1)}
    app = first(lambda _: ask_for("Your number, please.", "/number", num_digits=4), number=number, **pages)
    more = hooks(app) if executor == "snapshot" else {}
    exploration = explore(app, samples=["8801", "8802"], executor=executor, **more)
    exploration.assert_clean()
    assert exploration.assert_reaches("+15551238801").caller == ("8801", *["1"] * menus)
    assert exploration.assert_reaches("+15551238802").caller == ("8802", *["1"] * menus)


def test_what_is_not_reached_is_told_the_ways_to_look_further():
    with pytest.raises(ContractViolation, match=r"- if you know a path: .*samples=.*recheck=True.*state="):
        explore(two_keys()).assert_reaches("+15551230077")


@pytest.mark.parametrize("seed", range(6))
def test_answers_by_chance_are_a_finding_whatever_they_do_to_the_search(seed):
    chance = random.Random(seed)
    exploration = explore(menu(lambda ask: BYE if chance.random() < 0.1 else again(ask)))
    assert "MV218" in codes(exploration.findings)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(
    "page",
    [
        lambda chance: [typed("transfer", destination=chance.choice(["+15551230099", "+15551230098"]))],
        lambda chance: [{"conference": {"room": f"room-{chance.randrange(5)}"}}],
        lambda chance: [redirect(f"/end?queue={chance.choice(['sales', 'support', 'billing'])}")],
    ],
    ids=["destination", "room", "address"],
)
def test_a_choice_by_chance_is_never_taken_for_an_id(seed, page):
    chance = random.Random(seed)
    app = menu(chosen_by({"1": [SALES], "2": lambda _: page(chance)}), end=lambda _: [SUPPORT])
    exploration = explore(app)
    assert codes(exploration.findings) == ["MV218"]
    assert exploration.ignored == ()


def test_a_call_that_ends_at_once_by_chance_is_found():
    chance = random.Random(3)
    app = first(lambda _: [{"conference": {"room": f"room-{chance.randrange(6)}"}}])
    assert codes(explore(app).findings) == ["MV218"]


def test_reset_is_called_before_each_call():
    app, called = two_keys(), []
    explore(app, reset=lambda: called.append(len(app.calls)))
    assert called == list(range(len(called)))


@pytest.mark.parametrize(
    ("budget", "stop"),
    [
        ({"max_states": 3}, "max_states=3"),
        ({"max_requests": 20}, "max_requests=20"),
        ({"max_requests": 5}, "max_requests=5"),
        ({"max_requests": 4}, "max_requests=4"),
    ],
)
def test_a_budget_stops_the_exploration_and_says_what_is_left(budget, stop):
    exploration = explore(two_keys(), **budget)
    assert exploration.assurance.startswith(f"stopped at {stop}: ")
    assert exploration.assurance.endswith(" inputs untried")
    assert not exploration.complete


def stopped_where(words, **options):
    """Give the assurance under a small budget that ends there."""
    budgets = range(20, explore(two_keys(), **options).requests, 10)
    said = (explore(two_keys(), **options, max_requests=budget).assurance for budget in budgets)
    return next(each for each in said if words in each)


def test_a_budget_that_ends_while_cycles_are_repeated_says_how_many_are_left():
    assert re.fullmatch(
        r"stopped at max_requests=\d+: \d+ states, \d+ branches, \d+ of 11 cycles not repeated",
        stopped_where("not repeated"),
    )


def test_a_budget_that_ends_while_merges_are_rechecked_says_so():
    assert re.fullmatch(
        r"stopped at .*, \d+ of \d+ merges not rechecked", stopped_where("not rechecked", loops=0, recheck=True)
    )


def test_a_budget_that_ends_before_two_calls_were_mixed_says_so():
    spent = explore(two_keys(), reset=dict).requests
    assert explore(two_keys(), max_requests=spent).assurance.endswith(", no two calls played at a time")


def test_a_budget_that_ends_behind_a_new_beginning_says_why_it_began_anew():
    tickets = CASES["a ticket number and its page"]
    with pytest.raises(
        SettingError, match=r"max_requests=4 ends behind a new beginning: .* /actions/0/say/text"
    ) as caught:
        explore(tickets.make(), max_requests=4)
    assert "before the first call" not in str(caught.value)


def test_a_budget_that_ends_behind_a_walk_that_met_hidden_state_says_so():
    def page(ask):
        return BYE if ask.count() > 3 else ask_for("Try.", "/page")

    with pytest.raises(SettingError, match="ends behind a new beginning: the walk met hidden state"):
        explore(first(page, page=page), executor="walk", max_requests=33)


def test_a_budget_that_allows_no_call_is_an_error():
    with pytest.raises(SettingError, match="max_requests=1 ends before the first call"):
        explore(two_keys(), max_requests=1)


def test_an_endless_flow_is_stopped():
    def page(ask):
        return ask_for(f"Step {ask.count()}.", "/page")

    exploration = explore(first(page, page=page), max_states=15)
    assert exploration.assurance.startswith("stopped at max_states=15")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"executor": "replays"},
            "executor is 'replays'; it must be one of replay, walk, snapshot; did you mean 'replay'?",
        ),
        ({"executor": "snapshot"}, "the executor snapshot needs two functions, snapshot= and restore="),
        ({"snapshot": dict}, "snapshot and restore belong together; give both or neither"),
        ({"state": "counter"}, "state is 'counter'; it must be a function"),
        ({"loops": -1}, "loops is -1; it must be a whole number of at least 0"),
        ({"loops": 1.5}, "loops is 1.5; it must be a whole number of at least 0"),
        ({"max_states": "many"}, "max_states is 'many'; it must be a whole number of at least 1"),
        ({"max_states": 2.5}, "max_states is 2.5; it must be a whole number of at least 1"),
        ({"max_requests": 1.5}, "max_requests is 1.5; it must be a whole number of at least 1"),
        ({"max_requests": True}, "max_requests is True; it must be a whole number of at least 1"),
        ({"max_seconds": float("nan")}, "max_seconds is nan; it must be a number above 0"),
        ({"max_seconds": 0}, "max_seconds is 0; it must be a number above 0"),
        ({"state": lambda a, b: a}, r"state takes \(a, b\); it is called with the call or nothing"),
        ({"reset": lambda a: a}, r"reset takes \(a\); it is called with nothing"),
        ({"snapshot": dict, "restore": lambda: 1}, r"restore takes \(\); it is called with what snapshot returned"),
        ({"recheck": "yes"}, "recheck is 'yes'; it must be True or False"),
        ({"direction": "outbound", "variables": {"a": "b"}}, "variables belong to an inbound call"),
        ({"samples": "4711"}, r'samples are lists of digits, such as samples=\["4711"\]'),
        ({"samples": 4711}, r"samples are lists of digits, .*; got 4711"),
        ({"samples": {5: ["4711"]}}, "samples are given for 5, which is no path of a page"),
        ({"samples": {"": ["4711"]}}, "samples are given for '', which is no path of a page"),
        ({"samples": ["47a1"]}, "the sample '47a1' must be a string of keys"),
        ({"samples": {"/pni": ["4711"]}}, "samples are given for /pni, which asks for no digits"),
        ({"direction": "inbuond"}, "direction is 'inbuond'; .*did you mean 'inbound'?"),
    ],
)
def test_a_mistake_in_the_arguments_is_named(given, message):
    with pytest.raises(SettingError, match=message):
        explore(two_keys(), **given)


def test_hooks_that_keep_too_little_are_found_out():
    def page(ask):
        return BYE if ask.count() > 3 else ask_for(f"Try {ask.count('asked')}.", "/page")

    app = first(page, page=page)
    with pytest.raises(SettingError, match="do not keep all of the application's state"):
        explore(app, snapshot=lambda: None, restore=lambda _: app.calls.clear())


def test_volatile_words_are_named_and_not_compared():
    exploration = explore(CASES["a ticket number and its page"].make())
    assert f"{ANSWER} /actions/0/say/text" in exploration.ignored
    assert all("1000" not in state.prompt for state in exploration.states)


def test_a_short_number_is_replaced_where_it_stands_and_not_in_the_keys_of_a_prompt():
    exploration = explore(CASES["a place in the queue"].make())
    assert exploration.ignored == (f"{ANSWER} /actions/0/say/text",)
    assert exploration.states[0].prompt == "You are caller <1>. Press 3 for sales or 4 for support."


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("Ticket {}. Thank you.", "Ticket <1>. Thank you."),
        ("It is {}:{} now.", "It is <1> now."),
        ("It is {} of {}.", "It is <1> of <2>."),
        ("{} is your number.", "<1> is your number."),
        ("Your numbers are {} {}.", "Your numbers are <1> <2>."),
        ("{}", "<1>"),
        ("{} {}", "<1> <2>"),
    ],
)
def test_each_volatile_word_of_a_text_is_replaced(said, written):
    numbers = itertools.count(1000)

    def page(_):
        return [say(said.format(next(numbers), next(numbers))), *ask_for("Press 1.", "/page")]

    exploration = explore(first(page, page=lambda _: [say("Ticket"), *BYE]))
    assert exploration.states[0].prompt == f"{written} Press 1."
    assert exploration.complete


def test_a_page_that_says_other_things_too_is_compared_where_it_does():
    def page(ask):
        return [say(f"Ticket {next(numbers)}.") if ask.digits == "2" else say(f"Office {place} is closed.")]

    seen = []
    for place in ("Bonn", "Berlin"):  # noqa: B007 - the page says it
        numbers = itertools.count(1000)
        graph = explore(menu(page)).graph
        seen.append([branch.heard for branch in graph.branches if branch.input in {"2", "3"}])
    assert seen == [[("Ticket <1>.",), ("Office Bonn is closed.",)], [("Ticket <1>.",), ("Office Berlin is closed.",)]]


def test_silence_that_leads_on_for_ever_is_found_and_exploring_stops():
    exploration = explore(CASES["tries counted in a URL without a limit"].make())
    assert exploration.assurance.startswith("stopped at 30 times timeout in a row, each to another state: ")
    assert not exploration.complete
    [finding] = exploration.findings
    assert finding.message == (
        "a caller who presses nothing is asked for ever: 30 times timeout in a row, each to another state"
    )
    assert (finding.where, finding.caller) == ("answer", ("timeout",) * 3)


def keeps_counting(ask):
    tries = int(ask.query.get("tries", 0)) + 1
    return BYE if ask.timed_out else ask_for("Say when.", f"/page?tries={tries}")


def test_an_exploration_that_did_not_end_is_not_clean():
    exploration = explore(first(keeps_counting, page=keeps_counting))
    assert exploration.findings == []
    with pytest.raises(ContractViolation) as caught:
        exploration.assert_clean()
    message = str(caught.value)
    assert message.startswith("exploring found nothing, but did not come to its end (stopped at 30 times 1 in a row, ")
    assert (
        "- fix: End what repeats, or give a budget of your own, such as max_requests=20000, if a part is enough."
        in message
    )


def test_a_part_that_the_test_asked_for_may_be_clean():
    exploration = explore(first(keeps_counting, page=keeps_counting), max_states=20)
    assert exploration.assurance.startswith("stopped at max_states=20: ")
    exploration.assert_clean()


def test_a_findings_shortest_call_can_be_pasted():
    case = CASES["an exception on * four levels down"]
    [finding] = explore(case.make()).findings
    assert finding.line == 'minivoice.inbound_call().run(["1", "1", "1", "*"])'
    assert isinstance(finding.cause, KeyError)
    account = open_account(case.make())
    with pytest.raises(ContractViolation, match="MV108"):
        account.inbound_call().run(list(finding.caller))


def test_a_finding_counts_the_branches_that_show_it():
    [finding] = explore(CASES["an answer that is not JSON"].make()).findings
    assert finding.paths == 3


def test_assert_clean_shows_every_finding_and_its_call():
    exploration = explore(CASES["the right PIN raises"].make(), samples=["4711"])
    with pytest.raises(ContractViolation) as caught:
        exploration.assert_clean()
    text = str(caught.value)
    assert "MV108 handler-raised" in text
    assert '- call: minivoice.inbound_call().run(["4711"])' in text
    assert "- raised: KeyError: 'boom' (seeded.py:" in text
    assert isinstance(caught.value.__cause__, KeyError)


def test_an_ignored_rule_is_not_found():
    case = CASES["no way out"]
    account = open_account(case.make(), ignore=["MV401"])
    assert codes(account.explore().findings) == ["MV219"]


def test_assert_reaches_gives_the_state():
    exploration = explore(two_keys())
    assert exploration.assert_reaches("+15551230098").caller == ("2",)
    assert exploration.assert_reaches("hung_up").caller == ("hang_up",)


def test_assert_reaches_says_what_is_reached_instead():
    with pytest.raises(ContractViolation) as caught:
        explore(two_keys()).assert_reaches("+15551230097")
    assert "no path reaches '+15551230097'; did you mean '+15551230099'?" in str(caught.value)
    assert "- reached: +15551230098" in str(caught.value)


@pytest.mark.parametrize("name", STEADY)
def test_the_flows_take_every_branch_and_hold(name):
    case = CASES[name]
    account = open_account(case.make(), **case.settings)
    exploration = account.explore(**case.options)
    flows = exploration.flows()
    taken = []
    for flow in flows:
        account.destinations.clear()
        account.destinations.update(flow.destinations)
        call = account.outbound_call("+15551230001") if case.options else account.inbound_call()
        call.run(flow.caller)
        assert call.terminal == flow.expected["terminal"]
        assert call.heard[-len(flow.expected.get("hears", [])) or len(call.heard) :] == flow.expected.get("hears", [])
        taken.append([move.item for move in call.timeline.moves()])
    assert places(exploration.graph, taken) == {branch.place for branch in exploration.branches}
    assert len(flows) <= len(exploration.branches)


def test_another_machine_cannot_be_reached_while_exploring():
    def chosen(ask):
        if ask.digits == "2":
            socket.create_connection(("203.0.113.7", 80), timeout=1)
        return [SALES]

    plain = socket.socket
    findings = explore(menu(chosen)).findings
    assert "may not reach 203.0.113.7" in str(findings[0].cause)
    assert socket.socket is plain


def test_an_outbound_exploration_begins_with_the_ringing():
    exploration = explore(two_keys(), direction="outbound")
    first_inputs = [branch.input for branch in exploration.branches if branch.source == "answer"]
    assert first_inputs == ["answer", "no_answer", "busy", "cancel"]


def test_a_gather_of_several_digits_is_tried_with_representatives():
    app = first(
        lambda _: [gather("Number?", min_digits=2, max_digits=4, finish_on_key="#"), redirect("/end")],
        end=lambda _: BYE,
    )
    exploration = explore(app, samples={ANSWER: ["4711", "12"]})
    inputs = [branch.input for branch in exploration.branches if branch.source == "answer"]
    assert inputs == ["hang_up", "timeout", "0" * 4, "00+timeout", "0+timeout", "000*", "#", "0#", "4711", "12#"]


def test_what_a_destination_does_is_a_branch():
    exploration = explore([say(), typed("transfer", destination="+15551230099")])
    assert [branch.input for branch in exploration.branches] == ["answered", "busy", "no_answer", "unreachable"]
    assert exploration.branches[1].destinations == {"+15551230099": "busy"}


def test_assert_reaches_also_finds_where_calls_begin():
    exploration = open_account([{"say": {"text": "We are closed."}}]).explore()
    assert exploration.assert_reaches("completed").caller == ()
    assert exploration.assurance == "exhaustive: 1 state, 0 branches, loops x5"


def test_an_application_is_named_by_the_code_of_its_handlers(tmp_path, monkeypatch):
    lines = ["import flask", "app = flask.Flask(__name__)", "@app.get('/')", "def page(): pass", "def plain(_): pass"]
    (tmp_path / "clinic.py").write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    clinic = importlib.import_module("clinic")
    assert sys.modules["clinic"] is clinic
    assert name_of(clinic.app, tmp_path) == "clinic (Flask)"
    assert name_of(clinic.plain, tmp_path) == "clinic:plain"
    assert name_of("http://127.0.0.1:8000", tmp_path) == "http://127.0.0.1"
    assert name_of("http://localhost:41857/shop/", tmp_path) == "http://localhost/shop/"
    assert name_of("http://[::1]:8000", tmp_path) == "http://[::1]"
    assert name_of("http://LOCALHOST", tmp_path) == "http://localhost"
    assert name_of("http://127.0.0.2:1", tmp_path) == "http://127.0.0.2"
    assert name_of("https://shop.example:8443", tmp_path) == "https://shop.example:8443"
    assert name_of("http://10.0.0.1:8000", tmp_path) == "http://10.0.0.1:8000"
    assert name_of(clinic.app, tmp_path / "elsewhere") == "flask.app:Flask"


def test_an_exception_is_placed_at_the_applications_own_line():
    app = first(lambda _: json.loads("no JSON"))
    [found] = explore(app).findings
    raised = next(line for line in found.evidence if line.startswith("raised: "))
    assert re.fullmatch(r"raised: JSONDecodeError: .* \(test_exploring\.py:\d+ in <lambda>\)", raised)


def test_what_fails_together_is_one_failure_with_all_findings_and_the_first_cause():
    exploration = explore(CASES["the right PIN raises"].make(), samples=["4711"])
    assert failure(exploration, {"clean": False}) is None
    [name, error] = failure(exploration, {"reaches": "+15551230097", "lock": "no.callflow.lock"})
    assert name == "clean"
    assert codes(error.findings) == ["MV108"]
    assert isinstance(error.__cause__, KeyError)
    texts = ["exploring gave one finding", "no path reaches '+15551230097'", "there is no lock file no.callflow.lock"]
    assert [str(error).count(text) for text in (*texts, "MV108 handler-raised")] == [1, 1, 1, 1]
    assert sorted(texts, key=str(error).index) == texts


def two_gathers():
    short = [gather("PIN?", num_digits=4), redirect("/number")]
    long = [gather("Number?", min_digits=2, max_digits=6, finish_on_key="#"), redirect("/end")]
    return first(lambda _: short, number=lambda _: long, end=lambda _: BYE)


FITTING = """
- /minivoice/answer takes 4 digits
- /number takes 6 digits, or less and #"""


@pytest.mark.parametrize(
    ("samples", "message"),
    [
        ({ANSWER: ["4711", "47110"]}, f"the sample '47110' for {ANSWER} does not fit: it takes 4 digits"),
        ({"/number": ["1234567"]}, "the sample '1234567' for /number does not fit: it takes 6 digits, or less and #"),
        ({"/number": ["12#34"]}, "the sample '12#34' for /number does not fit: it takes 6 digits, or less and #"),
        (
            ["1234567"],
            f"the sample '1234567' fits no gather of the call flow{FITTING}",
        ),
    ],
)
def test_a_sample_that_is_longer_than_its_gather_is_refused(samples, message):
    with pytest.raises(SettingError) as caught:
        explore(two_gathers(), samples=samples, loops=0)
    assert str(caught.value) == f"explore: {message}"


def test_samples_for_every_page_are_entered_where_they_fit():
    exploration = explore(two_gathers(), samples=["4711", "123456"], loops=0)
    inputs = {(branch.source, branch.input) for branch in exploration.branches}
    digits = {(source, given) for source, given in inputs if given[:2] in {"47", "12"}}
    page = next(source for source, _ in inputs if source != "answer")
    assert digits == {("answer", "4711"), (page, "4711#"), (page, "123456")}


def test_samples_for_every_page_of_a_flow_that_asks_for_none_are_refused():
    with pytest.raises(SettingError, match="the sample '4711' fits no gather of the call flow"):
        explore(two_keys(), samples=["4711"])


@pytest.mark.parametrize("second", [[SUPPORT], BYE, ask_for("Press 1.", "/number")])
def test_two_calls_are_played_although_one_is_led_elsewhere_than_the_graph_says(second):
    """Both choices ask the same in the same words; only what follows tells them apart, two inputs later."""

    def chosen(ask):
        if ask.digits not in {"1", "2"}:
            return again(ask)
        ask.call["choice"] = ask.digits
        return ask_for("Press 1 or 2 to go on.", "/next")

    def then(ask):
        if ask.digits not in {"1", "2"}:
            return again(ask, "Press 1 or 2 to go on.", "/next")
        return ask_for("Your number?", "/number", num_digits=4) if ask.call["choice"] == "1" else second

    app = first(
        lambda _: ask_for("Press 1 for sales or 2 for support.", "/chosen"),
        chosen=chosen,
        next=then,
        number=lambda _: BYE,
    )
    assert explore(app).findings == []


def test_what_a_function_raises_later_is_raised_as_it_was():
    broken = []

    def reset():
        if broken:
            raise RuntimeError("no table")

    exploration = explore(two_keys(), reset=reset)
    broken.append(True)
    with pytest.raises(RuntimeError, match="no table"):
        exploration.flows()

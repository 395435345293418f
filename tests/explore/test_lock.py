from __future__ import annotations

from datetime import date

import pytest
from phone import open_account, redirect, say, typed
from seeded import BYE, SALES, SUPPORT, ask_for, chosen_by, menu, pin
from small_ivr import first

from pytest_minivoice import SettingError
from pytest_minivoice.explore import lock
from pytest_minivoice.explore.changes import Change, compare
from pytest_minivoice.explore.matching import unignored

PROMPT = "Press 1 for sales or 2 for support."

LOCK = """minivoice-lock 1
begins inbound POST /minivoice/answer
greeting MV202 ["Press 1."] does ["start_recording"]
ignore answer 9 until 2027-01-31: the survey runs in January
state answer gather 1 {"menu": "POST /minivoice/answer", "prompt": "Press 1.", "timeout_seconds": 5, "finish_on_key": "#"}
answer hang_up -> hung_up
answer 1 -> completed MV203 ["Goodbye.", "See you."] does ["mute direction=both"]
state hung_up end {"terminal": "hung_up"}
state completed end {"terminal": "completed"}
"""


def graph_of(app):
    return open_account(app).explore().graph


def two_keys(one=(SALES,), two=(SUPPORT,), prompt=PROMPT, limit=3, **more):
    return menu(chosen_by({"1": list(one), "2": list(two), **more}, limit=limit), prompt=prompt)


def changes(old, new):
    return [(each.weight, each.place, each.message) for each in compare(graph_of(old), graph_of(new))]


def test_a_lock_is_read_as_it_was_written():
    graph = graph_of(two_keys())
    content = lock.write(graph)
    read = lock.read(content, "x.lock").graph
    assert (read.states, read.branches, read.begins) == (graph.states, graph.branches, graph.begins)
    assert read.beginning == graph.beginning
    assert lock.write(read) == content


def test_a_lock_has_one_branch_a_line_and_its_ignored_changes():
    read = lock.read(LOCK.encode(), "x.lock")
    assert lock.write(read.graph, read.ignored) == LOCK.encode()
    assert read.graph.branches[1].heard == ("Goodbye.", "See you.")
    assert read.graph.branches[1].did == ("mute direction=both",)
    assert (read.graph.did, read.graph.codes) == (("start_recording",), ("MV202",))
    assert (read.graph.root.timeout_seconds, read.graph.root.finish_on_key) == (5, "#")
    assert read.graph.branches[1].caller == ("1",)


def test_what_other_programs_take_for_ends_of_lines_is_none():
    graph = graph_of(two_keys(prompt="Press 1\u2028for sales\x85or 2\u2029for support."))
    written = lock.write(graph)
    for each in (written, b"\xef\xbb\xbf" + written, written.replace(b"\n", b"\r\n")):
        assert lock.read(each, "x.lock").graph.states == graph.states


def test_half_a_character_of_a_text_that_was_cut_is_kept():
    graph = graph_of(two_keys(prompt="Press 1 for \ud83d"))
    assert lock.read(lock.write(graph), "x.lock").graph.states == graph.states


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "x.lock:1: this is no lock file of a call flow: it begins with '', not 'minivoice-lock 1'"),
        (LOCK + "<<<<<<< HEAD\n", "x.lock:10: cannot read '<<<<<<< HEAD'; a merge conflict is left in the file"),
        (LOCK + "answer 2 -> nowhere\n", "x.lock:10: the branch answer 2 names the state nowhere, which has no line"),
        (LOCK + "nowhere 2 -> answer\n", "x.lock:10: the branch nowhere 2 names the state nowhere, which has no line"),
        (LOCK + 'answer 2 -> answer/1 ["a]\n', "x.lock:10: cannot read what is heard or done: "),
        (LOCK + 'answer 2 -> answer does ["a" "b"]\n', "x.lock:10: cannot read what is heard or done: "),
        (LOCK + 'answer 2 -> answer ["a"] "b"\n', "x.lock:10: cannot read '\"b\"' at the end of the line"),
        (LOCK + "state answer/7 dial {}\n", "x.lock: no branch leads to the state answer/7"),
        (LOCK + 'state a end {"colour": 1}\n', "x.lock:10: cannot read the state: .*colour"),
        (
            LOCK + "ignore answer 8:\n",
            "x.lock:10: an ignored change needs a reason; write it as ignore PLACE: the reason, or ignore PLACE until",
        ),
        (LOCK + "ignore answer 8 until May: why\n", "x.lock:10: 'May' is no date; write it as 2027-01-31"),
        (
            LOCK + "ignored answer 8: why\n",
            "x.lock:10: cannot read 'ignored answer 8: why'; write it as ignore PLACE: ",
        ),
        (LOCK + "Ignore answer 8: why\n", "x.lock:10: cannot read 'Ignore answer 8: why'; write it as ignore PLACE: "),
        ("minivoice-lock 1\n", "x.lock: there is no state in it"),
    ],
)
def test_a_lock_that_cannot_be_read_says_where(text, message):
    with pytest.raises(SettingError, match=message):
        lock.read(text.encode(), "x.lock")


def test_the_same_flow_has_no_change():
    assert changes(two_keys(), two_keys()) == []


@pytest.mark.parametrize(
    ("new", "weight", "place", "message"),
    [
        (two_keys(two=BYE), "breaking", "answer 2", "ends as completed, not reaches +15551230098"),
        (two_keys(two=[{"conference": {"room": "daily"}}]), "breaking", "answer 2", "ends as conferenced:daily, not reaches +15551230098"),
        (two_keys(two=[SALES]), "breaking", "answer 2", "reaches +15551230099, not +15551230098"),
        (two_keys(two=[{"tranfer": {}}]), "breaking", "answer 2", "breaks a rule now: MV114"),
        (two_keys(prompt="Press 1 or 2."), "to judge", "answer", f'says "Press 1 or 2.", not "{PROMPT}"'),
        (two_keys(limit=4), "to judge", "answer/timeout/timeout timeout", 'the number of tries has changed: leads to "Press 1 for sales or 2 for support.", not ends as completed'),
    ],
)  # fmt: skip
def test_a_change_is_told_by_what_it_means(new, weight, place, message):
    assert (weight, place, message) in changes(two_keys(), new)


def asked(**given):
    """Return the usual menu, asked with other parameters of the gather, and with what is done before it."""
    before = given.pop("before", [])
    ask = lambda _: [*before, *ask_for(PROMPT, "/chosen", **given)]  # noqa: E731
    return first(ask, chosen=chosen_by({"1": [SALES], "2": [SUPPORT]}))


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        (asked(), asked(timeout_seconds=3), ("to judge", "answer", "waits 3 s, not 5 s")),
        (asked(num_digits=4), asked(num_digits=4, finish_on_key="#"), ("to judge", "answer", "an entry ends with #, not without a key")),
        (asked(min_digits=2, max_digits=4), asked(min_digits=3, max_digits=4), ("breaking", "answer", "takes at least 3 digits, not 2")),
        (asked(min_digits=3, max_digits=4), asked(min_digits=2, max_digits=4), ("to judge", "answer", "takes at least 2 digits, not 3")),
        (asked(), asked(before=[{"start_recording": {}}]), ("to judge", "answer", "does start_recording besides")),
        (asked(before=[{"send_digits": {"digits": "12"}}]), asked(), ("to judge", "answer", "does not do send_digits digits=12 any more")),
        (two_keys(two=[{"mute": {"direction": "read"}}, SUPPORT]), two_keys(two=[{"mute": {"direction": "both"}}, SUPPORT]), ("to judge", "answer 2", "does mute direction=both, not mute direction=read")),
        (two_keys(two=[{"conference": {"room": "a"}}]), two_keys(two=[{"conference": {"room": "a", "mute": True}}]), ("to judge", "answer 2", "does conference mute=true besides")),
        (first(lambda _: BYE), first(lambda _: [say("We are closed.")]), ("to judge", "completed", 'says "We are closed.", not "Goodbye."')),
        (first(lambda _: BYE), first(lambda _: [SALES]), ("breaking", "completed", "reaches +15551230099, not ends as completed")),
        (asked(), first(lambda _: [redirect("/x y")]), ("breaking", "answer", "breaks a rule now: MV117")),
    ],
)  # fmt: skip
def test_what_the_caller_does_not_hear_and_how_calls_begin_are_compared(old, new, change):
    assert change in changes(old, new)


def operator_after(tries, number="+15551230091"):
    """Ask so many times, then connect."""

    def chosen(ask):
        if ask.digits == "1":
            return [SALES]
        ask_again = [say("Sorry."), *ask_for("Press 1 for sales.", "/chosen")]
        return [typed("transfer", destination=number)] if ask.count() >= tries else ask_again

    return first(lambda _: ask_for("Press 1 for sales.", "/chosen"), chosen=chosen)


@pytest.mark.parametrize(("before", "after"), [(3, 4), (3, 2), (1, 3)])
def test_another_number_of_tries_before_an_operator_is_to_be_judged(before, after):
    found = changes(operator_after(before), operator_after(after))
    assert {weight for weight, _, _ in found} == {"to judge"}
    assert any("the number of tries has changed" in message for _, _, message in found)


def test_another_operator_after_the_tries_breaks():
    found = changes(operator_after(3), operator_after(3, "+15551230092"))
    assert ("breaking", "answer/timeout/timeout timeout", "reaches +15551230092, not +15551230091") in found


THREE = "Press 1 for sales, 2 for support or 3 for our hours."
HOURS = {"3": [say("Nine to five.")]}


def test_a_key_that_is_handled_now_is_an_addition():
    """Its wrong-key answer of before is nothing that callers count on."""
    assert changes(two_keys(), two_keys(**HOURS)) == [
        ("additive", "answer 3", '3 is handled now: says "Nine to five." and ends as completed')
    ]


def test_a_key_that_is_not_handled_any_more_breaks():
    assert changes(two_keys(**HOURS), two_keys()) == [
        ("breaking", "answer 3", '3 is not handled any more: it said "Nine to five." and ended as completed')
    ]


@pytest.mark.parametrize(
    ("prompt", "weight"),
    [
        (THREE, "additive"),
        ("Press 1 for sales or 2 for support. For our hours, press 3.", "additive"),
        ("Press 1 for sales, 2 for technical support or 3 for our hours.", "to judge"),
        ("Press 1 for sales, 2 for support, 3 for our hours or 4 for news.", "to judge"),
        ("Press 1 for support, 2 for sales or 3 for our hours.", "to judge"),
    ],
)
def test_a_prompt_that_merely_offers_the_added_key_is_an_addition(prompt, weight):
    new = menu(chosen_by({"1": [SALES], "2": [SUPPORT], **HOURS}, prompt=prompt), prompt=prompt)
    found = {(weight, place) for weight, place, _ in changes(two_keys(), new)}
    assert found == {("additive", "answer 3"), (weight, "answer")}


def test_another_number_of_tries_adds_no_key_that_does_what_giving_up_does():
    """At the last try key 1 brings what a wrong key brings; it is handled all the same."""
    few, many = (graph_of(menu(chosen_by({"1": BYE, "2": [SUPPORT]}, limit=limit))) for limit in (3, 4))
    for old, new in ((few, many), (many, few)):
        assert {each.weight for each in compare(old, new)} == {"to judge"}


def test_fewer_digits_break_and_a_new_entry_is_an_addition():
    old = pin(lambda _: [SALES], lambda _: BYE)
    assert ("breaking", "answer", "takes 3 digits, not 4 any more") in changes(
        old, pin(lambda _: [SALES], lambda _: BYE, num_digits=3)
    )
    finished = pin(lambda _: [SALES], lambda _: BYE, finish_on_key="#")
    assert ("additive", "answer #", 'added; it says "Goodbye." and ends as completed') in changes(old, finished)
    assert ("breaking", "answer #", 'removed; it said "Goodbye." and ended as completed') in changes(finished, old)


def test_one_change_is_reported_once_with_all_its_places():
    """The same menu is asked three times, and key 2 is one of it each time."""
    [change] = compare(graph_of(two_keys()), graph_of(two_keys(two=BYE)))
    assert (change.place, change.where) == ("answer 2", "answer 2 and 2 more")
    assert change.more == ("answer/timeout 2", "answer/timeout/timeout 2")


def test_another_answer_to_wrong_keys_is_one_change():
    def wrong(text):
        return menu(lambda ask: [SALES] if ask.digits == "1" else [say(text)], prompt="Press 1 for sales.")

    [change] = compare(graph_of(wrong("No.")), graph_of(wrong("Wrong.")))
    assert (change.place, change.message) == ("answer timeout", 'says "Wrong.", not "No."')
    assert len(change.more) == 11


GONE = Change(weight="breaking", place="answer 9", message="removed", more=("answer/1 9",))


def ignoring(place, until=None):
    return lock.Ignored(place=place, reason="the survey", until=until)


PLACES = frozenset({"answer", "answer 8", "answer 9", "answer/1 9"})


@pytest.mark.parametrize("until", [None, date(2026, 6, 1)])
@pytest.mark.parametrize("place", ["answer 9", "answer/1 9"])
def test_an_ignored_change_does_not_count_wherever_it_shows(place, until):
    assert unignored([GONE], [ignoring(place, until)], date(2026, 6, 1), PLACES) == []


def test_a_change_that_was_ignored_too_long_counts_and_says_so():
    [left] = unignored([GONE], [ignoring("answer 9", date(2026, 5, 31))], date(2026, 6, 1), PLACES)
    assert left.message == "removed (no longer ignored, that ended on 2026-05-31: the survey)"


def test_an_ignored_change_that_matches_nothing_is_reported():
    [kept, vain] = unignored([GONE], [ignoring("answer 8")], date(2026, 6, 1), PLACES)
    assert kept == GONE
    assert vain.message == "is ignored (the survey), and nothing has changed there; remove the line"


def test_an_ignored_change_that_is_over_and_matches_nothing_says_both():
    [vain] = unignored([], [ignoring("answer 8", date(2026, 5, 31))], date(2026, 6, 1), PLACES)
    assert vain.message == (
        "is ignored until 2026-05-31, which is over (the survey), and nothing has changed there; remove the line"
    )


def test_an_ignored_change_at_a_place_that_does_not_exist_names_the_one_that_was_meant():
    [vain] = unignored([], [ignoring("anser 9")], date(2026, 6, 1), PLACES)
    assert vain.message == "is ignored (the survey), and there is no such place; did you mean 'answer 9'?"

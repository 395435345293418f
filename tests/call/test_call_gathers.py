"""What ends a gather, with which digits: by tables, and against a naive restatement of the platform's facts."""

from __future__ import annotations

from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st
from phone import ANSWER, Site, call_of, gather, keyed, open_account, redirect, say

from pytest_minivoice import CallerError
from pytest_minivoice.spec.calls import KEYS


def gathering(**parameters):
    """Call an application that gathers with these parameters and then redirects; settings go in by `_settings`."""
    settings = parameters.pop("_settings", {})
    pages = {ANSWER: [keyed("gather", prompt="Digits?", **parameters), redirect("/next")], "/next": [say("Bye.")]}
    return call_of(pages, strict=False, **settings)


def result(call):
    """Return what call.gathered said, or None while the gather listens."""
    events = [each for each in call.events if each == "call.gathered"]
    return events[0].data if events else None


@pytest.mark.parametrize(
    ("parameters", "presses", "digits"),
    [
        ({}, ["5"], "5"),
        ({"num_digits": 1}, ["*"], "*"),
        ({"num_digits": 4}, ["1234"], "1234"),
        ({"num_digits": 4}, ["1", "2", "34"], "1234"),
        ({"max_digits": 3}, ["123"], "123"),
        ({"num_digits": 2, "max_digits": 3}, ["123"], "123"),
        ({"min_digits": 2, "max_digits": 3}, ["1", "23"], "123"),
        ({"num_digits": 4, "finish_on_key": "#"}, ["12#"], "12"),
        ({"num_digits": 4, "finish_on_key": "#"}, ["12", "#"], "12"),
        ({"num_digits": 4, "finish_on_key": "#"}, ["#"], ""),
        ({"num_digits": 4, "finish_on_key": "#"}, ["123#"], "123"),
        ({"num_digits": 4, "finish_on_key": "#"}, ["1234"], "1234"),
        ({"num_digits": 1, "finish_on_key": "#"}, ["#"], ""),
        ({"num_digits": 2, "finish_on_key": "5"}, ["15"], "1"),
        ({"max_digits": 6, "min_digits": 4, "finish_on_key": "*"}, ["12*"], "12"),
        ({"num_digits": 3}, ["A#D"], "A#D"),
    ],
)
def test_enough_digits_or_the_finish_key_end_a_gather(parameters, presses, digits):
    call = gathering(**parameters)
    for keys in presses:
        assert result(call) is None
        call.press(keys)
    found = result(call)
    assert (found["digits"], found["status"], found["timed_out"]) == (digits, "completed", False)
    assert call.heard == ["Digits?", "Bye."]


@pytest.mark.parametrize(
    ("parameters", "presses", "digits", "timed_out"),
    [
        ({}, [], "", True),
        ({"num_digits": 4}, ["123"], "123", True),
        ({"num_digits": 4}, ["1", "2"], "12", True),
        ({"min_digits": 2, "max_digits": 6}, ["1"], "1", True),
        ({"min_digits": 2, "max_digits": 6}, ["12"], "12", False),
        ({"min_digits": 2, "max_digits": 6}, ["123"], "123", False),
        ({"max_digits": 6}, [], "", True),
        ({"max_digits": 6}, ["1"], "1", False),
        ({"num_digits": 4, "min_digits": 3}, ["12"], "12", True),
        ({"num_digits": 4, "min_digits": 3}, ["123"], "123", False),
        ({"num_digits": 4, "finish_on_key": "#"}, ["12"], "12", True),
    ],
)
def test_a_timeout_ends_a_gather_with_the_digits_that_came(parameters, presses, digits, timed_out):
    call = gathering(**parameters)
    for keys in presses:
        call.press(keys)
    call.wait()
    found = result(call)
    assert (found["digits"], found["timed_out"]) == (digits, timed_out)
    assert found["status"] == ("timed_out" if timed_out else "completed")


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({}, "the caller cannot press 12345: the gather takes 1 digit; 2345 would be left over"),
        ({"num_digits": 4}, "the caller cannot press 12345: the gather takes 4 digits; 5 would be left over"),
        (
            {"num_digits": 4, "finish_on_key": "5"},
            "the caller cannot press 12345: the gather takes 4 digits, 5 to finish; 5 would be left over",
        ),
        (
            {"num_digits": 6, "finish_on_key": "3"},
            "the caller cannot press 12345: the gather takes 6 digits, 3 to finish; 45 would be left over",
        ),
    ],
)
def test_more_keys_than_the_gather_takes_are_refused_whole(parameters, message):
    call = gathering(**parameters)
    with pytest.raises(CallerError) as caught:
        call.press("12345")
    assert str(caught.value) == message
    assert result(call) is None
    assert call.listening is not None


def test_a_refused_press_does_not_lose_the_digits_pressed_before():
    call = gathering(num_digits=4).press("12")
    with pytest.raises(CallerError, match=r"345: the gather takes 4 digits; 5 would be left over"):
        call.press("345")
    assert result(call.press("34"))["digits"] == "1234"


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({}, (1, 1, 5, None)),
        ({"num_digits": 4}, (1, 4, 5, None)),
        ({"min_digits": 2, "max_digits": 6}, (2, 6, 5, None)),
        ({"num_digits": 3, "max_digits": 6, "timeout_seconds": 30, "finish_on_key": "#"}, (1, 6, 30, "#")),
    ],
)
def test_call_gathered_tells_the_limits_that_held(parameters, expected):
    data = result(gathering(**parameters).wait())
    names = ("min_digits", "max_digits", "timeout_seconds", "finish_on_key")
    assert tuple(data[name] for name in names) == expected
    assert set(data) == {"digits", "status", "timed_out", *names}


def test_a_gather_tells_the_limits_that_hold_while_it_listens():
    listening = gathering(min_digits=2, max_digits=6, timeout_seconds=9, finish_on_key="#").listening
    assert (listening.prompt, listening.limit, listening.timeout_seconds) == ("Digits?", 6, 9)
    assert (listening.min_digits, listening.max_digits, listening.finish_on_key) == (2, 6, "#")


@pytest.mark.parametrize(
    ("parameters", "seconds"), [({}, 5), ({"timeout_seconds": 1}, 1), ({"timeout_seconds": 30}, 30)]
)
def test_only_a_timeout_takes_virtual_time(parameters, seconds):
    account = open_account([gather(**parameters), gather(**parameters), say()])
    call = account.inbound_call()
    began = account.clock.seconds
    call.press("1")
    assert account.clock.seconds == began
    call.wait()
    assert account.clock.seconds - began == seconds


@pytest.mark.parametrize("pressed", ["", "1", "12"])
def test_a_hang_up_in_the_middle_ends_the_call_without_a_gathered_event(pressed):
    call = gathering(num_digits=4)
    if pressed:
        call.press(pressed)
    call.hang_up()
    assert (call.terminal, call.status, call.reason) == ("hung_up", "completed", "caller_hung_up")
    assert call.events == ["call.created", "call.answered", "call.completed"]
    assert call.listening is None


def test_digits_of_one_gather_are_not_those_of_the_next():
    call = call_of([gather(num_digits=2), gather("And?", num_digits=2), redirect("/next")], strict=False)
    call.press("12").press("3").press("4")
    assert [each.data["digits"] for each in call.events if each == "call.gathered"] == ["12", "34"]


def test_digits_left_by_a_timeout_are_not_those_of_the_next_gather():
    call = call_of([gather(num_digits=2), gather("And?", num_digits=2), redirect("/next")], strict=False)
    call.press("1").wait().press("34")
    assert [each.data["digits"] for each in call.events if each == "call.gathered"] == ["1", "34"]


@pytest.mark.parametrize("key", KEYS)
def test_every_key_of_a_telephone_can_be_pressed(key):
    assert result(gathering().press(key))["digits"] == key


def test_a_gather_without_a_prompt_is_silent_and_listens():
    call = call_of([say(), keyed("gather"), redirect("/next")])
    assert call.heard == ["Hello."]
    assert call.findings == []
    assert call.listening.prompt == ""


@pytest.mark.parametrize("prompt", [{}, {"prompt": ""}, {"prompt": "  "}])
def test_a_gather_that_listens_in_silence_is_dead_air(prompt):
    call = call_of([keyed("gather", **prompt), redirect("/next")])
    [finding] = call.findings
    assert (finding.code, finding.where) == ("MV210", "actions[0].gather")
    assert call.heard == []


def test_what_was_heard_before_the_last_input_does_not_excuse_a_silent_gather():
    call = call_of([say(), keyed("gather"), keyed("gather"), redirect("/next")])
    assert call.findings == []
    call.press("1")
    assert [(each.code, each.where) for each in call.findings] == [("MV210", "actions[2].gather")]


PARAMETERS = st.fixed_dictionaries(
    {},
    optional={
        "num_digits": st.integers(1, 6),
        "min_digits": st.integers(0, 6),
        "max_digits": st.integers(1, 6),
        "timeout_seconds": st.integers(1, 30),
        "finish_on_key": st.sampled_from(KEYS),
    },
)
SETTINGS = st.fixed_dictionaries(
    {
        "gather_limits": st.sampled_from(["max_digits_first", "num_digits_first"]),
        "gather_digits": st.sampled_from(["without_finish_key", "with_finish_key"]),
        "gather_timeout_seconds": st.integers(1, 30),
        "gather_status": st.sampled_from(["completed, timed_out", "done,silence"]),
    }
)


class Naive:
    """A gather as the facts tell it, key by key, with no arithmetic shared with the package."""

    def __init__(self, parameters, settings):
        self.finish = parameters.get("finish_on_key")
        self.most = parameters.get("num_digits", 1)
        if "max_digits" in parameters and (
            settings["gather_limits"] == "max_digits_first" or "num_digits" not in parameters
        ):
            self.most = parameters["max_digits"]
        # Without min_digits and max_digits exactly num_digits are asked for; else min_digits, 1 unless it is given.
        exact = "min_digits" not in parameters and "max_digits" not in parameters
        self.fewest = self.most if exact else parameters.get("min_digits", 1)
        self.keeps_finish = settings["gather_digits"] == "with_finish_key"
        self.words = [word.strip() for word in settings["gather_status"].split(",")]
        self.seconds = parameters.get("timeout_seconds", settings["gather_timeout_seconds"])
        self.digits = ""
        self.ended = None

    def press(self, keys):
        """Take keys one by one; False when some come after the end, and then none counts."""
        before = self.digits
        for key in keys:
            if self.ended is not None:
                self.digits, self.ended = before, None
                return False
            if key == self.finish:
                self.ended = (self.digits + key * self.keeps_finish, self.words[0], False)
            else:
                self.digits += key
                if len(self.digits) == self.most:
                    self.ended = (self.digits, self.words[0], False)
        return True

    def time_out(self):
        late = len(self.digits) < self.fewest
        self.ended = (self.digits, self.words[1] if late else self.words[0], late)


@given(PARAMETERS, SETTINGS, st.lists(st.text(KEYS, min_size=1, max_size=4), max_size=6))
def test_a_gather_ends_as_a_naive_telling_of_the_facts_says(parameters, settings, presses):
    naive = Naive(parameters, settings)
    site = Site({ANSWER: [keyed("gather", prompt="?", **parameters), redirect("/next")], "/next": [say()]})
    account = open_account(site, strict=False, **settings)
    call, began = account.inbound_call(), account.clock.seconds
    for keys in presses:
        if naive.ended is not None:
            break
        if naive.press(keys):
            call.press(keys)
        else:
            with pytest.raises(CallerError, match="would be left over"):
                call.press(keys)
        assert (call.listening is None) == (naive.ended is not None)
    waited = naive.ended is None
    if waited:
        call.wait()
        naive.time_out()
    data = result(call)
    assert (data["digits"], data["status"], data["timed_out"]) == naive.ended
    assert account.clock.seconds - began == naive.seconds * waited
    sent = parse_qs(site.asked[-1].query, keep_blank_values=True)
    assert (sent["digits"], sent["gather_status"], sent["timed_out"]) == (
        [naive.ended[0]],
        [naive.ended[1]],
        [str(naive.ended[2]).lower()],
    )

from __future__ import annotations

import pytest

from pytest_minivoice.explore.graph import Branch, Graph, State
from pytest_minivoice.explore.greeting import greeting_of


def flow(*heard, prompt="Press 1.", kind="gather"):
    return greeting_of(Graph([State(name="answer", kind=kind, prompt=prompt)], [], heard=heard))


@pytest.mark.parametrize(
    ("flow", "heard", "counts"),
    [
        (flow("Hello.", "Press 1."), ["Hello.", "Press 1."], True),
        (flow("Hello.", "Press 1."), ["Hello."], False),
        (flow("Hello.", "Press 1."), ["Good evening.", "Press 1."], False),
        (flow("Hello <call>, it is <1>, (c).*"), ["Hello call_20260529T120000.1, it is 12:01, (c).*"], True),
        (flow("Hello <call>."), ["Hello you and me."], False),
        (flow("Say <b>."), ["Say <b>."], True),
        (flow("Say <b>."), ["Say x."], False),
    ],
)
def test_a_call_is_of_the_flow_whose_opening_it_heard(flow, heard, counts):
    assert flow.is_of(heard, "") is counts


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (flow("Hello <1>"), flow("Hello <2>"), True),
        (flow("It is <1> now."), flow("It is 12:01 now."), True),
        (flow("It is open."), flow("It is closed."), False),
        (flow("Hello."), flow("Hello.", prompt="Press 2."), False),
        (flow("Hello."), flow("Hello.", kind="idle"), False),
    ],
)
def test_flows_that_begin_alike_are_one(one, other, alike):
    assert one.is_like(other) is alike
    assert other.is_like(one) is alike


def test_an_outbound_flow_begins_when_it_is_answered():
    states = [State(name="answer", kind="ring"), State(name="answer/answer", kind="gather", prompt="Press 1.")]
    answered = Branch(source="answer", input="answer", target="answer/answer", heard=("Hello.", "Press 1."))
    greeting = greeting_of(Graph(states, [answered]))
    assert (greeting.heard, greeting.words) == (("Hello.", "Press 1."), '"Hello. Press 1."')

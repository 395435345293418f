"""What a test sets or asks in a way that could do nothing is refused where it stands, and told with its cure."""

from __future__ import annotations

import pytest
from phone import open_account, say

from pytest_minivoice import SettingError
from pytest_minivoice.rules import answer_rules


@pytest.fixture
def account():
    return open_account([say("Hello.")])


@pytest.mark.parametrize(
    ("number", "message"),
    [
        ("5551230099", "destinations['5551230099']: a number begins with +; did you mean '+5551230099'?"),
        (15551230099, "destinations[15551230099]: it must be a text, such as destinations['+15551230099']"),
    ],
)
def test_a_destination_that_no_call_can_reach(account, number, message):
    with pytest.raises(SettingError) as raised:
        account.destinations[number] = "busy"
    assert str(raised.value) == message


def test_record_is_true_or_false(account):
    with pytest.raises(SettingError, match="record is 'yes'; it must be True or False"):
        account.outbound_call("+15551230011", record="yes")


@pytest.mark.parametrize("name", ["a::b", "a[1]", "", "a\nb"])
def test_a_name_that_no_flow_can_have(account, name):
    with pytest.raises(SettingError, match="the name of a flow is a text without :: and brackets"):
        account.inbound_call().to_yaml(name)


def test_reaching_takes_one_text(account):
    with pytest.raises(SettingError, match="it takes one text, such as"):
        account.explore().assert_reaches(["completed"])


def test_a_finding_is_shown_in_one_line():
    rule = answer_rules.RULES[0]
    finding = rule.at("actions[2].say", "it is wrong")
    assert repr([finding]) == f"[<{rule.code} {rule.name} at actions[2].say: it is wrong>]"

from __future__ import annotations

import pytest
import yaml
from phone import ANSWER, Site, gather, open_account, redirect, say

from pytest_minivoice import CallerError, ContractViolation
from pytest_minivoice.flows.flow import compare, play
from pytest_minivoice.flows.reader import read


def chosen(request):
    digits = request.query.partition("&digits=")[2][:1]
    return (
        [{"transfer": {"destination": "+15551230099"}}]
        if digits == "1"
        else [say("Bye."), {"conference": {"room": "a"}}]
    )


PAGES = {ANSWER: [say('"Hi": yes, [1] \x1b'), gather(), redirect("/chosen")], "/chosen": chosen}


def replayed(text, **settings):
    [contract] = read(text, "recorded.callflow.yaml")
    account = open_account(Site(PAGES), **settings)
    call = play(contract.flow, account)
    compare(contract.flow, call)
    return call


@pytest.mark.parametrize("script", [["1"], ["2"], ["timeout"], ["hang_up"]])
def test_a_written_call_passes_as_it_was_written(script):
    call = open_account(Site(PAGES)).inbound_call().run(script)
    again = replayed(call.to_yaml())
    assert (again.events, again.heard, again.terminal) == (call.events, call.heard, call.terminal)


def test_numbers_variables_and_destinations_are_written():
    account = open_account(Site(PAGES))
    account.destinations["+15551230099"] = "busy"
    call = account.inbound_call("+15551230005", "+15551230006", variables={"no": "on"}).run(["1"])
    again = replayed(call.to_yaml())
    assert (again.from_, again.to, again.variables) == ("+15551230005", "+15551230006", {"no": "on"})
    assert again.reason == "busy"


@pytest.mark.parametrize("taken", ["no_answer", "busy", "cancel"])
def test_an_outbound_call_is_written_with_how_it_was_taken(taken):
    call = open_account(Site(PAGES)).outbound_call("+15551230005", metadata={"n": [1, None]}).run([taken])
    again = replayed(call.to_yaml())
    assert (again.direction, again.to, again.metadata) == ("outbound", "+15551230005", {"n": [1, None]})
    assert again.terminal == call.terminal


def test_a_rejected_call_is_written_with_its_did():
    account = open_account(Site(PAGES))
    account.dids[0].route_mode = "reject"
    assert replayed(account.inbound_call().to_yaml()).terminal == "rejected"


def test_a_call_that_was_left_open_is_hung_up_in_the_contract():
    call = open_account(Site(PAGES)).inbound_call()
    assert yaml.safe_load(call.to_yaml())["flows"]["call"]["caller"] == ["hang_up"]
    replayed(call.to_yaml())
    ringing = open_account(Site(PAGES)).outbound_call("+15551230005")
    assert replayed(ringing.to_yaml()).terminal == "canceled"


def test_a_call_that_a_failure_stopped_is_not_written():
    account = open_account([{"tranfer": {}}])
    with pytest.raises(ContractViolation):
        account.inbound_call()
    with pytest.raises(CallerError, match="stopped the call in the middle"):
        account.calls[0].to_yaml()


def test_the_secret_is_not_written():
    account = open_account([say("the word is s3cret")], webhook_secret="s3cret")
    assert "s3cret" not in account.inbound_call().to_yaml()


def test_when_presses_only_after_the_text_was_heard():
    account = open_account(Site(PAGES))
    assert account.inbound_call().run([{"when": "Press 1", "press": "1"}]).terminal == "transferred"
    with pytest.raises(
        CallerError, match="the caller presses 1 when hearing 'Press 9', and heard since the last input:"
    ):
        account.inbound_call().run([{"when": "Press 9", "press": "1"}])
    with pytest.raises(CallerError, match="is not an item of a caller script"):
        account.inbound_call().run([{"wen": "Press 9", "press": "1"}])

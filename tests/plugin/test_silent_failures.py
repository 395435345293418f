"""Mistakes that other test doubles let pass in silence: each is a failure here, and its text says what is wrong."""

from __future__ import annotations

import json
import re

import pytest

from pytest_minivoice import CallerError, ContractViolation

ANSWER = "https://example.com/minivoice/answer"
HOURS, HOLIDAYS = "https://example.com/hours", "https://example.com/holidays"


def redirect(url: str) -> dict[str, object]:
    return {"actions": [{"type": "redirect", "url": url}]}


def wsgi(body: bytes):
    def application(environ, start_response):
        start_response("200 OK", [("Content-Type", "application/json")])
        return [body]

    return application


@pytest.fixture
def minivoice_app(request):
    return request.param


def app(application):
    return pytest.mark.parametrize("minivoice_app", [application], indirect=True, ids=["app"])


@app(lambda request: {"actions": [{"say": {"text": "Goodbye."}}, {"hangup": {}}]})
def test_an_unknown_action(minivoice):
    with pytest.raises(ContractViolation) as raised:
        minivoice.inbound_call()
    finding = raised.value.finding
    assert (finding.code, finding.where, finding.pointer) == ("MV114", "actions[1]", "/actions/1")
    assert "there is no hangup action" in str(raised.value)
    assert minivoice.calls[0].heard == []


@app(lambda request: {"actions": [{"transfer": {"destination": "+15551230099"}}, {"gather": {"prompt": "More?"}}]})
def test_a_gather_after_the_call_ended(minivoice):
    with pytest.raises(ContractViolation) as raised:
        minivoice.inbound_call()
    finding = raised.value.finding
    assert (finding.code, finding.where) == ("MV201", "actions[1].gather")
    assert "gather never runs: transfer at actions[0].transfer ends the document" in str(raised.value)


@app(lambda request: {"actions": [{"gather": {"prompt": "1 or 2?"}}, {"redirect": {"url": ANSWER}}]})
@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ("12345", "the caller cannot press 12345: the gather takes 1 digit; 2345 would be left over"),
        ("X", "the caller cannot press 'X': a telephone has no key 'X', only 0123456789*#ABCD"),
    ],
)
def test_keys_that_no_caller_can_press(minivoice, keys, message):
    with pytest.raises(CallerError, match=f"^{re.escape(message)}$"):
        minivoice.inbound_call().press(keys)


@app(lambda request: {"actions": [{"say": {"text": "Thanks for calling."}}]})
def test_a_document_with_say_alone_simply_completes(minivoice):
    call = minivoice.inbound_call()
    assert (call.terminal, call.status, call.findings) == ("completed", "completed", [])
    assert call.events == ["call.created", "call.answered", "call.completed"]


@app(lambda request: redirect({"/hours": HOLIDAYS}.get(request.path, HOURS)))
def test_a_redirect_loop_names_its_cycle_of_urls(minivoice):
    with pytest.raises(ContractViolation) as raised:
        minivoice.inbound_call()
    assert raised.value.finding.code == "MV208"
    text = str(raised.value)
    assert f"{HOURS} -> {HOLIDAYS} -> {HOURS}" in text or f"{HOLIDAYS} -> {HOURS} -> {HOLIDAYS}" in text
    assert ANSWER not in text.split("\n", maxsplit=1)[0]


@app(lambda request: {"actions": [{"transfer": {"destination": {}["sales"]}}]})
def test_a_handler_that_raises(minivoice):
    with pytest.raises(ContractViolation) as raised:
        minivoice.inbound_call()
    assert raised.value.finding.code == "MV108"
    assert "the handler raised KeyError: 'sales'" in str(raised.value)
    assert isinstance(raised.value.__cause__, KeyError)


@pytest.mark.parametrize(
    "minivoice_app", [wsgi(b"<h1>It works!</h1>"), wsgi(b""), wsgi(b"{'actions': []}")], indirect=True
)
def test_a_body_that_is_not_json(minivoice):
    with pytest.raises(ContractViolation) as raised:
        minivoice.inbound_call()
    assert raised.value.finding.code == "MV103"
    assert raised.value.finding.where.startswith(("the body", ANSWER))


@pytest.mark.parametrize(
    "minivoice_app",
    [wsgi(json.dumps(body).encode()) for body in ([], None, "hold", {"action": []}, {"actions": {"hold": {}}})],
    indirect=True,
)
def test_a_body_without_an_actions_array(minivoice):
    with pytest.raises(ContractViolation, match="MV110 no-actions-array"):
        minivoice.inbound_call()


@app(lambda request: {"actions": [{"gather": {"prompt": "1 or 2?", "num_digit": 2}}, {"redirect": {"url": ANSWER}}]})
def test_a_typo_in_a_parameter(minivoice):
    with pytest.raises(ContractViolation) as raised:
        minivoice.inbound_call()
    finding = raised.value.finding
    assert (finding.code, finding.where, finding.did_you_mean) == ("MV118", "actions[0].gather.num_digit", "num_digits")
    assert finding.pointer == "/actions/0/gather/num_digit"

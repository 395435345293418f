"""Each rule of the catalogue: what breaks it is found by its code alone, and the mended document is clean."""

from __future__ import annotations

import json
import re

import pytest
from asking import CALL, Api
from phone import ANSWER, HOOKS, HOST, JSON, Site, answer, call_of, codes, keyed, open_account, redirect, say

from pytest_minivoice import ContractViolation
from pytest_minivoice.rules import explore_rules, webhook_rules
from pytest_minivoice.rules.catalogue import CATALOGUE, CHAPTERS
from pytest_minivoice.spec.http import MAX_BODY_BYTES, Response

SHOWN = [rule for rule in CATALOGUE if rule.bad]
GOOD = b'{"actions": [{"say": {"text": "Hello."}}]}'
PAGES = {"/menu": [say("Menu.")], "/pin": [say("PIN.")], "/busy": [say("Busy.")]}


def called(body):
    """Call an application that answers with a body; a gather hears one key at a time, then silence."""
    call = call_of({**PAGES, ANSWER: body.encode()}, strict=False)
    while call.listening:
        call.wait()
    return call


def failed(failure, detail="nothing listens there"):
    """Return what a driver says when no answer came."""
    return Response(status=0, headers=[], body=b"", elapsed=0.0, failure=failure, detail=detail)


def webhooks(*statuses):
    """Call an application whose webhook receiver answers with these statuses, then with 204."""
    left = iter(statuses)
    site = Site({ANSWER: [say()], HOOKS: lambda _: answer({}, status=next(left, 204))})
    return call_of(site, strict=False, webhook_url=HOOKS, webhook_attempts=2)


def api(*, opened=True):
    """Open the API of an account."""
    return Api(open_account([say()]), opened=opened)


def asked(path="/v1/calls", body=CALL, *, method="POST", **more):
    """Let an application ask the API once; return the API."""
    opened = api()
    opened.ask(method, path, body, **more)
    return opened


def unasked_for():
    """Let an application ask the API in a test that does not use the fixture `minivoice_api`."""
    closed = api(opened=False)
    with pytest.raises(ContractViolation, match="MV507"):
        closed.ask("POST", "/v1/calls", CALL)
    return closed


# A scenario for each rule that no single document can show.
SCENARIOS = {
    "MV101": lambda: call_of({ANSWER: answer(b"gone", status=404)}, strict=False),
    "MV102": lambda: call_of({ANSWER: answer(b"", status=301, headers=[("Location", "/")])}, strict=False),
    "MV104": lambda: call_of({ANSWER: GOOD.replace(b"Hello", b"Caf\xe9")}, strict=False),
    "MV105": lambda: call_of({ANSWER: answer(GOOD, headers=[("Content-Type", "text/html")])}, strict=False),
    "MV106": lambda: call_of({ANSWER: GOOD + b" " * MAX_BODY_BYTES}, strict=False),
    "MV107": lambda: call_of({ANSWER: answer(GOOD, elapsed=5.01)}, strict=False),
    "MV108": lambda: call_of({ANSWER: KeyError("caller")}, strict=False),
    "MV109": lambda: call_of({ANSWER: failed("unreachable")}, strict=False),
    "MV208": lambda: call_of({ANSWER: [redirect("/a")], "/a": [redirect("/a")]}, strict=False),
    "MV209": lambda: call_of({ANSWER: [redirect("/menu", max_redirects=0)]}, strict=False),
    "MV215": lambda: call_of([say(), keyed("redirect", url="https://other.example.net/")], strict=False),
    "MV217": lambda: open_account(
        [keyed("set", name="n" * 129, value="v"), say()], variable_actions="set=set", strict=False
    ).inbound_call(),
    "MV301": lambda: webhooks(500, 500),
    "MV302": lambda: webhooks(500),
    "MV501": lambda: asked("/v1/call"),
    "MV502": lambda: asked(body=CALL | {"record": "yes"}),
    "MV503": lambda: asked(key="mv_live_wrong"),
    "MV504": lambda: asked(body=CALL | {"to": "+1 555 123 0002"}),
    "MV505": lambda: asked(body=CALL | {"application_id": "app_other"}),
    "MV506": lambda: asked(base="http://api.minivoice.eu"),
    "MV507": unasked_for,
    "MV508": lambda: asked("/v1/usage?from=2026-05-01", method="GET"),
}
MENDED = {
    "MV101": lambda: call_of({ANSWER: answer(GOOD, status=201)}),
    "MV102": lambda: call_of({ANSWER: answer(GOOD, status=299)}),
    "MV104": lambda: call_of({ANSWER: '{"actions": [{"say": {"text": "Café ✓"}}]}'.encode()}),
    "MV105": lambda: call_of(
        {ANSWER: answer(GOOD, headers=[("content-type", "application/vnd.x+json; charset=utf-8")])}
    ),
    "MV106": lambda: call_of({ANSWER: GOOD + b" " * (MAX_BODY_BYTES - len(GOOD))}),
    "MV107": lambda: call_of({ANSWER: answer(GOOD, elapsed=5.0)}),
    "MV108": lambda: call_of({ANSWER: GOOD}),
    "MV109": lambda: call_of({ANSWER: GOOD}),
    "MV208": lambda: call_of({ANSWER: [redirect("/a")], "/a": [redirect("/menu")], **PAGES}),
    "MV209": lambda: call_of({ANSWER: [redirect("/menu", max_redirects=1)], **PAGES}),
    "MV215": lambda: call_of({ANSWER: [say(), redirect("/menu")], **PAGES}),
    "MV217": lambda: open_account(
        [keyed("set", name="n" * 128, value="v"), say()], variable_actions="set=set"
    ).inbound_call(),
    "MV301": lambda: webhooks(200),
    "MV302": lambda: webhooks(204),
    "MV501": lambda: asked("/v1/calls"),
    "MV502": lambda: asked(body=CALL | {"record": True}),
    "MV503": asked,
    "MV504": lambda: asked(body=CALL | {"to": "+15551230002"}),
    "MV505": lambda: asked(body=CALL | {"metadata": {"application_id": "app_other"}}),
    "MV506": lambda: asked(base="https://api.minivoice.eu"),
    "MV507": asked,
    "MV508": lambda: asked("/v1/usage?from=2026-05-01T00:00:00Z&to=2026-06-01T00:00:00Z", method="GET"),
}


def test_every_rule_is_shown_by_a_document_or_by_a_scenario():
    # tests/explore shows those of many calls, tests/webhooks those of a receiver (all webhook rules but the first two)
    elsewhere = {*explore_rules.RULES, *webhook_rules.RULES[2:]}
    one_call = [rule for rule in CATALOGUE if rule not in elsewhere]
    assert set(SCENARIOS) == set(MENDED) == {rule.code for rule in one_call if not rule.bad}
    assert [rule.code for rule in CATALOGUE if bool(rule.bad) != bool(rule.good)] == []


@pytest.mark.parametrize("rule", SHOWN, ids=lambda rule: rule.code)
def test_the_bad_document_of_a_rule_breaks_that_rule_alone(rule):
    findings = called(rule.bad).findings
    assert set(codes(findings)) == {rule.code}
    first = findings[0]
    assert (first.severity, first.why, first.fix) == (rule.severity, rule.why, rule.fix)


@pytest.mark.parametrize("rule", SHOWN, ids=lambda rule: rule.code)
def test_the_good_document_of_a_rule_is_clean(rule):
    assert called(rule.good).findings == []


@pytest.mark.parametrize("code", SCENARIOS)
def test_the_scenario_of_a_rule_breaks_that_rule_alone(code):
    assert set(codes(SCENARIOS[code]().findings)) == {code}


@pytest.mark.parametrize("code", MENDED)
def test_the_mended_scenario_of_a_rule_is_clean(code):
    ran = MENDED[code]()
    assert ran.findings == []
    if isinstance(ran, Api):
        assert [each.status for each in ran.requests] in ([200], [201])
    else:
        assert ran.terminal == "completed"


@pytest.mark.parametrize("rule", SHOWN, ids=lambda rule: rule.code)
def test_an_error_stops_a_strict_call_and_a_warning_does_not(rule):
    account = open_account({**PAGES, ANSWER: rule.bad.encode()})
    if rule.severity == "warning":
        assert set(codes(account.inbound_call().findings)) <= {rule.code}
    else:
        with pytest.raises(AssertionError, match=rule.code):
            account.inbound_call()


@pytest.mark.parametrize("rule", SHOWN, ids=lambda rule: rule.code)
def test_an_ignored_rule_is_not_reported(rule):
    call = call_of({**PAGES, ANSWER: rule.bad.encode()}, strict=False, ignore=[rule.code])
    while call.listening:
        call.wait()
    assert call.findings == []


def test_codes_and_names_are_each_used_once_and_stand_in_a_chapter():
    assert len({rule.code for rule in CATALOGUE}) == len({rule.name for rule in CATALOGUE}) == len(CATALOGUE)
    assert [rule.code for rule in CATALOGUE] == sorted(rule.code for rule in CATALOGUE)
    assert all(rule.code[:3] in CHAPTERS for rule in CATALOGUE)


@pytest.mark.parametrize("rule", CATALOGUE, ids=lambda rule: rule.code)
def test_a_rule_reads_as_a_rule(rule):
    assert re.fullmatch(r"MV[1-5]\d\d", rule.code)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.name)
    assert rule.severity in {"error", "warning"}
    for text in (rule.summary, rule.why, rule.fix):
        assert text
        assert text.endswith((".", "}."))
        assert "\n" not in text


@pytest.mark.parametrize("rule", SHOWN, ids=lambda rule: rule.code)
def test_the_documents_of_a_rule_stay_on_the_hosts_of_the_documentation(rule):
    for url in re.findall(r"\w+://[^/\"]+", rule.bad + rule.good):
        assert url in {HOST, HOST.replace("https", "http"), "wss://media.example.com"}
    json.loads(rule.good)


@pytest.mark.parametrize("headers", [JSON, [("Content-Type", "APPLICATION/JSON")], [("X", "y"), *JSON]])
def test_content_types_of_json_are_taken(headers):
    assert call_of({ANSWER: answer(GOOD, headers=headers)}).findings == []


@pytest.mark.parametrize("kind", ["text/plain", "application/jsonp", "text/json", "application/json-patch", ""])
def test_other_content_types_are_a_warning_and_the_document_runs(kind):
    call = call_of({ANSWER: answer(GOOD, headers=[("Content-Type", kind)] if kind else [])})
    [finding] = call.findings
    assert (finding.code, finding.where) == ("MV105", "https://example.com/minivoice/answer")
    assert finding.message == (f"Content-Type is {kind}" if kind else "the answer has no Content-Type")
    assert call.heard == ["Hello."]

"""Redirects: how the next document is asked for, how deep they may go, and how a loop is named."""

from __future__ import annotations

from urllib.parse import parse_qs, parse_qsl

import pytest
from phone import ANSWER, HOST, Site, answer, call_of, codes, gather, keyed, open_account, redirect, say, typed

from pytest_minivoice import ContractViolation

GATHERED = {
    "digits": "1",
    "status": "completed",
    "timed_out": False,
    "min_digits": 1,
    "max_digits": 1,
    "timeout_seconds": 5,
    "finish_on_key": None,
}


def chain(length, *, last):
    """Return pages of which each redirects to the next, and the last holds a document."""
    pages = {ANSWER: [redirect("/1")], f"/{length}": last}
    return pages | {f"/{number}": [redirect(f"/{number + 1}")] for number in range(1, length)}


@pytest.mark.parametrize("write", [keyed, typed])
@pytest.mark.parametrize(("given", "method"), [({}, "GET"), ({"method": "GET"}, "GET"), ({"method": "POST"}, "POST")])
def test_a_redirect_is_a_get_unless_it_asks_for_a_post(write, given, method):
    site = Site({ANSWER: [write("redirect", url=HOST + "/next", **given)], "/next": [say()]})
    call = call_of(site)
    assert [(each.method, each.path) for each in call.requests] == [("POST", ANSWER), (method, "/next")]
    assert [each.method for each in site.asked] == ["POST", method]
    assert call.heard == ["Hello."]


def test_a_get_carries_the_call_and_the_last_gather_in_its_query():
    site = Site({ANSWER: [gather(finish_on_key="#"), redirect("/next")], "/next": [say()]})
    call = call_of(site).press("1")
    sent = dict(parse_qsl(site.asked[-1].query, strict_parsing=True))
    assert sent == {
        "call_id": call.id,
        "customer_id": sent["customer_id"],
        "application_id": sent["application_id"],
        "status": "in_progress",
        "direction": "inbound",
        "from": "+15551230001",
        "to": "+15551230002",
        "digits": "1",
        "gather_status": "completed",
        "timed_out": "false",
        "min_digits": "1",
        "max_digits": "1",
        "timeout_seconds": "5",
        "finish_on_key": "#",
    }
    assert sent["customer_id"].startswith("cust_")
    assert sent["application_id"].startswith("app_")
    assert site.asked[-1].body == b""


def test_a_field_that_has_no_value_is_not_in_the_query():
    site = Site({ANSWER: [gather(), redirect("/next")], "/next": [say()]})
    call_of(site).wait()
    sent = parse_qs(site.asked[-1].query, keep_blank_values=True)
    assert "finish_on_key" not in sent
    assert (sent["digits"], sent["timed_out"], sent["gather_status"]) == ([""], ["true"], ["timed_out"])


def test_the_query_of_the_redirect_itself_stays_in_front():
    site = Site({ANSWER: [redirect("/next?menu=1&x=a%20b")], "/next": [say()]})
    call_of(site)
    assert site.asked[-1].query.startswith("menu=1&x=a%20b&call_id=call_")
    assert site.asked[-1].query.count("?") == 0


def test_a_post_carries_the_call_the_variables_and_the_last_gather_as_json():
    site = Site({ANSWER: [gather(), redirect("/next", method="POST")], "/next": [say()]})
    account = open_account(site)
    call = account.inbound_call(variables={"plan": "gold"}).press("1")
    first, second = site.asked
    assert first.json["data"] == {}
    assert second.query == ""
    assert second.json == {
        "call": {
            "id": call.id,
            "customer_id": first.json["call"]["customer_id"],
            "application_id": first.json["call"]["application_id"],
            "status": "in_progress",
            "direction": "inbound",
            "from": "+15551230001",
            "to": "+15551230002",
        },
        "variables": {"plan": "gold"},
        "data": GATHERED,
    }
    assert (second.headers["Content-Type"], second.headers["Accept"]) == ("application/json", "application/json")


def test_a_redirect_before_any_gather_carries_no_digits():
    site = Site({ANSWER: [say(), redirect("/next", method="POST")], "/next": [say()]})
    call_of(site)
    assert site.asked[-1].json["data"] == {}


def test_the_last_gather_goes_with_every_later_redirect():
    pages = {ANSWER: [gather(), redirect("/a")], "/a": [redirect("/b", method="POST")], "/b": [say()]}
    site = Site(pages)
    call_of(site).press("1")
    assert site.asked[-1].json["data"] == GATHERED


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("/next", "https://example.com/next"),
        ("next", "https://example.com/minivoice/next"),
        ("../next?a=1", "https://example.com/next?a=1"),
        ("?step=2", "https://example.com/minivoice/answer?step=2"),
        ("https://example.com/next", "https://example.com/next"),
    ],
)
def test_a_relative_url_is_resolved_against_its_documents_own_url(url, asked):
    pages = {ANSWER: lambda request: [say()] if request.query else [keyed("redirect", url=url, method="POST")]}
    site = Site(pages | {"/next": [say()], "/minivoice/next": [say()]})
    call = call_of(site, relative_urls="resolved")
    assert site.asked[-1].url == asked
    assert call.heard == ["Hello."]


def test_a_relative_url_is_resolved_against_the_page_it_came_from_and_not_the_answer_url():
    pages = {ANSWER: [redirect("/menus/main")], "/menus/main": [keyed("redirect", url="sales")]}
    site = Site(pages | {"/menus/sales": [say("Sales.")]})
    assert call_of(site, relative_urls="resolved").heard == ["Sales."]


def test_the_query_that_minivoice_adds_is_not_part_of_the_documents_own_url():
    pages = {ANSWER: [redirect("/a?x=1")], "/a": lambda _: [keyed("redirect", url="b")], "/b": [say()]}
    call = call_of(pages, relative_urls="resolved")
    assert call.requests[-1].request.query.startswith("call_id=")


def test_a_host_that_nobody_serves_is_a_finding_and_fails_the_redirect():
    call = call_of([say(), keyed("redirect", url="https://other.example.net/menu")], strict=False)
    [finding] = call.findings
    assert (finding.code, finding.where) == ("MV215", "https://other.example.net/menu")
    assert "hosts" in finding.fix
    assert (call.terminal, call.reason) == ("failed", "redirect_failed")


@pytest.mark.parametrize(
    ("page", "code"),
    [
        (answer(b"oops", status=500), "MV101"),
        (answer(b"", status=302, headers=[("Location", "/elsewhere")]), "MV102"),
        (b"no document", "MV103"),
        ({"action": []}, "MV110"),
        ([keyed("say")], "MV115"),
        (RuntimeError("broken"), "MV108"),
    ],
)
def test_a_redirect_to_what_is_no_document_fails_the_call(page, code):
    call = call_of({ANSWER: [say(), redirect("/next")], "/next": page}, strict=False)
    assert code in codes(call.findings)
    assert (call.terminal, call.status, call.reason) == ("failed", "failed", "redirect_failed")
    assert call.events == ["call.created", "call.answered", "call.failed"]
    assert call.heard == ["Hello."]


@pytest.mark.parametrize("page", [answer(b"oops", status=500), b"no document", [keyed("say")], RuntimeError("broken")])
def test_a_first_answer_that_is_no_document_fails_the_call(page):
    call = call_of({ANSWER: page}, strict=False)
    assert (call.terminal, call.status, call.reason) == ("failed", "failed", "answer_failed")
    assert call.events == ["call.created", "call.answered", "call.failed"]
    assert call.actions == []


def test_an_invalid_document_behind_a_gather_fails_as_a_redirect():
    pages = {ANSWER: [redirect("/menu")], "/menu": [gather(), redirect("/next")], "/next": [keyed("say")]}
    call = call_of(pages, strict=False).press("1")
    assert call.reason == "redirect_failed"


@pytest.mark.parametrize("depth", [1, 19, 20])
def test_twenty_redirects_in_a_row_are_followed(depth):
    call = call_of(chain(depth, last=[say("Done.")]))
    assert call.heard == ["Done."]
    assert len(call.requests) == depth + 1


def test_the_twenty_first_redirect_in_a_row_fails_the_call():
    call = call_of(chain(21, last=[say("Never.")]), strict=False)
    [finding] = call.findings
    assert (finding.code, finding.where, finding.pointer) == (
        "MV209",
        "actions[0].redirect.url",
        "/actions/0/redirect/url",
    )
    assert finding.message == "redirect number 21 in a row, to https://example.com/21; max_redirects is 20"
    assert (call.terminal, call.status, call.reason) == ("failed", "failed", "too_many_redirects")
    assert call.events[-1] == "call.failed"
    assert len(call.requests) == 21


@pytest.mark.parametrize(("own", "followed"), [(0, 0), (1, 1), (2, 2)])
def test_a_redirect_says_itself_how_many_may_follow_one_another(own, followed):
    pages = {
        ANSWER: [redirect("/1", max_redirects=own)],
        "/1": [redirect("/2", max_redirects=own)],
        "/2": [redirect("/3", max_redirects=own)],
        "/3": [say()],
    }
    call = call_of(pages, strict=False)
    assert len(call.requests) == followed + 1
    assert codes(call.findings) == ["MV209"]
    assert f"max_redirects is {own}" in call.findings[0].message


def test_a_redirects_own_limit_wins_over_the_setting():
    pages = {ANSWER: [redirect("/1", max_redirects=5)], "/1": [redirect("/2", max_redirects=5)], "/2": [say()]}
    assert call_of(pages, max_redirects=1).heard == ["Hello."]


def test_a_limit_holds_for_its_own_redirect_only():
    pages = {ANSWER: [redirect("/1", max_redirects=1)], "/1": [redirect("/2")], "/2": [say()]}
    assert call_of(pages).heard == ["Hello."]


def test_a_loop_is_named_by_its_cycle_of_urls():
    pages = {ANSWER: [redirect("/a")], "/a": [redirect("/b")], "/b": [redirect("/c")], "/c": [redirect("/a")]}
    call = call_of(pages, strict=False)
    [finding] = call.findings
    cycle = "https://example.com/c -> https://example.com/a -> https://example.com/b -> https://example.com/c"
    assert finding.code == "MV208"
    assert finding.message == f"redirect loop: {cycle} (20 redirects in a row without the caller doing anything)"
    assert (call.terminal, call.reason) == ("failed", "too_many_redirects")


def test_a_page_that_redirects_to_itself_is_a_loop_of_one():
    call = call_of({ANSWER: [redirect("/a")], "/a": [redirect("/a")]}, strict=False)
    assert call.findings[0].message.startswith("redirect loop: https://example.com/a -> https://example.com/a (")


def test_the_same_url_by_another_method_is_no_loop():
    pages = {ANSWER: lambda request: [say()] if request.method == "GET" else [redirect(ANSWER, max_redirects=1)]}
    assert call_of(pages).heard == ["Hello."]


def test_a_loop_fails_a_strict_call_with_the_cycle_in_its_message():
    with pytest.raises(
        ContractViolation, match=r"redirect loop: https://example.com/a -> https://example.com/a "
    ) as caught:
        call_of({ANSWER: [redirect("/a")], "/a": [redirect("/a")]})
    assert caught.value.finding.code == "MV208"
    assert "requests GET https://example.com/a" in caught.value.transcript


def test_a_loop_in_which_the_caller_speaks_is_none():
    call = call_of({ANSWER: [redirect("/menu")], "/menu": [gather(), redirect("/menu")]})
    for _ in range(50):
        call.press("1")
    assert call.listening is not None
    assert call.findings == []
    assert len(call.requests) == 52


@pytest.mark.parametrize(("own", "heard"), [(1, []), (2, ["Hello."])])
def test_redirects_are_counted_anew_from_the_document_in_which_the_caller_spoke(own, heard):
    pages = {ANSWER: [redirect("/menu")], "/menu": [keyed("gather", prompt=" "), redirect("/1")]}
    pages |= {"/1": [redirect("/2", max_redirects=own)], "/2": [say()]}
    call = call_of(pages, strict=False).press("1")
    assert call.heard == heard
    assert call.reason == ("actions_ran_out" if heard else "too_many_redirects")


def test_a_thousand_redirects_with_a_gather_between_are_a_thousand_steps():
    pages = {ANSWER: [gather("Again?"), redirect(ANSWER)]}
    call = call_of(pages)
    call.run(["1"] * 1000 + ["hang_up"])
    assert len(call.requests) == 1001
    assert call.heard == ["Again?"] * 1001
    assert call.events == ["call.created", "call.answered", *["call.gathered"] * 1000, "call.completed"]
    assert call.terminal == "hung_up"

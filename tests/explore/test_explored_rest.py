"""What an application asks over REST while it is explored is answered out of the explored call's own account."""

from __future__ import annotations

import pytest
import requests
from phone import codes, gather, open_account, redirect, say
from small_ivr import first

from pytest_minivoice.cloud.rest.api import MockedApi
from pytest_minivoice.transports.patching import patched

API = "https://api.minivoice.eu"


def ask(app, method, path, **body):
    headers = {"Authorization": f"Bearer {app.key}"}
    return requests.request(method, API + path, json=body or None, headers=headers, timeout=5)


def callbacks():
    """Return an application that asks MiniVoice: 1 creates a call, 2 records, 3 asks for the status, 4 is wrong."""

    def start(_):
        return [gather("Press 1 to 4."), redirect("/chosen")]

    def chosen(page):
        path = f"/v1/calls/{page.call_id}"
        if page.digits == "1":
            made = ask(app, "POST", "/v1/calls", **{"from": "+15551230002", "to": "+15551230007"})
            return [say(f"Calling back: {made.status_code}."), gather("Press 5."), redirect("/later")]
        if page.digits == "2":
            again = ask(app, "POST", f"{path}/recordings", action="start").json()
            return [say(f"Recording is {again['data']['recording']['status']}.")]
        if page.digits == "3":
            return [say(f"The call is {ask(app, 'GET', path).json()['status']}.")]
        if page.digits == "4":
            return [say(f"Refused with {ask(app, 'POST', '/v1/calls', to='5').status_code}.")]
        return [say("Goodbye.")]

    def later(_):
        trunk = ask(app, "POST", "/v1/trunks", name="t", proxy="sip.example.net", gateway_name="mine").status_code
        return [say(f"A trunk: {trunk}.")]

    app = first(start, chosen=chosen, later=later)
    app.key = ""
    return app


def wired(app):
    """Return the account of an application, and its API."""
    apis = []
    account = open_account(app, lent=lambda: apis[0].lent())  # noqa: PLW0108 - it is made later
    apis.append(MockedApi(account, lambda _: "http://127.0.0.1:1"))
    app.key = account.applications[0].api_key
    return account, apis[0]


@pytest.fixture
def site():
    """Give an application, its account, and the API that answers it."""
    app = callbacks()
    account, api = wired(app)
    with patched(api, late=True):
        api.open()
        yield app, account, api


def heard(exploration, given):
    return next(each.heard for each in exploration.branches if each.input == given)


def hooks(app):
    def restore(saved):
        app.calls.clear()
        app.calls.update({name: dict(call) for name, call in saved.items()})

    return {"snapshot": lambda: {name: dict(call) for name, call in app.calls.items()}, "restore": restore}


@pytest.mark.parametrize("executor", ["replay", "walk", "snapshot"])
def test_each_explored_call_is_answered_out_of_its_own_account(site, executor):
    app, account, _ = site
    account.limits.concurrent_calls = 2  # the explored call, and the one that it asks for
    more = hooks(app) if executor == "snapshot" else {}
    exploration = account.explore(executor=executor, **more)
    assert heard(exploration, "1")[0] == "Calling back: 201."
    assert heard(exploration, "2") == ("Recording is started.",)
    assert heard(exploration, "3") == ("The call is in_progress.",)
    assert {each.heard for each in exploration.branches if each.source == "answer/1" and each.input == "5"} == {
        ("A trunk: 201.",)
    }
    assert "MV218" not in codes(exploration.findings)


def test_the_account_of_the_test_stays_as_it_was(site):
    app, account, api = site
    mine = account.inbound_call()
    before = list(api.requests)
    account.explore()
    assert account.calls == [mine]
    assert len(account.trunks) == 1
    assert api.requests == before
    assert api.findings == []
    assert api.broken.take() == []
    assert ask(app, "GET", f"/v1/calls/{mine.id}").json()["status"] == "in_progress"
    assert [each.path for each in api.requests] == [f"/v1/calls/{mine.id}"]


def test_a_request_that_production_would_refuse_is_a_finding_with_its_path(site):
    _, account, _ = site
    exploration = account.explore()
    found = {each.code: each for each in exploration.findings}
    assert set(found) == {"MV502", "MV504"}
    assert found["MV502"].caller == ("4",)
    assert found["MV502"].line == 'minivoice.inbound_call().run(["4"])'
    assert heard(exploration, "4") == ("Refused with 400.",)


def test_what_is_set_in_the_test_holds_for_explored_calls(site):
    _, account, _ = site
    account.balance = 0
    assert heard(account.explore(), "1")[0] == "Calling back: 402."


def test_the_plan_of_calls_is_tried_in_the_same_way(site):
    _, account, _ = site
    flows = account.explore().flows()
    assert account.calls == []
    assert any("A trunk: 201." in flow.expected.get("hears", ()) for flow in flows)


def test_a_request_without_the_fixture_is_a_finding_too():
    account, api = wired(callbacks())
    with patched(api, late=True):
        findings = account.explore().findings
    assert {"MV507", "MV108"} <= set(codes(findings))
    assert api.findings == []

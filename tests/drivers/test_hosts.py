from __future__ import annotations

import json
import re

import pytest

from pytest_minivoice import ContractViolation

PARTNER = "https://Partner.example.org:8443/menu"


def redirects(url):
    return lambda request: {"actions": [{"redirect": {"url": url}}]}


def partner(request):
    return {"actions": [{"say": {"text": f"You reached {request.url.partition('?')[0]}"}}]}


def partner_wsgi(environ, start_response):
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps({"actions": [{"say": {"text": environ["HTTP_HOST"]}}]}).encode()]


@pytest.fixture
def minivoice_app(request):
    return getattr(request, "param", redirects(PARTNER))


@pytest.mark.minivoice(hosts={"partner.example.org:8443": partner})
def test_a_redirect_to_another_host_reaches_the_application_that_serves_it(minivoice):
    assert minivoice.inbound_call().heard == [f"You reached {PARTNER}"]


@pytest.mark.minivoice(hosts={"partner.example.org:8443": f"{__name__}:partner"})
def test_a_host_may_be_served_by_an_import_string(minivoice):
    assert minivoice.inbound_call().heard == [f"You reached {PARTNER}"]


@pytest.mark.minivoice(hosts={"partner.example.org:8443": partner_wsgi})
def test_a_host_may_be_served_by_a_wsgi_application(minivoice):
    [host] = minivoice.inbound_call().heard
    assert host.lower() == "partner.example.org:8443"


@pytest.mark.minivoice(hosts={"partner.example.org": partner})
def test_a_host_that_nobody_serves_is_a_finding_that_names_the_setting(minivoice):
    with pytest.raises(ContractViolation) as raised:
        minivoice.inbound_call()
    finding = raised.value.finding
    assert finding.code == "MV215"
    text = str(raised.value)
    assert "no application serves partner.example.org:8443; served are example.com, partner.example.org" in text
    assert re.search(r"settings? .*\bhosts\b", text)


@pytest.mark.minivoice(strict=False)
def test_a_host_that_nobody_serves_fails_the_call(minivoice):
    call = minivoice.inbound_call()
    assert (call.terminal, call.reason) == ("failed", "redirect_failed")
    assert [each.code for each in call.findings] == ["MV215"]
    assert "  application  does not answer: no application serves partner.example.org:8443; " in call.transcript()


@pytest.mark.parametrize(
    ("minivoice_app", "host"),
    [
        (redirects("https://partner.example.org:443/a"), "partner.example.org"),
        (redirects("https://PARTNER.example.org/a"), "Partner.Example.Org"),
    ],
    indirect=["minivoice_app"],
)
def test_hosts_are_compared_as_urls_are(minivoice_app, host, request):
    request.node.add_marker(pytest.mark.minivoice(hosts={host: partner}))
    minivoice = request.getfixturevalue("minivoice")
    assert len(minivoice.inbound_call().heard) == 1


@pytest.mark.minivoice(hosts={"partner.example.org": None})
def test_a_host_without_an_application_is_refused(request):
    with pytest.raises((ValueError, pytest.fail.Exception), match=r"hosts.*partner\.example\.org.*None"):
        request.getfixturevalue("minivoice")


@pytest.mark.minivoice(hosts={"partner.example.org": f"{__name__}:partners"})
def test_a_misspelled_application_of_a_host_is_named_with_its_host(request):
    message = f"the setting hosts, partner.example.org: {__name__} has no attribute 'partners'; did you mean 'partner'?"
    with pytest.raises(pytest.fail.Exception, match=re.escape(message)):
        request.getfixturevalue("minivoice")


def counts(request):
    return {"actions": [{"say": {"text": request.url}}]}


@pytest.mark.parametrize("minivoice_app", [counts], indirect=True)
class TestUrls:
    @pytest.mark.minivoice(base_url="http://voice.example.net:8080", answer_url="/ivr")
    def test_base_url_is_the_host_under_which_the_application_is_reached(self, minivoice):
        assert minivoice.inbound_call().heard == ["http://voice.example.net:8080/ivr"]

    @pytest.mark.minivoice(answer_url="https://other.example.net/ivr?tenant=5")
    def test_the_answer_url_may_be_a_whole_url_of_another_host(self, minivoice):
        assert minivoice.inbound_call().heard == ["https://other.example.net/ivr?tenant=5"]

    @pytest.mark.minivoice(webhook_url="https://hooks.example.net/minivoice")
    def test_the_webhook_url_may_be_a_whole_url_of_another_host(self, minivoice):
        call = minivoice.inbound_call()
        assert {hook.url for hook in call.webhooks} == {"https://hooks.example.net/minivoice"}
        assert all(hook.accepted for hook in call.webhooks)

    @pytest.mark.minivoice(
        webhook_url="https://hooks.example.net/minivoice", hosts={"hooks.example.net": lambda request: None}
    )
    def test_webhooks_may_go_to_another_application(self, minivoice):
        call = minivoice.inbound_call()
        assert {hook.status for hook in call.webhooks} == {204}


def told_by_wsgi(environ, start_response):
    start_response("200 OK", [("Content-Type", "application/json")])
    told = [environ[name] for name in ("HTTP_HOST", "SERVER_NAME", "SERVER_PORT")]
    return [json.dumps({"actions": [{"say": {"text": " ".join(told)}}]}).encode()]


async def told_by_asgi(scope, receive, send):
    if scope["type"] != "http":
        return
    host = dict(scope["headers"])[b"host"].decode()
    name, port = scope["server"]
    body = json.dumps({"actions": [{"say": {"text": f"{host} {name} {port}"}}]}).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
    await send({"type": "http.response.body", "body": body})


@pytest.mark.parametrize("minivoice_app", [told_by_wsgi, told_by_asgi], indirect=True)
@pytest.mark.parametrize(
    "told",
    [
        pytest.param(told, marks=pytest.mark.minivoice(answer_url=f"{base}/answer"))
        for base, told in {
            "https://example.com": "example.com example.com 443",
            "https://[::1]:8443": "[::1]:8443 ::1 8443",
            "https://user:word@example.com:8443": "example.com:8443 example.com 8443",
        }.items()
    ],
)
def test_the_application_is_told_its_host_as_a_server_tells_it(minivoice, told):
    assert minivoice.inbound_call().heard == [told]

"""How requests of each client reach MiniVoice in memory, and how all others go where they always went."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import urllib.request
from contextlib import ExitStack, nullcontext
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING
from wsgiref.simple_server import WSGIRequestHandler, make_server

import aiohttp
import anyio
import httpx
import phone
import pytest
import requests
import responses

from pytest_minivoice import ContractViolation
from pytest_minivoice.cloud.rest.api import MockedApi
from pytest_minivoice.transports.loopback import served
from pytest_minivoice.transports.patching import patched

if TYPE_CHECKING:
    from collections.abc import Iterator

CALLS = "https://api.minivoice.eu/v1/calls"
CALL = {"from": "+15551230001", "to": "+15551230002"}
PATCHED = {
    "requests": (requests.Session, "get_adapter"),
    "httpx": (httpx.HTTPTransport, "handle_request"),
    "httpx async": (httpx.AsyncHTTPTransport, "handle_async_request"),
    "aiohttp": (aiohttp.BaseConnector, "connect"),
    "http.client tunnel": (HTTPConnection, "set_tunnel"),
    "http.client": (HTTPConnection, "putrequest"),
    **{name: (socket, name) for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex")},
    **{name: (socket.socket, name) for name in ("connect", "connect_ex", "send", "sendall")},
}


def auth(api):
    return {"Authorization": f"Bearer {api.api_key}"}


def by_requests(api, url=CALLS, **more):
    return requests.post(url, json=CALL, headers=auth(api), **more)


def by_session(api, url=CALLS, **more):
    with requests.Session() as session:
        session.headers.update(auth(api))
        return session.post(url, data=json.dumps(CALL), **more)


def by_httpx(api, url=CALLS, **more):
    return httpx.post(url, json=CALL, headers=auth(api), **more)


def by_async_httpx(api, url=CALLS, **more):
    async def post():
        async with httpx.AsyncClient(headers=auth(api)) as client:
            return await client.post(url, json=CALL, **more)

    return anyio.run(post)


def by_trio(api, url=CALLS, **more):
    async def post():
        async with httpx.AsyncClient(headers=auth(api)) as client:
            return await client.post(url, json=CALL, **more)

    return anyio.run(post, backend="trio")


CLIENTS = [by_requests, by_session, by_httpx, by_async_httpx, by_trio]


@pytest.mark.parametrize("post", CLIENTS)
def test_a_client_is_answered_out_of_the_account(api, post):
    response = post(api)
    assert response.status_code == 201
    assert response.headers["Content-Type"] == "application/json"
    assert response.json()["id"] == api.account.calls[-1].id
    assert [each.json for each in api.requests] == [CALL]


@pytest.mark.parametrize("post", CLIENTS)
def test_a_client_gets_an_error_as_an_answer(api, post):
    api.account.balance = 0
    response = post(api)
    assert (response.status_code, response.json()["error"]["code"]) == (402, "insufficient_balance")


@pytest.mark.parametrize(
    ("kind", "of_requests", "of_httpx"),
    [
        ("network_error", requests.exceptions.ConnectionError, httpx.ConnectError),
        ("timeout", requests.exceptions.ReadTimeout, httpx.ReadTimeout),
    ],
)
@pytest.mark.parametrize("post", CLIENTS)
def test_a_network_failure_is_the_clients_own(api, post, kind, of_requests, of_httpx):
    api.fail_next("POST", "/v1/calls", kind)
    with pytest.raises((of_requests, of_httpx)) as raised:
        post(api)
    assert raised.value.request.url == CALLS
    assert post(api).status_code == 201


@pytest.mark.parametrize("post", CLIENTS)
def test_a_slow_answer_is_a_timeout_for_who_does_not_wait_and_the_call_is_made_all_the_same(api, post):
    api.slow_next("POST", "/v1/calls", 30, times=2)
    with pytest.raises((requests.exceptions.ReadTimeout, httpx.ReadTimeout)):
        post(api, timeout=10)
    assert post(api, timeout=60).status_code == 201
    assert len(api.account.calls) == 2


def test_the_timeout_of_requests_may_be_a_pair(api):
    api.slow_next("POST", "/v1/calls", 30, times=2)
    with pytest.raises(requests.exceptions.ReadTimeout):
        by_requests(api, timeout=(60, 10))
    assert by_requests(api, timeout=(1, None)).status_code == 201


@pytest.mark.parametrize("post", CLIENTS)
def test_a_request_without_the_fixture_is_refused_and_names_it(opened, post):
    with pytest.raises(ContractViolation, match="Add the fixture minivoice_api") as raised:
        post(opened)
    assert raised.value.finding.code == "MV507"
    assert opened.account.calls == []


def head_by_requests(base, path, headers):
    return requests.head(f"{base}{path}", headers=headers)


def head_by_httpx(base, path, headers):
    return httpx.head(f"{base}{path}", headers=headers)


def head_by_async_httpx(base, path, headers):
    async def head():
        async with httpx.AsyncClient(headers=headers) as client:
            return await client.head(f"{base}{path}")

    return anyio.run(head)


@pytest.mark.parametrize("head", [head_by_requests, head_by_httpx, head_by_async_httpx])
@pytest.mark.parametrize("base", ["https://api.minivoice.eu", "server"])
def test_an_answer_to_head_has_no_body(api, head, base):
    found = head(api.url if base == "server" else base, "/v1/calls/call_1", auth(api))
    assert (found.status_code, found.content) == (404, b"")


@pytest.mark.parametrize(("transport", "codes"), [(2, [0, 0, 201]), (1, [0, 0])])
@pytest.mark.parametrize("asynchronous", [False, True])
def test_the_retries_of_httpx_meet_a_network_error(api, transport, codes, asynchronous):
    api.fail_next("POST", "/v1/calls", "network_error", times=2)

    def post():
        with httpx.Client(transport=httpx.HTTPTransport(retries=transport)) as client:
            client.post(CALLS, json=CALL, headers=auth(api))

    async def apost():
        async with httpx.AsyncClient(transport=httpx.AsyncHTTPTransport(retries=transport)) as client:
            await client.post(CALLS, json=CALL, headers=auth(api))

    with nullcontext() if codes[-1] else pytest.raises(httpx.ConnectError):
        anyio.run(apost) if asynchronous else post()
    assert [each.status for each in api.requests] == codes


def test_httpx_does_not_retry_a_timeout_after_the_request_was_sent(api):
    api.fail_next("POST", "/v1/calls", "timeout")
    with httpx.Client(transport=httpx.HTTPTransport(retries=2)) as client, pytest.raises(httpx.ReadTimeout):
        client.post(CALLS, json=CALL, headers=auth(api))


@pytest.mark.parametrize(
    "url", ["https://api.minivoice.eu/v1/calls", "http://minivoice.eu/", "https://eu.minivoice.eu/"]
)
def test_a_client_that_cannot_be_patched_is_refused(api, url):
    with pytest.raises(ContractViolation, match="the application asks the real MiniVoice"):
        urllib.request.urlopen(url)


@pytest.mark.parametrize(
    "body", [b'{"from": 1}', "{}", None, iter([b"{", b"}"])], ids=["bytes", "str", "none", "stream"]
)
def test_requests_may_send_a_body_of_any_kind(api, body):
    assert requests.post(CALLS, data=body, headers=auth(api)).status_code == 400


def test_requests_may_send_a_header_of_bytes(api):
    headers = {"Authorization": f"Bearer {api.api_key}".encode()}
    assert requests.get("https://api.minivoice.eu/v1/trunks", headers=headers, timeout=5).status_code == 200


def test_requests_may_send_a_file(api, tmp_path):
    (tmp_path / "call.json").write_text(json.dumps(CALL), encoding="utf-8")
    with (tmp_path / "call.json").open("rb") as body:
        assert requests.post(CALLS, data=body, headers=auth(api)).status_code == 201


@pytest.mark.parametrize("opened", [{"api_base": "http://voice.internal:9000"}], indirect=True)
@pytest.mark.parametrize("post", CLIENTS)
def test_the_api_may_have_another_base(api, post):
    assert post(api, "http://voice.internal:9000/v1/calls").status_code == 201
    assert api.findings == []
    assert not api.handles("voice.internal", 9001)
    assert not api.handles("voice.internal")
    assert post(api).status_code == 201
    assert [each.code for each in api.findings] == ["MV506"]


@pytest.fixture
def unpatched_server() -> Iterator[str]:
    class Silent(WSGIRequestHandler):
        def log_message(self, *parts: object) -> None:
            """Print nothing."""

    def app(environ, start_response):
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"elsewhere"]

    server = make_server("127.0.0.1", 0, app, handler_class=Silent)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("post", CLIENTS)
def test_another_host_is_asked_as_ever(api, post, unpatched_server):
    assert post(api, unpatched_server).text == "elsewhere"
    assert api.requests == []


@responses.activate
def test_responses_begun_before_goes_on(request):
    responses.post("https://crm.example.com/", json={"ok": 1})
    api = request.getfixturevalue("api")
    assert by_requests(api, "https://crm.example.com/").json() == {"ok": 1}
    assert by_requests(api).status_code == 201
    assert len(responses.calls) == 1


def test_responses_begun_after_goes_on(api):
    with responses.RequestsMock() as mock:
        mock.post("https://crm.example.com/", json={"ok": 1})
        assert by_requests(api, "https://crm.example.com/").json() == {"ok": 1}
        assert by_requests(api).status_code == 201
        with pytest.raises(requests.exceptions.ConnectionError, match="Connection refused by Responses"):
            by_requests(api, "https://other.example.com/")


@pytest.mark.parametrize("begun", ["before", "after"])
@pytest.mark.parametrize("post", [by_httpx, by_async_httpx])
def test_respx_goes_on_whenever_it_was_begun(request, begun, post):
    respx = pytest.importorskip("respx")
    with ExitStack() as stack:
        if begun == "before":
            mock = stack.enter_context(respx.mock)
        api = request.getfixturevalue("api")
        if begun == "after":
            mock = stack.enter_context(respx.mock)
        mock.post("https://crm.example.com/").respond(json={"ok": 1})
        assert post(api, "https://crm.example.com/").json() == {"ok": 1}
        assert post(api).status_code == 201


@pytest.mark.parametrize("how", ["success", "failure", "error"])
def test_what_was_patched_is_put_back(how):
    before = {name: getattr(owner, attribute) for name, (owner, attribute) in PATCHED.items()}
    api = MockedApi(phone.open_account([phone.gather()]), lambda _: "")
    raised = {"success": None, "failure": AssertionError, "error": KeyboardInterrupt}[how]

    def use():
        with patched(api, late=True):
            during = {name: getattr(owner, attribute) for name, (owner, attribute) in PATCHED.items()}
            assert not set(during.values()) & set(before.values())
            if raised is not None:
                raise raised

    if raised is None:
        use()
    else:
        with pytest.raises(raised):
            use()
    assert {name: getattr(owner, attribute) for name, (owner, attribute) in PATCHED.items()} == before
    assert not {"connect", "connect_ex", "send", "sendall"} & vars(socket.socket).keys()


SUBPROCESS = """
import json, sys, urllib.request
base, key = sys.argv[1:]
body = json.dumps({"from": "+15551230001", "to": "+15551230002"}).encode()
asked = urllib.request.Request(f"{base}/v1/calls", body, {"Authorization": f"Bearer {key}"})
print(json.load(urllib.request.urlopen(asked))["id"])
"""


def test_another_process_asks_the_url(api):
    command = [sys.executable, "-c", SUBPROCESS, api.url, api.api_key]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert printed.strip() == api.account.calls[-1].id
    assert api.findings == []


def test_aiohttp_asks_the_url(api):
    async def post():
        async with (
            aiohttp.ClientSession(headers=auth(api)) as session,
            session.post(f"{api.url}/v1/calls", json=CALL) as got,
        ):
            return got.status, (await got.json())["id"]

    assert anyio.run(post) == (201, api.account.calls[-1].id)


def test_the_url_answers_errors_and_chunked_bodies(api):
    connection = HTTPConnection(api.url.removeprefix("http://"))
    chunks = iter([json.dumps(CALL).encode()[:10], json.dumps(CALL).encode()[10:]])
    connection.request("POST", "/v1/calls", chunks, auth(api), encode_chunked=True)
    assert connection.getresponse().read().startswith(b'{"id": "call_')
    connection.request("GET", "/v1/calls/call_1", headers=auth(api))
    assert connection.getresponse().read() == b'{"error": {"code": "call_not_found", "message": "call not found"}}'
    connection.close()


@pytest.mark.parametrize("length", ["many", "-1"])
def test_the_url_refuses_a_length_that_is_none(api, length):
    connection = HTTPConnection(api.url.removeprefix("http://"), timeout=5)
    connection.putrequest("POST", "/v1/calls")
    connection.putheader("Content-Length", length)
    connection.endheaders()
    assert connection.getresponse().status == 400
    connection.close()


@pytest.mark.parametrize("kind", ["network_error", "timeout"])
def test_the_url_closes_the_connection_for_a_network_failure(api, kind):
    api.fail_next("POST", "/v1/calls", kind)
    with pytest.raises((requests.exceptions.ConnectionError, httpx.RemoteProtocolError)):
        by_requests(api, f"{api.url}/v1/calls")
    assert by_requests(api, f"{api.url}/v1/calls").status_code == 201


def test_the_url_is_closed_after_the_test():
    with ExitStack() as stack:
        api = MockedApi(phone.open_account([phone.gather()]), lambda answer: stack.enter_context(served(answer)))
        api.open()
        url = api.url
        assert api.url is url
        keep_alive = requests.Session()
        assert keep_alive.get(f"{url}/v1/applications", headers=auth(api)).status_code == 200
    with pytest.raises(requests.exceptions.ConnectionError):
        requests.get(f"{url}/v1/applications", timeout=5)
    keep_alive.close()


def test_no_client_is_loaded_before_it_is_needed():
    code = "import sys, pytest_minivoice._account; print(sorted({'requests', 'httpx', 'responses'} & set(sys.modules)))"
    root = str(Path(phone.__file__).parents[1])
    printed = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=root).stdout
    assert printed.strip() == "[]"

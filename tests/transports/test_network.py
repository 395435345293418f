"""Whatever way an application takes, no request to MiniVoice leaves the machine, also where the API is mocked."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import urllib.request
from http.client import HTTPConnection
from threading import Thread
from typing import TYPE_CHECKING

import anyio
import httpx
import pytest
import requests
import urllib3

from pytest_minivoice import ContractViolation
from pytest_minivoice.transports.loopback import served

if TYPE_CHECKING:
    from collections.abc import Iterator

HOST = "api.minivoice.eu"
URLS = [f"https://{HOST}/v1/calls", f"http://{HOST}/v1/calls"]


@pytest.fixture
def seen() -> list[bytes]:
    return []


@pytest.fixture
def proxy(seen) -> Iterator[str]:
    """Serve as a proxy that answers each request alike, and keep the first line of it."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    asked, _ = server.accept()
                except OSError:
                    return
                with asked:
                    asked.settimeout(5)
                    line = asked.recv(65536).partition(b"\r\n")[0]
                    if line:
                        seen.append(line)
                        asked.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")

        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)
    thread.join()


def by_urllib(proxy, url):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({"http": proxy, "https": proxy}))
    with opener.open(url, timeout=5) as answer:
        return answer.read()


def by_urllib3(proxy, url):
    with urllib3.ProxyManager(proxy) as pool:
        return pool.request("GET", url, timeout=5, retries=False).data


def by_aiohttp(proxy, url):
    aiohttp = pytest.importorskip("aiohttp")

    async def get():
        async with aiohttp.ClientSession() as session, session.get(url, proxy=proxy) as answer:
            return await answer.read()

    return anyio.run(get)


PROXIED = [by_urllib, by_urllib3, by_aiohttp]


@pytest.mark.parametrize("url", URLS)
@pytest.mark.parametrize("get", PROXIED)
def test_no_proxy_is_asked_for_minivoice(api, proxy, seen, get, url):
    with pytest.raises(ContractViolation, match=r"MV507 [^:]*: the application asks the real MiniVoice"):
        get(proxy, url)
    assert seen == []
    assert [each.code for each in api.findings] == ["MV507"]


@pytest.mark.parametrize("get", PROXIED)
def test_a_proxy_is_asked_for_other_hosts_as_ever(api, proxy, seen, get):
    assert get(proxy, "http://crm.example.com/") == b"ok"
    assert seen == [b"GET http://crm.example.com/ HTTP/1.1"]
    assert api.findings == []


@pytest.mark.parametrize("method", ["send", "sendall"])
@pytest.mark.parametrize(
    "line", [b"CONNECT api.minivoice.eu:443 HTTP/1.1", bytearray(b"POST http://API.minivoice.eu/v1/calls HTTP/1.1")]
)
def test_a_client_that_is_loaded_later_says_nothing_to_a_proxy(api, proxy, seen, line, method):
    where = proxy.removeprefix("http://").split(":")
    with socket.create_connection((where[0], int(where[1]))) as client, pytest.raises(ContractViolation, match="MV507"):
        getattr(client, method)(line + b"\r\n\r\n")
    assert seen == []


def test_a_tunnel_may_lead_to_an_address(api):
    for host in ("::1", "[::1]", "127.0.0.1:8080"):
        HTTPConnection("proxy.example.com").set_tunnel(host)
    with pytest.raises(ContractViolation, match=r"api\.minivoice\.eu, through a proxy"):
        HTTPConnection("proxy.example.com").set_tunnel("api.minivoice.eu:443")


def test_requests_is_answered_and_asks_no_proxy(api, proxy, seen):
    headers = {"Authorization": f"Bearer {api.api_key}"}
    answer = requests.get(f"{URLS[0]}/call_1", headers=headers, proxies={"https": proxy})
    assert answer.json()["error"]["code"] == "call_not_found"
    assert seen == []


@pytest.mark.parametrize("name", [HOST, "API.MiniVoice.eu."])
@pytest.mark.parametrize("method", ["gethostbyname", "gethostbyname_ex", "getaddrinfo"])
def test_no_name_of_minivoice_is_looked_up(api, method, name):
    more = (443,) if method == "getaddrinfo" else ()
    with pytest.raises(ContractViolation, match="MV507"):
        getattr(socket, method)(name, *more)


@pytest.mark.parametrize("name", [HOST, HOST.encode()])
@pytest.mark.parametrize("method", ["connect", "connect_ex"])
def test_no_socket_connects_to_a_name_of_minivoice(api, method, name):
    with socket.socket() as client, pytest.raises(ContractViolation, match="MV507"):
        getattr(client, method)((name, 443))


def test_other_names_and_sockets_are_as_ever(api, proxy, tmp_path, monkeypatch):
    assert socket.gethostbyname("127.0.0.1") == "127.0.0.1"
    assert socket.gethostbyname_ex("127.0.0.1")[2] == ["127.0.0.1"]
    with socket.socket() as client:
        assert client.connect_ex(("127.0.0.1", int(proxy.rpartition(":")[2]))) == 0
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind("s")
        server.listen()
        client.connect("s")
        assert client.send(b"hello") == 5
        client.sendall(memoryview(b"hello"))


CODE = """
import sys, urllib.error, urllib.request
try:
    urllib.request.urlopen(sys.argv[1])
except urllib.error.HTTPError as error:
    print(error.code)
"""


def by_another_python(url):
    return int(subprocess.run([sys.executable, "-c", CODE, url], check=True, capture_output=True).stdout)


def by_trusting_aiohttp(url):
    aiohttp = pytest.importorskip("aiohttp")

    async def get():
        async with aiohttp.ClientSession(trust_env=True) as session, session.get(url) as answer:
            return answer.status

    return anyio.run(get)


@pytest.fixture(params=["http_proxy", "HTTP_PROXY"])
def proxied(request, proxy, monkeypatch):
    monkeypatch.setenv(request.param, proxy)


@pytest.mark.usefixtures("proxied")
@pytest.mark.parametrize(
    "get",
    [
        lambda url: requests.get(url, timeout=5).status_code,
        lambda url: httpx.get(url).status_code,
        by_another_python,
        by_trusting_aiohttp,
    ],
    ids=["requests", "httpx", "another process", "aiohttp"],
)
def test_no_proxy_is_asked_for_the_server_of_this_machine(api, seen, get):
    assert get(f"{api.url}/v1/trunks") == 401
    assert seen == []


@pytest.mark.parametrize("before", [{}, {"no_proxy": "one.example"}, {"NO_PROXY": "one.example"}])
def test_what_no_proxy_was_asked_for_before_stays(monkeypatch, before):
    names = ("no_proxy", "NO_PROXY")
    for name in names:
        monkeypatch.delenv(name, raising=False)
    for name, value in before.items():
        monkeypatch.setenv(name, value)
    with served(lambda *_: pytest.fail("nobody asks")):
        assert {os.environ[name] for name in names} == {"one.example,127.0.0.1" if before else "127.0.0.1"}
    assert {name: os.environ[name] for name in names if name in os.environ} == before

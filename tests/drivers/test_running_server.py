from __future__ import annotations

import json
import socket
from threading import Event, Thread

import ivr
import pytest
from servers import serving

from pytest_minivoice import ContractViolation

SAY = json.dumps({"actions": [{"say": {"text": "Hello."}}]}).encode()


def wsgi(body: bytes, status: str = "200 OK"):
    def application(environ, start_response):
        start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]

    return application


@pytest.fixture
def server(request):
    application, options = request.param
    with serving(application, **options) as running:
        yield running


@pytest.fixture
def minivoice_app(server):
    return server.url


def served(application, **options):
    return pytest.mark.parametrize("server", [(application, options)], indirect=True, ids=["server"])


@served(ivr.wsgi)
@pytest.mark.minivoice(webhook_url="/minivoice/webhooks", base_url="https://ivr.example.com")
def test_all_requests_of_a_test_share_one_connection(minivoice, server):
    minivoice.inbound_call().run(["timeout", "1"])
    minivoice.inbound_call().hang_up()
    assert server.connections == 1


@served(ivr.wsgi, closes_connections=True)
@pytest.mark.minivoice(base_url="https://ivr.example.com")
def test_a_connection_that_the_server_closed_meanwhile_is_made_again(minivoice, server):
    call = minivoice.inbound_call().run(["timeout", "1"])
    assert call.terminal == "transferred"
    assert server.connections == len(call.requests) == 3


@served(wsgi(SAY))
def test_the_host_of_the_server_is_the_base_url_unless_one_is_given(minivoice, server):
    call = minivoice.inbound_call()
    assert call.requests[0].url == f"{server.url}/minivoice/answer"


@served(wsgi(SAY))
@pytest.mark.minivoice(base_url="https://example.com")
def test_a_base_url_that_is_given_wins_though_it_is_the_default(minivoice):
    assert minivoice.inbound_call().requests[0].url == "https://example.com/minivoice/answer"


def tells_its_host(environ, start_response):
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps({"actions": [{"say": {"text": environ["HTTP_HOST"]}}]}).encode()]


@served(tells_its_host)
@pytest.mark.minivoice(base_url="https://voice.example.org")
def test_the_server_is_told_the_host_of_the_base_url(minivoice):
    assert minivoice.inbound_call().heard == ["voice.example.org"]


@served(wsgi(b'{"actions": []}' + b" " * (1 << 20)))
def test_an_answer_that_is_too_large_is_not_read_to_its_end(minivoice):
    with pytest.raises(ContractViolation, match="MV106"):
        minivoice.inbound_call()


@served(wsgi(b"Boom", "500 Internal Server Error"))
def test_an_error_page_of_a_server_is_shown(minivoice):
    with pytest.raises(ContractViolation, match=r"MV101 answer-not-2xx: .*answered 500: Boom"):
        minivoice.inbound_call()


class TestWithoutAServer:
    @pytest.fixture
    def listener(self):
        with socket.create_server(("127.0.0.1", 0)) as listening:
            yield listening

    @pytest.fixture
    def minivoice_app(self, listener):
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    def test_a_server_that_is_down_is_told_with_its_address(self, minivoice, minivoice_app, listener):
        listener.close()
        with pytest.raises(ContractViolation) as raised:
            minivoice.inbound_call()
        assert raised.value.finding.code == "MV109"
        assert f"{minivoice_app} cannot be reached: ConnectionRefusedError" in str(raised.value)
        assert "before the test" in raised.value.finding.fix

    @pytest.mark.minivoice(answer_timeout_seconds=0.01)
    def test_a_server_that_is_silent_is_given_up(self, minivoice, minivoice_app):
        with pytest.raises(ContractViolation) as raised:
            minivoice.inbound_call()
        assert raised.value.finding.code == "MV107"
        assert f"{minivoice_app} did not answer within 0.01 s" in str(raised.value)

    def test_a_server_that_does_not_speak_http_is_told(self, minivoice, listener):
        def speak():
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"220 mail.example.com ESMTP\r\n")

        speaker = Thread(target=speak)
        speaker.start()
        with pytest.raises(ContractViolation, match=r"MV109.*BadStatusLine"):
            minivoice.inbound_call()
        speaker.join()


def test_uvicorn_is_called_like_any_server(uvicorn_url, pytester):
    pytester.makepyfile(
        f"""
        import pytest

        @pytest.mark.minivoice(app="{uvicorn_url}", base_url="https://ivr.example.com")
        @pytest.mark.minivoice(webhook_url="/minivoice/webhooks")
        def test_flow(minivoice):
            call = minivoice.inbound_call().run(["timeout", "1"])
            assert call.terminal == "transferred"
            assert [hook.status for hook in call.webhooks] == [204] * 5
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=1)


@pytest.fixture
def uvicorn_url():
    uvicorn = pytest.importorskip("uvicorn")
    ready = Event()

    class Server(uvicorn.Server):
        async def startup(self, sockets=None):
            await super().startup(sockets)
            ready.set()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = Server(uvicorn.Config(ivr.asgi, lifespan="off", log_config=None))
        thread = Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        ready.wait()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join()

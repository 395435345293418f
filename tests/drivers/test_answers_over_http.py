from __future__ import annotations

import json

import pytest

from pytest_minivoice import ContractViolation

SAY = {"actions": [{"say": {"text": "Hello."}}]}
JSON = "application/json"


def wsgi(status: str, body: bytes, *headers: tuple[str, str]):
    def application(environ, start_response):
        start_response(status, list(headers))
        return [body]

    return application


def asgi(status: int, body: bytes, *headers: tuple[str, str]):
    async def application(scope, receive, send):
        assert scope["type"] == "http"
        raw = [(name.lower().encode(), value.encode()) for name, value in headers]
        await send({"type": "http.response.start", "status": status, "headers": raw})
        await send({"type": "http.response.body", "body": body})

    return application


@pytest.fixture(params=[wsgi, asgi], ids=["WSGI", "ASGI"])
def minivoice_app(request, answer):
    status, body, *headers = answer
    if request.param is wsgi:
        return wsgi(f"{status} Some Reason", body, *headers)
    return asgi(status, body, *headers)


TYPE = ("Content-Type", JSON)


@pytest.mark.parametrize(
    ("answer", "code", "message"),
    [
        ((404, b"<h1>Not  found</h1>"), "MV101", "answered 404"),
        ((500, b"", TYPE), "MV101", "answered 500"),
        ((199, b"", TYPE), "MV101", "answered 199"),
        ((301, b"", ("Location", "/minivoice/answer/")), "MV102", "answered 301, a redirect to /minivoice/answer/"),
        ((304, b""), "MV102", "answered 304, a redirect to nowhere"),
        ((200, b"[1, 2", TYPE), "MV103", ""),
        ((200, b"\xef\xbb\xbf{}", TYPE), "MV103", ""),
        ((200, b'{"actions": [{"say": {"text": NaN}}]}', TYPE), "MV103", ""),
        ((200, b"[" * 100_000, TYPE), "MV103", ""),
        ((204, b"", TYPE), "MV103", ""),
        (
            (200, '{"actions": [{"say": {"text": "Zoë"}}]}'.encode("latin-1"), TYPE),
            "MV104",
            "byte 33 (0xeb) is not UTF-8",
        ),
        ((200, json.dumps(SAY).encode("utf-16"), TYPE), "MV104", ""),
        ((200, b'{"actions": []}' + b" " * (1 << 20), TYPE), "MV106", "the answer is over 1048576 bytes"),
    ],
)
def test_an_answer_that_cannot_be_used_has_its_rule(minivoice, code, message):
    with pytest.raises(ContractViolation) as raised:
        minivoice.inbound_call()
    finding = raised.value.finding
    assert (finding.code, finding.severity) == (code, "error")
    assert message in finding.message
    assert "https://example.com/minivoice/answer" in str(raised.value)


@pytest.mark.parametrize("answer", [(500, b"")])
@pytest.mark.minivoice(strict=False)
def test_an_answer_that_cannot_be_used_fails_the_call(minivoice):
    call = minivoice.inbound_call()
    assert (call.terminal, call.status, call.reason) == ("failed", "failed", "answer_failed")
    assert call.events == ["call.created", "call.answered", "call.failed"]
    assert [each.code for each in call.findings] == ["MV101"]


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (
            (200, json.dumps(SAY).encode(), ("Content-Type", "text/html; charset=utf-8")),
            "Content-Type is text/html; charset=utf-8",
        ),
        ((200, json.dumps(SAY).encode()), "the answer has no Content-Type"),
        ((200, json.dumps(SAY).encode(), ("Content-Type", "application/jsonp")), "Content-Type is application/jsonp"),
    ],
)
def test_json_of_another_content_type_is_a_warning(minivoice, message):
    call = minivoice.inbound_call()
    assert call.heard == ["Hello."]
    assert [(each.code, each.severity, each.message) for each in call.findings] == [("MV105", "warning", message)]


@pytest.mark.parametrize(
    "answer",
    [
        (200, json.dumps(SAY).encode(), ("content-type", "Application/JSON; charset=utf-8")),
        (200, json.dumps(SAY).encode(), ("CONTENT-TYPE", "application/vnd.minivoice+json")),
        (201, json.dumps(SAY).encode(), TYPE),
        (200, b"  " + json.dumps(SAY, indent=2).encode() + b"\r\n", TYPE),
    ],
)
def test_any_2xx_with_json_is_fine(minivoice):
    call = minivoice.inbound_call()
    assert (call.heard, call.findings) == (["Hello."], [])


@pytest.mark.parametrize("answer", [(200, json.dumps(SAY).encode(), TYPE)])
@pytest.mark.minivoice(answer_timeout_seconds=1e-9)
def test_an_answer_that_takes_longer_than_assumed_has_its_rule(minivoice):
    with pytest.raises(ContractViolation) as raised:
        minivoice.inbound_call()
    assert raised.value.finding.code == "MV107"
    assert "answer_timeout_seconds is 1e-09" in str(raised.value)


@pytest.mark.parametrize("answer", [(200, json.dumps(SAY).encode(), TYPE)])
@pytest.mark.minivoice(answer_timeout_seconds=1e-9, strict=False)
def test_minivoice_gives_a_slow_answer_up(minivoice):
    call = minivoice.inbound_call()
    assert (call.terminal, call.heard) == ("failed", [])


@pytest.mark.parametrize("answer", [(200, b"[1, 2", TYPE)])
def test_a_redirect_that_cannot_be_used_is_told_apart_from_the_answer(minivoice, monkeypatch):
    with pytest.raises(ContractViolation) as raised:
        minivoice.inbound_call()
    assert raised.value.finding.request == "POST https://example.com/minivoice/answer"

from __future__ import annotations

import re

import ivr
import pytest
from servers import serving

APPS = {
    "function": lambda: ivr.function,
    "async function": lambda: ivr.async_function,
    "WSGI": lambda: ivr.wsgi,
    "ASGI": lambda: ivr.asgi,
    "Flask": ivr.flask_app,
    "FastAPI": ivr.fastapi_app,
    "Django WSGI": ivr.django_wsgi,
    "Django ASGI": ivr.django_asgi,
    "import string": lambda: "ivr:wsgi",
    "import string of a factory": lambda: "ivr:flask_app()",
}


TRANSCRIPT = """\
inbound call call_ID from +15551230007 to +15551230008
  00:00  MiniVoice    call.created
  00:00  application  answers 204 to the webhook call.created
  00:00  MiniVoice    call.answered
  00:00  application  answers 204 to the webhook call.answered
  00:00  MiniVoice    requests POST https://ivr.example.com/minivoice/answer
  00:00  application  answers 200
  00:00  MiniVoice    runs gather num_digits=1
  00:00  caller       hears "Press 1 for sales or 2 for support."
  00:00  caller       presses nothing until the gather gives up
  00:05  MiniVoice    call.gathered digits= status=timed_out
  00:05  application  answers 204 to the webhook call.gathered
  00:05  MiniVoice    runs redirect url=https://ivr.example.com/minivoice/menu?from=welcome&name=A%20B
  00:05  MiniVoice    requests GET https://ivr.example.com/minivoice/menu with name=A B digits= gather_status=timed_out
  00:05  application  answers 200
  00:05  MiniVoice    runs gather num_digits=1
  00:05  caller       hears "Press 1 for sales or 2 for support."
  00:05  caller       presses 1
  00:05  MiniVoice    call.gathered digits=1 status=completed
  00:05  application  answers 204 to the webhook call.gathered
  00:05  MiniVoice    runs redirect url=https://ivr.example.com/minivoice/menu?from=welcome&name=A%20B
  00:05  MiniVoice    requests GET https://ivr.example.com/minivoice/menu with name=A B digits=1 gather_status=completed
  00:05  application  answers 200
  00:05  MiniVoice    runs say
  00:05  caller       hears "One moment, Zoë."
  00:05  MiniVoice    runs transfer destination=+15551230099
  00:05  destination  +15551230099: answered
  00:05  MiniVoice    call.completed
  00:05  application  answers 204 to the webhook call.completed
  00:05  MiniVoice    ends the call: transferred (status completed, transferred)"""


@pytest.fixture(params=[*APPS, "running server"])
def minivoice_app(request):
    if request.param != "running server":
        yield APPS[request.param]()
        return
    with serving(ivr.wsgi) as server:
        yield server.url


@pytest.mark.minivoice(webhook_url="/minivoice/webhooks", webhook_secret="s3cret", base_url="https://ivr.example.com")
def test_the_same_flow_has_the_same_transcript_through_every_driver(minivoice):
    call = minivoice.inbound_call(from_="+15551230007", to="+15551230008")
    call.run(["timeout", "1"])
    documents_left_out = re.sub(r"  \{.*", "", call.transcript())
    assert documents_left_out.replace(call.id, "call_ID") == TRANSCRIPT
    assert call.findings == []


@pytest.mark.minivoice(webhook_url="/minivoice/webhooks", base_url="https://ivr.example.com")
def test_the_outcome_is_the_same_through_every_driver(minivoice):
    call = minivoice.inbound_call()
    call.run(["timeout", "2", "1"])
    assert (call.terminal, call.destination) == ("transferred", "+15551230099")
    assert call.heard == ["Press 1 for sales or 2 for support."] * 3 + ["One moment, Zoë."]
    assert [hook.status for hook in call.webhooks] == [204] * 6
    assert call.events == ["call.created", "call.answered", *["call.gathered"] * 3, "call.completed"]
    assert [(each.method, each.path, each.status) for each in call.requests] == [
        ("POST", "/minivoice/answer", 200),
        *[("GET", "/minivoice/menu", 200)] * 3,
    ]


@pytest.mark.minivoice(answer_method="GET", base_url="https://ivr.example.com")
def test_the_answer_url_is_requested_by_get_when_the_assumption_says_so(minivoice):
    call = minivoice.inbound_call(from_="+15551230007")
    assert call.requests[0].method == "GET"
    assert "from=%2B15551230007" in call.requests[0].url
    call.hang_up()


@pytest.mark.minivoice(webhook_url="/minivoice/webhooks")
@pytest.mark.parametrize("minivoice_app", ["function"], indirect=True)
def test_a_line_of_the_transcript_does_not_show_what_was_delivered_as_what_was_answered(minivoice):
    call = minivoice.inbound_call()
    call.hang_up()
    lines = [line.strip() for line in call.transcript().splitlines() if "application  answers 204" in line]
    assert lines == [f"00:00  application  answers 204 to the webhook {event}" for event in call.events]

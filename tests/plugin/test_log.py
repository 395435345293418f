from __future__ import annotations

import logging

import pytest


def answer(request):
    if request.path == "/webhooks":
        return None
    return {"actions": [{"say": {"text": "The password is very-secret."}}]}


@pytest.fixture
def minivoice_app():
    return answer


secret = pytest.mark.minivoice(webhook_url="/webhooks", webhook_secret="very-secret", answer_signed=True)


@secret
def test_what_is_requested_and_delivered_is_logged_with_the_call_id(minivoice, caplog):
    caplog.set_level(logging.INFO, "pytest_minivoice")
    call = minivoice.inbound_call()
    messages = [record.getMessage() for record in caplog.records if record.name == "pytest_minivoice"]
    assert all(message.startswith(call.id) for message in messages)
    assert f"{call.id} POST https://example.com/minivoice/answer -> 200" in messages
    assert f"{call.id} webhook call.completed -> 204" in messages
    assert messages[-1] == f"{call.id} ended: completed (status completed, actions_ran_out)"
    assert not any('"actions"' in message for message in messages)


@secret
def test_bodies_are_logged_at_debug_level_with_secrets_masked(minivoice, caplog):
    caplog.set_level(logging.DEBUG, "pytest_minivoice")
    call = minivoice.inbound_call()
    debug = [record.getMessage() for record in caplog.records if record.levelno == logging.DEBUG]
    assert f'{call.id} {{"actions": [{{"say": {{"text": "The password is ***."}}}}]}}' in debug
    assert any('"event": "call.completed"' in message for message in debug)
    assert "very-secret" not in caplog.text


@secret
def test_what_the_application_was_asked_is_logged_at_debug_level(minivoice, caplog):
    caplog.set_level(logging.DEBUG, "pytest_minivoice")
    call = minivoice.inbound_call()
    [body] = {exchange.request.body.decode() for exchange in call.requests}
    assert body in caplog.text


def test_the_moves_of_the_caller_are_logged(minivoice, caplog):
    caplog.set_level(logging.INFO, "pytest_minivoice")
    call = minivoice.outbound_call("+15551230001").busy()
    assert f"{call.id} callee is busy" in caplog.messages


@secret
def test_the_transcript_and_the_printed_timeline_mask_secrets(minivoice):
    call = minivoice.inbound_call()
    assert "The password is ***." in call.transcript()
    assert "very-secret" not in str(call.timeline)

"""Signatures against vectors that openssl computed, and the headers of signed requests."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st
from phone import ANSWER, HOOKS, Site, answer, open_account, redirect, say

from pytest_minivoice.cloud.signing import sign

# printf '%s.%s' "$TIMESTAMP" "$BODY" | openssl dgst -sha256 -hmac "$SECRET"
VECTORS = [
    (
        "change-me",
        "1780056000",
        '{"event": "call.created"}',
        "v1=a7317fbce213132bfe6a7c2dc6794def87023bf4e4a1226c63f7126c8e55818f",
    ),
    (
        "other",
        "1780056000",
        '{"event": "call.created"}',
        "v1=fe737bac18a8179348b28dcde3b9edb11a660840f6d5b4522b887c737b8f8cf5",
    ),
    ("change-me", "1780056000", "", "v1=eb0f820c1a451b6cfb97432d7a60e1899d6d08f86a84cb812fc34c7fe7227dd7"),
    (
        "change-me",
        "2026-05-29T12:00:00Z",
        '{"event": "call.completed", "data": {}}',
        "v1=365a22d14ce63d3bbc7b345fc2df85c3246ad061348992f2597619a43bdf8881",
    ),
    (
        "schlüssel",
        "1780056000",
        "grüße ✓",
        "v1=bf9ab22404be7fb77c6c7dfcb11fa78caf672a715a6dbdf3d45e28caa62b3cac",
    ),
]


@pytest.mark.parametrize(("secret", "timestamp", "body", "signature"), VECTORS)
def test_a_signature_is_what_openssl_computes(secret, timestamp, body, signature):
    assert sign(secret, timestamp, body.encode()) == signature


@given(st.text(min_size=1).filter(lambda text: text.isprintable()), st.integers(0, 2**33), st.binary())
def test_a_signature_is_the_hmac_of_timestamp_dot_body(secret, seconds, body):
    expected = hmac.new(secret.encode(), str(seconds).encode() + b"." + body, hashlib.sha256).hexdigest()
    assert sign(secret, str(seconds), body) == f"v1={expected}"


def asked(**settings):
    """Call a site that redirects by POST once; return its requests for documents and its webhooks."""
    pages = {ANSWER: [redirect("/next", method="POST")], "/next": [say()], HOOKS: answer({})}
    site = Site(pages)
    open_account(site, webhook_url=HOOKS, **settings).inbound_call()
    return [each for each in site.asked if each.path != HOOKS], [each for each in site.asked if each.path == HOOKS]


def is_signed(request, secret):
    """Verify a request as a receiver would, without our code."""
    timestamp = request.headers["X-MiniVoice-Timestamp"]
    expected = hmac.new(secret.encode(), timestamp.encode() + b"." + request.body, hashlib.sha256).hexdigest()
    return request.headers["X-MiniVoice-Signature"] == f"v1={expected}"


def test_webhooks_are_signed_with_the_secret_and_answer_requests_are_not():
    documents, webhooks = asked(webhook_secret="change-me")
    assert len(webhooks) == 3
    assert all(is_signed(each, "change-me") for each in webhooks)
    assert not any(is_signed(each, "other") for each in webhooks)
    assert not any(
        "X-MiniVoice-Signature" in each.headers or "X-MiniVoice-Timestamp" in each.headers for each in documents
    )


def test_without_a_secret_neither_header_is_sent():
    for request in [each for some in asked() for each in some]:
        assert not {name for name in request.headers if name.lower().startswith("x-minivoice")}


def test_answer_requests_may_be_signed_too():
    documents, _ = asked(webhook_secret="change-me", answer_signed=True)
    assert [each.path for each in documents] == [ANSWER, "/next"]
    assert all(is_signed(each, "change-me") for each in documents)


def test_a_get_is_signed_over_its_empty_body():
    site = Site({ANSWER: [say()]})
    open_account(site, webhook_secret="change-me", answer_signed=True, answer_method="GET").inbound_call()
    assert site.asked[0].body == b""
    assert is_signed(site.asked[0], "change-me")


def test_answer_requests_cannot_be_signed_without_a_secret():
    documents, _ = asked(answer_signed=True)
    assert not any("X-MiniVoice-Signature" in each.headers for each in documents)

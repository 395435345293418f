"""Webhook signatures by the documented scheme [webhooks/signatures]."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from pytest_minivoice.cloud.clock import rfc3339

if TYPE_CHECKING:
    from pytest_minivoice.spec.assumptions import Assumptions

TIMESTAMP_HEADER = "X-MiniVoice-Timestamp"
SIGNATURE_HEADER = "X-MiniVoice-Signature"


def sign(secret: str, timestamp: str | int, body: bytes | str) -> str:
    """Sign a body [webhooks/signatures].

    Args:
        secret: The application's webhook secret.
        timestamp: The value of the header X-MiniVoice-Timestamp.
        body: The raw body.

    Returns:
        The value of X-MiniVoice-Signature: `v1=` and the hex HMAC-SHA256 over timestamp, `.` and body.
    """
    raw = body.encode() if isinstance(body, str) else body
    digest = hmac.digest(secret.encode(), str(timestamp).encode() + b"." + raw, "sha256")
    return "v1=" + digest.hex()


def verify(secret: str, timestamp: str | int, body: bytes | str, signature: str) -> bool:
    """Verify a signature [webhooks/signatures]. How old it is, is for the receiver to judge.

    Args:
        secret: The application's webhook secret.
        timestamp: The value of the header X-MiniVoice-Timestamp.
        body: The raw body.
        signature: The value of the header X-MiniVoice-Signature.

    Returns:
        Whether the signature is right.
    """
    return hmac.compare_digest(sign(secret, timestamp, body).encode(), signature.encode("utf-8", "surrogateescape"))


def signature_headers(secret: str | None, seconds: float, body: bytes, assumptions: Assumptions) -> dict[str, str]:
    """Make the two headers of a signed request.

    Args:
        secret: The application's webhook secret; without one neither header is sent.
        seconds: Unix seconds of the signature.
        body: The raw body.
        assumptions: For the format of the timestamp, `signature_timestamp`.

    Returns:
        The headers, or nothing.
    """
    if not secret:
        return {}
    unix = assumptions.signature_timestamp.startswith("unix")
    timestamp = str(int(seconds)) if unix else rfc3339(seconds)
    return {TIMESTAMP_HEADER: timestamp, SIGNATURE_HEADER: sign(secret, timestamp, body)}

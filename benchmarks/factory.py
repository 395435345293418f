"""One webhook built and signed by the factory, against `json.dumps` and an HMAC of the same payload, in one run."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Any

from measuring import SIGNED, in_tests, least_seconds, show

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_minivoice import Account

EVENTS: dict[str, dict[str, Any]] = {
    "call_created": {},
    "call_completed": {"direction": "inbound"},
    "call_gathered": {"digits": "42", "max_digits": 4},
}
SECRET = SIGNED["webhook_secret"].encode()


def bare(payload: dict[str, Any]) -> Callable[[], object]:
    """Return what encodes and signs a payload as a test would by hand."""

    def run() -> tuple[bytes, str]:
        body = json.dumps(payload).encode()
        return body, hmac.new(SECRET, b"1780056000." + body, hashlib.sha256).hexdigest()

    return run


def measure(account: Account) -> list[tuple[str, float, float]]:
    """Time each event, bare and by the factory; return its name, the ratio and microseconds of the factory."""
    factory = account.webhooks
    rows = []
    for name, fields in EVENTS.items():
        make = getattr(factory, name)
        run = bare(make(**fields).payload)
        contestants = {"bare": lambda run=run: run, "ours": lambda make=make, f=fields: lambda: make(**f).headers}
        least = least_seconds(contestants, rounds=60, number=200)
        rows.append((f"{name}({fields or ''})", least["ours"] / least["bare"], least["ours"] * 1e6))
    return rows


def main() -> None:
    """Measure in a test, and print the ratios."""
    [rows] = in_tests(lambda _: None, measure, **SIGNED)
    show("a webhook, built and signed", ["of bare", "us"], rows)


if __name__ == "__main__":
    main()

"""Counts what calls keep in memory while their test runs and after it, against the bytes that they exchanged.

The application is a function, so that what is counted is the plugin's own.
"""

from __future__ import annotations

import gc
import tracemalloc
from typing import TYPE_CHECKING

from measuring import SIGNED, in_tests, menu, show

if TYPE_CHECKING:
    from pytest_minivoice import Account, Request

CALLS = 1000
STEPS = 3


def application(request: Request) -> dict[str, object] | None:
    """Answer with the menu, or accept a webhook."""
    return None if request.path == "/minivoice/webhooks" else menu()


def held() -> int:
    """Return the bytes that are held now."""
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


def make_calls(account: Account) -> tuple[int, int, int, int]:
    """Make the calls of a test.

    Returns:
        The bytes held before the calls, after the first half and after all, and the bytes that all exchanged.
    """
    marks = [held()]
    for _ in range(2):
        for _ in range(CALLS // 2):
            account.inbound_call().run(["1"] * STEPS + ["hang_up"])
        marks.append(held())
    exchanged = 0
    for call in account.calls:
        exchanged += sum(
            len(each.request.url) + len(each.request.body) + len(each.response.body) for each in call.requests
        )
        exchanged += sum(len(each.url) + len(each.body) for each in call.webhooks)
    return (*marks, exchanged)


def main() -> None:
    """Run a test to warm up, one that makes the calls, and one that looks at what the former left."""
    tracemalloc.start()
    _, (before, half, after, exchanged), (left, *_) = in_tests(
        application, make_calls, make_calls, make_calls, **SIGNED
    )
    kept = after - before
    rows = [
        ("kept while the test runs, of what was exchanged", kept / exchanged),
        ("by the second half of the calls, of the first half", (after - half) / (half - before)),
        ("left when the test is over, of what was exchanged", (left - before) / exchanged),
        ("kept, KiB", kept // 1024),
        ("exchanged: URLs and bodies, KiB", exchanged // 1024),
    ]
    show(f"{CALLS} calls of {STEPS} steps, webhooks signed", [""], rows)


if __name__ == "__main__":
    main()

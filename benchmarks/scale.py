"""Whether time grows with the length of a thing and no faster: steps, actions, calls, and reading the transcript.

The application is a function, so that what is timed is the plugin's own.
"""

from __future__ import annotations

import time
from itertools import count
from typing import TYPE_CHECKING

from measuring import SIGNED, in_tests, menu, show

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_minivoice import Account, Request

SIZES = (10, 100, 1000)
ROUNDS = 9


class Application:
    """Answer with the menu, or with as many texts as `texts` says."""

    def __init__(self) -> None:
        """Begin with the menu."""
        self.texts = 0
        self.number = 0

    def __call__(self, request: Request) -> dict[str, object] | None:
        """Answer a request for a document, or accept a webhook."""
        if request.path == "/minivoice/webhooks":
            return None
        if not self.texts:
            return menu()
        return {"actions": [{"say": {"text": f"Document {self.number}, text {each}."}} for each in range(self.texts)]}


def steps(account: Account, _: Application, size: int) -> Callable[[], object]:
    """Make a call of some steps."""
    call = account.inbound_call()
    return lambda: call.run(["1"] * size + ["hang_up"])


def transcript(account: Account, _: Application, size: int) -> Callable[[], object]:
    """Read the transcript of a call of some steps."""
    call = account.inbound_call().run(["1"] * size + ["hang_up"])
    return lambda: str(call.timeline)


def calls(account: Account, _: Application, size: int) -> Callable[[], object]:
    """Make some calls of one step each."""
    return lambda: [account.inbound_call().run(["1", "hang_up"]) for _ in range(size)]


def known_document(account: Account, application: Application, size: int) -> Callable[[], object]:
    """Execute a document of some actions that was read before."""
    application.texts = size
    account.inbound_call()
    return account.inbound_call


def new_document(account: Account, application: Application, size: int) -> Callable[[], object]:
    """Read and execute a document of some actions."""
    application.texts, application.number = size, next(NUMBERS)
    return account.inbound_call


NUMBERS = count(1)
LENGTHS = {
    "steps in a call": steps,
    "steps in a transcript": transcript,
    "calls in a test": calls,
    "actions in a document read before": known_document,
    "actions in a new document": new_document,
}


def seconds_each(
    prepare: Callable[[Account, Application, int], Callable[[], object]], application: Application, account: Account
) -> list[float]:
    """Return the least seconds for each unit of each size."""
    least = dict.fromkeys(SIZES, float("inf"))
    for _ in range(ROUNDS):
        for size in SIZES:
            application.texts = 0
            run = prepare(account, application, size)
            started = time.perf_counter()
            run()
            least[size] = min(least[size], (time.perf_counter() - started) / size)
            account.calls.clear()
    return list(least.values())


def main() -> None:
    """Measure each length, in a test of its own, and print each size's time per unit against that of the smallest."""
    application = Application()
    measured = [
        lambda account, prepare=prepare: seconds_each(prepare, application, account) for prepare in LENGTHS.values()
    ]
    rows = []
    for name, least in zip(LENGTHS, in_tests(application, *measured, **SIGNED), strict=True):
        rows.append((name, *(each / least[0] for each in least)))
    show("time per unit, against that of 10", [str(size) for size in SIZES], rows)


if __name__ == "__main__":
    main()

"""Prints what exploring finds in the seeded applications, what a branch costs by each executor, and how that grows.

Run by hand: `python benchmarks/exploring.py`.
"""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

TESTS = Path(__file__).parent.parent / "tests"
sys.path[:0] = [str(TESTS), str(TESTS / "explore")]

from phone import ANSWER, gather, open_account, redirect, say, typed  # noqa: E402 - the same
from seeded import DEFECTS, RIGHT  # noqa: E402 - the same
from small_ivr import Ask, Ivr  # noqa: E402 - the tests' own applications

_BRANCHES = (10, 100, 1_000, 5_000)
_CHOICES = 4


class Tree(Ivr):
    """Be a tree of menus with about a wanted number of branches; three wrong keys end a call."""

    def __init__(self, branches: int) -> None:
        """Grow the tree.

        Args:
            branches: How many branches exploring should find.
        """
        self._menus = max(1, branches // 42)
        super().__init__({ANSWER: lambda _: self._menu(0), "/chosen": self._chosen})

    def _menu(self, number: int) -> list[object]:
        return [gather(f"Menu {number}."), redirect(f"/chosen?menu={number}")]

    def _chosen(self, ask: Ask) -> list[object]:
        number = int(ask.query["menu"])
        if ask.digits in "1234" and ask.digits:
            child = number * _CHOICES + int(ask.digits)
            if child < self._menus:
                return self._menu(child)
            return [typed("transfer", destination=f"+1555{child:07d}")]
        if ask.count(f"tries {number}") == 3:  # noqa: PLR2004 - as its prompt would say
            return [say("Goodbye.")]
        return [say("Sorry."), *self._menu(number)]


def _hooks(app: Ivr) -> Mapping[str, object]:
    def snapshot() -> dict[str, dict[str, object]]:
        return {name: dict(call) for name, call in app.calls.items()}

    def restore(saved: dict[str, dict[str, object]]) -> None:
        app.calls.clear()
        app.calls.update({name: dict(call) for name, call in saved.items()})

    def reset() -> None:
        app.calls.clear()

    return {"snapshot": snapshot, "restore": restore, "reset": reset}


def seeded() -> None:
    """Print how many of the seeded defects are found."""
    found = wrong = 0
    for case in DEFECTS:
        exploration = open_account(case.make(), **case.settings).explore(**case.options)
        found += {each.code for each in exploration.findings} == set(case.codes)
    for case in RIGHT:
        wrong += bool(open_account(case.make(), **case.settings).explore(**case.options).findings)
    print(f"seeded defects found: {found} of {len(DEFECTS)}; right applications with findings: {wrong} of {len(RIGHT)}")


def executors(branches: int) -> None:
    """Print the requests for each branch by executor.

    Args:
        branches: How large the application is.
    """
    for executor in ("replay", "walk", "snapshot"):
        for loops in (0, 5):
            app = Tree(branches)
            hooks = dict(_hooks(app)) if executor == "snapshot" else {}
            result = open_account(app).explore(executor=executor, loops=loops, **hooks)
            each = result.requests / len(result.branches)
            print(f"{executor:>8}, loops x{loops}: {each:5.1f} requests a branch ({result.assurance})")


def growth() -> None:
    """Print time, and the most memory that this process had so far, by the number of branches."""
    for branches in _BRANCHES:
        app = Tree(branches)
        account = open_account(app)
        began = time.perf_counter()
        result = account.explore(max_seconds=3600)
        seconds = time.perf_counter() - began
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
        number = len(result.branches)
        print(
            f"{number:>5} branches: {result.requests:>7} requests, {seconds:6.1f} s, "
            f"{1000 * seconds / number:5.2f} ms a branch, {peak:5.0f} MB"
        )


if __name__ == "__main__":
    seeded()
    executors(500)
    growth()

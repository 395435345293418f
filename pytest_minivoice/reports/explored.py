"""What a run explored, as plain values with secrets masked: explorations, call flows, and which branches tests took."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from pytest_minivoice.explore.graph import Graph
from pytest_minivoice.explore.wording import percent, saw_less
from pytest_minivoice.reports.model import Answer, Broken

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_minivoice.explore.coverage import Menu
    from pytest_minivoice.explore.graph import Branch, State


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenOnPath(Broken):
    """Hold one finding of an exploration.

    Args:
        caller: The shortest caller's script that shows it.
        destinations: What destinations must do for it.
        branches: How many branches show it.
        line: Python to paste into a test.
        flow: The same as a flow, to paste into a contract.
    """

    caller: tuple[str, ...]
    destinations: Mapping[str, str] = field(hash=False)
    branches: int
    line: str
    flow: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exploration:
    """Hold one exploration, from whichever process.

    Args:
        test: pytest's node id of the test that made it.
        app: The name of the application.
        begins: How calls begin, such as `inbound POST /minivoice/answer`.
        assurance: What was tried.
        complete: Whether every input was tried.
        requests: How many requests it took.
        states: Its states, the first is where calls begin.
        branches: Its branches.
        findings: What is wrong.
        ignored: The fields that differ from call to call.
        heard: What the caller hears before anybody does anything.
        slowest: The slowest answer of each of the slowest pages.
        too_slow: How many answers took longer than the run allows.
    """

    test: str
    app: str
    begins: str
    assurance: str
    complete: bool
    requests: int
    states: tuple[State, ...]
    branches: tuple[Branch, ...]
    findings: tuple[BrokenOnPath, ...]
    ignored: tuple[str, ...]
    heard: tuple[str, ...] = ()
    slowest: tuple[Answer, ...] = ()
    too_slow: int = 0

    @property
    def graph(self) -> Graph:
        """The same as a graph."""
        return Graph(list(self.states), list(self.branches), begins=self.begins, heard=self.heard)

    def told(self) -> dict[str, Any]:
        """Return it as the JSON report has it.

        Returns:
            Plain values; of states and branches the numbers.
        """
        return {
            "test": self.test,
            "app": self.app,
            **_begins(self.begins),
            "assurance": self.assurance,
            "complete": self.complete,
            "requests": self.requests,
            "states": len(self.states),
            "branches": len(self.branches),
            "findings": [asdict(each) for each in self.findings],
            "ignored": list(self.ignored),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Hold one call flow of a run: what coverage is measured on and pictures are drawn from.

    Args:
        app: The name of the application that was explored; empty where only a lock file tells of the flow.
        lock: The lock file, or an empty string where the run explored the flow.
        begins: How calls begin.
        states: Its states.
        branches: Its branches.
        findings: What is wrong with it.
        taken: The tests that took each branch, by the branch's place; None where nobody counted.
        menus: The coverage of each menu; nothing where nobody counted.
        other_begins: How the calls of tests begin, if none begins like this.
        test: The test that explored it, or an empty string.
        heard: What the caller hears first, as far as it is known.
        apart: What tells it from other flows of the same name and page, or an empty string.
        lesser: The tests whose explorations open alike and saw less of it.
    """

    app: str
    lock: str
    begins: str
    states: tuple[State, ...]
    branches: tuple[Branch, ...]
    findings: tuple[BrokenOnPath, ...]
    taken: Mapping[str, tuple[str, ...]] | None
    menus: tuple[Menu, ...]
    other_begins: tuple[str, ...]
    test: str = ""
    heard: tuple[str, ...] = ()
    apart: str = ""
    lesser: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The application, or the lock file."""
        return self.app or self.lock

    @property
    def title(self) -> str:
        """The name, how calls begin, and what tells it apart."""
        return ", ".join(filter(None, (self.name, self.begins, self.apart)))

    @property
    def note(self) -> str:
        """Which explorations are left out, or an empty string."""
        return saw_less(self.lesser, self.test) if self.lesser else ""

    @property
    def graph(self) -> Graph:
        """The same as a graph."""
        return Graph(list(self.states), list(self.branches), begins=self.begins)

    @property
    def covered(self) -> int:
        """How many branches tests took."""
        return len(self.taken or ())

    def told(self) -> dict[str, Any]:
        """Return its coverage as the JSON report has it.

        Returns:
            Plain values.
        """
        return {
            "app": self.app,
            "lock": self.lock,
            "test": self.test,
            "heard": list(self.heard),
            **_begins(self.begins),
            **_shares(len(self.states), len(self.branches), self.covered),
            "menus": [
                {
                    "name": each.name,
                    **_shares(each.states, each.branches, each.taken),
                    "missing": [asdict(one) for one in each.missing],
                    "more": each.more,
                }
                for each in self.menus
            ],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Explored:
    """Hold all that a run explored.

    Args:
        explorations: The explorations, by their tests.
        flows: The call flows, each once.
        unused: Lock files that tell of a flow that the run explored.
        measured: Whether it was counted which branches the tests took.
        fail_under: The least coverage that was asked for, in per cent, or None.
    """

    explorations: tuple[Exploration, ...] = ()
    flows: tuple[Flow, ...] = ()
    unused: tuple[str, ...] = ()
    measured: bool = False
    fail_under: float | None = None

    @property
    def branches(self) -> int:
        """How many branches the flows have together."""
        return sum(len(each.branches) for each in self.flows)

    @property
    def taken(self) -> int:
        """How many of them tests took."""
        return sum(each.covered for each in self.flows)

    @property
    def share(self) -> float:
        """How much tests took, in per cent; nothing where no flow is known."""
        if not self.branches:
            return 100.0 if self.flows else 0.0
        return 100 * self.taken / self.branches

    @property
    def too_low(self) -> bool:
        """Whether the coverage is below what was asked for."""
        return self.fail_under is not None and self.share < self.fail_under

    @property
    def verdict(self) -> str:
        """What was taken and what was asked for, in one clause."""
        return f"{self.share:.1f} % of the branches were taken, {self.fail_under or 0:g} % are asked for"

    def told(self) -> dict[str, Any]:
        """Return it as the JSON report has it.

        Returns:
            Plain values.
        """
        states = sum(len(each.states) for each in self.flows)
        coverage = {
            **_shares(states, self.branches, self.taken),
            **({} if self.flows else {"percent": 0}),
            "fail_under": self.fail_under,
            "flows": [each.told() for each in self.flows],
        }
        return {
            "explorations": [each.told() for each in self.explorations],
            "coverage": coverage if self.measured else None,
        }


def _begins(begins: str) -> dict[str, str]:
    direction, _, rest = begins.partition(" ")
    method, _, url = rest.partition(" ")
    return {"direction": direction, "method": method, "url": url}


def _shares(states: int, branches: int, taken: int) -> dict[str, int]:
    return {"states": states, "branches": branches, "taken": taken, "percent": percent(taken, branches)}

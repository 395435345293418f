"""What exploring gives: states, branches, findings, and how far it can be relied on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_minivoice.choices import did_you_mean
from pytest_minivoice.cloud.tracebacks import handlers_own
from pytest_minivoice.errors import ContractViolation, SettingError
from pytest_minivoice.explore import wording
from pytest_minivoice.explore.flows import PlannedFlow, smallest_set
from pytest_minivoice.explore.mermaid import mermaid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from pytest_minivoice.explore.findings import PathFinding
    from pytest_minivoice.explore.graph import Branch, Graph, State
    from pytest_minivoice.explore.times import Times


class Exploration:
    """Be the result of `minivoice.explore()`."""

    def __init__(
        self,
        graph: Graph,
        findings: Iterable[PathFinding],
        *,
        assurance: str,
        complete: bool,
        unmeant: bool,
        requests: int,
        times: Times,
        failing: frozenset[str],
        ignored: tuple[str, ...],
        matcher: Callable[[Exploration, str | Path], None],
        holds: Callable[[list[Branch]], bool],
        head: Mapping[str, object],
    ) -> None:
        """Keep the parts.

        Args:
            graph: States and branches.
            findings: What is wrong.
            assurance: One line on what was tried.
            complete: Whether every input was tried.
            unmeant: Whether it stopped although the test did not ask it to.
            requests: How many requests it took.
            times: How long the answers took.
            failing: The severities of findings for which it is not clean.
            ignored: The fields that differ from call to call.
            matcher: Compares with a lock file.
            holds: Says whether a call takes branches one after another.
            head: What holds for all its calls, as the keys of a flow contract.
        """
        self.graph = graph
        self.findings = list(findings)
        self.assurance = assurance
        self.complete = complete
        self._unmeant = unmeant
        self.requests = requests
        self.times = times
        self._failing = failing
        self.ignored = ignored
        self._matcher = matcher
        self._holds = holds
        self._head = head
        self._flows: list[PlannedFlow] | None = None

    @property
    def states(self) -> list[State]:
        """The states, the shortest paths first."""
        return self.graph.states

    @property
    def branches(self) -> list[Branch]:
        """The branches, in the order of their states."""
        return self.graph.branches

    def assert_clean(self) -> None:
        """Fail if anything was found, or if exploring stopped at a budget that the test did not give.

        `pytest --minivoice-fail-on=error` lets warnings pass, and `never` all findings.

        Raises:
            ContractViolation: With every such finding, and the call that shows it.
        """
        __tracebackhide__ = True
        broken = [each for each in self.findings if each.severity in self._failing]
        others = len(self.findings) - len(broken)
        if broken:
            message = wording.broken(len(broken), others, self.assurance)
            raise ContractViolation(message, findings=broken) from handlers_own(broken[0].cause)
        if self._unmeant:
            raise ContractViolation(wording.unfinished(others, self.assurance))

    def assert_reaches(self, destination: str) -> State:
        """Fail unless some path reaches a destination, a room or a terminal state.

        Args:
            destination: A number or SIP URI that a transfer or bridge reaches, a conference room, or a terminal state
                such as `completed`.

        Returns:
            The state that reaches it by the shortest path; its `caller` is the script.

        Raises:
            ContractViolation: If no path does, with what is reached.
            SettingError: If it is no text.
        """
        __tracebackhide__ = True
        asked: object = destination
        if not isinstance(asked, str):
            message = f"assert_reaches({destination!r}): it takes one text, such as '+15551230099' or 'completed'"
            raise SettingError(message)
        reached: dict[str, State] = {}
        for state in self.states:
            for name in (state.destination, state.room, state.terminal):
                if name:
                    reached.setdefault(name, state)
        if destination not in reached:
            hint = did_you_mean(destination, reached)
            raise ContractViolation(wording.not_reached(destination, sorted(reached), hint, self.assurance))
        return reached[destination]

    def assert_matches(self, path: str | Path) -> None:
        """Fail if the call flow is not the one of a lock file.

        `pytest --minivoice-update` writes the file, `--minivoice-update-new` only adds to it.

        Args:
            path: The lock file, relative to the folder of the test.

        Raises:
            ContractViolation: If the file is missing or the flow has changed, with what the changes mean.
        """
        __tracebackhide__ = True
        self._matcher(self, path)

    def flows(self) -> list[PlannedFlow]:
        """Choose the smallest set of calls that takes every branch, each tried on the application.

        Returns:
            Each with its caller's script and what to expect of it.
        """
        if self._flows is None:
            self._flows = smallest_set(self.graph, self._holds)
        return list(self._flows)

    def to_yaml(self) -> str:
        """Write `flows()` as a flow contract, as `pytest --minivoice-generate=DIR` does.

        A call that breaks a rule expects its code, so that the contract passes until the application is mended.

        Returns:
            The text of a `*.callflow.yaml`.
        """
        from pytest_minivoice.explore.generated import contract  # noqa: PLC0415 - loaded when used

        return contract(self.flows(), self._head)

    def to_mermaid(self, menu: str | None = None) -> str:
        """Draw the graph as a Mermaid flowchart.

        Args:
            menu: One menu, as `State.menu` names it; None draws all, or one box for each menu where a Mermaid chart
                would grow too large.

        Returns:
            The chart's text.
        """
        return mermaid(self.graph, menu)

    def to_dot(self) -> str:
        """Draw the graph for Graphviz.

        Returns:
            The text in the DOT language.
        """
        from pytest_minivoice.explore.dot import dot  # noqa: PLC0415 - loaded when used

        return dot(self.graph)

    def to_svg(self) -> str:
        """Draw the graph as a picture that stands alone.

        Returns:
            The SVG document.
        """
        from pytest_minivoice.explore.svg import svg  # noqa: PLC0415 - loaded when used

        return svg(self.graph)

    def __repr__(self) -> str:
        """Say how much was found."""
        return f"<exploration: {self.assurance}; {len(self.findings)} findings>"

"""The states of two flows that are compared, each with what its keys bring."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_minivoice.explore.keys import Keys, Outcome, outcome

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from pytest_minivoice.explore.graph import Branch, Graph, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """Hold a state of one of the two flows.

    Args:
        graph: The flow.
        state: The state.
        wrong: What a wrong key brings there, or None.
        handled: The keys that the menu tells apart from a wrong key.
    """

    graph: Graph
    state: State
    wrong: Outcome | None
    handled: AbstractSet[str]

    def target(self, branch: Branch) -> State:
        """Return the state that a branch leads to."""
        return self.graph.by_name[branch.target]

    def is_wrong(self, branch: Branch) -> bool:
        """Say whether a branch brings the answer to a wrong key."""
        return outcome(branch) == self.wrong


class Sides:
    """Give the states of one flow."""

    def __init__(self, graph: Graph) -> None:
        """Find out what keys bring.

        Args:
            graph: The flow.
        """
        self._graph = graph
        self._keys = Keys(graph)

    def at(self, name: str) -> Side:
        """Look at a state.

        Args:
            name: The state's name.

        Returns:
            The state, with what keys bring there.
        """
        state = self._graph.by_name[name]
        return Side(graph=self._graph, state=state, wrong=self._keys.wrong(state), handled=self._keys.handled(state))

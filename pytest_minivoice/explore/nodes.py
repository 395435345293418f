"""What the search knows so far: nodes, edges, and how nodes that look the same are told apart."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pytest_minivoice.explore.inputs import HANG_UP, TIMEOUT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_minivoice.explore.inputs import Input
    from pytest_minivoice.explore.seen import Seen

Word = tuple["Input", ...]
"""Inputs one after another."""


class HistoryMatters(Exception):  # noqa: N818 - no error: the search begins anew, by replay
    """Say that a walk met a state that depends on how it was reached."""


@dataclass(slots=True, eq=False)
class Node:
    """Be a state.

    Args:
        seen: What was seen when it was found.
        access: The inputs that lead to it from the beginning of a call.
        inputs: What can be done there.
        signature: What the distinguishing words of its class bring there.
        edges: What each input brought, as far as it was tried.
    """

    seen: Seen
    access: Word
    inputs: Word
    signature: tuple[object, ...] = ()
    edges: dict[Input, Edge] = field(default_factory=dict)

    @property
    def untried(self) -> Iterator[Input]:
        """The inputs not tried yet, in order."""
        return (each for each in self.inputs if each not in self.edges)


@dataclass(slots=True, eq=False)
class Edge:
    """Be what one input brought."""

    source: Node
    given: Input
    seen: Seen
    target: Node
    probed: bool = False
    rechecked: bool = False
    followed: bool = False

    @property
    def is_tree(self) -> bool:
        """Whether the target was found by this edge."""
        return self.target.access == (*self.source.access, self.given)


@dataclass(slots=True, eq=False)
class Class:
    """Hold the nodes that look the same, and the words that tell them apart."""

    words: list[Word] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)


class Known:
    """Hold all nodes."""

    def __init__(self) -> None:
        """Know nothing."""
        self.classes: dict[str, Class] = {}
        self.nodes: list[Node] = []

    def class_of(self, key: str) -> Class:
        """Return the class of a key, a new one if need be.

        Args:
            key: A canonical place.

        Returns:
            The class.
        """
        return self.classes.setdefault(key, Class())

    def edges(self) -> Iterator[Edge]:
        """Give all edges, in the order of their nodes."""
        for node in self.nodes:
            yield from node.edges.values()

    def way(self, start: Node, goal: Node, limit: int) -> Word | None:
        """Find the shortest way from one node to another without hanging up.

        Args:
            start: Where it begins.
            goal: Where it ends.
            limit: How many nodes to look at.

        Returns:
            The inputs, or None when there is no such way near by.
        """
        if start is goal:
            return ()
        came: dict[int, tuple[Node, Input] | None] = {id(start): None}
        queue = deque([start])
        while queue and len(came) <= limit:
            node = queue.popleft()
            for given, edge in node.edges.items():
                if id(edge.target) in came:
                    continue
                came[id(edge.target)] = node, given
                if edge.target is goal:
                    return _unwind(came, goal)
                queue.append(edge.target)
        return None

    def shorten(self, root: Node) -> None:
        """Give every node its shortest access, and sort the nodes by it.

        Args:
            root: Where calls begin.
        """
        root.access = ()
        order, seen = [root], {id(root)}
        for node in order:
            for given in node.inputs:
                edge = node.edges.get(given)
                if edge is not None and id(edge.target) not in seen:
                    seen.add(id(edge.target))
                    edge.target.access = (*node.access, given)
                    order.append(edge.target)
        self.nodes = order


def telling(node: Node) -> list[Input]:
    """Choose an input for each thing that the inputs of a state bring, apart from hanging up.

    Args:
        node: The state.

    Returns:
        The first input for each; keys before silence.
    """
    found: dict[str, Input] = {}
    for given in sorted((each for each in node.edges if each != HANG_UP), key=lambda each: each == TIMEOUT):
        found.setdefault(node.edges[given].seen.label, given)
    return list(found.values())


def _unwind(came: dict[int, tuple[Node, Input] | None], goal: Node) -> Word:
    word: list[Input] = []
    step = came[id(goal)]
    while step is not None:
        node, given = step
        word.append(given)
        step = came[id(node)]
    return tuple(reversed(word))

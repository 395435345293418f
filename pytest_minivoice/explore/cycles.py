"""Goes round every cycle a number of times, and splits states that turn out not to be the same."""

from __future__ import annotations

from collections import deque
from itertools import islice
from typing import TYPE_CHECKING

from pytest_minivoice.explore.inputs import HANG_UP
from pytest_minivoice.explore.meter import Phase
from pytest_minivoice.explore.nodes import HistoryMatters, telling

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_minivoice.explore.nodes import Edge, Node, Word
    from pytest_minivoice.explore.search import Search
    from pytest_minivoice.explore.seen import Seen

_WAYS = 60
"""How many ways are gone behind a sample, the shortest first."""
_NEAR = 200
"""How many nodes are looked at for a way back."""


class Cycles:
    """Look behind what a search took for the same."""

    def __init__(self, search: Search) -> None:
        """Begin.

        Args:
            search: The search; its nodes are split in place.
        """
        self._search = search
        self._returns: dict[Edge, bool] = {}
        self._spent = search.meter.requests
        self._cost: float | None = None
        search.meter.ahead = self._ahead

    def repeat_cycles(self) -> bool:
        """Go round every cycle a number of times; say whether a node was split."""
        laps = self._search.options.loops
        if self._cost is None:
            self._cost = self._each_input()
        cycles = [edge for edge in self._merging() if self._is_cycle(edge)] if laps else []
        todo = [edge for edge in cycles if not edge.probed]
        self._search.meter.begin(Phase("cycles", "repeat", len(cycles), len(cycles) - len(todo)))
        for edge in todo:
            edge.probed = True
            back = self._way_back(edge)
            if back is not None and self._differs(edge.source, (edge.given, *(*back, edge.given) * laps)):
                return True
            self._search.meter.advance()
        return False

    def _each_input(self) -> float:
        """Say how many requests each tried input took, while nothing else was done."""
        tried = sum(len(each.edges) for each in self._search.known.nodes)
        return (self._search.meter.requests - self._spent) / max(1, tried)

    def _ahead(self) -> float:
        """Count the requests that are needed at least.

        An input takes what each tried one took, and no more than its call has steps; a cycle takes one a step.
        """
        each = self._each_input() if self._cost is None else self._cost
        laps, restored = self._search.options.loops, self._search.options.executor == "snapshot"
        known = self._search.last()
        for edge in self._merging() if laps else ():
            start, goal = edge.target.access, edge.source.access
            if not edge.probed and goal[: len(start)] == start:
                known += (0 if restored else 1 + len(goal)) + 1 + laps * (len(goal) - len(start) + 1)
        nodes = self._search.known.nodes
        return known + sum(min(each, 2 + len(node.access)) for node in nodes for _ in node.untried)

    def _merging(self) -> list[Edge]:
        """List the edges that lead to a state that was known."""
        return [each for each in self._search.known.edges() if each.target.seen.kind != "end" and not each.is_tree]

    def _is_cycle(self, edge: Edge) -> bool:
        if edge not in self._returns:
            self._returns[edge] = self._way_back(edge) is not None
        return self._returns[edge]

    def _way_back(self, edge: Edge) -> Word | None:
        start, goal = edge.target.access, edge.source.access
        if goal[: len(start)] == start:
            return goal[len(start) :]
        return self._search.known.way(edge.target, edge.source, _NEAR)

    def follow_samples(self) -> bool:
        """Go the ways behind a sample again where they meet those behind another; say whether a node was split.

        The menu behind two account numbers looks the same, and what it leads to may not be.
        """
        ways = [
            each
            for each in self._merging()
            if _samples((*each.source.access, each.given)) != _samples(each.target.access)
        ]
        todo = [edge for edge in ways if not edge.followed]
        self._search.meter.begin(Phase("samples", "follow", len(ways), len(ways) - len(todo)))
        for edge in todo:
            edge.followed = True
            for word in islice(_ways(edge.target), _WAYS):
                if self._differs(edge.source, (edge.given, *word)):
                    return True
            self._search.meter.advance()
        return False

    def recheck_merges(self) -> bool:
        """Try each input again where two paths meet; say whether a node was split."""
        merging = self._merging()
        todo = [edge for edge in merging if not edge.rechecked]
        self._search.meter.begin(Phase("merges", "recheck", len(merging), len(merging) - len(todo)))
        for edge in todo:
            edge.rechecked = True
            for given in edge.target.inputs:
                if given != HANG_UP and self._differs(edge.source, (edge.given, given)):
                    return True
            self._search.meter.advance()
        return False

    def _differs(self, node: Node, word: Word) -> bool:
        """Play a word whose outcomes are known; say whether a node was split since they are others."""
        line, here = self._search.reach(node), node
        for index, given in enumerate(word):
            edge = here.edges.get(given)
            if edge is None:
                return False
            if line.step(given).label != edge.seen.label:
                return self._refine(node, word[: index + 1], line.seen)
            here = edge.target
        return False

    def _refine(self, node: Node, word: Word, seen: Seen) -> bool:
        """Split a node: find by halves where the paths part, and the inputs that show it."""
        again = self._search.outcomes(node, word)
        if len(word) == 1 or len(again) < len(word) or again[-1] != seen.label:
            self._search.judge(node, word[0])
            return False
        if self._search.walks:
            raise HistoryMatters
        nodes = [node]
        for given in word[:-1]:
            nodes.append(nodes[-1].edges[given].target)
        predicted = nodes[-1].edges[word[-1]].seen.label
        low, high = 0, len(word) - 1
        while high - low > 1:
            middle = (low + high) // 2
            outcome = self._search.outcomes(nodes[middle], word[middle:])
            if len(outcome) == len(word) - middle and outcome[-1] == predicted:
                high = middle
            else:
                low = middle
        return self._split(nodes[high], word[high:])

    def _split(self, node: Node, word: Word) -> bool:
        """Tell the nodes of a class apart by one word more, and find out anew where edges into it lead."""
        same = self._search.known.class_of(node.seen.key)
        if word in same.words:
            return False
        same.words.append(word)
        for each in same.nodes:
            each.signature = (*each.signature, self._search.outcomes(each, word))
        for edge in list(self._search.known.edges()):
            if edge.target in same.nodes and not edge.is_tree:
                edge.target, new = self._search.classify(edge.source, edge.given, edge.seen)
                edge.probed = edge.rechecked = edge.followed = False
                self._returns.pop(edge, None)
                if new:
                    line = self._search.reach(edge.source)
                    line.step(edge.given)
                    self._search.found(edge.target, line)
        return True


def _samples(word: Word) -> Word:
    return tuple(each for each in word if each.sample)


def _ways(start: Node) -> Iterator[Word]:
    """Give a way to each thing that the inputs behind a node bring, the shortest first."""
    ways: dict[Node, Word] = {start: ()}
    queue = deque([start])
    while queue:
        node = queue.popleft()
        for given in telling(node):
            edge = node.edges[given]
            word = (*ways[node], given)
            yield word
            if edge.target not in ways:
                ways[edge.target] = word
                queue.append(edge.target)

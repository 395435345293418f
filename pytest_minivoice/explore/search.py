"""Breadth first over states: every input of every state is tried once, then every cycle is repeated.

States are taken for the same when their keys are equal. Where a repeated cycle shows that they are not, they are told
apart by the inputs that showed it, as in active automata learning.
"""

from __future__ import annotations

from collections import deque
from itertools import islice
from typing import TYPE_CHECKING

from pytest_minivoice.explore.cycles import Cycles
from pytest_minivoice.explore.executors import Diverged, Executor, Replay, Snapshot, Walk
from pytest_minivoice.explore.inputs import HANG_UP, REACHED, RING, at_gather
from pytest_minivoice.explore.meter import Stopped
from pytest_minivoice.explore.nodes import Edge, HistoryMatters, Known, Node, Word
from pytest_minivoice.explore.steadiness import Steadiness

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pytest_minivoice.explore.inputs import Input
    from pytest_minivoice.explore.line import Line, Phone
    from pytest_minivoice.explore.meter import Meter
    from pytest_minivoice.explore.options import Options
    from pytest_minivoice.explore.seen import Seen


_SAMPLES = 4
_PATIENCE = 3
_AGAIN = 20
"""How many of the first inputs are tried once more at the end."""
_CONFIRMED = 3
"""How often an answer that no call goes on from is asked for again when it is met first."""
_WRONG_ENTRY = 2
"""Where the wrong entry stands among the inputs of a gather of several digits."""
_WITHOUT_END = 30
"""How often in a row one input may lead to a state of its own: no retry limit is so high, but a counter in a URL is."""
_EXECUTORS = {"replay": Replay, "walk": Walk, "snapshot": Snapshot}


class Search:
    """Search one application once."""

    def __init__(self, phone: Phone, constants: Callable[[], Sequence[str]], executor: str) -> None:
        """Prepare.

        Args:
            phone: Makes the calls.
            constants: Gives the digits in the application's code; asked after the first page was served, since
                frameworks load handlers late.
            executor: `replay`, `walk` or `snapshot`.
        """
        self.known = Known()
        self.root: Node
        self._steadiness = Steadiness(phone.fields)
        self.unsteady = self._steadiness.unsteady
        self.stopped = ""
        self.endless: Node | None = None
        self.left: list[tuple[Node, Input]] = []
        self._phone = phone
        self._constants = constants
        self._executor: Executor = _EXECUTORS[executor](phone, lambda: self.root)
        self._queue: deque[Node] = deque()
        self._inputs: dict[str, Word] = {}
        self._confirmed: set[tuple[Node | None, str]] = set()
        self._met: set[str] = set()

    def run(self) -> None:
        """Search until everything was tried, or a budget is used up."""
        cycles = Cycles(self)
        try:
            self._begin()
            self._drain()
            while self._look_behind(cycles):
                self._drain()
            self._once_more()
            self._steadiness.check()
        except Stopped as stop:
            self.stopped = str(stop)
        if self.known.nodes:
            self.root = self.known.nodes[0]  # a budget may end while it is added
            self.known.shorten(self.root)

    @property
    def options(self) -> Options:
        """How to explore."""
        return self._phone.options

    @property
    def meter(self) -> Meter:
        """Counts what is spent and what is left."""
        return self._phone.meter

    @property
    def walks(self) -> bool:
        """Whether the present call goes on, so that its history differs from the access paths."""
        return isinstance(self._executor, Walk)

    def found(self, node: Node, line: Line) -> None:
        """Tell the executor of a new node.

        Args:
            node: The node.
            line: A call that stands there.
        """
        self._executor.found(node, line)

    def untried(self) -> int:
        """Count the inputs that were not tried."""
        return sum(1 for node in self.known.nodes for _ in node.untried)

    def _begin(self) -> None:
        samples = [self._sample(()) for _ in range(3)]
        if samples[0][-1].kind == "end":  # nothing else will ask for it again
            samples += [self._sample(()) for _ in range(_AGAIN)]
        self._steadiness.differ((), samples)
        line = self._phone.dial()
        self.root = self._add(line.seen, (), ())
        self._executor.found(self.root, line)

    def _drain(self) -> None:
        """Try every input of every node in the queue."""
        failures = 0
        while True:
            try:
                chosen = self._executor.next(self._queue)
                if chosen is None:
                    return
                node, given, line = chosen
                self._try(node, given, line)
            except Diverged as wrong:  # noqa: PERF203 - a try costs nothing beside a request
                self.judge(wrong.node, wrong.given)
                failures += 1
                if failures >= _PATIENCE and self._queue:
                    node = self._queue.popleft()
                    self.left += [(node, given) for given in node.untried]
                    failures = 0

    def _look_behind(self, cycles: Cycles) -> bool:
        """Look at cycles, and at merges if asked; say whether there may be more to try or to look at."""
        try:
            return (
                cycles.repeat_cycles() or cycles.follow_samples() or (self.options.recheck and cycles.recheck_merges())
            )
        except Diverged as wrong:
            self.judge(wrong.node, wrong.given)
            return True

    def _try(self, node: Node, given: Input, line: Line) -> None:
        seen = line.step(given)
        self._steadiness.check()
        target, new = self.classify(node, given, seen)
        if isinstance(self._executor, Walk):
            self._executor.arrived(target)
        if given.guess and not new and seen.label == node.edges[node.inputs[_WRONG_ENTRY]].seen.label:
            node.inputs = tuple(each for each in node.inputs if each != given)
            self._phone.meter.untried -= 1
            return
        self._connect(node, given, seen, target)
        self._phone.meter.check()
        if new and not line.over:
            self._stay(node, given, target, line)
        if isinstance(self._executor, Snapshot) and given != HANG_UP:
            self._executor.prove(node, given, seen)
        if not new or seen.kind == "end":
            self._confirm(node, given, seen)

    def _stay(self, node: Node, given: Input, target: Node, line: Line) -> None:
        """Let the executor keep a new node, and hang up there while a call stands in it."""
        if isinstance(self._executor, Snapshot) and self.known.class_of(target.seen.key).words:
            line = self.reach(node)  # telling it apart restored other states meanwhile
            line.step(given)
        self._executor.found(target, line)
        if not isinstance(self._executor, Walk) and target.inputs[:1] == (HANG_UP,):
            ended = line.step(HANG_UP)
            self._connect(target, HANG_UP, ended, self.classify(target, HANG_UP, ended)[0])

    def _connect(self, node: Node, given: Input, seen: Seen, target: Node) -> None:
        node.edges[given] = Edge(node, given, seen, target)
        self._phone.meter.untried -= 1

    def _confirm(self, node: Node, given: Input, seen: Seen) -> None:
        """Ask again where nothing else will: replays pass new states often, and cycles are repeated."""
        replays = type(self._executor) is Replay
        if given == HANG_UP or (replays and seen.kind not in {"end", "dial"}):
            return
        mark = (node if replays else None), seen.label
        if mark in self._confirmed:
            return
        self._confirmed.add(mark)
        first = seen.label not in self._met and node.seen.kind != "dial"
        self._met.add(seen.label)
        for _ in range(_CONFIRMED if first else 1):
            if self.reach(node).step(given).label != seen.label:
                self.judge(node, given)
                return

    def _once_more(self) -> None:
        """Make the first calls again at the end: what all calls share may have changed the answers meanwhile."""
        for word, edge in self._first():
            again = self._sample(word)
            if len(again) <= len(word) or again[-1].label != edge.seen.label:
                self.judge(edge.source, edge.given)
                return

    def _first(self) -> Iterator[tuple[Word, Edge]]:
        return (((*edge.source.access, edge.given), edge) for edge in islice(self.known.edges(), _AGAIN))

    def last(self) -> int:
        """Count the requests that the calls at the end take, one a step at least."""
        return sum(1 + len(word) for word, _ in self._first())

    def reach(self, node: Node) -> Line:
        """Give a call that stands in a node; where the application leads elsewhere, find out why first."""
        try:
            return self._executor.reach(node)
        except Diverged as wrong:
            self.judge(wrong.node, wrong.given)
            return self._executor.reach(node)

    def classify(self, node: Node, given: Input, seen: Seen) -> tuple[Node, bool]:
        """Say which node was reached; it may be a new one."""
        same = self.known.class_of(seen.key)
        if same.nodes and (seen.kind == "end" or not same.words):
            return same.nodes[0], False
        signature = tuple(self.outcomes(node, (given, *word))[1:] for word in same.words)
        for each in same.nodes:
            if each.signature == signature:
                return each, False
        return self._add(seen, (*node.access, given), signature), True

    def _add(self, seen: Seen, access: Word, signature: tuple[object, ...]) -> Node:
        node = Node(seen, access, self._possible(seen), signature)
        self.known.class_of(seen.key).nodes.append(node)
        self.known.nodes.append(node)
        self._queue.append(node)
        last = access[-_WITHOUT_END:]
        if len(last) == _WITHOUT_END and len(set(last)) == 1 and seen.kind != "end":
            self.endless = node
            raise Stopped(f"{_WITHOUT_END} times {last[0].label} in a row, each to another state")
        meter = self._phone.meter
        meter.states, meter.untried = len(self.known.nodes), meter.untried + len(node.inputs)
        return node

    def _possible(self, seen: Seen) -> Word:
        if seen.key not in self._inputs:
            self._inputs[seen.key] = self._list(seen)
        return self._inputs[seen.key]

    def _list(self, seen: Seen) -> Word:
        if seen.gather is not None:
            path = seen.menu.partition(" ")[2].partition("?")[0]
            return at_gather(seen.gather, path, self._phone.options, self._constants())
        return {"ring": RING, "dial": REACHED, "idle": (HANG_UP,), "end": ()}[seen.kind]

    def outcomes(self, node: Node, word: Word) -> tuple[str, ...]:
        """Play a word at a node, as far as it goes."""
        return tuple(each.label for each in self._play(self.reach(node), word))

    def _play(self, line: Line, word: Word) -> Iterator[Seen]:
        for given in word:
            if given not in self._possible(line.seen):
                return
            yield line.step(given)

    def _sample(self, word: Word) -> list[Seen]:
        line = self._phone.dial()
        return [line.seen, *self._play(line, word)]

    def judge(self, node: Node, given: Input) -> None:
        """Find out why a known path led elsewhere: a volatile field, hidden state of a walk, or no reason at all."""
        word = (*node.access, given)
        samples = [self._sample(word) for _ in range(_SAMPLES)]
        if self._steadiness.differ(word, samples):
            return
        if isinstance(self._executor, Walk):
            raise HistoryMatters
        known = node.edges.get(given)
        before = known.seen if known is not None else node.seen
        self._steadiness.note(word, before, samples[0][-1])

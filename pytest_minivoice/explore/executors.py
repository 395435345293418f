"""Three ways to stand in a state again: replay its path, walk on from where the last call is, restore a snapshot."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Protocol

from pytest_minivoice.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_minivoice.explore.inputs import Input
    from pytest_minivoice.explore.line import Line, Phone
    from pytest_minivoice.explore.nodes import Node
    from pytest_minivoice.explore.seen import Seen

_PROVED = 20
"""One of so many inputs at restored states is proved by a replay."""
_AGAIN = 4
"""How often an input is proved again before the user's hooks are blamed: the application may answer by chance."""
_WALKED = 400
"""Inputs after which a walk begins a new call."""


class Diverged(Exception):  # noqa: N818 - no error: the application answered otherwise than before
    """Say that a known path did not lead where it led before."""

    def __init__(self, node: Node, given: Input) -> None:
        """Name the place.

        Args:
            node: Where the call stood.
            given: What was done there.
        """
        super().__init__()
        self.node = node
        self.given = given


class Executor(Protocol):
    """Bring a call to stand in a node."""

    def next(self, queue: deque[Node]) -> tuple[Node, Input, Line] | None:
        """Choose what to try next.

        Args:
            queue: The nodes found, in order; those that are done may be removed.

        Returns:
            A node, an untried input of it and a call that stands there; None when all was tried.
        """

    def reach(self, node: Node) -> Line:
        """Give a call that stands in a node.

        Args:
            node: The node.

        Returns:
            The call.
        """

    def found(self, node: Node, line: Line) -> None:
        """Learn of a new node.

        Args:
            node: The node.
            line: A call that stands there.
        """


class Replay:
    """Make a new call for each input, and go the whole way."""

    def __init__(self, phone: Phone, root: Callable[[], Node]) -> None:
        """Begin.

        Args:
            phone: Makes the calls.
            root: Gives the first node.
        """
        self._phone = phone
        self._root = root

    def next(self, queue: deque[Node]) -> tuple[Node, Input, Line] | None:
        """Take the first untried input of the first node; see `Executor.next`."""
        while queue:
            node = queue[0]
            given = next(node.untried, None)
            if given is not None:
                return node, given, self.reach(node)
            queue.popleft()
        return None

    def reach(self, node: Node) -> Line:
        """Go the node's access path on a new call; see `Executor.reach`."""
        line = self._phone.dial()
        here = self._root()
        if line.seen.label != here.seen.label:
            raise Diverged(here, here.inputs[0])
        for given in node.access:
            edge = here.edges.get(given)
            if line.step(given).label != (edge.seen.label if edge else line.seen.label):
                raise Diverged(here, given)
            here = edge.target if edge else node
        return line

    def found(self, node: Node, line: Line) -> None:
        """Keep nothing; see `Executor.found`."""


class Walk(Replay):
    """Keep one call going, to the nearest input that was not tried."""

    def __init__(self, phone: Phone, root: Callable[[], Node]) -> None:
        """Begin; see `Replay`."""
        super().__init__(phone, root)
        self._line: Line | None = None
        self._here: Node | None = None
        self._steps = 0

    def next(self, queue: deque[Node]) -> tuple[Node, Input, Line] | None:
        """Head for the nearest untried input; see `Executor.next`."""
        while queue and next(queue[0].untried, None) is None:
            queue.popleft()
        if not queue:
            return None
        here, line = self._here, self._line
        if here is None or line is None or line.over or self._steps > _WALKED:
            here, line = self._again()
        way = _nearest(here)
        if way is None:
            here, line = self._again()
            way = _nearest(here)
        if way is None:
            return queue[0], next(queue[0].untried), self.reach(queue[0])
        for given in way:
            edge = here.edges[given]
            if line.step(given).label != edge.seen.label:
                raise Diverged(here, given)
            here = edge.target
        self._steps += len(way) + 1
        self._line = line
        return here, next(each for each in (*here.inputs[1:], here.inputs[0]) if each not in here.edges), line

    def arrived(self, node: Node) -> None:
        """Learn where the call came to.

        Args:
            node: The node.
        """
        self._here = node

    def _again(self) -> tuple[Node, Line]:
        line, root = self._phone.dial(), self._root()
        if line.seen.label != root.seen.label:
            raise Diverged(root, root.inputs[0])
        self._steps = 0
        return root, line


class Snapshot(Replay):
    """Save the application's state at each node, and bring it back for each input."""

    def __init__(self, phone: Phone, root: Callable[[], Node]) -> None:
        """Begin; see `Replay`."""
        super().__init__(phone, root)
        self._saved: dict[Node, tuple[object, Line]] = {}
        self._tried = 0

    def reach(self, node: Node) -> Line:
        """Restore the node; see `Executor.reach`."""
        restore = self._phone.options.restore
        if node not in self._saved or restore is None:
            return super().reach(node)
        token, line = self._saved[node]
        restore(token)
        return line.copy()

    def found(self, node: Node, line: Line) -> None:
        """Save the node; see `Executor.found`."""
        save = self._phone.options.snapshot
        if save is not None:
            self._saved[node] = save(), line.copy()

    def prove(self, node: Node, given: Input, seen: Seen) -> None:
        """Do the first and then one of so many inputs again, on a call that was not restored.

        Args:
            node: Where it was done.
            given: What was done.
            seen: What it brought.

        Raises:
            SettingError: If a call that was not restored gets another answer, and gets it again.
        """
        self._tried += 1
        if self._tried % _PROVED != 1:
            return
        if super().reach(node).step(given).label == seen.label:
            return
        labels = {super(Snapshot, self).reach(node).step(given).label for _ in range(_AGAIN)}
        if len(labels) == 1 and seen.label not in labels:
            path = "/".join(each.label for each in (*node.access, given))
            raise SettingError(
                f"explore: snapshot and restore do not keep all of the application's state: answer/{path} leads "
                "elsewhere on a call that was not restored; save what is missing, or leave both out, which also shows "
                "whether calls change each other"
            )


def _nearest(start: Node) -> tuple[Input, ...] | None:
    """Find the way to the nearest node that has an untried input."""
    came: dict[Node, tuple[Input, ...]] = {start: ()}
    queue = deque([start])
    while queue:
        node = queue.popleft()
        if next(node.untried, None) is not None:
            return came[node]
        for given, edge in node.edges.items():
            if edge.target not in came:
                came[edge.target] = (*came[node], given)
                queue.append(edge.target)
    return None

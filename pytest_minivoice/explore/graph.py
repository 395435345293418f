"""The call-flow graph as plain values: named states and branches. The lock file holds the same."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pytest_minivoice.render import many

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

ROOT = "answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Be a state of the call flow.

    Args:
        name: Its shortest access path, such as `answer/1/3`; the name of an end says how the call ends.
        kind: `gather`, `dial`, `ring`, `idle` or `end`.
        menu: The page that brought the document, such as `GET /minivoice/menu`; empty for an end.
        prompt: What the caller is told there.
        digits: How many digits the gather takes, 0 where none listens.
        min_digits: How many are enough at its timeout, 0 where it takes no less.
        timeout_seconds: How many seconds of silence it waits, 0 where none listens.
        finish_on_key: The key that ends it early, or an empty string.
        terminal: The terminal state, or None while the call goes on.
        destination: The number that a transfer or bridge reaches, or an empty string.
        room: The conference room, or an empty string.
        caller: The shortest caller's script that leads there.
        destinations: What destinations must do for it.
    """

    name: str
    kind: str
    menu: str = ""
    prompt: str = ""
    digits: int = 0
    min_digits: int = 0
    timeout_seconds: int = 0
    finish_on_key: str = ""
    terminal: str | None = None
    destination: str = ""
    room: str = ""
    caller: tuple[str, ...] = ()
    destinations: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """Be one branch: what somebody does in a state, and what it brings.

    Args:
        source: The state's name.
        input: What is done: keys, `timeout`, `hang_up`, or what a destination does.
        target: The name of the state that it leads to.
        heard: What the caller hears on the way.
        did: What MiniVoice is told to do on the way that nobody hears, such as `start_recording`.
        codes: The rules that are broken on the way.
        caller: The shortest caller's script that takes it.
        destinations: What destinations must do for it.
    """

    source: str
    input: str
    target: str
    heard: tuple[str, ...] = ()
    did: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    caller: tuple[str, ...] = ()
    destinations: Mapping[str, str] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """The state and the input, such as `answer/1 2`."""
        return f"{self.source} {self.input}"


class Graph:
    """Hold states and branches."""

    def __init__(
        self,
        states: list[State],
        branches: list[Branch],
        *,
        begins: str = "",
        heard: tuple[str, ...] = (),
        did: tuple[str, ...] = (),
        codes: tuple[str, ...] = (),
    ) -> None:
        """Keep them.

        Args:
            states: In the order found, the first is where calls begin.
            branches: In the order of their states and inputs.
            begins: How a call begins, such as `inbound POST /minivoice/answer`.
            heard: What the caller hears before anybody does anything.
            did: What MiniVoice is told to do by then that nobody hears.
            codes: The rules that are broken by then.
        """
        self.states = states
        self.branches = branches
        self.begins = begins
        self.heard = heard
        self.did = did
        self.codes = codes
        self.by_name = {each.name: each for each in states}
        self.out: dict[str, dict[str, Branch]] = {each.name: {} for each in states}
        for branch in branches:
            self.out[branch.source][branch.input] = branch

    @property
    def size(self) -> str:
        """Such as `12 states, 36 branches`."""
        return f"{many(len(self.states), 'state')}, {many(len(self.branches), 'branch')}"

    @property
    def root(self) -> State:
        """Where calls begin."""
        return self.states[0]

    @property
    def beginning(self) -> Branch:
        """What happens before anybody does anything, as if it were a branch."""
        return Branch(source="", input="", target=self.root.name, heard=self.heard, did=self.did, codes=self.codes)

    @property
    def places(self) -> AbstractSet[str]:
        """The names of its states and branches."""
        return self.by_name.keys() | {each.place for each in self.branches}

    def tree(self) -> dict[str, Branch]:
        """Return the branch by which each state but the first is found first, breadth first."""
        found: dict[str, Branch] = {}
        queue = deque([self.root.name])
        while queue:
            for branch in self.out[queue.popleft()].values():
                if branch.target not in found and branch.target != self.root.name:
                    found[branch.target] = branch
                    queue.append(branch.target)
        return found

    def with_scripts(self) -> Graph:
        """Return the same graph with the shortest caller's script for each state and branch."""
        paths: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {self.root.name: ((), {})}
        tree = self.tree()
        for name, branch in tree.items():
            paths[name] = self.after(branch, *paths[branch.source])
        states = [replace(each, caller=paths[each.name][0], destinations=paths[each.name][1]) for each in self.states]
        branches = []
        for each in self.branches:
            caller, destinations = self.after(each, *paths[each.source])
            branches.append(replace(each, caller=caller, destinations=destinations))
        return Graph(states, branches, begins=self.begins, heard=self.heard, did=self.did, codes=self.codes)

    def after(
        self, branch: Branch, caller: tuple[str, ...], destinations: dict[str, str]
    ) -> tuple[tuple[str, ...], dict[str, str]]:
        """Add a branch to a caller's script.

        Args:
            branch: The branch.
            caller: The script up to its source.
            destinations: What destinations must do up to there.

        Returns:
            Both, with the branch.
        """
        source = self.by_name[branch.source]
        if source.kind != "dial":
            return (*caller, *branch.input.split("+")), destinations
        return caller, destinations if branch.input == "answered" else {
            **destinations,
            source.destination: branch.input,
        }

    def components(self, *, without: frozenset[str] = frozenset()) -> list[list[str]]:
        """Find the strongly connected components, each after those it leads to.

        Args:
            without: Inputs whose branches do not count.

        Returns:
            Lists of the states' names.
        """
        return _components(
            {
                name: [each.target for each in branches.values() if each.input not in without]
                for name, branches in self.out.items()
            }
        )


def _components(out: Mapping[str, list[str]]) -> list[list[str]]:
    """Tarjan's algorithm, with a stack of its own: call flows may be deeper than Python's."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    found: list[list[str]] = []
    for start in out:
        if start in index:
            continue
        work = [(start, iter(out[start]))]
        index[start] = low[start] = len(index)
        stack.append(start)
        on_stack.add(start)
        while work:
            name, targets = work[-1]
            for target in targets:
                if target not in index:
                    index[target] = low[target] = len(index)
                    stack.append(target)
                    on_stack.add(target)
                    work.append((target, iter(out[target])))
                    break
                if target in on_stack:
                    low[name] = min(low[name], index[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[name])
                if low[name] == index[name]:
                    found.append(_popped(stack, on_stack, name))
    return found


def _popped(stack: list[str], on_stack: set[str], until: str) -> list[str]:
    component = []
    while True:
        name = stack.pop()
        on_stack.discard(name)
        component.append(name)
        if name == until:
            return component

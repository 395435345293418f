"""The lock file: a call-flow graph as text, one branch a line, without times, ids or paths of a machine.

minivoice-lock 1
begins inbound POST /minivoice/answer
ignore answer 9 until 2027-01-31: the survey runs in January
state answer gather 1 POST /minivoice/answer "Press 1 for sales."
answer 1 -> answer/1 ["One moment."]
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from pytest_minivoice.errors import SettingError
from pytest_minivoice.explore.graph import Branch, Graph, State

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FORMAT = "minivoice-lock 1"

_STATE = re.compile(r"state (?P<name>\S+) (?P<kind>gather|dial|ring|idle|end)(?: (?P<digits>\d+))? ?(?P<rest>\{.*\})")
_BRANCH = re.compile(r"(?P<source>\S+) (?P<input>\S+) -> (?P<target>\S+)(?P<codes>(?: MV\w+)*)(?: (?P<heard>\[.*\]))?")
_IGNORE = re.compile(r"ignore (?P<place>\S+(?: \S+)?)(?: until (?P<until>\S+))?: *(?P<reason>.*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignored:
    """Leave a change for a while.

    Args:
        place: Where it is, as reports name it.
        reason: Why.
        until: The last day, or None.
    """

    place: str
    reason: str
    until: date | None

    def line(self) -> str:
        """Write it as a line of the lock file."""
        until = f" until {self.until.isoformat()}" if self.until else ""
        return f"ignore {self.place}{until}: {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """Hold a lock file.

    Args:
        graph: The call flow agreed to.
        ignored: The changes that do not count.
    """

    graph: Graph
    ignored: tuple[Ignored, ...] = ()


def write(graph: Graph, ignored: Sequence[Ignored] = ()) -> bytes:
    """Write a lock file.

    Args:
        graph: The call flow.
        ignored: The changes that do not count.

    Returns:
        What is in it, to be written as it is.
    """
    lines = [FORMAT, f"begins {graph.begins}", *(each.line() for each in ignored)]
    for state in graph.states:
        lines.append(_state_line(state))
        lines += [_branch_line(each) for each in graph.out[state.name].values()]
    # Half a surrogate pair, of a text that was cut, has no UTF-8: as an escape it is JSON, and is read as it was.
    return ("\n".join(lines) + "\n").encode("utf-8", "backslashreplace")


def _state_line(state: State) -> str:
    fields = {
        name: value for name in ("menu", "prompt", "terminal", "destination", "room") if (value := getattr(state, name))
    }
    digits = f" {state.digits}" if state.digits else ""
    return f"state {state.name} {state.kind}{digits} {json.dumps(fields, ensure_ascii=False)}"


def _branch_line(branch: Branch) -> str:
    codes = "".join(f" {code}" for code in branch.codes)
    heard = f" {json.dumps(list(branch.heard), ensure_ascii=False)}" if branch.heard else ""
    return f"{branch.source} {branch.input} -> {branch.target}{codes}{heard}"


def read(content: bytes, name: str) -> Lock:
    """Read a lock file.

    Args:
        content: What is in it.
        name: Its path, for messages.

    Returns:
        The graph and the ignored changes.

    Raises:
        SettingError: At a line that cannot be read, with its number.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SettingError(f"{name}: this is no lock file of a call flow: it is no text ({error})") from None
    lines = text.replace("\r\n", "\n").split("\n")  # and not at what else splitlines() takes: prompts may hold it
    if lines[0] != FORMAT:
        first = lines[0][:60]
        raise SettingError(f"{name}:1: this is no lock file of a call flow: it begins with {first!r}, not {FORMAT!r}")
    states: list[State] = []
    branches: dict[int, Branch] = {}
    ignored: list[Ignored] = []
    begins = ""
    for number, line in enumerate(lines[1:], 2):
        if line.startswith("begins "):
            begins = line.removeprefix("begins ")
        elif line.startswith("ignore "):
            ignored.append(_ignored(line, f"{name}:{number}"))
        elif match := _STATE.fullmatch(line):
            states.append(_state(match, f"{name}:{number}"))
        elif match := _BRANCH.fullmatch(line):
            branches[number] = _branch(match, f"{name}:{number}")
        elif line.strip() and not line.startswith("# "):
            raise SettingError(f"{name}:{number}: cannot read {line!r}{_conflict(line)}")
    return Lock(graph=_graph(states, branches, begins, name), ignored=tuple(ignored))


def _conflict(line: str) -> str:
    return "; a merge conflict is left in the file" if line.startswith(("<<<<<<<", "=======", ">>>>>>>")) else ""


def _state(match: re.Match[str], where: str) -> State:
    try:
        fields = json.loads(match["rest"])
        return State(name=match["name"], kind=match["kind"], digits=int(match["digits"] or 0), **fields)
    except (ValueError, TypeError) as error:
        raise SettingError(f"{where}: cannot read the state: {error}") from None


def _branch(match: re.Match[str], where: str) -> Branch:
    try:
        heard = json.loads(match["heard"] or "[]")
    except ValueError as error:
        raise SettingError(f"{where}: cannot read what is heard: {error}") from None
    return Branch(
        source=match["source"],
        input=match["input"],
        target=match["target"],
        codes=tuple(match["codes"].split()),
        heard=tuple(heard),
    )


def _graph(states: list[State], branches: Mapping[int, Branch], begins: str, name: str) -> Graph:
    known = {each.name for each in states}
    if not states:
        raise SettingError(f"{name}: there is no state in it")
    for number, branch in branches.items():
        for end in (branch.source, branch.target):
            if end not in known:
                raise SettingError(
                    f"{name}:{number}: the branch {branch.place} names the state {end}, which has no line"
                )
    graph = Graph(states, list(branches.values()), begins=begins)
    lost = known - graph.tree().keys() - {graph.root.name}
    if lost:
        raise SettingError(f"{name}: no branch leads to the state {min(lost)}")
    return graph.with_scripts()


def _ignored(line: str, where: str) -> Ignored:
    match = _IGNORE.fullmatch(line)
    if match is None or not match["reason"].strip():
        raise SettingError(f"{where}: an ignored change needs a reason: ignore PLACE until YYYY-MM-DD: the reason")
    until = match["until"]
    try:
        day = date.fromisoformat(until) if until else None
    except ValueError:
        raise SettingError(f"{where}: {until!r} is no date; write it as 2027-01-31") from None
    return Ignored(place=match["place"], reason=match["reason"].strip(), until=day)

"""The lock file: a call-flow graph as text, one branch a line, without times, ids or paths of a machine.

minivoice-lock 1
begins inbound POST /minivoice/answer
greeting ["Welcome.", "Press 1 for sales."]
ignore answer 9 until 2027-01-31: the survey runs in January
state answer gather 1 {"menu": "POST /minivoice/answer", "prompt": "Press 1 for sales.", "timeout_seconds": 5}
answer 1 -> answer/1 ["One moment."] does ["start_recording"]
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, NamedTuple, cast

from pytest_minivoice.errors import SettingError
from pytest_minivoice.explore.graph import Branch, Graph, State

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FORMAT = "minivoice-lock 1"

_STATE = re.compile(r"state (?P<name>\S+) (?P<kind>gather|dial|ring|idle|end)(?: (?P<digits>\d+))? ?(?P<rest>\{.*\})")
_BRANCH = re.compile(r"(?P<source>\S+) (?P<input>\S+) -> (?P<target>\S+)(?P<met>.*)")
_CODES = re.compile(r"(?: MV\w+)*")
_FIELDS = ("menu", "prompt", "min_digits", "timeout_seconds", "finish_on_key", "terminal", "destination", "room")
_DOES = " does "
_IGNORE_LINE = "write it as ignore PLACE: the reason, or ignore PLACE until YYYY-MM-DD: the reason"
_IGNORE = re.compile(r"ignore (?P<place>\S+(?: \S+)?)(?: until (?P<until>\S+))?: *(?P<reason>.*)")


class WrongIgnoreError(SettingError):
    """Say that a line that ignores a change cannot be read: it is to be mended, and not to be written anew."""


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


class _Met(NamedTuple):
    codes: tuple[str, ...]
    heard: tuple[str, ...]
    did: tuple[str, ...]


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
    met = _met(graph.beginning)
    lines = [FORMAT, f"begins {graph.begins}", *([f"greeting{met}"] if met else ()), *(each.line() for each in ignored)]
    for state in graph.states:
        lines.append(_state_line(state))
        lines += [_branch_line(each) for each in graph.out[state.name].values()]
    # Half a surrogate pair, of a text that was cut, has no UTF-8: as an escape it is JSON, and is read as it was.
    return ("\n".join(lines) + "\n").encode("utf-8", "backslashreplace")


def _state_line(state: State) -> str:
    fields = {name: value for name in _FIELDS if (value := getattr(state, name))}
    digits = f" {state.digits}" if state.digits else ""
    return f"state {state.name} {state.kind}{digits} {json.dumps(fields, ensure_ascii=False)}"


def _branch_line(branch: Branch) -> str:
    return f"{branch.source} {branch.input} -> {branch.target}{_met(branch)}"


def _met(branch: Branch) -> str:
    """Write what is met on a branch: broken rules, what is heard, and what is done that nobody hears."""
    codes = "".join(f" {code}" for code in branch.codes)
    heard = f" {json.dumps(list(branch.heard), ensure_ascii=False)}" if branch.heard else ""
    did = f"{_DOES}{json.dumps(list(branch.did), ensure_ascii=False)}" if branch.did else ""
    return codes + heard + did


def read(content: bytes, name: str) -> Lock:
    """Read a lock file.

    Args:
        content: What is in it.
        name: Its path, for messages.

    Returns:
        The graph and the ignored changes.

    Raises:
        SettingError: At a line that cannot be read, with its number.
        WrongIgnoreError: If that line ignores a change.
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
    begins, met = "", _Met((), (), ())
    for number, line in enumerate(lines[1:], 2):
        if line.startswith("begins "):
            begins = line.removeprefix("begins ")
        elif line.startswith("greeting "):
            met = _read_met(line.removeprefix("greeting"), f"{name}:{number}")
        elif line.lower().startswith("ignor"):
            ignored.append(_ignored(line, f"{name}:{number}"))
        elif match := _STATE.fullmatch(line):
            states.append(_state(match, f"{name}:{number}"))
        elif match := _BRANCH.fullmatch(line):
            branches[number] = _branch(match, f"{name}:{number}")
        elif line.strip() and not line.startswith("# "):
            raise SettingError(f"{name}:{number}: cannot read {line!r}{_conflict(line)}")
    _check_names(states, branches, name)
    return Lock(graph=_graph(states, branches, begins, met, name), ignored=tuple(ignored))


def _conflict(line: str) -> str:
    return "; a merge conflict is left in the file" if line.startswith(("<<<<<<<", "=======", ">>>>>>>")) else ""


def _state(match: re.Match[str], where: str) -> State:
    try:
        fields = json.loads(match["rest"])
        return State(name=match["name"], kind=match["kind"], digits=int(match["digits"] or 0), **fields)
    except (ValueError, TypeError) as error:
        raise SettingError(f"{where}: cannot read the state: {error}") from None


def _branch(match: re.Match[str], where: str) -> Branch:
    met = _read_met(match["met"], where)
    return Branch(source=match["source"], input=match["input"], target=match["target"], **met._asdict())


def _read_met(text: str, where: str) -> _Met:
    codes = cast("re.Match[str]", _CODES.match(text))[0]
    rest = text[len(codes) :]
    try:
        heard, rest = _texts(rest, " ")
        did, rest = _texts(rest, _DOES)
    except ValueError as error:
        raise SettingError(f"{where}: cannot read what is heard or done: {error}") from None
    if rest:
        raise SettingError(f"{where}: cannot read {rest.strip()!r} at the end of the line")
    return _Met(tuple(codes.split()), heard, did)


def _texts(rest: str, before: str) -> tuple[tuple[str, ...], str]:
    """Read a list of texts, where one begins, and return what stands behind it."""
    if not rest.startswith(f"{before}["):
        return (), rest
    found, end = json.JSONDecoder().raw_decode(rest, len(before))
    return tuple(map(str, found)), rest[end:]


def _check_names(states: Sequence[State], branches: Mapping[int, Branch], name: str) -> None:
    known = {each.name for each in states}
    if not states:
        raise SettingError(f"{name}: there is no state in it")
    for number, branch in branches.items():
        for end in (branch.source, branch.target):
            if end not in known:
                raise SettingError(
                    f"{name}:{number}: the branch {branch.place} names the state {end}, which has no line"
                )


def _graph(states: list[State], branches: Mapping[int, Branch], begins: str, met: _Met, name: str) -> Graph:
    graph = Graph(states, list(branches.values()), begins=begins, **met._asdict())
    lost = graph.by_name.keys() - graph.tree().keys() - {graph.root.name}
    if lost:
        raise SettingError(f"{name}: no branch leads to the state {min(lost)}")
    return graph.with_scripts()


def _ignored(line: str, where: str) -> Ignored:
    match = _IGNORE.fullmatch(line)
    if match is None:
        raise WrongIgnoreError(f"{where}: cannot read {line!r}; {_IGNORE_LINE}")
    if not match["reason"].strip():
        raise WrongIgnoreError(f"{where}: an ignored change needs a reason; {_IGNORE_LINE}")
    until = match["until"]
    try:
        day = date.fromisoformat(until) if until else None
    except ValueError:
        raise WrongIgnoreError(f"{where}: {until!r} is no date; write it as 2027-01-31") from None
    return Ignored(place=match["place"], reason=match["reason"].strip(), until=day)

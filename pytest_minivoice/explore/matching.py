"""Compares an exploration with its lock file, and writes that file when asked to."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from pytest_minivoice.choices import did_you_mean
from pytest_minivoice.errors import ContractViolation, SettingError
from pytest_minivoice.explore import lock, wording
from pytest_minivoice.explore.changes import Change, by_weight, compare
from pytest_minivoice.rules.explore_rules import CHANGED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from collections.abc import Set as AbstractSet
    from datetime import date
    from pathlib import Path

    from pytest_minivoice.explore.exploration import Exploration
    from pytest_minivoice.explore.graph import Graph

Update = Literal["none", "new", "all"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matcher:
    """Compare with lock files.

    Args:
        folder: What relative paths are relative to.
        update: Whether to write, all or only what is new.
        fail_on: `breaking` or `any`: which changes fail the test.
        ci: Whether this runs in CI, where nothing is ever written.
        today: For ignored changes that have an end.
        say: Takes a line for the end of the run.
        ignored: Whether MV404 is ignored.
        test: The test that compares.
        written: The tests of this run that wrote a file, each with what it wrote.
    """

    folder: Path
    update: Update
    fail_on: Literal["breaking", "any"]
    ci: bool
    today: date
    say: Callable[[str], None]
    ignored: bool = False
    test: str = ""
    written: dict[Path, tuple[str, bytes]] = field(default_factory=dict)

    def __call__(self, exploration: Exploration, path: str | Path) -> None:
        """Compare; see `Exploration.assert_matches`."""
        __tracebackhide__ = True
        if not exploration.complete:
            message = f"only a whole exploration can be compared with {path}; this one {exploration.assurance}"
            raise ContractViolation(message)
        file = self.folder / path
        if self.update != "none" and self.ci:
            raise ContractViolation(f"{path} is not written in CI: run pytest --minivoice-update where you work")
        if not file.exists():
            self._missing(exploration.graph, file, str(path))
            return
        kept = self._kept(exploration.graph, file, str(path))
        if kept is not None:
            self._compare(exploration.graph, kept, file, str(path))

    def _missing(self, graph: Graph, file: Path, path: str) -> None:
        __tracebackhide__ = True
        if self.update == "none":
            raise ContractViolation(
                f"there is no lock file {path}; pytest --minivoice-update writes it ({graph.size}), and you commit it"
            )
        self._write(graph, file, f"{path}: new, {graph.size}", ())

    def _kept(self, graph: Graph, file: Path, path: str) -> lock.Lock | None:
        """Read the file; write it anew where it cannot be read and that is asked for."""
        __tracebackhide__ = True
        try:
            return lock.read(file.read_bytes(), path)
        except OSError as error:
            raise SettingError(f"{path} cannot be read: {error.strerror}") from None
        except lock.WrongIgnoreError:
            raise
        except SettingError as error:
            if self.update != "all":
                raise SettingError(f"{error}; pytest --minivoice-update writes it anew") from None
            said = (str(error),)
            self._write(graph, file, f"{path}: new, {graph.size}, in place of one that could not be read", said)
            return None

    def _compare(self, graph: Graph, kept: lock.Lock, file: Path, path: str) -> None:
        __tracebackhide__ = True
        found = compare(kept.graph, graph)
        left = unignored(found, kept.ignored, self.today, kept.graph.places | graph.places)
        if self.update == "all":
            gone = [f"no longer ignored, the file is up to date: {each.line()}" for each in kept.ignored]
            self._write(graph, file, f"{path}: {wording.count(found)}", [*map(wording.change, found), *gone])
            return
        if self.update == "new" and found == left and all(each.weight == "additive" for each in found):
            self._write(graph, file, f"{path}: {wording.count(found)}", [*map(wording.change, found)])
            return
        failing = [each for each in left if self.fail_on == "any" or each.weight == "breaking"]
        if failing and not self.ignored:
            finding = CHANGED.at(path, wording.count(left))
            held = next((each for each in found if each.weight != "additive"), None) if self.update == "new" else None
            raise ContractViolation(wording.changes(left, path, held=held), findings=[finding])
        if left:
            self._tell(f"{path}: {wording.count(left)}", map(wording.change, left))

    def _tell(self, headline: str, details: Iterable[str]) -> None:
        self.say(headline)
        for each in details:
            self.say(f"  {each}")

    def _write(self, graph: Graph, file: Path, headline: str, details: Iterable[str]) -> None:
        __tracebackhide__ = True
        content = lock.write(graph)
        owner, before = self.written.setdefault(file.resolve(), (self.test, content))
        if owner != self.test and before != content:
            raise ContractViolation(wording.shared_lock(file.name, owner, self.test))
        self.written[file.resolve()] = owner, content
        self._tell(headline, details)
        file.parent.mkdir(parents=True, exist_ok=True)
        beside = file.with_name(f"{file.name}.{os.getpid()}.tmp")
        beside.write_bytes(content)
        beside.replace(file)


def unignored(
    found: Sequence[Change], ignored: Sequence[lock.Ignored], today: date, known: AbstractSet[str]
) -> list[Change]:
    """Leave out the changes that are ignored; say of others that they were, and what is ignored in vain.

    Args:
        found: All changes.
        ignored: The ignored ones: each covers whatever has changed at its place, and the same at other places.
        today: Ignored changes may have an end.
        known: The places of both flows.

    Returns:
        The changes that count.
    """
    over = {each.place: each for each in ignored if each.until is not None and today > each.until}
    running = {each.place for each in ignored} - over.keys()
    left = []
    for each in found:
        if each.places & running:
            continue
        ended = next((over[place] for place in over if place in each.places), None)
        was = f" (no longer ignored, that ended on {ended.until}: {ended.reason})" if ended else ""
        left.append(replace(each, message=f"{each.message}{was}"))
    places = frozenset[str]().union(*(each.places for each in found))
    vain = (_in_vain(each, known, is_over=each.place in over) for each in ignored if each.place not in places)
    return by_weight([*left, *vain])


def _in_vain(ignored: lock.Ignored, known: AbstractSet[str], *, is_over: bool) -> Change:
    """Say that nothing is ignored by a line."""
    until = f" until {ignored.until}, which is over" if is_over else ""
    where = "nothing has changed there; remove the line"
    if ignored.place not in known:
        where = f"there is no such place{did_you_mean(ignored.place, known)}"
    return Change(weight="to judge", place=ignored.place, message=f"is ignored{until} ({ignored.reason}), and {where}")

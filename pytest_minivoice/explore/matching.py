"""Compares an exploration with its lock file, and writes that file when asked to."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pytest_minivoice.errors import ContractViolation
from pytest_minivoice.explore import lock, wording
from pytest_minivoice.explore.changes import Change, compare
from pytest_minivoice.rules.explore_rules import CHANGED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
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
        rejected: Whether MV404 is ignored.
    """

    folder: Path
    update: Update
    fail_on: Literal["breaking", "any"]
    ci: bool
    today: date
    say: Callable[[str], None]
    ignored: bool = False

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
        kept = lock.read(file.read_text(encoding="utf-8"), str(path))
        found = compare(kept.graph, exploration.graph)
        left = unignored(found, kept.ignored, self.today)
        if self.update == "all" or (self.update == "new" and all(each.weight == "additive" for each in left)):
            self._write(exploration.graph, file, kept.ignored, f"{path}: {wording.count(found)}", found)
            return
        failing = [each for each in left if self.fail_on == "any" or each.weight == "breaking"]
        if failing and not self.ignored:
            finding = CHANGED.at(str(path), wording.count(left))
            raise ContractViolation(wording.changes(left, str(path)), findings=[finding])
        if left:
            self.say(f"{path}: {wording.count(left)}")

    def _missing(self, graph: Graph, file: Path, path: str) -> None:
        __tracebackhide__ = True
        if self.update == "none":
            raise ContractViolation(
                f"there is no lock file {path}; pytest --minivoice-update writes it ({graph.size}), and you commit it"
            )
        self._write(graph, file, (), f"{path}: new, {graph.size}", ())

    def _write(
        self, graph: Graph, file: Path, ignored: Sequence[lock.Ignored], headline: str, found: Sequence[Change]
    ) -> None:
        text = lock.write(graph, ignored)
        self.say(headline)
        for each in found:
            self.say(f"  {each.weight}: {each.place}: {each.message}")
        file.parent.mkdir(parents=True, exist_ok=True)
        beside = file.with_name(f"{file.name}.{os.getpid()}.tmp")
        beside.write_text(text, encoding="utf-8")
        beside.replace(file)


def unignored(found: Sequence[Change], ignored: Sequence[lock.Ignored], today: date) -> list[Change]:
    """Leave out the changes that are ignored, and report what is ignored in vain.

    Args:
        found: All changes.
        ignored: The ignored ones.
        today: Ignored changes may have an end.

    Returns:
        The changes that count.
    """
    running = {each.place for each in ignored if each.until is None or today <= each.until}
    places = {each.place for each in found}
    left = [each for each in found if each.place not in running]
    for each in ignored:
        if each.place not in places:
            message = f"is ignored ({each.reason}), and nothing has changed there; remove the line"
            left.append(Change(weight="to judge", place=each.place, message=message))
    return left

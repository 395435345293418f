"""What the end of a run says of its explorations: what was tried, the coverage, and the pictures it wrote."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_minivoice._configuration import unclean
from pytest_minivoice.explore import wording
from pytest_minivoice.render import many
from pytest_minivoice.reports.carried import unpacked
from pytest_minivoice.reports.covered import Moves, put_together

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pytest_minivoice.explore.graph import Graph
    from pytest_minivoice.reports.explored import BrokenOnPath, Explored, Flow

LOCKS = pytest.StashKey[dict[str, "Graph"]]()
"""The lock files of `--minivoice-cov-lock`, by the path as it was given."""
_SHOWN = 5
"""Findings that fail no test and are named one by one."""


def gathered(terminal: pytest.TerminalReporter) -> Explored:
    """Gather what the tests of a run explored.

    Args:
        terminal: pytest's; it has all reports, those of workers too.

    Returns:
        What the terminal, the gates and all reports tell of.
    """
    explorations, moves = [], []
    for report in _reports(terminal):
        explorations += [unpacked(each) for each in getattr(report, "minivoice_explored", ())]
        moves += [
            Moves(test=report.nodeid, app=app, begins=begins, items=tuple(items), heard=tuple(heard), reached=reached)
            for app, begins, items, heard, reached in getattr(report, "minivoice_moves", ())
        ]
    option = terminal.config.option
    locks = terminal.config.stash.get(LOCKS, {})
    return put_together(
        explorations,
        moves,
        locks,
        measured=option.minivoice_cov,
        fail_under=option.minivoice_cov_fail_under,
    )


def summarize(terminal: pytest.TerminalReporter) -> None:
    """Write what the tests of a run explored, and the pictures of it.

    Args:
        terminal: pytest's.
    """
    option = terminal.config.option
    explored = gathered(terminal)
    said = [line for report in _reports(terminal) for line in getattr(report, "minivoice_said", ())]
    if explored.explorations or said:
        terminal.section("MiniVoice exploring")
        for line in (*_tried(explored, unclean(terminal.config)), *said):
            terminal.write_line(line)
    if explored.measured:
        terminal.section("MiniVoice coverage")
        for line in _coverage(explored):
            terminal.write_line(line)
    for path in dict.fromkeys(option.minivoice_graph or ()):
        for line in _draw(explored, Path(path)):
            terminal.write_line(line)


def _reports(terminal: pytest.TerminalReporter) -> Iterator[Any]:
    for reports in terminal.stats.values():
        yield from reports


def _tried(explored: Explored, failing: frozenset[str]) -> Iterator[str]:
    for each in explored.explorations:
        found = f", {many(len(each.findings), 'finding')}" if each.findings else ""
        yield f"{each.test}: {each.assurance}{found}"
        for field in each.ignored:
            yield f"    differs from call to call, and is not compared: {field}"
        yield from _quiet([one for one in each.findings if one.severity not in failing])


def _quiet(found: Sequence[BrokenOnPath]) -> Iterator[str]:
    """Tell of findings that fail no test."""
    for each in found[:_SHOWN]:
        yield f"    fails no test: {each.code} {each.name} ({each.severity}): {each.message}; call: {each.line}"
    if len(found) > _SHOWN:
        yield f"    fails no test: {many(len(found) - _SHOWN, 'more finding')}"


def _coverage(explored: Explored) -> Iterator[str]:
    if not explored.flows:
        yield wording.NOTHING_EXPLORED
    for path in explored.unused:
        yield f"{path} is not used: this run explored the flow that begins the same way"
    for each in explored.flows:
        yield each.title
        if each.note:
            yield each.note
        if each.other_begins:
            yield f"no call of a test begins like this; they begin with {', '.join(each.other_begins)}"
        yield from wording.coverage(each.menus, (each.covered, len(each.branches)))
    if explored.fail_under is not None:
        verdict = "FAIL" if explored.too_low else "ok"
        yield f"{verdict}: {explored.verdict}"


def _draw(explored: Explored, path: Path) -> Iterator[str]:
    if not explored.flows:
        yield f"{path} is not drawn: {wording.NOTHING_EXPLORED}"
    for number, each in enumerate(explored.flows):
        file = path if number == 0 else path.with_name(f"{path.stem}-{number + 1}{path.suffix}")
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(_picture(file.suffix, each), encoding="utf-8")
        except OSError as error:
            yield f"picture not written: {error}"
        else:
            yield f"the call flow of {', '.join(filter(None, (each.name, each.apart)))} is drawn in {file}"


def _picture(suffix: str, each: Flow) -> str:
    from pytest_minivoice.explore.dot import dot  # noqa: PLC0415 - loaded when used
    from pytest_minivoice.explore.mermaid import mermaid, parts  # noqa: PLC0415 - loaded when used
    from pytest_minivoice.explore.svg import svg  # noqa: PLC0415 - loaded when used

    taken = None if each.taken is None else set(each.taken)
    if suffix == ".svg":
        return svg(each.graph, taken)
    if suffix == ".dot":
        return dot(each.graph, taken)
    if suffix == ".mmd":
        return mermaid(each.graph, taken=taken)
    charts = [f"## {name}\n\n```mermaid\n{chart}```\n" for name, chart in parts(each.graph, taken).items()]
    return "\n".join([f"# {each.title}\n", *charts])

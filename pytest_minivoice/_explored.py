"""What the end of a run says of its explorations: what was tried, the coverage, and the pictures it wrote."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_minivoice.explore import lock, wording
from pytest_minivoice.explore.coverage import places, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_minivoice.explore.graph import Graph


@dataclass(frozen=True, slots=True, kw_only=True)
class Explored:
    """Be one exploration of the run, from whichever process.

    Args:
        nodeid: The test that made it.
        app: The name of the application.
        assurance: What was tried.
        graph: What was found.
        findings: How many rules are broken.
        ignored: The fields that differ from call to call.
    """

    nodeid: str
    app: str
    assurance: str
    graph: Graph
    findings: int
    ignored: tuple[str, ...]

    @property
    def direction(self) -> str:
        """Of the calls."""
        return self.graph.begins.partition(" ")[0]


class Summary:
    """Collect the reports of a run, in the process that prints."""

    def __init__(self, config: pytest.Config) -> None:
        """Begin.

        Args:
            config: pytest's.
        """
        self._config = config
        self._explored: list[Explored] = []
        self._moves: dict[tuple[str, str], list[list[str]]] = {}
        self._said: list[str] = []

    def add(self, report: pytest.TestReport) -> None:
        """Take what a test's report carries.

        Args:
            report: Of any phase of a test.
        """
        for app, assurance, text, findings, ignored in getattr(report, "minivoice_explored", ()):
            graph = lock.read(text, report.nodeid).graph
            self._explored.append(
                Explored(
                    nodeid=report.nodeid,
                    app=app,
                    assurance=assurance,
                    graph=graph,
                    findings=findings,
                    ignored=tuple(ignored),
                )
            )
        for app, begins, moves in getattr(report, "minivoice_moves", ()):
            self._moves.setdefault((app, begins), []).append(moves)
        self._said += getattr(report, "minivoice_said", ())

    def too_low(self) -> bool:
        """Say whether the coverage is below what was asked for."""
        wanted = self._config.option.minivoice_cov_fail_under
        return wanted is not None and self._share() < wanted

    def write(self, terminal: pytest.TerminalReporter) -> None:
        """Write the sections at the end of the run.

        Args:
            terminal: pytest's.
        """
        option = self._config.option
        if self._explored or self._said:
            terminal.section("MiniVoice exploring")
            for line in self._lines():
                terminal.write_line(line)
        if option.minivoice_cov:
            terminal.section("MiniVoice coverage")
            for line in self._coverage():
                terminal.write_line(line)
        if option.minivoice_graph:
            for line in self._draw(Path(option.minivoice_graph)):
                terminal.write_line(line)

    def _lines(self) -> Iterator[str]:
        for each in sorted(self._explored, key=lambda one: one.nodeid):
            found = f", {each.findings} findings" if each.findings else ""
            yield f"{each.nodeid}: {each.assurance}{found}"
            for field in each.ignored:
                yield f"    differs from call to call, and is not compared: {field}"
        yield from self._said

    def _graphs(self) -> list[Explored]:
        """Give one exploration for each call flow: the one that saw most."""
        best: dict[tuple[str, str], Explored] = {}
        for each in sorted(self._explored, key=lambda one: (-len(one.graph.branches), one.nodeid)):
            best.setdefault((each.app, each.graph.begins), each)
        return sorted(best.values(), key=lambda one: (one.app, one.graph.begins))

    def _taken(self, each: Explored) -> set[str]:
        return places(each.graph, self._moves.get((each.app, each.graph.begins), ()))

    def _share(self) -> float:
        graphs = self._graphs()
        whole = sum(len(each.graph.branches) for each in graphs)
        return 100 * sum(len(self._taken(each)) for each in graphs) / whole if whole else 0.0

    def _coverage(self) -> Iterator[str]:
        graphs = self._graphs()
        if not graphs:
            yield "nothing was explored in this run: add a test that calls minivoice.explore()"
        for each in graphs:
            taken = self._taken(each)
            yield f"{each.app}, {each.graph.begins}"
            yield from wording.coverage(
                table(each.graph, taken, each.direction), (len(taken), len(each.graph.branches))
            )
        wanted = self._config.option.minivoice_cov_fail_under
        if wanted is not None:
            verdict = "FAIL" if self.too_low() else "ok"
            yield f"{verdict}: {self._share():.1f} % of the branches were taken, {wanted:g} % are asked for"

    def _draw(self, path: Path) -> Iterator[str]:
        for number, each in enumerate(self._graphs()):
            file = path if number == 0 else path.with_name(f"{path.stem}-{number + 1}{path.suffix}")
            taken = self._taken(each) if self._config.option.minivoice_cov else None
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(_picture(file.suffix, each, taken), encoding="utf-8")
            yield f"the call flow of {each.app} is drawn in {file}"


def _picture(suffix: str, each: Explored, taken: set[str] | None) -> str:
    from pytest_minivoice.explore.dot import dot  # noqa: PLC0415 - loaded when used
    from pytest_minivoice.explore.mermaid import mermaid, parts  # noqa: PLC0415 - loaded when used
    from pytest_minivoice.explore.svg import svg  # noqa: PLC0415 - loaded when used

    if suffix == ".svg":
        return svg(each.graph, taken)
    if suffix == ".dot":
        return dot(each.graph, taken)
    if suffix == ".mmd":
        return mermaid(each.graph, taken=taken)
    charts = [f"## {name}\n\n```mermaid\n{chart}```\n" for name, chart in parts(each.graph, taken).items()]
    return "\n".join([f"# {each.app}, {each.graph.begins}\n", *charts])


def summarize(terminal: pytest.TerminalReporter) -> None:
    """Write what the tests of a run explored.

    Args:
        terminal: pytest's.
    """
    _summary(terminal).write(terminal)


def fail_under(session: pytest.Session) -> None:
    """Fail a run that passed, if its tests took too few branches.

    Args:
        session: pytest's.
    """
    terminal = session.config.pluginmanager.get_plugin("terminalreporter")
    if terminal is not None and session.exitstatus == pytest.ExitCode.OK and _summary(terminal).too_low():
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _summary(terminal: pytest.TerminalReporter) -> Summary:
    summary = Summary(terminal.config)
    for reports in terminal.stats.values():
        for report in reports:
            summary.add(report)
    return summary

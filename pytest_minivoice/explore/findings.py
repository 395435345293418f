"""The findings of an exploration: each once, with the number of branches that show it and the shortest call."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from pytest_minivoice.cloud.tracebacks import place_of
from pytest_minivoice.cloud.written import inline
from pytest_minivoice.explore.checks import check_graph
from pytest_minivoice.explore.difference import difference
from pytest_minivoice.explore.graph import State
from pytest_minivoice.explore.inputs import TIMEOUT
from pytest_minivoice.explore.naming import LAST_WORDS, Script, place, run_line, turns_line
from pytest_minivoice.rules import explore_rules
from pytest_minivoice.rules.rule import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pytest_minivoice.explore.crosstalk import Mixed
    from pytest_minivoice.explore.graph import Graph
    from pytest_minivoice.explore.naming import Names
    from pytest_minivoice.explore.opening import Opening
    from pytest_minivoice.explore.search import Search


_SHOWN = 3
"""How many of endless timeouts the call shows."""


_SEVERAL = frozenset({explore_rules.DIFFERENT_ANSWER, explore_rules.CROSS_TALK})
"""What one call alone does not show."""


class _Shown(NamedTuple):
    """Hold what is equal for the same finding on other paths, the finding, and the call that shows it.

    Args:
        identity: Equal for the same finding.
        finding: What is wrong.
        script: The call.
        line: The lines to paste where one such call does not show it.
    """

    identity: object
    finding: Finding
    script: Script
    line: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class PathFinding(Finding):
    """Be a finding, with the shortest call that shows it.

    Args:
        caller: The shortest caller's script.
        destinations: What destinations must do for it.
        paths: How many branches show it.
        line: Python to paste into a test.
        flow: The same as a flow, to paste under `flows:` of a contract.
    """

    caller: tuple[str, ...] = ()
    destinations: Mapping[str, str] = field(default_factory=dict)
    paths: int = 1
    line: str = ""
    flow: str = ""

    @property
    def evidence(self) -> tuple[str, ...]:
        """The call that shows it, the handler's exception, and how many branches show it.

        There is no flow where it takes several calls.
        """
        cause = self.cause
        raised = [] if cause is None else [f"raised: {type(cause).__name__}: {cause} ({place_of(cause)})"]
        many = [f"shown by: {self.paths} branches"] if self.paths > 1 else []
        flow = [] if self.rule in _SEVERAL else [f"flow: {self.flow}"]
        return (f"call: {self.line}", *flow, *raised, *many)


class Collector:
    """Collect findings, each once."""

    def __init__(self, opening: Opening, ignored: tuple[str, ...]) -> None:
        """Begin.

        Args:
            opening: How each call begins.
            ignored: The codes that do not count.
        """
        self._opening = opening
        self._ignored = ignored
        self._found: dict[object, list[PathFinding]] = {}

    def add(self, shown: _Shown) -> None:
        """Add a finding.

        Args:
            shown: The finding, and the call that shows it.
        """
        identity, finding, script, line = shown
        if finding.code in self._ignored:
            return
        given = {each.name: getattr(finding, each.name) for each in fields(Finding)}
        self._found.setdefault(identity, []).append(
            PathFinding(
                **given,
                caller=script.caller,
                destinations=script.destinations,
                line=line or run_line((*script.caller, *script.ending), script.destinations, self._opening),
                flow=self._flow(finding, script),
            )
        )

    def _flow(self, finding: Finding, script: Script) -> str:
        """Write the call as a flow: one that fails as long as the call breaks the rule, where one call can show it."""
        alone = finding.rule not in explore_rules.RULES
        ends: dict[str, object] = {"terminal": "canceled" if "cancel" in script.ending else "hung_up"}
        given: dict[str, object] = {
            **self._opening.keys(),
            "caller": [*script.caller, *script.ending],
            "destinations": script.destinations,
        }
        shown = {"expect": {"findings": []} if alone or not script.ending else ends}
        return f"{finding.rule.name}: {inline({key: each for key, each in given.items() if each} | shown)}"

    def all(self) -> Iterator[PathFinding]:
        """Give each finding by its shortest call, errors first."""
        merged = []
        for same in self._found.values():
            best = min(same, key=lambda each: len(each.caller))
            given = {each.name: getattr(best, each.name) for each in fields(PathFinding)}
            merged.append(PathFinding(**(given | {"paths": len(same)})))
        yield from sorted(merged, key=lambda each: (each.severity != "error", each.code, len(each.caller), each.caller))


def collect(
    search: Search, names: Names, graph: Graph, mixed: Mixed | None, *, opening: Opening, ignored: tuple[str, ...]
) -> list[PathFinding]:
    """Collect what is wrong.

    Args:
        search: What was found.
        names: The names of its nodes.
        graph: The same as states and branches.
        mixed: Two calls that change each other, or None.
        opening: How each call begins.
        ignored: The codes that do not count.

    Returns:
        The findings, errors first.
    """
    collector = Collector(opening, ignored)
    for shown in chain(
        _met(search, names),
        _of_graph(search, graph),
        _endless(search, names),
        _unsteady(search, names, opening),
        _mixed(mixed, names, opening),
    ):
        collector.add(shown)
    return list(collector.all())


def _met(search: Search, names: Names) -> Iterator[_Shown]:
    """Give what the calls themselves met: rules of documents, requests and webhooks."""
    for finding in search.root.seen.findings:
        yield _Shown(_identity(finding), finding, names.script(()))
    for node in search.known.nodes:
        for given, edge in node.edges.items():
            for finding in edge.seen.findings:
                yield _Shown(_identity(finding), finding, names.script((*node.access, given)))


def _of_graph(search: Search, graph: Graph) -> Iterator[_Shown]:
    """Give what the whole graph says, where it is known as a whole."""
    for problem in check_graph(graph, search.options.loops) if search.untried() == 0 else ():
        shown = problem.shown_by
        state = shown if isinstance(shown, State) else graph.by_name[shown.target]
        script = Script(shown.caller, dict(shown.destinations), LAST_WORDS.get(state.kind, ()))
        yield _Shown((problem.finding.code, *problem.identity), problem.finding, script)


def _endless(search: Search, names: Names) -> Iterator[_Shown]:
    """Give the silence that never ends, for which the search was stopped."""
    endless = search.endless
    if endless is None or endless.access[-1].label != TIMEOUT.label:
        return
    spoken = endless.access
    while spoken and spoken[-1].label == TIMEOUT.label:
        spoken = spoken[:-1]
    message = f"a caller who presses nothing is asked for ever: {search.stopped}"
    finding = explore_rules.SILENCE_FOR_EVER.at(place(spoken), message)
    yield _Shown(finding.code, finding, names.script(endless.access[: len(spoken) + _SHOWN]))


def _unsteady(search: Search, names: Names, opening: Opening) -> Iterator[_Shown]:
    """Give the calls that were answered otherwise when they were made again."""
    for unsteady in search.unsteady.values():
        first, other = unsteady.seen
        message = f"the same call got different answers: {' and then '.join(difference(first, other))}"
        finding = explore_rules.DIFFERENT_ANSWER.at(place(unsteady.word), message)
        script = names.script(unsteady.word)
        line = run_line((*script.caller, *script.ending), script.destinations, opening, again=True)
        yield _Shown((finding.code, first.menu.partition("?")[0], first.kind), finding, script, line)


def _mixed(mixed: Mixed | None, names: Names, opening: Opening) -> Iterator[_Shown]:
    """Give the two calls that change each other."""
    if mixed is None:
        return
    second = names.script(mixed.other)
    beside = run_line((*second.caller, *second.ending), second.destinations, opening)
    alone, together = difference(mixed.alone, mixed.together)
    message = f"alone the caller gets {alone}, but {together} while another call does {beside}"
    finding = explore_rules.CROSS_TALK.at(place(mixed.word), message)
    script = names.script(mixed.word)
    line = turns_line(mixed.moves, {**second.destinations, **script.destinations}, opening)
    yield _Shown(finding.where, finding, script, line)


def _identity(finding: Finding) -> object:
    """Return what is the same wherever the same mistake shows itself."""
    cause = finding.cause
    if cause is not None:
        return finding.code, type(cause).__name__, place_of(cause)
    return finding.code, finding.request.partition("?")[0], finding.pointer, finding.where.partition("?")[0]

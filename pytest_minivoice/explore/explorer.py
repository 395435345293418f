"""Explores one application: the search, its checks, and the result."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, TypeVar

from pytest_minivoice.cloud.tracebacks import handlers_own
from pytest_minivoice.errors import SettingError
from pytest_minivoice.explore import options as arguments
from pytest_minivoice.explore.code import digits_in
from pytest_minivoice.explore.crosstalk import mix
from pytest_minivoice.explore.exploration import Exploration
from pytest_minivoice.explore.findings import collect
from pytest_minivoice.explore.generated import head
from pytest_minivoice.explore.line import Phone
from pytest_minivoice.explore.meter import Meter, Stopped
from pytest_minivoice.explore.naming import Names
from pytest_minivoice.explore.nodes import HistoryMatters
from pytest_minivoice.explore.options import HookFailed
from pytest_minivoice.explore.samples import check_samples
from pytest_minivoice.explore.search import Search
from pytest_minivoice.explore.steadiness import Relearned, Unsteady
from pytest_minivoice.explore.surrounded import only_this_machine, quiet
from pytest_minivoice.explore.volatile import Fields

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from pytest_minivoice.cloud.account import Account
    from pytest_minivoice.cloud.routes import Routes
    from pytest_minivoice.cloud.switchboard import Switchboard
    from pytest_minivoice.explore.crosstalk import Mixed
    from pytest_minivoice.explore.graph import Branch, Graph
    from pytest_minivoice.explore.options import Options

    Lender = Callable[[], AbstractContextManager[Callable[[Account], None]]]

_R = TypeVar("_R")
_RELEARNINGS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """Hold what an exploration knows of the test run.

    Args:
        app: The application, for the constants in its code.
        root: The folder of the project.
        matcher: Compares with a lock file.
        tell: Shows a line of progress, or None.
        done: Is given each finished exploration.
        lent: Lets the mocked API answer out of other accounts for a while.
        failing: The severities of findings that fail an exploration.
        max_answer_ms: Milliseconds that an answer document may take, or None.
        fixtures: The fixtures that a contract of its calls needs.
    """

    app: object
    root: Path
    matcher: Callable[[Exploration, str | Path], None]
    tell: Callable[[str], None] | None
    done: Callable[[Exploration], None]
    lent: Lender
    failing: frozenset[str] = frozenset({"error", "warning"})
    max_answer_ms: float | None = None
    fixtures: tuple[str, ...] = ()


def explore(
    account: Account, board: Switchboard, routes: Routes, given: Mapping[str, object], around: Surroundings
) -> Exploration:
    """Explore an application; see `Account.explore`.

    Args:
        account: The test's account.
        board: What its calls share.
        routes: Which application answers for which host.
        given: The arguments of `Account.explore`.
        around: What is known of the test run.

    Returns:
        The result.

    Raises:
        SettingError: If an argument cannot be used.
        Exception: What a function of the user's raises.
    """
    __tracebackhide__ = True
    return _as_raised(partial(_explore, account, board, routes, given, around))


def _as_raised(call: Callable[[], _R]) -> _R:
    """Raise what a function of the user's raised as it was, without a frame of the search."""
    __tracebackhide__ = True
    try:
        return call()
    except HookFailed as failed:
        error = failed.error
    raise handlers_own(error)


def _explore(
    account: Account, board: Switchboard, routes: Routes, given: Mapping[str, object], around: Surroundings
) -> Exploration:
    __tracebackhide__ = True
    options = arguments.read(given)
    meter = Meter(routes, options, around.tell, around.max_answer_ms)
    phone = Phone(account, meter, options, Fields())
    with only_this_machine(), quiet(), _put_back(options), around.lent() as phone.serve:
        search, executor = _search(phone, cache(lambda: digits_in(around.app, around.root)))
        mixed = _mixed(phone, search)
    names = Names(search.known, search.root)
    graph = names.graph(_begins(search, board, options))
    if not search.stopped:
        check_samples(search.known.nodes, options)
    findings = collect(search, names, graph, mixed, opening=options.opening, ignored=tuple(board.settings.ignore))
    untried = search.untried()
    requests = meter.requests
    meter.close()
    done = Exploration(
        graph,
        findings,
        assurance=_assurance(search, graph, options, executor),
        complete=not search.stopped and not untried,
        unmeant=bool(search.stopped) and not arguments.is_own_budget(search.stopped, options),
        requests=requests,
        times=meter.times,
        failing=around.failing,
        ignored=phone.fields.describe(),
        matcher=around.matcher,
        holds=lambda path: _as_raised(partial(_holds, phone, search, path, around.lent)),
        head=head(board, options, around.fixtures),
    )
    around.done(done)
    return done


def _search(phone: Phone, constants: Callable[[], tuple[str, ...]]) -> tuple[Search, str]:
    """Search, and begin anew when something was learned that changes what was seen before."""
    executor: str = phone.options.executor
    anew = ""
    for _ in range(_RELEARNINGS):
        phone.meter.untried = 0
        phone.meter.begin(None)
        search = Search(phone, constants, executor)
        try:
            search.run()
        except Relearned:
            anew = f"answers differ from call to call in {', '.join(phone.fields.describe())}"
            continue
        except HistoryMatters:
            executor, anew = "replay", "the walk met hidden state, and each call is replayed"
            continue
        break
    if not search.known.nodes:
        raise SettingError(f"explore: {_nothing(search.stopped, anew)}")
    return search, executor


def _nothing(budget: str, anew: str) -> str:
    """Say why a search ended with nothing in hand."""
    if not budget:
        return f"it began anew {_RELEARNINGS} times, and still {anew}"
    if anew:
        return f"{budget} ends behind a new beginning: {anew}; what was seen before counts no more, so allow more"
    return f"{budget} ends before the first call was looked at; allow more"


def _mixed(phone: Phone, search: Search) -> Mixed | None:
    if search.stopped or search.unsteady or phone.options.reset is not None:
        return None
    try:
        found = mix(phone, search.known)
    except Stopped as stop:
        search.stopped = str(stop)
        return None
    if isinstance(found, Unsteady):
        search.unsteady[found.word] = found
        return None
    return found


class _put_back:  # noqa: N801 - a context manager
    """Bring the application's state back to what it was before, where the hooks can."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._token: object = None

    def __enter__(self) -> None:
        if self._options.snapshot is not None:
            self._token = self._options.snapshot()

    def __exit__(self, *_: object) -> None:
        if self._options.restore is not None:
            self._options.restore(self._token)


def _holds(phone: Phone, search: Search, path: Sequence[Branch], lent: Lender) -> bool:
    """Play branches on a call of their own, and say whether each brought what it brought before."""
    with only_this_machine(), quiet(), _put_back(phone.options), lent() as phone.serve:
        line, here = phone.dial(), search.root
        for branch in path:
            given = next(each for each in here.inputs if each.label == branch.input)
            edge = here.edges[given]
            if line.step(given).label != edge.seen.label:
                return False
            here = edge.target
    return True


def _begins(search: Search, board: Switchboard, options: Options) -> str:
    url = str(board.applications[0].answer_url).removeprefix(board.settings.base_url)
    return f"{options.direction} {board.settings.answer_method} {url}" if search.known.nodes else ""


def _assurance(search: Search, graph: Graph, options: Options, executor: str) -> str:
    loops = f"loops x{options.loops}" if options.loops else "loops not repeated"
    extra = ", merges rechecked" if options.recheck else ""
    untried = search.untried()
    if search.stopped:
        phase = search.meter.phase
        left = f"{untried} inputs untried" if untried or phase is None else phase.left
        return f"stopped at {search.stopped}: {graph.size}, {left or 'no two calls played at a time'}"
    if untried:
        return f"answers differed too often: {graph.size}, {untried} inputs untried"
    note = ", replayed since the walk met hidden state" if executor != options.executor else ""
    return f"exhaustive: {graph.size}, {loops}{extra}{note}"

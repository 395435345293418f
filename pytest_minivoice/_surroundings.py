"""What an exploration is told of the test run: the folder, the lock options, where to show progress."""

from __future__ import annotations

import os
from contextlib import nullcontext
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_minivoice.explore.explorer import Surroundings
from pytest_minivoice.explore.matching import Matcher, Update
from pytest_minivoice.flows.contract import SUFFIX
from pytest_minivoice.render import many

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_minivoice.cloud.switchboard import Switchboard
    from pytest_minivoice.explore.exploration import Exploration
    from pytest_minivoice.explore.explorer import Lender

EXPLORED = pytest.StashKey[list["Exploration"]]()
"""The explorations of a test."""
SAID = pytest.StashKey[list[str]]()
"""What its comparisons with lock files have to say at the end of the run."""
_WRITTEN = pytest.StashKey[dict[Path, tuple[str, bytes]]]()
"""The lock files that this process wrote, each with the test and the content."""


def surroundings(
    item: pytest.Item, app: object, board: Switchboard, lent: Lender, failing: frozenset[str]
) -> Surroundings:
    """Give an exploration what it needs of the test run.

    Args:
        item: The test that explores.
        app: The application under test.
        board: The account's, for its settings.
        lent: Lets the mocked API answer out of other accounts for a while.
        failing: The severities of findings that fail an exploration.

    Returns:
        The surroundings.
    """
    option = item.config.option
    update: Update = "all" if option.minivoice_update else "new" if option.minivoice_update_new else "none"
    matcher = Matcher(
        folder=item.path.parent,
        update=update,
        fail_on=option.minivoice_fail_on_change,
        ci=bool(os.environ.get("CI")),
        today=datetime.now(tz=timezone.utc).date(),
        say=item.stash.setdefault(SAID, []).append,
        ignored="MV404" in board.settings.ignore,
        test=item.nodeid,
        written=item.config.stash.setdefault(_WRITTEN, {}),
    )
    return Surroundings(
        app=app,
        root=item.config.rootpath,
        matcher=matcher,
        tell=_progress(item.config),
        done=lambda exploration: _done(item, exploration),
        lent=lent,
        failing=failing,
        max_answer_ms=option.minivoice_max_answer_ms,
        fixtures=_fixtures(item),
    )


def _done(item: pytest.Item, exploration: Exploration) -> None:
    """Keep an exploration for the end of the run; generate contracts while the application is still there."""
    explored = item.stash.setdefault(EXPLORED, [])
    explored.append(exploration)
    folder = item.config.option.minivoice_generate
    if not folder:
        return
    from pytest_minivoice._contract_files import contract_file, write  # noqa: PLC0415 - loaded when used

    path = contract_file(item, folder, len(explored))
    problem: str | None = "no call is known to its end"
    if exploration.flows():
        problem = write(path, f"Generated from {item.nodeid}: {exploration.assurance}", exploration.to_yaml())
    told = _written(exploration) if problem is None else f"not written: {problem}"
    shown = os.path.relpath(path, item.config.invocation_params.dir)
    item.stash.setdefault(SAID, []).append(f"{shown}: {told}")


def _written(exploration: Exploration) -> str:
    """Say how many calls take how many branches; those of an exploration that was stopped may not take all."""
    flows, known = exploration.flows(), len(exploration.branches)
    taken = len({place for each in flows for place in each.branches})
    part = f"{taken} of " if taken < known else ""
    return f"{many(len(flows), 'call')} for {part}{many(known, 'branch')}"


def _fixtures(item: pytest.Item) -> tuple[str, ...]:
    """Give the fixtures that a contract names; of those of a Python test it cannot be known which the calls need."""
    if not item.path.name.endswith(SUFFIX):
        return ()
    return tuple(dict.fromkeys(name for mark in item.iter_markers("usefixtures") for name in mark.args))


def _progress(config: pytest.Config) -> Callable[[str], None] | None:
    """Return what writes a line of progress, where somebody looks at a terminal."""
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    if terminal is None or not getattr(terminal, "isatty", False) or hasattr(config, "workerinput"):
        return None
    capture = config.pluginmanager.get_plugin("capturemanager")

    told: list[str] = []

    def tell(line: str) -> None:
        with capture.global_and_fixture_disabled() if capture is not None else nullcontext():
            if not told:
                terminal.ensure_newline()  # pytest's own line of dots stays
                told.append(line)
            terminal.rewrite(line, erase=True)

    return tell

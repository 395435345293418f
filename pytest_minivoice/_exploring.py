"""The `minivoice_explore` marker, and what a test that explores puts on its report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from pytest_minivoice._items import raise_at_marker
from pytest_minivoice._session import ACCOUNT, APP
from pytest_minivoice._surroundings import EXPLORED, SAID
from pytest_minivoice.choices import did_you_mean
from pytest_minivoice.errors import ContractViolation, SettingError
from pytest_minivoice.explore import lock
from pytest_minivoice.explore.assertions import NAMES, assertions
from pytest_minivoice.explore.options import ARGUMENTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_minivoice.cloud.account import Account
    from pytest_minivoice.cloud.call import Call
    from pytest_minivoice.explore.exploration import Exploration


def explore_marked(request: pytest.FixtureRequest, account: Account) -> Exploration:
    """Explore as the test's `minivoice_explore` marker says.

    Args:
        request: The fixture's.
        account: The account.

    Returns:
        The exploration.

    Raises:
        SettingError: For a mistake in the marker.
    """
    __tracebackhide__ = True
    given = _marked(request.node)
    arguments = {name: value for name, value in given.items() if name not in NAMES}
    return account.explore(**arguments)  # type: ignore[arg-type]  # explore checks them


def fail_where_marked(item: pytest.Function) -> None:
    """Check what the `minivoice_explore` marker of a test says.

    Args:
        item: The test.

    Raises:
        ContractViolation: If something is not as it says; it points at the marker.
    """
    __tracebackhide__ = True
    try:
        for _, holds in assertions(_marked(item)):
            holds(cast("Exploration", item.funcargs["minivoice_exploration"]))
    except ContractViolation as error:
        nearest = sum(1 for _ in item.iter_markers("minivoice_explore")) - 1
        failure = error
    else:
        return
    raise_at_marker(item, failure, "minivoice_explore", nearest)


def _marked(item: pytest.Item) -> Mapping[str, object]:
    __tracebackhide__ = True
    marker = item.get_closest_marker("minivoice_explore")
    if marker is None:
        return {}
    known = (*ARGUMENTS, *NAMES)
    if marker.args:
        raise SettingError("@pytest.mark.minivoice_explore takes keywords only, such as minivoice_explore(loops=5)")
    for name in marker.kwargs:
        if name not in known:
            hint = did_you_mean(name, known)
            raise SettingError(
                f"@pytest.mark.minivoice_explore has no keyword {name!r}{hint}\n- keywords: {', '.join(known)}"
            )
    return marker.kwargs


def report_on(item: pytest.Item, report: pytest.TestReport) -> None:
    """Put what a test explored, and which moves its calls made, on its report: xdist carries it to the controller.

    Args:
        item: The test.
        report: Of its teardown.
    """
    app = item.stash.get(APP, "")
    explored = item.stash.get(EXPLORED, [])
    if explored:
        del item.stash[EXPLORED]
        report.minivoice_explored = [  # type: ignore[attr-defined]  # read by the summary
            [app, each.assurance, lock.write(each.graph), len(each.findings), list(each.ignored)] for each in explored
        ]
    said = item.stash.get(SAID, [])
    if said:
        report.minivoice_said = said  # type: ignore[attr-defined]  # read by the summary
    option = item.config.option
    account = item.stash.get(ACCOUNT, None)
    if account is not None and account.known_calls and (option.minivoice_cov or option.minivoice_graph):
        settings = account.settings
        begins = f"{settings.answer_method} {settings.answer_url}"
        report.minivoice_moves = [  # type: ignore[attr-defined]  # read by the summary
            [app, f"{call.direction} {begins}", _moves(call)] for call in account.known_calls
        ]


def _moves(call: Call) -> list[str]:
    return [each.item for each in call.timeline.moves()]


def check_options(config: pytest.Config) -> None:
    """Refuse options that cannot be used.

    Args:
        config: pytest's.

    Raises:
        pytest.UsageError: For the first such option.
    """
    option = config.option
    if option.minivoice_cov_fail_under is not None and not option.minivoice_cov:
        message = "--minivoice-cov-fail-under needs --minivoice-cov"
        raise pytest.UsageError(message)
    if option.minivoice_graph and Path(option.minivoice_graph).suffix not in {".svg", ".dot", ".mmd", ".md"}:
        message = f"--minivoice-graph={option.minivoice_graph}: the name must end in .svg, .dot, .mmd or .md"
        raise pytest.UsageError(message)

"""The `minivoice_explore` marker, and what a test that explores puts on its report."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from pytest_minivoice._failing import place_of, raise_at_marker, said_plainly
from pytest_minivoice._session import ACCOUNT, APP
from pytest_minivoice._surroundings import EXPLORED, SAID
from pytest_minivoice.choices import did_you_mean
from pytest_minivoice.errors import SettingError
from pytest_minivoice.explore.assertions import NAMES, check, failure
from pytest_minivoice.explore.code import name_of
from pytest_minivoice.explore.options import ARGUMENTS, check_numbers
from pytest_minivoice.reports.carried import packed
from pytest_minivoice.reports.observe import shown
from pytest_minivoice.reports.observe_exploration import exploration_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pytest_minivoice.cloud.account import Account
    from pytest_minivoice.cloud.call import Call
    from pytest_minivoice.explore.exploration import Exploration

_MARKER = "@pytest.mark.minivoice_explore"


def explore_marked(request: pytest.FixtureRequest, account: Account) -> Exploration:
    """Explore as the test's `minivoice_explore` marker says.

    Args:
        request: The fixture's.
        account: The account.

    Returns:
        The exploration.

    Raises:
        fail.Exception: For a mistake in the marker; it names the marker's line.
    """
    __tracebackhide__ = True
    given = _marked(request.node)
    arguments = {name: value for name, value in given.items() if name not in NAMES}
    with said_plainly(f"{place_of(request.node, 'minivoice_explore')}: "):
        return account.explore(**arguments)  # type: ignore[arg-type]  # explore checks them


def fail_where_marked(item: pytest.Function) -> None:
    """Check what the `minivoice_explore` marker of a test says.

    Args:
        item: The test.

    Raises:
        ContractViolation: If something is not as it says; it points at the marker.
    """
    __tracebackhide__ = True
    with said_plainly(f"{place_of(item, 'minivoice_explore')}: "):
        failed = failure(cast("Exploration", item.funcargs["minivoice_exploration"]), _marked(item))
    if failed is not None:
        raise_at_marker(item, failed[1], "minivoice_explore")


def check_markers(item: pytest.Item) -> None:
    """Check what the `minivoice_explore` marker of a test is given, and that the test itself has one of them only.

    Args:
        item: The test, or its definition.

    Raises:
        CollectError: For a mistake; it names the marker's line.
    """
    __tracebackhide__ = True
    try:
        _one_marker(item)
        _marked(item)
    except SettingError as error:
        raise pytest.Collector.CollectError(f"{place_of(item, 'minivoice_explore')}: {item.name}: {error}") from None


def _one_marker(item: pytest.Item) -> None:
    __tracebackhide__ = True
    stacked = sum(each.name == "minivoice_explore" for each in item.own_markers)
    if stacked > 1:
        raise SettingError(
            f"{_MARKER} stands on it {stacked} times; one exploration is made, so give all keywords to one marker, "
            "or write a test for each"
        )


def _marked(item: pytest.Item) -> Mapping[str, object]:
    __tracebackhide__ = True
    marker = item.get_closest_marker("minivoice_explore")
    if marker is None:
        return {}
    known = (*ARGUMENTS, *NAMES)
    if marker.args:
        raise SettingError(f"{_MARKER}: takes keywords only, such as minivoice_explore(loops=5)")
    for name in marker.kwargs:
        if name not in known:
            hint = did_you_mean(name, known)
            raise SettingError(f"{_MARKER}: has no keyword {name!r}{hint}\n- keywords: {', '.join(known)}")
    try:
        check(marker.kwargs)
        check_numbers(marker.kwargs)
    except SettingError as error:
        raise SettingError(f"{_MARKER}: {str(error).removeprefix('explore: ')}") from None
    return marker.kwargs


def report_on(item: pytest.Item, report: pytest.TestReport) -> None:
    """Put what a test explored, and which moves its calls made, on its report: xdist carries it to the controller.

    Args:
        item: The test.
        report: Of its teardown.
    """
    account = item.stash[ACCOUNT]
    explored = item.stash.get(EXPLORED, [])
    covered = account.known_calls if item.config.option.minivoice_cov else []
    app = name_of(item.stash[APP], item.config.rootpath) if explored or covered else ""
    if explored:
        del item.stash[EXPLORED]
        report.minivoice_explored = [  # type: ignore[attr-defined]  # read by the summary
            packed(exploration_of(each, account.hide, test=item.nodeid, app=app)) for each in explored
        ]
    said = item.stash.get(SAID, [])
    if said:
        report.minivoice_said = said  # type: ignore[attr-defined]  # read by the summary
    if covered:
        settings = account.settings
        begins = f"{settings.answer_method} {settings.answer_url.removeprefix(settings.base_url)}"
        report.minivoice_moves = [  # type: ignore[attr-defined]  # read by the summary
            [app, f"{call.direction} {begins}", _moves(call), *_greeting(call, account.hide)] for call in covered
        ]


def _moves(call: Call) -> list[str]:
    return [each.item for each in call.timeline.moves()]


def _greeting(call: Call, hide: Callable[[str], str]) -> tuple[list[str], str]:
    """Tell what the caller heard first, and the number that was called then."""
    heard, move = call.timeline.greeting()
    reached = move.what.rpartition(": ")[0] if move is not None and move.who == "destination" else ""
    return [shown(each, hide) for each in heard], shown(reached, hide)

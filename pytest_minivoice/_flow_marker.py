"""What the marker `minivoice_flow` does to a test item."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_minivoice._failing import place_of, raise_at_marker, said_plainly
from pytest_minivoice.errors import ContractViolation, SettingError
from pytest_minivoice.flows.flow import compare, play
from pytest_minivoice.flows.marker import MarkedFlow, read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_minivoice.cloud.account import Account
    from pytest_minivoice.cloud.call import Call

_FAILURE = pytest.StashKey[ContractViolation]()


def parametrize(metafunc: pytest.Metafunc, markers: Sequence[pytest.Mark]) -> None:
    """Give a test one item for each of its flow markers, from the uppermost to the lowest.

    Args:
        metafunc: The test.
        markers: Its markers, nearest first.

    Raises:
        CollectError: For a mistake in a marker; it names its line.
    """
    flows = []
    for number, marker in enumerate(reversed(markers)):
        try:
            flows.append(read(marker.args, marker.kwargs, number=number))
        except SettingError as error:  # noqa: PERF203 - a handful of markers, once
            definition = metafunc.definition
            where = place_of(definition, "minivoice_flow", number)
            message = f"{where}: {definition.name}: @pytest.mark.minivoice_flow {error}"
            raise pytest.Collector.CollectError(message) from None
    metafunc.parametrize("minivoice_call", flows, indirect=True, ids=[each.id for each in flows])


def play_flow(request: pytest.FixtureRequest, account: Account) -> Call:
    """Play the flow of a test's marker. What fails is kept, for the test itself to fail by.

    Args:
        request: The fixture's.
        account: The account.

    Returns:
        The call, as far as it came.
    """
    __tracebackhide__ = True
    marked = marked_flow(request.node)
    if marked is None:
        example = '@pytest.mark.minivoice_flow(["1"], terminal="transferred")'
        pytest.fail(f"minivoice_call needs a flow; mark the test with {example}", pytrace=False)
    if _FAILURE in request.node.stash:  # of an earlier run of the same item
        del request.node.stash[_FAILURE]
    before = len(account.calls)
    try:
        with said_plainly(f"{place_of(request.node, 'minivoice_flow', marked.number)}: "):
            call = play(marked.flow, account)
        compare(marked.flow, call)
    except ContractViolation as error:
        if len(account.calls) == before:
            raise
        request.node.stash[_FAILURE] = error
    return account.calls[before]


def raise_kept(item: pytest.Item) -> None:
    """Raise what the flow of an item failed by.

    Args:
        item: The test.

    Raises:
        ContractViolation: If its flow failed.
    """
    __tracebackhide__ = True
    error = item.stash.get(_FAILURE, None)
    marked = marked_flow(item)
    if error is not None and marked is not None:
        raise_at_marker(item, error, "minivoice_flow", marked.number)


def marked_flow(item: pytest.Item) -> MarkedFlow | None:
    """Return the flow that an item plays.

    Args:
        item: The test.

    Returns:
        The flow of its marker; None without one.
    """
    callspec = getattr(item, "callspec", None)
    marked = callspec.params.get("minivoice_call") if callspec is not None else None
    return marked if isinstance(marked, MarkedFlow) else None

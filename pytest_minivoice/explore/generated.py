"""Writes the planned calls of an exploration as a flow contract, which passes while the application does the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_minivoice.cloud.written import answer_url, changed_settings, document

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pytest_minivoice.cloud.switchboard import Switchboard
    from pytest_minivoice.explore.flows import PlannedFlow
    from pytest_minivoice.explore.options import Options


def head(board: Switchboard, options: Options, fixtures: Sequence[str]) -> dict[str, object]:
    """Return what holds for all calls of an exploration, as the keys of a contract.

    Args:
        board: The account's side of its calls.
        options: How it was explored.
        fixtures: The fixtures to set up.

    Returns:
        Plain values by key.
    """
    keys: dict[str, object] = {"answer_url": answer_url(board.applications[0], board), **options.opening.keys()}
    more = {"fixtures": list(fixtures), "settings": changed_settings(board)}
    return keys | {key: value for key, value in more.items() if value}


def contract(flows: Iterable[PlannedFlow], above: Mapping[str, object]) -> str:
    """Write flows.

    Args:
        flows: The flows.
        above: What holds for all of them.

    Returns:
        A YAML document.
    """
    return document(above, {each.title: _flow(each) for each in flows})


def _flow(planned: PlannedFlow) -> dict[str, object]:
    given = {
        "caller": list(planned.caller),
        "destinations": {number: each for number, each in planned.destinations.items() if each != "answered"},
        "expect": dict(planned.expected),
    }
    return {key: value for key, value in given.items() if value}

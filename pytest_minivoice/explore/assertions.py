"""What a marker or a flow contract asserts of an exploration, each by the name that users write."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from pytest_minivoice.explore.exploration import Exploration

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

NAMES = ("lock", "reaches", "clean")


def assertions(given: Mapping[str, object]) -> Iterator[tuple[str, Callable[[Exploration], object]]]:
    """Give the assertions, in the order in which they are made.

    Args:
        given: `clean` (true unless given), `reaches` (a text or several), `lock` (a path).

    Yields:
        The name of each, and a function that raises a ContractViolation where it does not hold.
    """
    if given.get("clean", True):
        yield "clean", Exploration.assert_clean
    reaches = given.get("reaches", ())
    for destination in (reaches,) if isinstance(reaches, str) else cast("Sequence[str]", reaches):
        yield "reaches", partial(Exploration.assert_reaches, destination=destination)
    if "lock" in given:
        yield "lock", partial(Exploration.assert_matches, path=str(given["lock"]))

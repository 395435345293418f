"""What a marker or a flow contract asserts of an exploration, each by the name that users write."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from pytest_minivoice.errors import ContractViolation, SettingError, together
from pytest_minivoice.explore.exploration import Exploration

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

NAMES = ("lock", "reaches", "clean")


def check(given: Mapping[str, object]) -> None:
    """Check what is asserted.

    Args:
        given: See `failure`.

    Raises:
        SettingError: For the first that means nothing.
    """
    __tracebackhide__ = True
    clean, reaches, lock = given.get("clean", True), given.get("reaches", ()), given.get("lock", Path())
    if not isinstance(clean, bool):
        raise SettingError(f"clean is {clean!r}; it must be True or False")
    names = [reaches] if isinstance(reaches, str) else reaches
    if not isinstance(names, list | tuple) or not all(isinstance(each, str) for each in names):
        raise SettingError(f"reaches is {reaches!r}; it must be a text or a list of texts, such as '+15551230099'")
    if not isinstance(lock, str | Path) or lock == "":
        raise SettingError(f"lock is {lock!r}; it must be the path of a lock file, such as 'menu.callflow.lock'")


def failure(exploration: Exploration, given: Mapping[str, object]) -> tuple[str, ContractViolation] | None:
    """Make all assertions, so that none hides another, and a lock file is written whatever was found.

    Args:
        exploration: What they are made of.
        given: `clean` (true unless given), `reaches` (a text or several), `lock` (a path).

    Returns:
        The name of the first assertion that does not hold, and one failure that shows all; None if all hold.

    Raises:
        SettingError: For a lock file that cannot be read, if nothing else is wrong.
    """
    __tracebackhide__ = True
    failed: list[tuple[str, ContractViolation]] = []
    for name, holds in _assertions(given):
        try:
            holds(exploration)
        except ContractViolation as error:  # noqa: PERF203 - a handful of assertions
            failed.append((name, error))
        except SettingError as error:
            if not failed:
                raise
            failed.append((name, ContractViolation(str(error))))
    return (failed[0][0], together([error for _, error in failed])) if failed else None


def _assertions(given: Mapping[str, object]) -> Iterator[tuple[str, Callable[[Exploration], object]]]:
    """Give the assertions in the order in which they are made, each with its name."""
    if given.get("clean", True):
        yield "clean", Exploration.assert_clean
    reaches = given.get("reaches", ())
    for destination in (reaches,) if isinstance(reaches, str) else cast("Sequence[str]", reaches):
        yield "reaches", partial(Exploration.assert_reaches, destination=destination)
    if "lock" in given:
        yield "lock", partial(Exploration.assert_matches, path=str(given["lock"]))

"""What the benchmarks share: measured code inside a real test, contestants that take turns, and a table of ratios."""

from __future__ import annotations

import contextlib
import io
import os
import time
from typing import TYPE_CHECKING, TypeVar

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from pytest_minivoice import Account

    Measured = Callable[[Account], None]
    Run = Callable[[], object]

_T = TypeVar("_T")

SIGNED = {"webhook_url": "/minivoice/webhooks", "webhook_secret": "change-me"}
"""The settings under which webhooks are delivered and signed."""


def menu(number: int = 0) -> dict[str, object]:
    """Return a document that leads to itself, so that each key is one more step of the same call.

    Args:
        number: A document with another number was not read before.

    Returns:
        A gather and a redirect.
    """
    gather = {"prompt": f"Menu {number}. Press 1 for sales or 2 for support.", "num_digits": 1, "timeout_seconds": 5}
    return {"actions": [{"gather": gather}, {"type": "redirect", "url": "https://example.com/minivoice/menu"}]}


class _Items:
    """Make one item for each measured function."""

    def __init__(self, app: object, measured: Sequence[Measured]) -> None:
        self._values = [(app, each) for each in measured]

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Give each item the application, in place of the plugin's fixture, and its function."""
        metafunc.parametrize(("minivoice_app", "measured"), self._values, ids=range(len(self._values)))


def test_measured(minivoice: Account, measured: Measured) -> None:
    """Run what is measured where users run it: in a test."""
    measured(minivoice)


def in_tests(app: object, *measured: Callable[[Account], _T], fixtures: str = "", **settings: str) -> list[_T]:
    """Run functions, each in a test of its own, in one run of pytest that has no other plugin.

    Args:
        app: The application under test.
        measured: Each takes the account of its test.
        fixtures: Further fixtures that the tests use.
        settings: The settings that differ from their defaults.

    Returns:
        What the functions returned.
    """
    results: list[_T] = []
    tests = [lambda account, each=each: results.append(each(account)) for each in measured]
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    options = ["-c", os.devnull, "-p", "pytest_minivoice.plugin", "-p", "no:cacheprovider", "--capture=no"]
    options += [f"-ominivoice_{name}={value}" for name, value in settings.items()]
    options += [f"-ousefixtures={fixtures}"]
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        code = pytest.main([*options, __file__], plugins=[_Items(app, tests)])
    if code != pytest.ExitCode.OK:
        raise SystemExit(output.getvalue())
    return results


def least_seconds(contestants: Mapping[str, Callable[[], Run]], *, rounds: int, number: int) -> dict[str, float]:
    """Time contestants in turns.

    Args:
        contestants: Names, and what prepares one turn and returns what is timed.
        rounds: How many turns each has.
        number: How often it runs in one turn.

    Returns:
        For each the seconds of one run, in its fastest turn.
    """
    least = dict.fromkeys(contestants, float("inf"))
    for _ in range(rounds):
        for name, prepare in contestants.items():
            run = prepare()
            started = time.perf_counter()
            for _ in range(number):
                run()
            least[name] = min(least[name], (time.perf_counter() - started) / number)
    return least


def show(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table.

    Args:
        title: What the rows are; the head of the first column.
        columns: The heads of the other columns.
        rows: The cells; a number is printed with two decimals.
    """
    print(f"\n{title:<52}" + "".join(f"{each:>14}" for each in columns))
    for first, *others in rows:
        cells = (f"{each:.2f}" if isinstance(each, float) else str(each) for each in others)
        print(f"  {first:<50}" + "".join(f"{each:>14}" for each in cells))

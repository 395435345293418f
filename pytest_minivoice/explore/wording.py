"""Every text of several lines about an exploration: findings, changes, the coverage table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_minivoice import render
from pytest_minivoice.explore.meaning import WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_minivoice.explore.changes import Change
    from pytest_minivoice.explore.coverage import Menu

NOTHING_EXPLORED = (
    "nothing was explored in this run: add a test that calls minivoice.explore(), "
    "or name a lock file: --minivoice-cov-lock=PATH"
)

_LOOK_FURTHER = (
    "give what is entered on it (samples=), let it look behind menus that look alike (recheck=True), "
    "or tell them apart by what your application keeps of a call (state=)."
)


def not_reached(destination: str, reached: Sequence[str], hint: str, assurance: str) -> str:
    """Write that no path reaches a destination.

    Args:
        destination: What was asked for.
        reached: What is reached.
        hint: What was meant, or an empty string.
        assurance: What was tried.

    Returns:
        Several lines.
    """
    return "\n".join(
        (
            f"no path reaches {destination!r}{hint} ({assurance})",
            *(f"- reached: {each}" for each in reached),
            f"- if you know a path: {_LOOK_FURTHER}",
        )
    )


def broken(number: int, others: int, assurance: str) -> str:
    """Write how much was found that fails a test.

    Args:
        number: How many such findings there are.
        others: How many findings fail no test.
        assurance: What was tried.

    Returns:
        One line.
    """
    found = f"{number} findings" if number > 1 else "one finding"
    beside = f", and {render.many(others, 'warning')} beside" if others else ""
    return f"exploring gave {found}{beside} ({assurance})"


def unfinished(others: int, assurance: str) -> str:
    """Write that exploring stopped though nobody asked it to.

    Args:
        others: How many findings fail no test.
        assurance: What was tried.

    Returns:
        Several lines.
    """
    found = "nothing that fails a test" if others else "nothing"
    return "\n".join(
        (
            f"exploring found {found}, but did not come to its end ({assurance})",
            "- why: Nothing is known of what was not tried. A number that counts up in a URL makes a flow endless.",
            "- fix: End what repeats, or give a budget of your own, such as max_requests=20000, if a part is enough.",
        )
    )


def shared_lock(name: str, owner: str, test: str) -> str:
    """Write that a second test would write another call flow into a lock file.

    Args:
        name: The lock file.
        owner: The test that wrote it in this run.
        test: The test that would write it now.

    Returns:
        Several lines.
    """
    return "\n".join(
        (
            f"{name} was written in this run by another test, for another call flow; it stays as that test wrote it",
            f"- written by: {owner}",
            f"- refused to: {test}",
            "- fix: Let each test name a lock file of its own.",
        )
    )


def changes(found: Sequence[Change], path: str, *, held: Change | None = None) -> str:
    """Write what has changed against a lock file, by what it means.

    Args:
        found: The changes.
        path: The lock file.
        held: A change for which additions are not written, though that was asked for.

    Returns:
        Several lines.
    """
    blocks = [f"the call flow is not the one of {path}: {count(found)}"]
    for weight in WEIGHTS:
        lines = [f"- {each.where}: {each.message}" for each in found if each.weight == weight]
        if lines:
            blocks.append("\n".join([f"{weight}:", *lines]))
    if held is not None:
        blocks.append(
            f"--minivoice-update-new wrote nothing: it only adds, and this would be written too: {held.where}"
        )
    blocks.append(f"To leave a change for a while, put a line into {path}:\nignore PLACE until YYYY-MM-DD: the reason")
    return render.printable("\n\n".join(blocks))


def change(one: Change) -> str:
    """Write one change in a line.

    Args:
        one: The change.

    Returns:
        Such as `breaking: answer 2 and 1 more: reaches +15551230099, not +15551230098`.
    """
    return render.printable(f"{one.weight}: {one.where}: {one.message}")


def count(found: Sequence[Change]) -> str:
    """Write how many changes there are of each weight.

    Args:
        found: The changes.

    Returns:
        Such as `1 breaking, 2 additive`.
    """
    numbers = [f"{number} {weight}" for weight in WEIGHTS if (number := sum(each.weight == weight for each in found))]
    return ", ".join(numbers) or "no change"


def coverage(menus: Sequence[Menu], total: tuple[int, int]) -> list[str]:
    """Write the coverage table.

    Args:
        menus: What was taken in each menu.
        total: Branches taken, and all branches.

    Returns:
        Its lines.
    """
    width = max([len("menu"), *(len(each.name) for each in menus)])
    lines = [f"{'menu':<{width}}  states  branches  taken  cover"]
    for each in menus:
        share = percent(each.taken, each.branches)
        lines.append(f"{each.name:<{width}}  {each.states:>6}  {each.branches:>8}  {each.taken:>5}  {share:>4}%")
        lines += [f"    not taken: {missing.line}" for missing in each.missing]
        if each.more:
            lines.append(f"    and {each.more} more")
    taken, branches = total
    lines.append(f"{'all':<{width}}  {'':>6}  {branches:>8}  {taken:>5}  {percent(taken, branches):>4}%")
    return lines


def saw_less(tests: Sequence[str], best: str) -> str:
    """Write whose explorations of a flow are left out.

    Args:
        tests: The tests that saw less of it.
        best: The one that saw most.

    Returns:
        One clause.
    """
    return f"{', '.join(tests)} explored the same beginning and saw less; this is what {best} saw"


def percent(part: int, whole: int) -> int:
    """Return a share in per cent, rounded down, so that 100 means all.

    Args:
        part: A number of the whole.
        whole: All.

    Returns:
        From 0 to 100.
    """
    return 100 * part // whole if whole else 100

"""The command `python -m pytest_minivoice diff OLD NEW`: what a change of a lock file means for callers."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_minivoice.errors import SettingError
from pytest_minivoice.explore import lock, wording
from pytest_minivoice.explore.changes import compare
from pytest_minivoice.explore.matching import unignored

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare two lock files.

    Args:
        arguments: The command line, or None for this process's own.

    Returns:
        The exit code: 0 when nothing counts, 1 when something does, 2 for files that cannot be read.
    """
    parser = argparse.ArgumentParser(prog="python -m pytest_minivoice")
    commands = parser.add_subparsers(required=True)
    diff = commands.add_parser("diff", help="say what has changed between two lock files")
    diff.add_argument("old", help="a lock file, or - for standard input, such as from git show HEAD:FILE")
    diff.add_argument("new", help="a lock file, or -")
    diff.add_argument("--fail-on-change", choices=("breaking", "any"), default="any", help="what counts (default: any)")
    given = parser.parse_args(arguments)
    try:
        old, new = _read(given.old), _read(given.new)
    except (OSError, SettingError) as error:
        print(f"{parser.prog} diff: {error}", file=sys.stderr)  # noqa: T201 - a command
        return 2
    found = unignored(compare(old.graph, new.graph), new.ignored, datetime.now(tz=timezone.utc).date())
    for weight in ("breaking", "to judge", "additive"):
        for each in found:
            if each.weight == weight:
                print(f"{weight}: {each.place}: {each.message}")  # noqa: T201 - a command
    print(wording.count(found))  # noqa: T201 - a command
    return int(any(given.fail_on_change == "any" or each.weight == "breaking" for each in found))


def _read(name: str) -> lock.Lock:
    text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
    return lock.read(text, "standard input" if name == "-" else name)


if __name__ == "__main__":
    sys.exit(main())

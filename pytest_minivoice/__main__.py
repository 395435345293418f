"""The command line: `call` is a phone in the terminal, `diff` says what a change of a lock file means for callers."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_minivoice.explore.lock import Lock


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line, and make the call or compare the lock files.

    Args:
        arguments: The arguments, or None for those of the process.

    Returns:
        0 if the call went without an error or no change counts, 1 if a rule was broken, an input refused or a change
        counts, 2 for a wrong command line or file, 130 after Ctrl-C.
    """
    from pytest_minivoice.errors import SettingError  # noqa: PLC0415 - the same

    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        return int(options.run(options))
    except (OSError, SettingError) as error:
        told = f"{error.filename}: {error.strerror}" if isinstance(error, OSError) and error.filename else str(error)
        print(f"{parser.prog}: {told}", file=sys.stderr)  # noqa: T201 - a command line
        return 2
    except KeyboardInterrupt:
        print(file=sys.stderr)  # noqa: T201 - the shell's prompt comes on a line of its own
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m pytest_minivoice", description="A MiniVoice in memory.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    call = commands.add_parser(
        "call",
        help="call an application and be the caller",
        description="Call an application and be the caller: hear the prompts and press keys. A pipe may do it.",
    )
    call.set_defaults(run=_call)
    call.add_argument("app", help="package.module:app, package.module:create_app() or the URL of a running server")
    call.add_argument("--outbound", action="store_true", help="the application calls; you are the callee")
    call.add_argument("--from", dest="from_", metavar="NUMBER", help="the number that calls, E.164")
    call.add_argument("--to", metavar="NUMBER", help="the number that is called, E.164")
    call.add_argument(
        "--answer-url", metavar="URL", help="where instructions are requested (default: /minivoice/answer)"
    )
    call.add_argument("--webhook-url", metavar="URL", help="where webhooks go; without it none are sent")
    call.add_argument("--webhook-secret", metavar="SECRET", help="the secret that signs them")
    call.add_argument(
        "--base-url", metavar="URL", help="scheme and host of the application (default: https://example.com)"
    )
    call.add_argument("--save", metavar="FILE", help="write the call as a flow contract, without asking")
    call.add_argument("--name", default="call", help="the flow's name in the contract (default: call)")
    diff = commands.add_parser(
        "diff",
        help="say what has changed between two lock files",
        description="Say what has changed between two lock files. What the new one ignores does not count.",
    )
    diff.set_defaults(run=_diff)
    diff.add_argument("old", help="a lock file, or - for standard input, such as from git show HEAD:FILE")
    diff.add_argument("new", help="a lock file, or -")
    diff.add_argument("--fail-on-change", choices=("breaking", "any"), default="any", help="what counts (default: any)")
    return parser


def _call(options: argparse.Namespace) -> int:
    from pytest_minivoice._phone import talk  # noqa: PLC0415 - --help is quick

    return talk(options, sys.stdin, sys.stdout)


def _diff(options: argparse.Namespace) -> int:
    from pytest_minivoice.explore import wording  # noqa: PLC0415 - --help is quick
    from pytest_minivoice.explore.changes import compare  # noqa: PLC0415 - the same
    from pytest_minivoice.explore.matching import unignored  # noqa: PLC0415 - the same

    old, new = _read(options.old), _read(options.new)
    known = old.graph.places | new.graph.places
    found = unignored(compare(old.graph, new.graph), new.ignored, datetime.now(tz=timezone.utc).date(), known)
    for each in found:
        print(wording.change(each))  # noqa: T201 - a command line
    print(wording.count(found))  # noqa: T201 - a command line
    return int(any(options.fail_on_change == "any" or each.weight == "breaking" for each in found))


def _read(name: str) -> Lock:
    from pytest_minivoice.explore import lock  # noqa: PLC0415 - --help is quick

    if name == "-":
        return lock.read(sys.stdin.buffer.read(), "standard input")
    return lock.read(Path(name).read_bytes(), name)


if __name__ == "__main__":
    sys.exit(main())

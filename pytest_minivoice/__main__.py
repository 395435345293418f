"""The command line: `python -m pytest_minivoice call package.module:app` is a phone in the terminal."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line and make the call.

    Args:
        arguments: The arguments, or None for those of the process.

    Returns:
        0 if the call went without an error, 1 if a rule was broken or an input refused, 2 for a wrong command line,
        130 after Ctrl-C.
    """
    from pytest_minivoice._phone import talk  # noqa: PLC0415 - --help is quick
    from pytest_minivoice.errors import SettingError  # noqa: PLC0415 - the same

    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        return talk(options, sys.stdin, sys.stdout)
    except SettingError as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)  # noqa: T201 - a command line
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
    return parser


if __name__ == "__main__":
    sys.exit(main())

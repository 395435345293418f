"""A phone in the terminal: it calls an application, shows what happens, and lets the user be the caller."""

from __future__ import annotations

import os
import re
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast
from urllib.parse import urljoin, urlsplit

from pytest_minivoice.call.actions import variable_actions
from pytest_minivoice.choices import did_you_mean
from pytest_minivoice.cloud.account import Account
from pytest_minivoice.cloud.destinations import Destinations
from pytest_minivoice.cloud.dids import PERSON
from pytest_minivoice.cloud.ids import Ids
from pytest_minivoice.cloud.routes import Routes, origin
from pytest_minivoice.cloud.switchboard import Switchboard
from pytest_minivoice.cloud.written import SCHEMA_LINE
from pytest_minivoice.drivers.asgi import Lifespans
from pytest_minivoice.drivers.detect import driver_for, is_url
from pytest_minivoice.drivers.imports import load
from pytest_minivoice.drivers.local import started
from pytest_minivoice.drivers.loop import SessionLoop
from pytest_minivoice.errors import CallerError
from pytest_minivoice.rules.catalogue import CATALOGUE
from pytest_minivoice.rules.document import DocumentReader
from pytest_minivoice.settings import Settings, override
from pytest_minivoice.spec.calls import KEYS

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from typing import TextIO

    from pytest_minivoice.cloud.call import Call
    from pytest_minivoice.spec.calls import Outcome

_WORDS = ("timeout", "hang_up", "answer", "no_answer", "busy", "cancel", "quit", "help")
_SPOKEN = {word.replace("_", ""): word for word in _WORDS}
"""The words without their spaces, so that `hang up`, `hangup` and `hang_up` are one."""
_HELP = f"""  {KEYS}   press keys
  timeout            press nothing until MiniVoice gives up
  hang up            hang up
  busy               whoever is called from now on is busy; so are you, while the call rings
  answer, no answer, cancel
                     while an outbound call rings
  quit               leave; a call that goes on is hung up"""
_COLOURS = {"caller": "36", "callee": "36", "application": "33", "plugin": "31"}


def talk(options: argparse.Namespace, source: TextIO, target: TextIO) -> int:
    """Make one call with the user as the caller.

    Args:
        options: The command line.
        source: Where the user's input comes from.
        target: Where to write.

    Returns:
        The exit code.
    """
    with _account(options) as account:
        phone = _Phone(source, target)
        if options.outbound:
            call = account.outbound_call(options.to or PERSON, options.from_)
        else:
            call = account.inbound_call(options.from_, options.to)
        refused = phone.converse(call, account)
        phone.offer(call, options)
        broken = any(each.severity == "error" for each in call.findings)
        return int(broken or refused)


class _Everyone(Destinations):
    """Give every number the same outcome, once that is asked for."""

    others: Outcome = "answered"

    def outcome(self, number: str) -> Outcome:
        return self.get(number, self.others)


class _Phone:
    def __init__(self, source: TextIO, target: TextIO) -> None:
        self._source = source
        self._target = target
        self._typed = source.isatty()
        self._coloured = target.isatty() and not os.environ.get("NO_COLOR")
        self._shown = 0

    def converse(self, call: Call, account: Account) -> bool:
        """Play the user's input until the call is over, and say whether any was refused."""
        refused = False
        self._write(call.timeline.title)
        self._show(call)
        while call.terminal is None:
            text = self._read()
            if text is None or text.lower() == "quit":
                call.cancel() if call.status == "dialing" else call.hang_up()
            elif text.lower() in {"help", "?"}:
                self._write(_HELP)
            elif text:
                refused |= not self._do(call, account, text)
            self._show(call)
        return refused

    def offer(self, call: Call, options: argparse.Namespace) -> None:
        """Offer the call as a contract: write it where asked to, ask on a terminal, print it in a pipe."""
        name = options.save
        if name is None and not self._typed:
            self._write("\n" + call.to_yaml(options.name).rstrip())
            return
        if name is None:
            self._write(
                "Save this call as a flow contract? File name, such as sales.callflow.yaml, or nothing: ", end=""
            )
            name = self._source.readline().strip()
        if not name:
            return
        path = Path(name if name.endswith(".callflow.yaml") else f"{name}.callflow.yaml")
        try:
            path.write_text(SCHEMA_LINE + call.to_yaml(options.name), encoding="utf-8")
        except OSError as error:
            self._write(f"not written: {error}")
        else:
            self._write(f"written to {path}")

    def _do(self, call: Call, account: Account, text: str) -> bool:
        ringing = call.status == "dialing"
        word = _SPOKEN.get(re.sub(r"[\W_]", "", text.lower()), text)
        if word == "busy" and not ringing:
            cast("_Everyone", account.destinations).others = "busy"
            self._write("  from now on every destination is busy")
            return True
        try:
            if word in {"timeout", "hang_up", "answer", "no_answer", "busy", "cancel"}:
                verb = "wait" if word == "timeout" else word
                getattr(call, verb)()
            else:
                call.press(text.upper() if text.upper().strip(KEYS) == "" else text)
        except CallerError as error:
            hint = "" if "did you mean" in error.message else did_you_mean(word, _WORDS)
            self._write(f"  {error.message}{hint}")
            return False
        return True

    def _read(self) -> str | None:
        if self._typed:
            self._write("> ", end="")
        line = self._source.readline()
        return line.strip() if line else None

    def _show(self, call: Call) -> None:
        for entry in list(call.timeline)[self._shown :]:
            self._shown += 1
            seconds = int(entry.seconds)
            line = f"  {seconds // 60:02d}:{seconds % 60:02d}  {entry.who:<11}  {entry.what}"
            colour = _COLOURS.get(entry.who)
            self._write(f"\033[{colour}m{line}\033[0m" if self._coloured and colour else line)

    def _write(self, text: str, end: str = "\n") -> None:
        encoding = self._target.encoding or "utf-8"
        self._target.write(text.encode(encoding, "backslashreplace").decode(encoding) + end)
        self._target.flush()


@contextmanager
def _account(options: argparse.Namespace) -> Iterator[Account]:
    app = options.app if is_url(options.app) else load(options.app, "the command line")
    names = ("answer_url", "webhook_url", "webhook_secret", "base_url")
    given = {name: getattr(options, name) for name in names if getattr(options, name) is not None}
    if is_url(app):
        given.setdefault("base_url", options.app.rstrip("/"))
    codes = [rule.code for rule in CATALOGUE]
    settings = override(Settings(strict=False), given, origin="the command line", codes=codes)
    custom = {each.name: each for each in variable_actions(settings.variable_actions)}
    answer_url = urljoin(settings.base_url, settings.answer_url)
    webhook_url = None if settings.webhook_url is None else urljoin(settings.base_url, settings.webhook_url)
    board = Switchboard(
        settings=settings,
        reader=DocumentReader(
            settings,
            custom={name: each.schema for name, each in custom.items()},
            webhooks=webhook_url is not None,
            plain_hosts=frozenset(
                {str(urlsplit(settings.base_url).hostname)} if settings.base_url.startswith("http:") else ()
            ),
        ),
        ids=Ids(time.time_ns() % 1_000_000_000),
        custom=custom,
        destinations=_Everyone(),
    )
    loop = SessionLoop()
    lifespans = Lifespans(loop)
    driver = driver_for(
        app, "the command line", loop=loop, lifespans=lifespans, timeout=settings.answer_timeout_seconds
    )
    hosts = {origin(url) for url in (settings.base_url, answer_url, webhook_url) if url is not None}
    try:
        routes = Routes(dict.fromkeys(hosts, driver), started)
        yield Account(board, routes, answer_url=answer_url, webhook_url=webhook_url)
    finally:
        driver.close()
        lifespans.close()
        loop.close()

"""Writes a call down as a flow contract: what the people did, and what came of it. Ids, times and secrets stay out."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pytest_minivoice.call.effects import Idle, Listen, Over, Ring
from pytest_minivoice.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_minivoice.cloud.application import Application
    from pytest_minivoice.cloud.conversation import Conversation
    from pytest_minivoice.cloud.switchboard import Switchboard

SCHEMA_LINE = "# yaml-language-server: $schema=https://pytest-minivoice.readthedocs.io/schemas/flow.schema.json\n"

_NAME = re.compile(r"(?!.*::)[^\[\]\n\r]+")
_WORD = re.compile(r"[A-Za-z/]([\w./ -]*[\w/])?", re.ASCII)
_NOT_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_WIDTH = 110
"""Characters of a line of YAML; a longer list has a line for each item."""


def contract(talk: Conversation, name: str) -> str:
    """Write a call down.

    Args:
        talk: The call.
        name: The flow's name.

    Returns:
        A YAML document of one flow, which passes as long as the application does the same.

    Raises:
        CallerError: If a failure stopped the call in the middle.
        SettingError: For a name that no flow can have.
    """
    __tracebackhide__ = True
    if not _NAME.fullmatch(name):
        raise SettingError(f"to_yaml(name={name!r}): the name of a flow is a text without :: and brackets")
    if not isinstance(talk.engine.waiting, Over | Listen | Idle | Ring):
        raise talk.refuse("an earlier failure stopped the call in the middle; it cannot be written down as a contract")
    flow: dict[str, object] = {"direction": talk.facts.direction} if talk.facts.direction == "outbound" else {}
    flow |= {"from": talk.facts.from_, "to": talk.facts.to}
    if talk.facts.route_mode != "webhook":
        flow["dids"] = {talk.facts.to: talk.facts.route_mode}
    more = {
        "variables": talk.variables,
        "metadata": talk.metadata,
        "destinations": {number: outcome for number, outcome in talk.dialed.items() if outcome != "answered"},
        "settings": changed_settings(talk.switchboard),
    }
    flow |= {key: value for key, value in more.items() if value}
    flow["caller"] = [*talk.script, *_last_word(talk)]
    flow["expect"] = _expected(talk)
    return talk.switchboard.hide(document({"answer_url": answer_url(talk.application, talk.switchboard)}, {name: flow}))


def document(head: Mapping[str, object], flows: Mapping[str, Mapping[str, object]]) -> str:
    """Write a document of a flow contract.

    Args:
        head: What holds for all its flows.
        flows: The flows by name.

    Returns:
        The YAML text.
    """
    lines = [*_mapping(head, 0), "flows:"]
    for name, flow in flows.items():
        lines += [f"  {_scalar(name)}:", *_mapping(flow, 4)]
    return "\n".join(lines) + "\n"


def answer_url(application: Application, board: Switchboard) -> str:
    """Return where an application is asked for instructions, as a contract names it.

    Args:
        application: The application.
        board: The account's side of its calls.

    Returns:
        The path, where it is under the account's `base_url`; else the whole URL.
    """
    whole = application.answer_url or ""
    url, base = urlsplit(whole), urlsplit(board.settings.base_url)
    if (url.scheme, url.netloc) == (base.scheme, base.netloc):
        return url._replace(scheme="", netloc="").geturl()
    return whole


def changed_settings(board: Switchboard) -> dict[str, object]:
    """Return the settings that markers changed for a test, as a contract repeats them.

    Args:
        board: The account's side of its calls.

    Returns:
        Plain values by name.
    """
    return {key: list(each) if isinstance(each, tuple) else each for key, each in board.changed.items()}


def _last_word(talk: Conversation) -> list[str]:
    """End a call that the test left open: a contract has to."""
    waiting = talk.engine.waiting
    if isinstance(waiting, Over):
        return []
    return ["cancel"] if isinstance(waiting, Ring) else ["hang_up"]


def _expected(talk: Conversation) -> dict[str, object]:
    engine = talk.engine
    if engine.terminal is None:
        hears: dict[str, object] = {"hears": list(talk.heard)} if talk.heard else {}
        return hears | {"terminal": "canceled" if isinstance(engine.waiting, Ring) else "hung_up"}
    given = {
        "hears": list(talk.heard),
        "terminal": engine.terminal,
        "status": engine.status,
        "destination": engine.course.destination,
        "room": engine.course.room,
        "actions": [str(each) for each in talk.actions],
        "events": [str(each) for each in talk.events],
        "variables": dict(engine.course.features.variables),
        "recordings": [each.status for each in talk.recordings],
    }
    expected: dict[str, object] = {key: value for key, value in given.items() if value}
    expected["findings"] = sorted({each.code for each in talk.findings})
    return expected


def _mapping(mapping: Mapping[str, object], indent: int) -> list[str]:
    lines: list[str] = []
    for key, value in mapping.items():
        head = f"{' ' * indent}{_scalar(key)}:"
        line = f"{head} {inline(value)}"
        if isinstance(value, dict) and value and key == "expect":
            lines += [head, *_mapping(value, indent + 2)]
        elif isinstance(value, list) and (key == "hears" or len(line) > _WIDTH):
            lines += [head, *(f"{' ' * (indent + 2)}- {inline(each)}" for each in value)]
        else:
            lines.append(line)
    return lines


def inline(value: object) -> str:
    """Write a value in one line of YAML.

    Args:
        value: Plain values.

    Returns:
        The text.
    """
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_scalar(str(key))}: {inline(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(inline, value)) + "]"
    return _scalar(value)


def _scalar(value: object) -> str:
    """Write words as they are, and all else as JSON, which is YAML in double quotes."""
    if isinstance(value, str) and _WORD.fullmatch(value) and value.lower() not in _NOT_WORDS:
        return value
    text = json.dumps(value if isinstance(value, str | int | float | bool | None) else str(value), ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda found: f"\\U{ord(found[0]):08x}", text)

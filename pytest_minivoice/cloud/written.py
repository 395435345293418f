"""Writes a call down as a flow contract: what the people did, and what came of it. Ids, times and secrets stay out."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pytest_minivoice.call.effects import Idle, Listen, Over, Ring

if TYPE_CHECKING:
    from pytest_minivoice.cloud.conversation import Conversation

SCHEMA_LINE = "# yaml-language-server: $schema=https://pytest-minivoice.readthedocs.io/schemas/flow.schema.json\n"

_WORD = re.compile(r"[A-Za-z/]([\w./ -]*[\w/])?", re.ASCII)
_NOT_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_WIDTH = 110


def contract(talk: Conversation, name: str) -> str:
    """Write a call down.

    Args:
        talk: The call.
        name: The flow's name.

    Returns:
        A YAML document of one flow, which passes as long as the application does the same.

    Raises:
        CallerError: If a failure stopped the call in the middle.
    """
    __tracebackhide__ = True
    if not isinstance(talk.engine.waiting, Over | Listen | Idle | Ring):
        raise talk.refuse("an earlier failure stopped the call in the middle; it cannot be written down as a contract")
    settings = talk.switchboard.changed
    flow: dict[str, object] = {"direction": talk.facts.direction} if talk.facts.direction == "outbound" else {}
    flow |= {"from": talk.facts.from_, "to": talk.facts.to}
    if talk.facts.route_mode != "webhook":
        flow["dids"] = {talk.facts.to: talk.facts.route_mode}
    more = {
        "variables": talk.variables,
        "metadata": talk.metadata,
        "destinations": {number: outcome for number, outcome in talk.dialed.items() if outcome != "answered"},
        "settings": {key: list(each) if isinstance(each, tuple) else each for key, each in settings.items()},
    }
    flow |= {key: value for key, value in more.items() if value}
    flow["caller"] = [*talk.script, *_last_word(talk)]
    flow["expect"] = _expected(talk)
    lines = [f"answer_url: {_scalar(_answer_url(talk))}", "flows:", f"  {_scalar(name)}:"]
    text = "\n".join([*lines, *_mapping(flow, 4)]) + "\n"
    return talk.switchboard.hide(text)


def _answer_url(talk: Conversation) -> str:
    answer_url = talk.application.answer_url or ""
    url, base = urlsplit(answer_url), urlsplit(talk.switchboard.settings.base_url)
    if (url.scheme, url.netloc) == (base.scheme, base.netloc):
        return url._replace(scheme="", netloc="").geturl()
    return answer_url


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


def _mapping(mapping: dict[str, object], indent: int) -> list[str]:
    lines: list[str] = []
    for key, value in mapping.items():
        head = f"{' ' * indent}{_scalar(key)}:"
        line = f"{head} {_inline(value)}"
        if isinstance(value, dict) and value and key == "expect":
            lines += [head, *_mapping(value, indent + 2)]
        elif isinstance(value, list) and (key == "hears" or len(line) > _WIDTH):
            lines += [head, *(f"{' ' * (indent + 2)}- {_inline(each)}" for each in value)]
        else:
            lines.append(line)
    return lines


def _inline(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_scalar(str(key))}: {_inline(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_inline, value)) + "]"
    return _scalar(value)


def _scalar(value: object) -> str:
    """Write words as they are, and all else as JSON, which is YAML in double quotes."""
    if isinstance(value, str) and _WORD.fullmatch(value) and value.lower() not in _NOT_WORDS:
        return value
    text = json.dumps(value if isinstance(value, str | int | float | bool | None) else str(value), ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda found: f"\\U{ord(found[0]):08x}", text)

"""Makes the result of a call: plain values, with secrets and tokens masked."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from pytest_minivoice.cloud.tracebacks import place_of
from pytest_minivoice.render import printable
from pytest_minivoice.reports.model import Answer, Broken, CallResult, Step
from pytest_minivoice.rules.catalogue import CATALOGUE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pytest_minivoice.cloud.call_record import CallRecord
    from pytest_minivoice.rules.rule import Finding

_TOKEN = re.compile(r"(?i)\b(bearer\s+)[\w.~+/=-]+|\bmv_live_\w+")
_LONGEST = 2000
"""Characters of one text in a report: a page of an application may be a megabyte."""


def hidden(text: str, hide: Callable[[str], str] = str) -> str:
    """Hide secrets and bearer tokens in a text.

    Args:
        text: What will be written.
        hide: Takes the secrets of an account out.

    Returns:
        The text with `***` in their place, encodable as UTF-8.
    """
    return printable(_TOKEN.sub(lambda found: (found[1] or "") + "***", hide(text)))


def result_of(call: CallRecord, hide: Callable[[str], str], *, whole: bool) -> CallResult:
    """Make the result of a call.

    Args:
        call: The call.
        hide: Takes the secrets of its account out.
        whole: Whether the transcript and what was heard belong to it.

    Returns:
        The result.
    """
    safe = partial(shown, hide=hide)
    entries = list(call.timeline) if whole else []
    return CallResult(
        id=call.id,
        direction=call.direction,
        from_=call.from_,
        to=call.to,
        status=call.status,
        terminal=call.terminal,
        reason=call.reason,
        destination=safe(call.destination) if call.destination else None,
        room=safe(call.room) if call.room else None,
        heard=tuple(map(safe, call.heard)) if whole else (),
        events=tuple(map(str, call.events)),
        findings=tuple(broken_of(each, hide) for each in call.findings),
        answers=tuple(
            Answer(
                method=each.method,
                url=safe(each.url.partition("?")[0]),
                status=each.status,
                milliseconds=each.milliseconds,
            )
            for each in call.requests
        ),
        steps=tuple(
            Step(seconds=each.seconds, who=each.who, what=safe(_said(each.what, each.body))) for each in entries
        ),
    )


def broken_of(found: Finding, hide: Callable[[str], str]) -> Broken:
    """Take from a finding what a report tells of it.

    Args:
        found: The finding.
        hide: Takes the secrets of the account out.

    Returns:
        The finding as plain values.
    """
    cause = found.cause
    return Broken(
        code=found.code,
        name=found.rule.name,
        severity=found.severity,
        where=shown(found.where, hide),
        message=shown(found.message if cause is None else f"{found.message} ({place_of(cause)})", hide),
        fix=shown(found.fix, hide),
        url=page_of(found.code) if found.rule in CATALOGUE else "",
        did_you_mean=None if found.did_you_mean is None else shown(found.did_you_mean, hide),
    )


def broken_once(found: Iterable[Finding], hide: Callable[[str], str]) -> tuple[Broken, ...]:
    """Take from findings what a report tells of them, of equal ones how many there are.

    Args:
        found: The findings.
        hide: Takes the secrets of the account out.

    Returns:
        Each once, with its number.
    """
    counted = Counter(broken_of(each, hide) for each in found)
    return tuple(replace(each, times=number) for each, number in counted.items())


def page_of(code: str) -> str:
    """Return where a rule of the catalogue is explained.

    Args:
        code: Its code.

    Returns:
        The URL.
    """
    return f"https://pytest-minivoice.readthedocs.io/rules/{code}.html"


def shown(text: str, hide: Callable[[str], str]) -> str:
    """Hide secrets in a text, and cut it where it is very long.

    Args:
        text: What will be written.
        hide: Takes the secrets of the account out.

    Returns:
        What a report may hold.
    """
    safe = hidden(text, hide)
    return safe if len(safe) <= _LONGEST else safe[:_LONGEST] + "..."


def _said(what: str, body: str) -> str:
    return f"{what} {body}" if body and what.startswith("answers ") and "webhook" not in what else what

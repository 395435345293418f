"""Makes the result of a call: plain values, with secrets and tokens masked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pytest_minivoice.render import printable
from pytest_minivoice.reports.model import Answer, Broken, CallResult, Step
from pytest_minivoice.rules.catalogue import CATALOGUE

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_minivoice.cloud.call_record import CallRecord

_TOKEN = re.compile(r"(?i)\b(bearer\s+)[\w.~+/=-]+|\bmv_live_\w+")
_LONGEST = 2000
_PAGE = "https://pytest-minivoice.readthedocs.io/rules/{code}.html"


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

    def safe(text: str) -> str:
        shown = hidden(text, hide)
        return shown if len(shown) <= _LONGEST else shown[:_LONGEST] + "..."

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
        findings=tuple(
            Broken(
                code=each.code,
                name=each.rule.name,
                severity=each.severity,
                where=safe(each.where),
                message=safe(each.message),
                fix=safe(each.fix),
                url=_PAGE.format(code=each.code) if each.rule in CATALOGUE else "",
            )
            for each in call.findings
        ),
        answers=tuple(
            Answer(
                method=each.method,
                url=safe(each.url.partition("?")[0]),
                status=each.status,
                milliseconds=round(each.response.elapsed * 1000, 1),
            )
            for each in call.requests
        ),
        steps=tuple(
            Step(seconds=each.seconds, who=each.who, what=safe(_said(each.what, each.body))) for each in entries
        ),
    )


def _said(what: str, body: str) -> str:
    return f"{what} {body}" if body and what.startswith("answers ") and "webhook" not in what else what

"""Reads the period that `GET /v1/usage` is asked for [billing/spend-controls]."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from pytest_minivoice.choices import nearest
from pytest_minivoice.cloud.rest.messages import RestError
from pytest_minivoice.rules import rest_rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_minivoice.cloud.rest.messages import ApiRequest
    from pytest_minivoice.rules.rule import Finding

_NAMES = ("from", "to")
_RFC3339 = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d)", re.IGNORECASE)


def period(query: Mapping[str, str]) -> tuple[float, float]:
    """Read a period that was checked.

    Args:
        query: The query.

    Returns:
        Its beginning and its end, Unix seconds.
    """
    start, end = (_moment(query[name]) for name in _NAMES)
    return start or 0, end or 0


def check_period(request: ApiRequest) -> tuple[list[Finding], RestError | None]:
    """Check the period of a request.

    Args:
        request: The request.

    Returns:
        The findings, and the error to answer where it is refused.
    """
    where, query = f"{request.method} {request.path}", request.query
    findings = [each for name in _NAMES if (each := _broken(where, name, query)) is not None]
    if findings:
        return findings, RestError("invalid_request", findings[0].message)
    start, end = period(query)
    if start > end:
        # No page says that it is refused, so it is answered as the period that it is: one without calls.
        message = f"from is {query['from']!r}, which is after to: {query['to']!r}; there are no calls between them"
        findings.append(rest_rules.INVALID_QUERY.at(f"{where} from", message))
    return findings, None


def _broken(where: str, name: str, query: Mapping[str, str]) -> Finding | None:
    if name not in query:
        meant = nearest(name, [each for each in query if each not in _NAMES])
        hint = None if meant is None else f"{name} in place of {meant}"
        return rest_rules.INVALID_QUERY.at(f"{where} {name}", f"{name} is required", did_you_mean=hint)
    given = query[name]
    if _moment(given) is not None:
        return None
    # In a query + stands for a space, and libraries write it so unless they are given the parts.
    plus = _moment(given.replace(" ", "+")) is not None
    hint = "Z, or %2B in place of +, which stands for a space in a query" if plus else None
    message = f"{name} is {given!r}; it must be a time such as 2026-05-01T00:00:00Z"
    return rest_rules.INVALID_QUERY.at(f"{where} {name}", message, did_you_mean=hint)


def _moment(text: str) -> float | None:
    parts = _RFC3339.fullmatch(text)
    if parts is None:
        return None
    day, time, zone = parts.groups()
    try:
        return datetime.fromisoformat(f"{day}T{time}{'+00:00' if zone in 'Zz' else zone}").timestamp()
    except (ValueError, OverflowError):
        return None

"""A small frame for applications that keep something of each call: pages by path, each a function of what is asked."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from phone import ACCEPTED, ANSWER, HOOKS, answer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pytest_minivoice import Request
    from pytest_minivoice.spec.http import Response


@dataclass(kw_only=True)
class Ask:
    """Hold one request: who calls, which keys, and what the application remembers."""

    path: str
    call_id: str
    digits: str
    timed_out: bool
    query: Mapping[str, str]
    call: dict[str, object] = field(default_factory=dict)
    shared: dict[str, object] = field(default_factory=dict)

    def count(self, name: str = "tries") -> int:
        """Count in this call."""
        number = int(self.call.get(name, 0)) + 1  # type: ignore[call-overload]
        self.call[name] = number
        return number


class Ivr:
    """Serve pages. What a page raises is an exception of the handler."""

    def __init__(self, pages: Mapping[str, Callable[[Ask], object]]) -> None:
        self.pages = pages
        self.calls: dict[str, dict[str, object]] = {}
        self.shared: dict[str, object] = {}
        self.asked = 0

    def send(self, request: Request) -> Response:
        self.asked += 1
        try:
            return answer(self._page(request))
        except Exception as error:  # noqa: BLE001 - as the drivers do
            return answer(error)

    def _page(self, request: Request) -> object:
        if request.path == HOOKS:
            hook = self.pages.get(HOOKS)
            return ACCEPTED if hook is None else (hook(request) or ACCEPTED)
        query = {name: values[0] for name, values in parse_qs(request.query).items()}
        if request.method == "POST":
            body = json.loads(request.body)
            query = {"call_id": body["call"]["id"], **{name: str(value) for name, value in body["data"].items()}}
        call_id = query["call_id"]
        ask = Ask(
            path=request.path,
            call_id=call_id,
            digits=query.get("digits", ""),
            timed_out=query.get("timed_out", "false").lower() == "true",
            query=query,
            call=self.calls.setdefault(call_id, {}),
            shared=self.shared,
        )
        page = self.pages.get(request.path)
        return answer(b"no such page", status=404) if page is None else page(ask)


def first(page: Callable[[Ask], object], /, **others: Callable[[Ask], object]) -> Ivr:
    """Return an application with the first page at the answer URL and others at `/name`."""
    return Ivr({ANSWER: page, **{f"/{name}": each for name, each in others.items()}})

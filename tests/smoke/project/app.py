"""A phone menu as a bare WSGI application: sales works, support answers with an action that does not exist."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

MENU = [
    {"gather": {"prompt": "Press 1 for sales or 2 for support.", "num_digits": 1}},
    {"type": "redirect", "url": "https://example.com/minivoice/menu"},
]
CHOICES = {
    "1": [{"type": "transfer", "destination": "+15551230099"}],
    "2": [{"hangup": {}}],
}


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    digits = parse_qs(environ["QUERY_STRING"]).get("digits", [""])[0]
    actions = MENU if environ["PATH_INFO"] == "/minivoice/answer" else CHOICES[digits]
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps({"actions": actions}).encode()]

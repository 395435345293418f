"""The table of endpoints, and how a path finds its own. Documented paths and assumed ones are told apart."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_minivoice.choices import nearest
from pytest_minivoice.cloud.rest import endpoints

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pytest_minivoice.cloud.rest.endpoints import Visit
    from pytest_minivoice.cloud.rest.messages import ApiResponse


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Describe one endpoint.

    Args:
        method: `GET` or `POST`.
        path: Such as `/v1/calls/:id`.
        page: The page of the vendor's documentation.
        run: What it does.
        takes: The schema of its body, a name in `rest.schema.json`, or None.
        gives: The schema of its answer, or None where only an assumption says it.
        fails: The codes it may answer besides those of every endpoint.
        assumed: Whether its path or its answer is an assumption (`list_shape`).
    """

    method: str
    path: str
    page: str
    run: Callable[[Visit], ApiResponse]
    takes: str | None = None
    gives: str | None = None
    fails: tuple[str, ...] = ()
    assumed: bool = False

    @property
    def codes(self) -> tuple[str, ...]:
        """All codes that it may answer."""
        takes_body = ("invalid_json", "invalid_request") if self.takes else ()
        return (*self.fails, *takes_body, "unauthorized")

    def assumes_status(self, code: str) -> bool:
        """Say whether only the assumption `ai_missing_status` tells the HTTP status of an error.

        Args:
            code: The error's code.

        Returns:
            True for what is missing among AI results; the same code may have a documented status elsewhere.
        """
        return self.page == _AI and code in self.fails


_AI = "ai/*"
_MONEY = ("rate_not_found", "no_active_trunk", "insufficient_balance", "spend_control_exceeded")
_RATE = ("cps_limit_reached", "concurrent_call_limit_reached")
_RECORDING = ("invalid_action", "active_call_not_found", "recording_not_started", "call_uuid_missing")

TABLE = (
    Endpoint(
        method="POST",
        path="/v1/applications",
        page="applications/create-application",
        run=endpoints.create_application,
        takes="create_application_request",
        gives="application",
    ),
    Endpoint(
        method="GET",
        path="/v1/applications",
        page="applications/create-application",
        run=endpoints.list_applications,
        assumed=True,
    ),
    Endpoint(
        method="POST",
        path="/v1/calls",
        page="calls/outbound-calls",
        run=endpoints.create_call,
        takes="create_call_request",
        gives="created_call",
        fails=(*_MONEY, *_RATE, "originate_failed"),
    ),
    Endpoint(
        method="GET",
        path="/v1/calls/:id",
        page="examples/overview",
        run=endpoints.read_call,
        gives="call",
        fails=("call_not_found",),
    ),
    Endpoint(
        method="POST",
        path="/v1/calls/:id/recordings",
        page="recordings/recording-controls",
        run=endpoints.control_recording,
        takes="control_recording_request",
        gives="recording_control",
        fails=(*_RECORDING, "recording_start_failed", "recording_stop_failed"),
    ),
    Endpoint(
        method="GET",
        path="/v1/calls/:id/recordings",
        page="recordings/recording-controls",
        run=endpoints.list_recordings,
        fails=("call_not_found",),
        assumed=True,
    ),
    Endpoint(
        method="GET",
        path="/v1/recordings/:id",
        page="recordings/recording-controls",
        run=endpoints.read_recording,
        fails=("not_found",),
        assumed=True,
    ),
    Endpoint(
        method="GET",
        path="/v1/calls/:id/ai",
        page=_AI,
        run=endpoints.read_ai,
        gives="ai_results",
        fails=("call_not_found",),
    ),
    Endpoint(
        method="GET",
        path="/v1/calls/:id/transcription",
        page=_AI,
        run=endpoints.read_ai_part("transcription", "transcription_not_found"),
        gives="ai_transcription",
        fails=("transcription_not_found",),
    ),
    Endpoint(
        method="GET",
        path="/v1/calls/:id/ai-summary",
        page=_AI,
        run=endpoints.read_ai_part("summary", "ai_summary_not_found"),
        gives="ai_summary",
        fails=("ai_summary_not_found",),
    ),
    Endpoint(
        method="GET",
        path="/v1/calls/:id/ai-score",
        page=_AI,
        run=endpoints.read_ai_part("score", "ai_score_not_found"),
        gives="ai_score",
        fails=("ai_score_not_found",),
    ),
    Endpoint(
        method="GET",
        path="/v1/calls/:id/ai-topics",
        page=_AI,
        run=endpoints.read_ai_part("topics", "ai_topics_not_found"),
        gives="ai_topics",
        fails=("ai_topics_not_found",),
    ),
    Endpoint(
        method="GET",
        path="/v1/dids/by-number/:number",
        page="dids/create-did",
        run=endpoints.read_did,
        gives="did",
        fails=("not_found",),
    ),
    Endpoint(
        method="GET",
        path="/v1/dids/:id",
        page="dids/create-did",
        run=endpoints.read_did,
        gives="did",
        fails=("not_found",),
    ),
    Endpoint(
        method="POST",
        path="/v1/trunks",
        page="trunks/create-trunk",
        run=endpoints.create_trunk,
        takes="create_trunk_request",
        gives="trunk",
        fails=("gateway_name_exists", "inbound_ip_exists"),
    ),
    Endpoint(method="GET", path="/v1/trunks", page="trunks/create-trunk", run=endpoints.list_trunks, assumed=True),
    Endpoint(
        method="GET",
        path="/v1/usage",
        page="billing/spend-controls",
        run=endpoints.read_usage,
        gives="usage",
        fails=("invalid_request",),
    ),
)


_PLAIN = {(each.method, each.path): each for each in TABLE if ":" not in each.path}
_NAMED = tuple((each, re.compile(re.sub(r":(\w+)", r"(?P<\1>[^/]+)", each.path))) for each in TABLE if ":" in each.path)


def find(method: str, path: str) -> tuple[Endpoint, Mapping[str, str]] | None:
    """Find the endpoint of a request.

    Args:
        method: In upper case.
        path: Without the query.

    Returns:
        The endpoint and the names in the path, or None.
    """
    plain = _PLAIN.get((method, path))
    if plain is not None:
        return plain, {}
    for endpoint, pattern in _NAMED:
        names = pattern.fullmatch(path) if endpoint.method == method else None
        if names is not None:
            return endpoint, names.groupdict()
    return None


def nearest_endpoint(method: str, path: str) -> str:
    """Name the endpoint that was probably meant.

    Args:
        method: In upper case.
        path: Without the query.

    Returns:
        Such as `POST /v1/calls`.
    """
    for other in (method, "GET", "POST"):
        found = find(other, path.rstrip("/"))
        if found is not None:
            return f"{other} {found[0].path}"
    names = {f"{each.method} {_filled(each.path, path)}": f"{each.method} {each.path}" for each in reversed(TABLE)}
    return names[nearest(f"{method} {path}", list(names), cutoff=0.0) or f"{TABLE[0].method} {TABLE[0].path}"]


def _filled(template: str, path: str) -> str:
    """Put the ids of a path into a template, so that they do not count as differences."""
    parts = template.split("/")
    given = [*path.split("/"), *parts][: len(parts)]
    return "/".join(own if part.startswith(":") else part for part, own in zip(parts, given, strict=True))

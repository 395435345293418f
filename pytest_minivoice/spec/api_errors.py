"""The error codes of MiniVoice's REST API, with their HTTP status and text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiError:
    """Describe one error code.

    Args:
        code: As in `{"error": {"code": ...}}`.
        status: The HTTP status.
        message: The text; documented where `documented`, else in the same manner.
        documented: Whether the text stands in the documentation.
    """

    code: str
    status: int
    message: str
    documented: bool = False


_NOT_FOUND = 404

ERRORS = (
    ApiError(code="invalid_json", status=400, message="request body is not valid JSON"),
    ApiError(
        code="invalid_request", status=400, message="example request is missing a required field", documented=True
    ),
    ApiError(code="invalid_action", status=400, message="action must be start or stop"),
    ApiError(code="rate_not_found", status=400, message="no active rate matches the destination"),
    ApiError(code="no_active_trunk", status=400, message="no active outbound trunk"),
    ApiError(code="unauthorized", status=401, message="missing or invalid API key"),
    ApiError(code="insufficient_balance", status=402, message="balance is too low to create call", documented=True),
    ApiError(code="spend_control_exceeded", status=403, message="outbound spend limit exceeded", documented=True),
    ApiError(code="not_found", status=_NOT_FOUND, message="DID not found", documented=True),
    ApiError(code="call_not_found", status=_NOT_FOUND, message="call not found", documented=True),
    ApiError(code="active_call_not_found", status=_NOT_FOUND, message="active call not found"),
    ApiError(
        code="recording_not_started",
        status=_NOT_FOUND,
        message="recording is not currently started",
        documented=True,
    ),
    ApiError(code="transcription_not_found", status=_NOT_FOUND, message="transcription not found"),
    ApiError(code="ai_summary_not_found", status=_NOT_FOUND, message="AI summary not found", documented=True),
    ApiError(code="ai_score_not_found", status=_NOT_FOUND, message="AI score not found"),
    ApiError(code="ai_topics_not_found", status=_NOT_FOUND, message="AI topics not found"),
    ApiError(code="gateway_name_exists", status=409, message="gateway_name already exists", documented=True),
    ApiError(code="inbound_ip_exists", status=409, message="inbound_ip already exists"),
    ApiError(code="call_uuid_missing", status=409, message="call has no provider call id"),
    ApiError(code="cps_limit_reached", status=429, message="calls per second limit reached"),
    ApiError(code="concurrent_call_limit_reached", status=429, message="concurrent call limit reached"),
    ApiError(code="originate_failed", status=502, message="carrier did not accept the call"),
    ApiError(code="recording_start_failed", status=502, message="recording could not be started"),
    ApiError(code="recording_stop_failed", status=502, message="recording could not be stopped"),
)
BY_CODE = {error.code: error for error in ERRORS}

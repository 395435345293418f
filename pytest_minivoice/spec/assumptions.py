"""What MiniVoice does not document and a simulation must still decide: one named, typed default each.

The reasons and the meaning of each value stand in `schemas/settings.schema.json`, from where the documentation is made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumptions:
    """Hold the assumed behaviour of a MiniVoice account.

    Each attribute is also an ini option `minivoice_<name>` and a keyword of the `minivoice` marker.
    Source: section 9 of the platform's fact sheet; none of these is documented by the vendor.
    """

    answer_method: Literal["POST", "GET"] = "POST"
    answer_payload: Literal["call", "none"] = "call"
    answer_signed: bool = False
    answer_timeout_seconds: float = 5
    actions_exhausted: Literal["completed", "in_progress"] = "completed"
    invalid_document: Literal["refused", "partial"] = "refused"
    unknown_fields: Literal["refused", "ignored"] = "refused"
    destination_alias: Literal["accepted", "refused"] = "accepted"
    destination_failure: Literal["failed", "completed"] = "failed"
    caller_hangup: Literal["completed", "failed", "canceled"] = "completed"
    canceled: Literal["given_up", "unanswered", "never"] = "given_up"
    gather_status: str = "completed, timed_out"
    gather_digits: Literal["without_finish_key", "with_finish_key"] = "without_finish_key"
    gather_limits: Literal["max_digits_first", "num_digits_first"] = "max_digits_first"
    gather_timeout_seconds: int = 5
    hangup_during_gather: bool = False
    webhook_before_redirect: bool = True
    webhook_attempts: int = 5
    signature_timestamp: Literal["unix_seconds", "unix_seconds_signed_once", "rfc3339", "rfc3339_signed_once"] = (
        "unix_seconds"
    )
    event_key: Literal["created", "all", "none"] = "created"
    max_redirects: int = 20
    relative_urls: Literal["refused", "resolved"] = "refused"
    send_digits_max: int = 128
    room_max: int = 128
    rejected_call: Literal["created_and_failed", "failed_only", "none"] = "created_and_failed"
    created_status: Literal[201, 200] = 201
    ai_missing_status: Literal[404, 200] = 404
    list_shape: Literal["count_and_data", "array"] = "count_and_data"
    variable_actions: str = ""

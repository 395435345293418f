"""The fields that a webhook of the factory can be given: their names, and what they may hold."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, TypedDict, cast

from pytest_minivoice.choices import did_you_mean
from pytest_minivoice.cloud.call_record import CallRecord
from pytest_minivoice.cloud.possible import impossible_gather, refused
from pytest_minivoice.cloud.webhook import Webhook
from pytest_minivoice.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_minivoice.spec.assumptions import Assumptions


class Fields(TypedDict, total=False):
    """Name the fields that every webhook can be given.

    Args:
        call: The call it is about: a call of `minivoice`, or another webhook.
        force: Send it though no MiniVoice would.
        created_at: When, a datetime with a time zone or text such as `2026-05-29T12:00:00Z`.
        variables: The call variables.
        data: Further fields of `data`.
    """

    call: CallRecord | Webhook
    force: bool
    created_at: str | datetime
    variables: Mapping[str, str]
    data: Mapping[str, object]
    call_id: str
    customer_id: str
    application_id: str
    provider_call_id: str
    status: str
    direction: str
    from_: str
    to: str
    route_mode: str
    routing_target: str


class GatheredFields(Fields, total=False):
    """Name the fields that call.gathered can be given, those of every webhook among them.

    Args:
        gather_status: The `status` in `data`; `status` is the call's.
    """

    digits: str
    gather_status: str
    timed_out: bool
    min_digits: int
    max_digits: int
    timeout_seconds: int
    finish_on_key: str | None


_CALL = {
    "call_id": "id", "customer_id": "customer_id", "application_id": "application_id",
    "provider_call_id": "provider_call_id", "status": "status", "direction": "direction", "from_": "from", "to": "to",
    "route_mode": "route_mode", "routing_target": "routing_target",
}  # fmt: skip
_EXAMPLES = {
    "call_id": "call_123", "customer_id": "cust_123", "application_id": "app_123", "from_": "+15551230001",
    "to": "+15551230002", "created_at": "2026-05-29T12:00:00Z", "digits": "12", "finish_on_key": "#",
}  # fmt: skip
_COMMON = tuple(Fields.__annotations__)
_NAMES = tuple(GatheredFields.__annotations__)
GATHERED = tuple(name for name in _NAMES if name not in _COMMON)


def known(method: str, event: str, given: Mapping[str, object], *, checked: bool) -> dict[str, object]:
    """Check the fields given, and fill in what the call says that they are about.

    Args:
        method: The factory's method, for messages.
        event: The event.
        given: The fields.
        checked: Whether values that no MiniVoice would send are refused.

    Returns:
        The fields.

    Raises:
        SettingError: For an unknown field, or a wrong value.
    """
    __tracebackhide__ = True
    names = _NAMES if event == "call.gathered" else _COMMON
    for name, value in given.items():
        if name not in names:
            near = did_you_mean(name, names)
            raise SettingError(f"{method}() has no field {name!r}{near}\n- fields: {', '.join(names)}")
        problem = _problem(name, value) if checked else ""
        if problem:
            raise SettingError(f"{method}({name}={value!r}): {problem}; force=True makes it nevertheless")
    about = given.get("call")
    if about is None:
        return dict(given)
    if not isinstance(about, CallRecord | Webhook):
        raise SettingError(f"{method}(call={about!r}): give a call of minivoice, or another webhook")
    return {**_about(about), **given}


def gathered(
    method: str, fields: Mapping[str, object], assumptions: Assumptions, *, checked: bool
) -> dict[str, object]:
    """Make the data of call.gathered.

    Args:
        method: The factory's method, for messages.
        fields: The fields given.
        assumptions: For `gather_status`, `gather_digits` and `gather_timeout_seconds`.
        checked: Whether what no gather could give is refused.

    Returns:
        The data.

    Raises:
        SettingError: If no gather could give it.
    """
    __tracebackhide__ = True
    timed_out = bool(fields.get("timed_out", False))
    digits = fields.get("digits", "" if timed_out else "1")
    completed, _, gave_up = assumptions.gather_status.partition(",")
    data: dict[str, object] = {
        "digits": digits,
        "status": fields.get("gather_status", (gave_up if timed_out else completed).strip()),
        "timed_out": timed_out,
        "min_digits": fields.get("min_digits", 1),
        "max_digits": fields.get("max_digits", max(1, len(str(digits)) + timed_out)),
        "timeout_seconds": fields.get("timeout_seconds", assumptions.gather_timeout_seconds),
        "finish_on_key": fields.get("finish_on_key"),
    }
    reason = impossible_gather(data, assumptions) if checked else ""
    if reason:
        raise SettingError(f"{method}: {reason}; force=True makes it nevertheless")
    return data


def _problem(name: str, value: object) -> str:
    if name in {"call", "force", "data"}:
        return ""
    if name == "created_at" and isinstance(value, datetime):
        return "" if value.tzinfo else "the time needs a time zone, such as timezone.utc"
    if name == "variables":
        return refused.__wrapped__("envelope", name, value)
    place = "call" if name in _CALL else "gathered" if name in GATHERED else "envelope"
    try:
        found = refused(place, _CALL.get(name, "status" if name == "gather_status" else name), value)
    except TypeError:
        found = f"{name} is no {type(value).__name__}"
    return f"it must look like {_EXAMPLES[name]!r}" if found and name in _EXAMPLES else found


def _about(call: CallRecord | Webhook) -> dict[str, object]:
    if isinstance(call, CallRecord):
        payload: Mapping[str, object] = call.events[0].payload if call.events else {}
        known = {"call_id": call.id, "direction": call.direction, "from_": call.from_, "to": call.to}
        variables: object = call.variables
    else:
        payload, known, variables = call.payload, {"call_id": call.call_id}, call.payload.get("variables", {})
    said = cast("Mapping[str, object]", payload.get("call", {}))
    same = ("customer_id", "application_id", "direction", "from_", "to")
    found = {name: said[_CALL[name]] for name in same if _CALL[name] in said}
    return {**found, **known, "variables": variables}

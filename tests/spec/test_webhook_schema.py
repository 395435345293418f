"""The webhook's schema: what an envelope may leave out or add, and where a wrong one is refused."""

from __future__ import annotations

from typing import Any

import pytest
from schema_files import SAMPLES, SCHEMAS, changed, errors, found_at, places

GATHERED: dict[str, Any] = {
    "event": "call.gathered",
    "created_at": "2026-05-29T12:00:00Z",
    "call": SAMPLES["webhooks"]["call.created"]["call"],
    "variables": {"language": "en"},
    "data": {
        "digits": "1",
        "status": "completed",
        "timed_out": False,
        "min_digits": 1,
        "max_digits": 1,
        "timeout_seconds": 5,
        "finish_on_key": "#",
        "event_key": "call_123:call.gathered",
    },
}


@pytest.mark.parametrize("path", list(places(GATHERED)), ids=str)
def test_a_value_of_another_type_is_refused_in_every_place_of_a_webhook(path: list[str | int]) -> None:
    wrong = changed(GATHERED, path, 1.5 if isinstance(found_at(GATHERED, path), (str, int)) else "x")
    assert [where for _, where in errors("webhook", wrong)] == [path]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["data", "digits"], ""),
        (["data", "digits"], "0123456789*#ABCD"),
        (["data", "finish_on_key"], None),
        (["data", "finish_on_key"], ""),
        (["data", "finish_on_key"], ...),
        (["data", "confidence"], 0.9),
        (["call", "tag"], "new"),
        (["trace"], "new"),
        (["variables"], {"n" * 128: "v" * 4096}),
    ],
)
def test_a_webhook_may_leave_out_optional_fields_and_carry_unknown_ones(path: list[str | int], value: object) -> None:
    assert errors("webhook", changed(GATHERED, path, value)) == []


@pytest.mark.parametrize(
    ("path", "value", "found"),
    [
        (["event"], "call.cancelled", ("enum", ["event"])),
        (["event"], ..., ("required", [])),
        (["created_at"], "2026-05-29T12:00:00+00:00", ("pattern", ["created_at"])),
        (["created_at"], "2026-05-29T12:00:00.000Z", ("pattern", ["created_at"])),
        (["call", "id"], ..., ("required", ["call"])),
        (["call", "id"], "app_123", ("pattern", ["call", "id"])),
        (["call", "customer_id"], "123", ("pattern", ["call", "customer_id"])),
        (["call", "application_id"], "123", ("pattern", ["call", "application_id"])),
        (["call", "status"], "ringing", ("enum", ["call", "status"])),
        (["call", "direction"], "in", ("enum", ["call", "direction"])),
        (["call", "route_mode"], "sip", ("enum", ["call", "route_mode"])),
        (["call", "from"], "15551230001", ("pattern", ["call", "from"])),
        (["call", "to"], "+15551230002\n", ("pattern", ["call", "to"])),
        (["variables"], {"n" * 129: ""}, ("maxLength", ["variables"])),
        (["variables"], {"name": "v" * 4097}, ("maxLength", ["variables", "name"])),
        (["data", "digits"], "1w", ("pattern", ["data", "digits"])),
        (["data", "status"], "", ("minLength", ["data", "status"])),
        (["data", "min_digits"], -1, ("minimum", ["data", "min_digits"])),
        (["data", "max_digits"], 0, ("minimum", ["data", "max_digits"])),
        (["data", "timeout_seconds"], 0, ("minimum", ["data", "timeout_seconds"])),
        (["data", "timeout_seconds"], 31, ("maximum", ["data", "timeout_seconds"])),
        (["data", "event_key"], "", ("minLength", ["data", "event_key"])),
        (["data", "finish_on_key"], "##", ("pattern", ["data", "finish_on_key"])),
    ],
)
def test_a_wrong_webhook_is_refused_where_it_is_wrong(
    path: list[str | int], value: object, found: tuple[str, list[str | int]]
) -> None:
    assert errors("webhook", changed(GATHERED, path, value)) == [found]


def test_the_fields_of_a_gather_are_asked_of_call_gathered_alone() -> None:
    assert errors("webhook", changed(GATHERED, ["data"], {})) == [("required", ["data"])] * 3
    for event in SCHEMAS["webhook"]["properties"]["event"]["enum"]:
        if event != "call.gathered":
            assert errors("webhook", changed(changed(GATHERED, ["event"], event), ["data"], {})) == []
    assert errors("webhook", changed(changed(GATHERED, ["event"], ...), ["data"], {})) == [("required", [])]

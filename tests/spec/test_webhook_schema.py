"""The webhook's schema: what an envelope may leave out or add, and where a wrong one is refused."""

from __future__ import annotations

import pytest
from schema_files import SAMPLES, SCHEMAS, changed, errors

GATHERED = changed(changed(SAMPLES["webhooks"]["call.completed"], ["event"], "call.gathered"), ["data"], {
    "digits": "1", "status": "completed", "timed_out": False, "min_digits": 1, "max_digits": 1, "timeout_seconds": 5,
    "finish_on_key": "#",
})  # fmt: skip


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
        (["call", "status"], "ringing", ("enum", ["call", "status"])),
        (["call", "direction"], "in", ("enum", ["call", "direction"])),
        (["call", "from"], "15551230001", ("pattern", ["call", "from"])),
        (["call", "to"], "+15551230002\n", ("pattern", ["call", "to"])),
        (["variables"], {"n" * 129: ""}, ("maxLength", ["variables"])),
        (["variables"], {"name": "v" * 4097}, ("maxLength", ["variables", "name"])),
        (["data"], {}, ("required", ["data"])),
        (["data"], [], ("type", ["data"])),
        (["data", "digits"], "1w", ("pattern", ["data", "digits"])),
        (["data", "digits"], 1, ("type", ["data", "digits"])),
        (["data", "status"], "", ("minLength", ["data", "status"])),
        (["data", "timed_out"], "false", ("type", ["data", "timed_out"])),
        (["data", "min_digits"], -1, ("minimum", ["data", "min_digits"])),
        (["data", "max_digits"], 0, ("minimum", ["data", "max_digits"])),
        (["data", "timeout_seconds"], 31, ("maximum", ["data", "timeout_seconds"])),
        (["data", "finish_on_key"], "##", ("pattern", ["data", "finish_on_key"])),
        (["data", "event_key"], 1, ("type", ["data", "event_key"])),
    ],
)
def test_a_wrong_webhook_is_refused_where_it_is_wrong(
    path: list[str | int], value: object, found: tuple[str, list[str | int]]
) -> None:
    assert found in errors("webhook", changed(GATHERED, path, value))


def test_the_fields_of_a_gather_are_asked_of_call_gathered_alone() -> None:
    assert errors("webhook", changed(GATHERED, ["data"], {})) == [("required", ["data"])] * 3
    for event in SCHEMAS["webhook"]["properties"]["event"]["enum"]:
        if event != "call.gathered":
            assert errors("webhook", changed(changed(GATHERED, ["event"], event), ["data"], {})) == []

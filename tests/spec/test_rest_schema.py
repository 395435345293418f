"""The schema of the REST bodies: which fields each needs, and where a wrong one is refused."""

from __future__ import annotations

import re
from typing import Any

import pytest
from schema_files import SAMPLES, SCHEMAS, changed, errors, found_at, places

# The bodies with every field; the documentation has no sample of a trunk's request.
BODIES: dict[str, Any] = SAMPLES["rest"] | {
    "create_trunk_request": {
        "name": "primary-outbound",
        "proxy": "sip.example.net",
        "username": "user1",
        "password": "secret",
        "realm": "sip.example.net",
        "from_domain": "example.com",
        "inbound_ip": "192.0.2.1",
        "is_active": True,
        "gateway_name": "primary",
    }
}
# Which fields may be absent is not documented: these may, all others of a sample may not.
OPTIONAL = {
    "create_application_request": {"answer_url", "webhook_url", "webhook_secret"},
    "application": {"answer_url", "webhook_url"},
    "create_call_request": {"metadata", "record"},
    "created_call": {"provider_call_id", "answer_url", "metadata", "route_mode", "routing_target", "dialing_at"},
    "control_recording_request": {"action"},
    "recording_control": {"data.provider_call_id", "data.recording.provider_call_id"},
    "ai_results": {
        "data.call.duration_seconds",
        "data.transcription",
        "data.summary",
        "data.score",
        "data.topics",
    },
    "did": {"provider"},
    "create_trunk_request": BODIES["create_trunk_request"].keys() - {"name", "proxy"},
    "trunk": {"gateway_name", "username"},
}
PLACES = [
    (name, path) for name, body in BODIES.items() for path in places(body) if path[:1] != ["metadata"] or path[1:] == []
]
FIELDS = [(name, path) for name, path in PLACES if path and isinstance(path[-1], str)]
OBJECTS = [
    (name, path) for name, path in PLACES if isinstance(found_at(BODIES[name], path), dict) and path != ["metadata"]
]
COUNTS = [(name, path) for name, path in FIELDS if re.search("(count|calls|_seconds|_bytes|_ms)$", str(path[-1]))]


@pytest.mark.parametrize(("definition", "path"), PLACES)
def test_a_value_of_another_type_is_refused_in_every_place_of_a_rest_body(
    definition: str, path: list[str | int]
) -> None:
    wrong = changed(BODIES[definition], path, 1 if isinstance(found_at(BODIES[definition], path), str) else "x")
    assert [where for _, where in errors("rest", wrong, definition)] == [path]


@pytest.mark.parametrize(("definition", "path"), FIELDS)
def test_a_field_of_a_rest_body_is_required_unless_it_is_optional(definition: str, path: list[str | int]) -> None:
    optional = ".".join(map(str, path)) in OPTIONAL.get(definition, set())
    refused = [] if optional else [("required", path[:-1])]
    assert errors("rest", changed(BODIES[definition], path, ...), definition) == refused


@pytest.mark.parametrize(
    ("definition", "path"),
    [
        (name, path)
        for name, path in FIELDS
        if str(path[-1]).endswith(("id", "_at", "from", "to", "_e164", "_key"))
        if path[-1] != "provider_call_id"
    ],
)
def test_ids_times_numbers_and_keys_have_their_form(definition: str, path: list[str | int]) -> None:
    wrong = changed(BODIES[definition], path, f" {found_at(BODIES[definition], path)}")
    assert errors("rest", wrong, definition) == [("pattern", path)]


@pytest.mark.parametrize(("definition", "path"), OBJECTS)
def test_answers_may_carry_unknown_fields_and_requests_may_not(definition: str, path: list[str | int]) -> None:
    refused = [("additionalProperties", path)] if definition.endswith("_request") else []
    assert errors("rest", changed(BODIES[definition], [*path, "colour"], "red"), definition) == refused


@pytest.mark.parametrize(("definition", "path"), COUNTS)
def test_no_count_and_no_duration_is_negative(definition: str, path: list[str | int]) -> None:
    assert errors("rest", changed(BODIES[definition], path, 0), definition) == []
    assert errors("rest", changed(BODIES[definition], path, -1), definition) == [("minimum", path)]


@pytest.mark.parametrize(
    ("definition", "path", "value", "found"),
    [
        ("create_application_request", ["name"], "", ("minLength", ["name"])),
        ("create_application_request", ["answer_url"], "http://a", ("pattern", ["answer_url"])),
        ("create_application_request", ["webhook_url"], "http://a", ("pattern", ["webhook_url"])),
        ("application", ["webhook_secret"], "change-me", ("not", ["webhook_secret"])),
        ("create_call_request", ["from"], "5551230001", ("pattern", ["from"])),
        ("created_call", ["direction"], "inbound", ("const", ["direction"])),
        ("call", ["status"], "busy", ("enum", ["status"])),
        ("control_recording_request", ["action"], "pause", ("enum", ["action"])),
        ("create_trunk_request", ["name"], "", ("minLength", ["name"])),
        ("create_trunk_request", ["proxy"], "", ("minLength", ["proxy"])),
        ("recording_control", ["data", "action"], "pause", ("enum", ["data", "action"])),
        ("recording_control", ["data", "recording", "status"], "stopped", ("enum", ["data", "recording", "status"])),
        ("ai_summary", ["data", "sentiment"], "angry", ("enum", ["data", "sentiment"])),
        ("did", ["route_mode"], "sip", ("enum", ["route_mode"])),
        ("trunk", ["password"], "secret", ("not", ["password"])),
        ("trunk", ["realm"], "sip.example.net", ("not", ["realm"])),
        ("trunk", ["from_domain"], "example.com", ("not", ["from_domain"])),
        ("usage", ["summary", "cost_amount"], "12,50", ("pattern", ["summary", "cost_amount"])),
        ("usage", ["summary", "cost_currency"], "eur", ("pattern", ["summary", "cost_currency"])),
        ("error", ["error", "code"], "Invalid Request", ("pattern", ["error", "code"])),
    ],
)
def test_a_wrong_rest_body_is_refused_where_it_is_wrong(
    definition: str, path: list[str | int], value: object, found: tuple[str, list[str | int]]
) -> None:
    assert errors("rest", changed(BODIES[definition], path, value), definition) == [found]


def test_a_recording_is_started_where_the_body_does_not_say() -> None:
    assert SCHEMAS["rest"]["$defs"]["control_recording_request"]["properties"]["action"]["default"] == "start"


def test_an_application_id_in_the_body_of_a_call_is_ignored() -> None:
    call = {"from": "+15551230001", "to": "+15551230002", "application_id": 1}
    assert errors("rest", call, "create_call_request") == []

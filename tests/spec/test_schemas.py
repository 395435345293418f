"""The schema files themselves, and the conformance table: every JSON sample of the documentation is accepted."""

from __future__ import annotations

import copy
import json
import re
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from pytest_minivoice.spec.assumptions import Assumptions

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = files("pytest_minivoice.spec") / "schemas"
NAMES = ["answer", "rest", "settings", "webhook"]
SCHEMAS: dict[str, Any] = {
    name: json.loads((FOLDER / f"{name}.schema.json").read_text(encoding="utf-8")) for name in NAMES
}
SAMPLES: dict[str, Any] = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))
    for path in sorted(Path(__file__).with_name("samples").glob("*.json"))
}
SETTINGS: dict[str, Any] = SCHEMAS["settings"]["properties"]
ASSUMPTIONS = {name: each for name, each in SETTINGS.items() if each.get("x-assumption")}
# Assumptions about the REST API, which are no settings as long as it is not simulated.
REST_ASSUMPTIONS = {"created_status", "ai_missing_status", "list_shape"}


def errors(schema: str, document: object, definition: str | None = None) -> list[tuple[Any, list[str | int]]]:
    """Return keyword and path of each error, against a file or one of its definitions."""
    root = SCHEMAS[schema] if definition is None else {**SCHEMAS[schema], "$ref": f"#/$defs/{definition}"}
    found = Draft202012Validator(root).iter_errors(document)
    return sorted(((error.validator, list(error.absolute_path)) for error in found), key=repr)


def subschemas(schema: object, *where: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield every object in a schema with its place; conditions are left out, for they declare nothing."""
    if isinstance(schema, dict):
        yield where, schema
        for key, value in schema.items():
            if key != "if":
                yield from subschemas(value, *where, key)
    elif isinstance(schema, list):
        for index, value in enumerate(schema):
            yield from subschemas(value, *where, str(index))


def resolved(name: str, reference: str) -> Any:
    assert reference.startswith("#/"), f"{name} leans on another file: {reference}"
    found: Any = SCHEMAS[name]
    for part in reference[2:].split("/"):
        found = found[part]
    return found


def changed(sample: object, path: list[str], value: object) -> object:
    """Return a copy of a sample with another value at a place; an Ellipsis takes the place away."""
    copied: Any = copy.deepcopy(sample)
    parent = copied
    for key in path[:-1]:
        parent = parent[key]
    if value is ...:
        del parent[path[-1]]
    else:
        parent[path[-1]] = value
    return copied


def test_every_file_of_the_package_is_tested_here() -> None:
    assert sorted(each.name for each in FOLDER.iterdir()) == [f"{name}.schema.json" for name in NAMES]


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_a_valid_schema_that_says_what_it_is(name: str) -> None:
    schema = SCHEMAS[name]
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == f"https://pytest-minivoice.readthedocs.io/schemas/{name}.schema.json"
    assert schema["title"]
    assert schema["description"]


@pytest.mark.parametrize("name", NAMES)
def test_a_file_stands_alone_and_explains_each_property(name: str) -> None:
    for where, schema in subschemas(SCHEMAS[name]):
        target = resolved(name, schema["$ref"]) if "$ref" in schema else {}
        if where[-2:-1] in [("properties",), ("$defs",)]:
            assert {"title", "description"} & (schema.keys() | target.keys()), "/".join(where)


@pytest.mark.parametrize("name", NAMES)
def test_a_description_names_only_assumptions_that_exist(name: str) -> None:
    named = set(re.findall(r"(?<!-)assumption ([a-z_]+)", json.dumps(SCHEMAS[name])))
    assert named <= ASSUMPTIONS.keys() | REST_ASSUMPTIONS


@pytest.mark.parametrize("name", SAMPLES["answers"])
def test_a_sample_of_an_answer_is_accepted(name: str) -> None:
    assert errors("answer", SAMPLES["answers"][name]) == []


@pytest.mark.parametrize("event", SAMPLES["webhooks"])
def test_a_sample_of_a_webhook_is_accepted(event: str) -> None:
    assert errors("webhook", SAMPLES["webhooks"][event]) == []


@pytest.mark.parametrize("definition", SAMPLES["rest"])
def test_a_sample_of_a_rest_body_is_accepted(definition: str) -> None:
    assert errors("rest", SAMPLES["rest"][definition], definition) == []


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
def test_a_webhook_may_leave_out_optional_fields_and_carry_unknown_ones(path: list[str], value: object) -> None:
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
    path: list[str], value: object, found: tuple[str, list[str | int]]
) -> None:
    assert found in errors("webhook", changed(GATHERED, path, value))


def test_the_fields_of_a_gather_are_asked_of_call_gathered_alone() -> None:
    assert errors("webhook", changed(GATHERED, ["data"], {})) == [("required", ["data"])] * 3
    for event in SCHEMAS["webhook"]["properties"]["event"]["enum"]:
        if event != "call.gathered":
            assert errors("webhook", changed(changed(GATHERED, ["event"], event), ["data"], {})) == []


@pytest.mark.parametrize(
    ("definition", "path", "value", "found"),
    [
        ("create_application_request", ["name"], ..., ("required", [])),
        ("create_application_request", ["name"], "", ("minLength", ["name"])),
        ("create_application_request", ["answer_url"], "http://a", ("pattern", ["answer_url"])),
        ("create_application_request", ["colour"], "red", ("additionalProperties", [])),
        ("application", ["webhook_secret"], "change-me", ("not", ["webhook_secret"])),
        ("create_call_request", ["from"], "5551230001", ("pattern", ["from"])),
        ("create_call_request", ["to"], ..., ("required", [])),
        ("create_call_request", ["metadata"], [], ("type", ["metadata"])),
        ("create_call_request", ["record"], "yes", ("type", ["record"])),
        ("create_call_request", ["tag"], "x", ("additionalProperties", [])),
        ("created_call", ["direction"], "inbound", ("const", ["direction"])),
        ("call", ["status"], "busy", ("enum", ["status"])),
        ("control_recording_request", ["action"], "pause", ("enum", ["action"])),
        ("recording_control", ["data", "recording", "status"], "stopped", ("enum", ["data", "recording", "status"])),
        ("ai_results", ["data", "call"], ..., ("required", ["data"])),
        ("ai_summary", ["data", "sentiment"], "angry", ("enum", ["data", "sentiment"])),
        ("ai_topics", ["count"], "1", ("type", ["count"])),
        ("did", ["route_mode"], "sip", ("enum", ["route_mode"])),
        ("trunk", ["password"], "secret", ("not", ["password"])),
        ("usage", ["summary", "cost_amount"], 12.5, ("type", ["summary", "cost_amount"])),
        ("error", ["error", "code"], "Invalid Request", ("pattern", ["error", "code"])),
        ("error", ["error", "message"], ..., ("required", ["error"])),
    ],
)
def test_a_wrong_rest_body_is_refused_where_it_is_wrong(
    definition: str, path: list[str], value: object, found: tuple[str, list[str | int]]
) -> None:
    assert errors("rest", changed(SAMPLES["rest"][definition], path, value), definition) == [found]


def test_requests_may_leave_out_what_is_optional() -> None:
    assert errors("rest", {"name": "Support IVR"}, "create_application_request") == []
    call = {"from": "+15551230001", "to": "+15551230002", "application_id": 1}
    assert errors("rest", call, "create_call_request") == []
    assert errors("rest", {}, "control_recording_request") == []
    trunk = {"name": "primary-outbound", "proxy": "sip.example.net"}
    assert errors("rest", trunk, "create_trunk_request") == []
    assert errors("rest", {**trunk, "password": "secret", "port": 5060}, "create_trunk_request") == [
        ("additionalProperties", [])
    ]


def test_each_ai_result_may_be_missing_by_itself() -> None:
    for name in ("transcription", "summary", "score", "topics"):
        assert errors("rest", changed(SAMPLES["rest"]["ai_results"], ["data", name], ...), "ai_results") == []


def test_the_assumptions_of_the_schema_are_those_of_the_code() -> None:
    assert {name: each["default"] for name, each in ASSUMPTIONS.items()} == asdict(Assumptions())


def test_a_setting_has_a_short_title_and_a_default_that_it_accepts() -> None:
    for name, setting in SETTINGS.items():
        assert re.fullmatch(r"[A-Z].{10,90}[^.]", setting["title"]), name
        assert setting["description"].endswith("."), name
        if "default" in setting:
            assert errors("settings", {name: setting["default"]}) == [], name
    assert SETTINGS.keys() - {name for name, each in SETTINGS.items() if "default" in each} == {
        "app", "webhook_url", "webhook_secret",
    }  # fmt: skip


@pytest.mark.parametrize("name", ASSUMPTIONS)
def test_an_assumption_says_that_it_is_one_and_what_each_value_means(name: str) -> None:
    assumption = ASSUMPTIONS[name]
    assert assumption["description"].startswith("Assumption: ")
    for value in assumption.get("enum", []):
        assert re.search(rf"(?<![\w]){value}[: ]", assumption["description"]), value
    if "enum" in assumption:
        assert assumption["default"] == assumption["enum"][0]


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("app", ["myapp:app", "my.app:make.app", "shop.web:create_app()", "http://127.0.0.1:8000"], ["myapp", "a b:c"]),
        ("answer_url", ["/", "/minivoice/answer", "https://example.com/a"], ["", "minivoice", "//a", "ftp://a"]),
        ("webhook_url", ["/hooks", "http://example.com/hooks"], ["", "hooks"]),
        ("webhook_secret", ["s"], ["", 1]),
        ("base_url", ["http://localhost:8000", "https://example.com"], ["", "example.com", "https://example.com/"]),
        ("hosts", [[], ["a.example.com=my.app:app"], ["a:80=http://b"]], ["a=b:c", ["a"], ["a="], ["http://a=b:c"]]),
        ("ignore", [[], ["MV101", "MV599"]], ["MV101", ["MV001"], ["MV601"], ["MV10"], ["mv101"]]),
        ("strict", [True, False], ["true", 1]),
        ("answer_timeout_seconds", [0.01, 30], [0, -1, "5"]),
        ("answer_signed", [True], [1]),
        ("gather_status", ["done, late", "done,late"], ["done", "done late", "a, b, c", ", late", "done, late\n"]),
        ("gather_timeout_seconds", [1, 30], [0, 31, 5.5]),
        ("hangup_during_gather", [True], ["yes"]),
        ("webhook_before_redirect", [False], ["no"]),
        ("webhook_attempts", [1, 100], [0, 1.5]),
        ("max_redirects", [0, 20], [-1, 21]),
        ("send_digits_max", [1, 4096], [0]),
        ("room_max", [1, 4096], [0]),
        ("variable_actions", ["set=set_variable, remove=unset", "set=a,remove=b", "set=a"], ["set", "put=a", "set=a,"]),
    ],
)
def test_a_setting_takes_its_values_and_no_others(name: str, good: list[object], bad: list[object]) -> None:
    for value in good:
        assert errors("settings", {name: value}) == [], value
    for value in bad:
        [(_, path)] = errors("settings", {name: value})
        assert path[0] == name, value


@pytest.mark.parametrize("name", [name for name, each in SETTINGS.items() if "enum" in each])
def test_a_setting_of_fixed_values_takes_each_of_them_and_no_other(name: str) -> None:
    for value in SETTINGS[name]["enum"]:
        assert errors("settings", {name: value}) == []
    assert errors("settings", {name: "other"}) == [("enum", [name])]


def test_an_unknown_setting_is_refused() -> None:
    assert errors("settings", {"answer_metod": "GET"}) == [("additionalProperties", [])]

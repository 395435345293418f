"""The answer document's schema: what it takes and refuses in both notations, and where each error points."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

SCHEMA = json.loads((files("pytest_minivoice.spec") / "schemas" / "answer.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)
NOTATIONS = ["keyed", "typed"]

# The least that each action needs.
LEAST: dict[str, dict[str, object]] = {
    "say": {"text": "Hi"},
    "gather": {},
    "send_digits": {"digits": "1"},
    "redirect": {"url": "https://example.com/next"},
    "transfer": {"destination": "+15551230002"},
    "bridge": {"destination": "+15551230002"},
    "conference": {"room": "daily_support_room"},
    "hold": {},
    "resume": {},
    "mute": {"direction": "both"},
    "unmute": {"direction": "both"},
    "start_recording": {},
    "stop_recording": {},
    "start_stream": {"stream_url": "wss://media.example.com/minivoice"},
    "stop_stream": {},
}
REQUIRED = [(name, parameter) for name, parameters in LEAST.items() for parameter in parameters]

DESTINATIONS: list[object] = [
    "+15551230002",
    "+12",
    "+123456789012345",
    "sip:alice@example.com",
    "sips:alice@example.com:5061;transport=tcp",
    "sip:+15551230002@10.0.0.1",
    "sip:example.com",
    "SIP:bob@[2001:db8::1]:5060",
]
NOT_DESTINATIONS: list[object] = [
    "",
    "+",
    "+1",
    "+1234567890123456",
    "+05551230002",
    "15551230002",
    "+1 555 123 0002",
    "+15551230002\n",
    "sip:",
    "sip:alice@",
    "sip:alice@exa mple.com",
    "tel:+15551230002",
    "https://example.com",
]
STREAM_URLS: list[object] = ["wss://media.example.com", "wss://media.example.com:8443/minivoice?call=1"]
NOT_STREAM_URLS: list[object] = [
    "",
    "ws://media.example.com",
    "https://media.example.com/minivoice",
    "wss://",
    "media.example.com",
]
TRACKS: list[object] = ["inbound", "outbound", "both"]

# Parameter, values that are taken, keyword that refuses, values that are refused: the last good and the first bad one.
PARAMETERS: list[tuple[str, str, list[object], str, list[object]]] = [
    ("say", "text", ["a", " Hi ", "\u00e9"], "pattern", ["", " ", "\t\n"]),
    ("say", "text", [], "type", [None, 1, ["Hi"]]),
    ("gather", "prompt", ["", "Press 1."], "type", [None, 1]),
    ("gather", "num_digits", [1, 2, 1000], "minimum", [0, -1]),
    ("gather", "num_digits", [], "type", ["1", 1.5, True, None]),
    ("gather", "max_digits", [1, 2, 1000], "minimum", [0, -1]),
    ("gather", "max_digits", [], "type", ["1", 1.5, True, None]),
    ("gather", "min_digits", [0, 1, 1000], "minimum", [-1]),
    ("gather", "min_digits", [], "type", ["1", 1.5, True, None]),
    ("gather", "timeout_seconds", [1, 2, 29, 30], "minimum", [0, -1]),
    ("gather", "timeout_seconds", [], "maximum", [31]),
    ("gather", "timeout_seconds", [], "type", ["5", 1.5, True, None]),
    ("gather", "finish_on_key", list("0123456789*#ABCD"), "pattern", ["", "##", "E", "a", "w", ",", " ", "#\n"]),
    ("gather", "finish_on_key", [], "type", [None, 1]),
    ("send_digits", "digits", list("0123456789*#ABCDwW,"), "pattern", ["", "E", "a", "1 2", "1\n", "+1", "1x"]),
    ("send_digits", "digits", ["1w2W3,#", "1" * 1000], "type", [None, 12]),
    ("send_digits", "pause_before_ms", [0, 1, 59999, 60000], "minimum", [-1]),
    ("send_digits", "pause_before_ms", [], "maximum", [60001]),
    ("send_digits", "pause_before_ms", [], "type", ["500", 0.5, True, None]),
    ("redirect", "url", ["http://a", "https://example.com/next?menu=1"], "type", [None, 1]),
    ("redirect", "url", [], "pattern", ["", "/next", "next", "//a", "http://", "https:///a", "ftp://a", "wss://a"]),
    ("redirect", "method", ["GET", "POST"], "enum", ["get", "PUT", "", None]),
    ("redirect", "max_redirects", [0, 1, 19, 20], "minimum", [-1]),
    ("redirect", "max_redirects", [], "maximum", [21]),
    ("redirect", "max_redirects", [], "type", ["5", 1.5, True, None]),
    ("transfer", "destination", DESTINATIONS, "pattern", NOT_DESTINATIONS),
    ("transfer", "destination", [], "type", [None, 15551230002]),
    ("transfer", "to", DESTINATIONS, "pattern", NOT_DESTINATIONS),
    ("transfer", "from", DESTINATIONS, "pattern", NOT_DESTINATIONS),
    ("bridge", "destination", DESTINATIONS, "pattern", NOT_DESTINATIONS),
    ("bridge", "to", DESTINATIONS, "pattern", NOT_DESTINATIONS),
    ("bridge", "from", DESTINATIONS, "pattern", NOT_DESTINATIONS),
    ("bridge", "timeout_seconds", [1, 20, 1000], "minimum", [0]),
    ("bridge", "timeout_seconds", [], "type", ["20", 1.5, True, None]),
    ("conference", "room", ["a", "A-Z_0.9", "r" * 1000], "pattern", ["", "a b", "a/b", "caf\u00e9", "room\n"]),
    ("conference", "room", [], "type", [None, 1]),
    ("conference", "mute", [True, False], "type", ["true", 0, None]),
    ("conference", "end_on_exit", [True, False], "type", ["true", 0, None]),
    ("mute", "direction", ["read", "write", "both"], "enum", ["", "Read", "inbound", None]),
    ("unmute", "direction", ["read", "write", "both"], "enum", ["", "Read", "inbound", None]),
    ("start_stream", "stream_url", STREAM_URLS, "pattern", NOT_STREAM_URLS),
    ("start_stream", "stream_url", [], "type", [None, 1]),
    ("start_stream", "track", TRACKS, "enum", ["", "speaker", None]),
    ("stop_stream", "stream_url", STREAM_URLS, "pattern", NOT_STREAM_URLS),
    ("stop_stream", "track", TRACKS, "enum", ["", "speaker", None]),
]
GOOD = [(action, name, value) for action, name, good, _, _ in PARAMETERS for value in good]
BAD = [(action, name, value, keyword) for action, name, _, keyword, bad in PARAMETERS for value in bad]


def written(notation: str, action: str, parameters: dict[str, object]) -> dict[str, object]:
    return {"type": action, **parameters} if notation == "typed" else {action: parameters}


def path_to(notation: str, action: str, *rest: str) -> list[str | int]:
    """Return the path to the second of two actions, or to a place in it."""
    return ["actions", 1, *([] if notation == "typed" else [action]), *rest]


def second(action: object) -> dict[str, object]:
    """Return a document whose second action is the given one."""
    return {"actions": [{"hold": {}}, action]}


def errors(document: object) -> list[tuple[Any, list[str | int]]]:
    """Return keyword and path of each error, none of which may hide others in its context."""
    found = list(VALIDATOR.iter_errors(document))
    assert not [error for error in found if error.context]
    return sorted(((error.validator, list(error.absolute_path)) for error in found), key=repr)


def test_the_table_of_parameters_is_whole() -> None:
    tried = {(action, name) for action, name, *_ in PARAMETERS}
    listed = {(action, name) for action, each in SCHEMA["$defs"].items() for name in each["properties"]}
    assert tried == {(action, name) for action, name in listed if name != "type"}
    assert list(LEAST) == list(SCHEMA["$defs"])


@pytest.mark.parametrize("notation", NOTATIONS)
@pytest.mark.parametrize("action", LEAST)
def test_an_action_with_what_it_needs_is_accepted(action: str, notation: str) -> None:
    assert errors(second(written(notation, action, LEAST[action]))) == []


@pytest.mark.parametrize("notation", NOTATIONS)
@pytest.mark.parametrize(("action", "parameter"), REQUIRED)
def test_a_missing_parameter_is_named_at_its_action(action: str, parameter: str, notation: str) -> None:
    document = second(written(notation, action, {}))
    assert errors(document) == [("required", path_to(notation, action))]
    [error] = VALIDATOR.iter_errors(document)
    assert error.message == f"'{parameter}' is a required property"


@pytest.mark.parametrize("notation", NOTATIONS)
@pytest.mark.parametrize("action", ["transfer", "bridge"])
def test_the_alias_of_destination_stands_in_for_it(action: str, notation: str) -> None:
    assert errors(second(written(notation, action, {"to": "+15551230002"}))) == []
    assert errors(second(written(notation, action, {"from": "+15551230002"}))) == [
        ("required", path_to(notation, action))
    ]


@pytest.mark.parametrize("notation", NOTATIONS)
@pytest.mark.parametrize(("action", "parameter", "value"), GOOD)
def test_a_value_in_range_is_accepted(action: str, parameter: str, value: object, notation: str) -> None:
    assert errors(second(written(notation, action, LEAST[action] | {parameter: value}))) == []


@pytest.mark.parametrize("notation", NOTATIONS)
@pytest.mark.parametrize(("action", "parameter", "value", "keyword"), BAD)
def test_a_value_out_of_range_is_one_error_at_the_parameter(
    action: str, parameter: str, value: object, keyword: str, notation: str
) -> None:
    document = second(written(notation, action, LEAST[action] | {parameter: value}))
    assert errors(document) == [(keyword, path_to(notation, action, parameter))]


@pytest.mark.parametrize("notation", NOTATIONS)
@pytest.mark.parametrize("action", LEAST)
def test_an_unknown_parameter_is_refused(action: str, notation: str) -> None:
    document = second(written(notation, action, LEAST[action] | {"loop": 2}))
    assert errors(document) == [("additionalProperties", path_to(notation, action))]


@pytest.mark.parametrize("action", LEAST)
def test_the_parameters_of_a_keyed_action_are_an_object_without_a_type(action: str) -> None:
    assert errors(second({action: None})) == [("type", ["actions", 1, action])]
    assert errors(second({action: LEAST[action] | {"type": action}})) == [("not", ["actions", 1, action, "type"])]


@pytest.mark.parametrize(
    ("document", "found"),
    [
        ({"actions": []}, []),
        ({}, [("required", [])]),
        ([], [("type", [])]),
        (None, [("type", [])]),
        ({"actions": {}}, [("type", ["actions"])]),
        ({"actions": [], "loop": 2}, [("additionalProperties", [])]),
        (second("hold"), [("type", ["actions", 1])]),
        (second(["hold"]), [("type", ["actions", 1])]),
        (second(None), [("type", ["actions", 1])]),
        (second({}), [("minProperties", ["actions", 1])]),
        (second({"hangup": {}}), [("additionalProperties", ["actions", 1])]),
        (second({"hold": {}, "resume": {}}), [("maxProperties", ["actions", 1])]),
        (
            second({"hold": {}, "loop": 2}),
            [("additionalProperties", ["actions", 1]), ("maxProperties", ["actions", 1])],
        ),
        (second({"type": "hangup"}), [("enum", ["actions", 1, "type"])]),
        (second({"type": "Say", "text": "Hi"}), [("enum", ["actions", 1, "type"])]),
        (second({"type": None}), [("enum", ["actions", 1, "type"])]),
        (second({"type": ["say"]}), [("enum", ["actions", 1, "type"])]),
        (
            second({"type": "say", "say": {"text": "Hi"}}),
            [("additionalProperties", ["actions", 1]), ("required", ["actions", 1])],
        ),
    ],
)
def test_what_is_not_a_document_or_not_an_action_is_refused(
    document: object, found: list[tuple[str, list[str | int]]]
) -> None:
    assert errors(document) == found


def test_the_documented_invalid_sample_is_refused_at_its_two_mistakes() -> None:
    action = {"type": "start_stream", "stream_url": "https://media.example.com/minivoice", "track": "speaker"}
    assert errors({"actions": [action]}) == [
        ("enum", ["actions", 0, "track"]),
        ("pattern", ["actions", 0, "stream_url"]),
    ]


def test_each_mistake_of_a_document_is_an_error_of_its_own() -> None:
    document = {
        "actions": [
            {"gather": {"num_digits": 0, "timeout_seconds": 31}},
            {"hangup": {}},
            {"type": "mute", "direction": "left", "loop": 2},
        ]
    }
    assert errors(document) == [
        ("additionalProperties", ["actions", 1]),
        ("additionalProperties", ["actions", 2]),
        ("enum", ["actions", 2, "direction"]),
        ("maximum", ["actions", 0, "gather", "timeout_seconds"]),
        ("minimum", ["actions", 0, "gather", "num_digits"]),
    ]


@pytest.mark.parametrize("action", LEAST)
def test_the_definition_of_an_action_used_by_itself_takes_no_other_type(action: str) -> None:
    alone = Draft202012Validator({**SCHEMA["$defs"][action], "$defs": SCHEMA["$defs"]})
    assert alone.is_valid(LEAST[action])
    assert alone.is_valid({"type": action, **LEAST[action]})
    assert not alone.is_valid({"type": "other", **LEAST[action]})


def test_the_documented_defaults_are_in_the_schema_and_the_assumed_ones_are_not() -> None:
    defaults = {
        (action, name): parameter["default"]
        for action, each in SCHEMA["$defs"].items()
        for name, parameter in each["properties"].items()
        if "default" in parameter
    }
    assert defaults == {("gather", "num_digits"): 1, ("redirect", "method"): "GET"}


def _strategy(
    required: dict[str, st.SearchStrategy[Any]], **optional: st.SearchStrategy[Any]
) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(required, optional=optional)


_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_DIGITS = "0123456789"
_counts = st.integers(min_value=1)
_numbers = st.from_regex(r"\+[1-9][0-9]{1,14}", fullmatch=True)
_destinations = _numbers | st.from_regex(r"sips?:([a-z0-9.+]+@)?[a-z0-9]+(\.[a-z0-9]+)*(:[0-9]{1,5})?", fullmatch=True)
_directions = st.sampled_from(["read", "write", "both"])
_hosts = st.from_regex(r"[a-z0-9]+(\.[a-z]+)*(/[!-~]*)?", fullmatch=True)
_streams = _hosts.map("wss://{}".format)
_tracks = st.sampled_from(TRACKS)
_ACTIONS = {
    "say": _strategy({"text": st.text().map(lambda text: text + "!")}),
    "gather": _strategy(
        {},
        prompt=st.text(),
        num_digits=_counts,
        max_digits=_counts,
        min_digits=st.integers(min_value=0),
        timeout_seconds=st.integers(1, 30),
        finish_on_key=st.sampled_from(_DIGITS + "*#ABCD"),
    ),
    "send_digits": _strategy(
        {"digits": st.text(_DIGITS + "*#ABCDwW,", min_size=1)}, pause_before_ms=st.integers(0, 60000)
    ),
    "redirect": _strategy(
        {"url": st.builds("{}://{}".format, st.sampled_from(["http", "https"]), _hosts)},
        method=st.sampled_from(["GET", "POST"]),
        max_redirects=st.integers(0, 20),
    ),
    "transfer": _strategy({"destination": _destinations}) | _strategy({"to": _destinations}, **{"from": _numbers}),
    "bridge": _strategy({"destination": _destinations})
    | _strategy({"to": _destinations}, timeout_seconds=_counts, **{"from": _numbers}),
    "conference": _strategy(
        {"room": st.text(_LETTERS + _DIGITS + ".-_", min_size=1)}, mute=st.booleans(), end_on_exit=st.booleans()
    ),
    "hold": st.just({}),
    "resume": st.just({}),
    "mute": _strategy({"direction": _directions}),
    "unmute": _strategy({"direction": _directions}),
    "start_recording": st.just({}),
    "stop_recording": st.just({}),
    "start_stream": _strategy({"stream_url": _streams}, track=_tracks),
    "stop_stream": _strategy({}, stream_url=_streams, track=_tracks),
}
_actions = st.sampled_from(sorted(_ACTIONS)).flatmap(
    lambda action: st.builds(written, st.sampled_from(NOTATIONS), st.just(action), _ACTIONS[action])
)


@given(st.lists(_actions))
def test_any_mix_of_right_actions_in_both_notations_is_accepted(actions: list[dict[str, object]]) -> None:
    assert errors({"actions": actions}) == []

"""What people get wrong in an answer document, and what the finding says: rule, place, message, what was meant."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from phone import keyed, redirect, say, typed

from pytest_minivoice import CustomAction, Rule
from pytest_minivoice.rules.catalogue import CATALOGUE
from pytest_minivoice.rules.document import DocumentReader
from pytest_minivoice.settings import Settings, override
from pytest_minivoice.spec.actions import action_names


def read(document, *, custom=None, rules=(), webhooks=False, plain_hosts=frozenset(), **assumed):
    """Read a document (any JSON value, or bytes)."""
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    settings = override(Settings(), assumed, origin="the test", codes=[])
    reader = DocumentReader(settings, custom=custom, rules=rules, webhooks=webhooks, plain_hosts=plain_hosts)
    return reader.read(body)


def found(*actions, **given):
    """Return code, place and did-you-mean of each finding in a document of these actions, which follow a say."""
    findings = read({"actions": [say(), *actions]}, **given).findings
    for finding in findings:
        assert as_pointer(finding.where) == finding.pointer
    return [(each.code, each.where, each.did_you_mean) for each in findings]


def as_pointer(where):
    """Write `actions[2].gather.num_digits` as `/actions/2/gather/num_digits`."""
    return "/" + where.replace("[", "/").replace("]", "").replace(".", "/")


def menu(**parameters):
    """Return a gather of these parameters, and a redirect behind it."""
    return keyed("gather", prompt="?", **parameters), redirect("/next")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("Say", "say"),
        ("SAY", "say"),
        ("says", "say"),
        ("tranfer", "transfer"),
        ("gahter", "gather"),
        ("send-digits", "send_digits"),
        ("startRecording", "start_recording"),
        ("start-recording", "start_recording"),
        ("conferance", "conference"),
        ("Redirect", "redirect"),
        ("stopStream", "stop_stream"),
        ("un_mute", "unmute"),
        ("xyzzy", None),
    ],
)
def test_a_mistyped_action_names_the_one_that_was_meant(name, meant):
    assert found(keyed(name)) == [("MV114", "actions[1]", meant)]
    assert found(typed(name)) == [("MV114", "actions[1]", meant)]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("hangup", "there is no hangup action; MiniVoice is assumed to end the call when the actions run out"),
        ("play", "there is no play action; say speaks a text"),
        ("pause", "there is no pause action; pause_before_ms of send_digits is the only pause"),
        ("dial", "there is no dial action; transfer or bridge connects the caller"),
        ("queue", "there is no queue action; conference or a redirect can let callers wait"),
        ("reject", "there is no reject action; a DID with route_mode reject refuses calls"),
        ("answer", "there is no answer action; the call is answered before your document runs"),
    ],
)
def test_an_action_that_other_platforms_have_is_told_what_to_use_here(name, message):
    for action in (keyed(name, x=1), typed(name, x=1)):
        [finding] = read({"actions": [action]}).findings
        assert (finding.code, finding.message) == ("MV114", message)


def test_an_unknown_action_is_told_all_that_there_are():
    [finding] = read({"actions": [keyed("xyzzy")]}).findings
    assert finding.message == "MiniVoice has no action 'xyzzy'"
    assert len(action_names()) == 15
    assert finding.rule.fix == (
        f"Use one of {', '.join(action_names())}. An action that only your account has is registered by a hook."
    )


@pytest.mark.parametrize(
    ("action", "parameter", "meant"),
    [
        (("say", {"text": "Hi", "voice": "anna"}), "voice", None),
        (("gather", {"num_digit": 1}), "num_digit", "num_digits"),
        (("gather", {"numDigits": 1}), "numDigits", "num_digits"),
        (("gather", {"max-digits": 1}), "max-digits", "max_digits"),
        (("gather", {"timeout": 5}), "timeout", "timeout_seconds"),
        (("gather", {"finishOnKey": "#"}), "finishOnKey", "finish_on_key"),
        (("redirect", {"url": "https://example.com/", "methode": "GET"}), "methode", "method"),
        (("conference", {"room": "a", "muted": True}), "muted", "mute"),
        (("hold", {"music": "a"}), "music", None),
    ],
)
def test_a_mistyped_parameter_names_the_one_that_was_meant(action, parameter, meant):
    name, parameters = action
    gathers = [redirect("/next")] if name == "gather" else []
    assert found(keyed(name, **parameters), *gathers) == [("MV118", f"actions[1].{name}.{parameter}", meant)]
    assert found(typed(name, **parameters), *gathers) == [("MV118", f"actions[1].{parameter}", meant)]


def test_an_unknown_parameter_is_told_all_that_the_action_takes():
    [finding] = read({"actions": [keyed("say", text="Hi", voice="anna")]}).findings
    assert finding.message == "say has no parameter 'voice'; it takes text"
    [finding] = read({"actions": [typed("hold", music="jazz")]}).findings
    assert finding.message == "hold has no parameter 'music'; it takes none"


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("say", "text"),
        ("send_digits", "digits"),
        ("redirect", "url"),
        ("transfer", "destination"),
        ("bridge", "destination"),
        ("conference", "room"),
        ("mute", "direction"),
        ("unmute", "direction"),
        ("start_stream", "stream_url"),
    ],
)
def test_a_missing_parameter_is_named(name, missing):
    assert found(keyed(name)) == [("MV115", f"actions[1].{name}.{missing}", None)]
    assert found(typed(name)) == [("MV115", f"actions[1].{missing}", None)]
    [finding] = read({"actions": [keyed(name)]}).findings
    assert finding.message == f"{name} needs {missing}"


def test_a_caller_id_alone_is_no_destination():
    [finding] = read({"actions": [keyed("transfer", **{"from": "+15551230001"})]}).findings
    assert (finding.code, finding.pointer) == ("MV115", "/actions/0/transfer/destination")
    assert finding.message == "transfer needs destination; it was given from"


def test_a_mistyped_required_parameter_is_named_beside_what_was_given():
    findings = {each.code: each for each in read({"actions": [keyed("say", txt="Hi")]}).findings}
    missing, unknown = findings["MV115"], findings["MV118"]
    assert (missing.where, missing.did_you_mean) == ("actions[0].say.text", "text instead of txt")
    assert missing.message == "say needs text; it was given txt"
    assert (unknown.where, unknown.did_you_mean) == ("actions[0].say.txt", "text")


@pytest.mark.parametrize(
    ("name", "parameters", "parameter", "message", "meant"),
    [
        ("gather", {"num_digits": "4"}, "num_digits", 'num_digits is "4" (a string); it must be a whole number', "4"),
        ("gather", {"num_digits": 1.5}, "num_digits", "num_digits is 1.5 (a number); it must be a whole number", None),
        (
            "gather",
            {"num_digits": True},
            "num_digits",
            "num_digits is true (a boolean); it must be a whole number",
            None,
        ),
        ("gather", {"num_digits": None}, "num_digits", "num_digits is null; it must be a whole number", None),
        (
            "gather",
            {"num_digits": "four"},
            "num_digits",
            'num_digits is "four" (a string); it must be a whole number',
            None,
        ),
        ("gather", {"prompt": ["Hi"]}, "prompt", 'prompt is ["Hi"] (an array); it must be a string', None),
        ("say", {"text": {"a": 1}}, "text", 'text is {"a": 1} (an object); it must be a string', None),
        (
            "conference",
            {"room": "a", "mute": "True"},
            "mute",
            'mute is "True" (a string); it must be true or false',
            "true",
        ),
        (
            "conference",
            {"room": "a", "mute": "yes"},
            "mute",
            'mute is "yes" (a string); it must be true or false',
            None,
        ),
        ("conference", {"room": "a", "mute": 1}, "mute", "mute is 1 (a number); it must be true or false", None),
    ],
)
def test_a_wrong_type_is_told_the_right_one(name, parameters, parameter, message, meant):
    [finding] = read(
        {"actions": [keyed(name, **parameters), redirect("/next")][: 2 if name == "gather" else 1]}
    ).findings
    assert (finding.code, finding.where) == ("MV116", f"actions[0].{name}.{parameter}")
    assert (finding.message, finding.did_you_mean) == (message, meant)


@pytest.mark.parametrize(
    ("name", "parameters", "message", "meant"),
    [
        ("gather", {"timeout_seconds": 31}, "timeout_seconds is 31; it must be from 1 to 30", None),
        ("gather", {"timeout_seconds": 0}, "timeout_seconds is 0; it must be from 1 to 30", None),
        ("gather", {"num_digits": 0}, "num_digits is 0; it must be at least 1", None),
        (
            "gather",
            {"finish_on_key": "##"},
            'finish_on_key is "##"; it must be exactly one DTMF key: 0-9 * # A-D',
            None,
        ),
        ("say", {"text": " "}, 'text is " "; it must be a text that is not empty or blank', None),
        ("mute", {"direction": "Both"}, 'direction is "Both"; it must be one of read, write, both', "both"),
        ("mute", {"direction": "in"}, 'direction is "in"; it must be one of read, write, both', None),
        (
            "redirect",
            {"url": "https://a.b/", "method": "post"},
            'method is "post"; it must be one of GET, POST',
            "POST",
        ),
        (
            "redirect",
            {"url": "https://a.b/", "max_redirects": 21},
            "max_redirects is 21; it must be from 0 to 20",
            None,
        ),
        (
            "transfer",
            {"destination": "15551230002"},
            'destination is "15551230002"; it must be an E.164 number with +, or a SIP URI',
            None,
        ),
        ("conference", {"room": "a b"}, 'room is "a b"; it must be a name of letters, digits and . - _', None),
        ("start_stream", {"stream_url": "ws://a"}, 'stream_url is "ws://a"; it must be a wss URL', None),
        (
            "send_digits",
            {"digits": "1-2"},
            'digits is "1-2"; it must be one or more of 0-9 * # A-D w W and comma',
            None,
        ),
        (
            "send_digits",
            {"digits": "1", "pause_before_ms": 60001},
            "pause_before_ms is 60001; it must be from 0 to 60000",
            None,
        ),
    ],
)
def test_a_value_out_of_range_is_told_the_range(name, parameters, message, meant):
    for action, where in (
        (keyed(name, **parameters), f"actions[0].{name}."),
        (typed(name, **parameters), "actions[0]."),
    ):
        [finding] = read({"actions": [action]}).findings
        assert finding.code == "MV117"
        assert finding.where == where + message.split(" is ")[0]
        assert (finding.message, finding.did_you_mean) == (message, meant)


def test_a_long_value_is_cut_in_the_message():
    [finding] = read({"actions": [keyed("say", text=["x" * 100])]}).findings
    assert finding.message == f'text is ["{"x" * 55}... (an array); it must be a string'


def test_the_documented_invalid_sample_has_both_of_its_mistakes_found():
    sample = {"type": "start_stream", "stream_url": "https://media.example.com/minivoice", "track": "speaker"}
    assert [(code, where) for code, where, _ in found(sample)] == [
        ("MV117", "actions[1].stream_url"),
        ("MV117", "actions[1].track"),
    ]


@pytest.mark.parametrize(
    ("entry", "code", "message", "meant"),
    [
        ("hold", "MV112", '"hold" is not an action', '{"hold": {...}}'),
        ("Hello.", "MV112", '"Hello." is not an action', None),
        ({}, "MV112", "{} is not an action", None),
        ([], "MV112", "[] is not an action", None),
        (None, "MV112", "null is not an action", None),
        ([{"hold": {}}], "MV112", '[{"hold": {}}] is not an action', None),
        ({"say": {"text": "a"}, "hold": {}}, "MV113", "one object holds 2 keys: say, hold", None),
        ({"say": {"text": "a"}, "voice": "b"}, "MV113", "one object holds 2 keys: say, voice", "voice inside say"),
        ({"a": 1, "say": {"text": "a"}, "b": 2}, "MV113", "one object holds 3 keys: a, say, b", "a and b inside say"),
        ({"x": 1, "y": 2}, "MV113", "one object holds 2 keys: x, y", None),
    ],
)
def test_an_entry_that_is_not_one_action_is_one_finding(entry, code, message, meant):
    [finding] = read({"actions": [say(), entry]}).findings
    assert (finding.code, finding.where, finding.pointer) == (code, "actions[1]", "/actions/1")
    assert (finding.message, finding.did_you_mean) == (message, meant)


@pytest.mark.parametrize("parameters", ["Hello.", None, 1, [], True])
def test_the_parameters_of_a_keyed_action_are_an_object(parameters):
    [finding] = read({"actions": [{"say": parameters}]}).findings
    assert (finding.code, finding.where) == ("MV116", "actions[0].say")
    assert finding.message.endswith("; it must be an object")


def test_a_type_inside_a_keyed_action_belongs_to_the_other_notation():
    [finding] = read({"actions": [{"say": {"type": "say", "text": "Hi"}}]}).findings
    assert (finding.code, finding.where) == ("MV118", "actions[0].say.type")
    assert finding.message == "say has no parameter 'type' in the keyed notation"


@pytest.mark.parametrize("name", [None, 1, ["say"], {"say": {}}, True])
def test_a_type_that_is_no_name_is_refused(name):
    [finding] = read({"actions": [{"type": name, "text": "Hi"}]}).findings
    assert (finding.code, finding.pointer) == ("MV114", "/actions/0")


@pytest.mark.parametrize(
    ("document", "where", "message", "meant"),
    [
        ({}, "the document", "the document has no actions array; its keys are none", None),
        ({"say": 1}, "the document", "the document has no actions array; its keys are say", None),
        (
            {"Actions": []},
            "the document",
            "the document has no actions array; its keys are Actions",
            "actions instead of Actions",
        ),
        ([], "the document", 'the document is [] (an array); it must be an object such as {"actions": [...]}', None),
        (
            "Hi",
            "the document",
            'the document is "Hi" (a string); it must be an object such as {"actions": [...]}',
            None,
        ),
        (None, "the document", 'the document is null; it must be an object such as {"actions": [...]}', None),
        ({"actions": {}}, "actions", "actions is {} (an object); it must be an array", None),
        ({"actions": None}, "actions", "actions is null; it must be an array", None),
        ({"actions": "hold"}, "actions", 'actions is "hold" (a string); it must be an array', None),
    ],
)
def test_a_document_without_an_actions_array_is_told_what_it_is(document, where, message, meant):
    finding = next(each for each in read(document).findings if each.code == "MV110")
    assert (finding.where, finding.message, finding.did_you_mean) == (where, message, meant)
    assert finding.pointer == ("/actions" if where == "actions" else "")
    assert {each.code for each in read(document).findings} <= {"MV110", "MV111"}


def test_each_field_beside_actions_is_named():
    [finding] = read({"actions": [say()], "hangup": True}).findings
    assert (finding.code, finding.where, finding.pointer) == ("MV111", "hangup", "/hangup")
    assert finding.message == "the document has a field 'hangup' beside actions"


def test_every_unknown_field_of_one_object_is_found():
    both = read({"actions": [say()], "a": 1, "b": 2}).findings
    assert [each.where for each in both] == ["a", "b"]
    both = read({"actions": [keyed("say", text="Hi", a=1, b=2)]}).findings
    assert [each.where for each in both] == ["actions[0].say.a", "actions[0].say.b"]


def test_a_pointer_escapes_what_its_grammar_needs():
    [finding] = read({"actions": [keyed("say", text="Hi", **{"a/b~c": 1})]}).findings
    assert finding.pointer == "/actions/0/say/a~1b~0c"


def test_every_mistake_of_a_document_is_found_at_once():
    actions = [keyed("say"), keyed("xyzzy"), keyed("gather", timeout_seconds=99), "hold"]
    assert [code for code, *_ in found(*actions)] == ["MV115", "MV114", "MV117", "MV112"]


# What a valid document can still get wrong


@pytest.mark.parametrize("name", ["redirect", "transfer", "bridge", "conference"])
def test_what_stands_behind_the_last_action_never_runs(name):
    last = {
        "redirect": redirect("/next"),
        "transfer": keyed("transfer", destination="+15551230099"),
        "bridge": keyed("bridge", destination="+15551230099"),
        "conference": keyed("conference", room="a"),
    }[name]
    behind = [say("Never."), keyed("gather", prompt="?"), redirect("/x")]
    assert found(last, *behind) == [
        ("MV202", "actions[2].say", None),
        ("MV201", "actions[3].gather", None),
        ("MV201", "actions[4].redirect", None),
    ]
    [finding] = read({"actions": [say(), last, typed("hold")]}).findings
    assert finding.message == f"hold never runs: {name} at actions[1].{name} ends the document"


@pytest.mark.parametrize(
    ("behind", "webhooks", "message"),
    [
        ([], False, "nothing follows it"),
        ([], True, None),
        ([say()], False, "no redirect follows it, and no webhook_url is set"),
        ([say()], True, None),
        ([redirect("/next")], False, None),
        ([say(), redirect("/next")], False, None),
    ],
)
def test_a_gather_whose_digits_nobody_gets_leads_nowhere(behind, webhooks, message):
    findings = read({"actions": [keyed("gather", prompt="?"), *behind]}, webhooks=webhooks).findings
    expected = [("MV203", f"the digits of this gather lead nowhere: {message}")] if message else []
    assert [(each.code, each.message) for each in findings] == expected


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({"min_digits": 2, "num_digits": 2, "max_digits": 2}, []),
        ({"min_digits": 3, "num_digits": 2}, [("MV213", "min_digits")]),
        ({"min_digits": 3, "max_digits": 2}, [("MV213", "min_digits")]),
        ({"num_digits": 3, "max_digits": 2}, [("MV213", "num_digits")]),
        ({"min_digits": 5, "num_digits": 4, "max_digits": 3}, [("MV213", "min_digits")]),
        ({"min_digits": 1, "num_digits": 4, "max_digits": 3}, [("MV213", "num_digits")]),
        ({"min_digits": 4, "num_digits": 4, "finish_on_key": "#"}, [("MV214", "finish_on_key")]),
        ({"min_digits": 4, "max_digits": 4, "finish_on_key": "#"}, [("MV214", "finish_on_key")]),
        ({"min_digits": 4, "max_digits": 5, "finish_on_key": "#"}, []),
        ({"num_digits": 4, "finish_on_key": "#"}, []),
        ({"finish_on_key": "#"}, []),
    ],
)
def test_limits_of_a_gather_that_contradict_each_other_are_found_at_the_parameter(limits, expected):
    places = [(code, where) for code, where, _ in found(*menu(**limits))]
    assert places == [(code, f"actions[1].gather.{parameter}") for code, parameter in expected]


def test_limits_that_contradict_each_other_are_told_by_their_values():
    [finding] = read({"actions": [*menu(min_digits=6, max_digits=4)]}).findings
    assert finding.message == "min_digits 6 is larger than max_digits 4"


def test_a_min_digits_above_the_default_of_num_digits_can_never_be_reached():
    assert [code for code, *_ in found(*menu(min_digits=4))] == ["MV213"]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://example.com/a", ["MV212"]),
        ("HTTP://example.com/a", ["MV117"]),
        ("http://localhost:8000/a", []),
        ("http://127.0.0.1/a", []),
        ("http://[::1]:8000/a", []),
        ("http://example.com:8080/a", ["MV212"]),
        ("https://example.com/a", []),
        ("https://example.com/a b", ["MV117"]),
        ("https://example.com/a\n", ["MV117"]),
    ],
)
def test_a_url_has_no_spaces_and_plain_http_is_a_warning_unless_it_stays_on_the_machine(url, expected):
    assert [code for code, *_ in found(keyed("redirect", url=url))] == expected


def test_plain_http_is_right_for_a_host_that_is_tested_by_plain_http():
    assert found(keyed("redirect", url="http://intern.test/a"), plain_hosts=frozenset({"intern.test"})) == []


@pytest.mark.parametrize("name", ["transfer", "bridge"])
def test_each_alias_of_a_destination_is_a_warning_of_its_own(name):
    number = "+15551230099"
    assert found(keyed(name, to=number, **{"from": number})) == [
        ("MV211", f"actions[1].{name}.to", "destination"),
        ("MV211", f"actions[1].{name}.from", None),
    ]
    assert found(keyed(name, destination=number)) == []


def test_the_timeout_of_a_bridge_stands_in_one_sample_only():
    [(code, where, _)] = found(keyed("bridge", destination="+15551230099", timeout_seconds=20))
    assert (code, where) == ("MV211", "actions[1].bridge.timeout_seconds")


@pytest.mark.parametrize(
    "url", ["https://[", "https://[::1/x", "https://\u2100.example/", "http://a]b/", "https://a:b/"]
)
def test_a_url_that_nothing_can_parse_is_a_finding_and_no_error(url):
    document = read({"actions": [say(), keyed("redirect", url=url)]})
    assert [(each.code, each.where) for each in document.findings] == [("MV117", "actions[1].redirect.url")]
    assert document.refused


# Registered actions and rules

TAG = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "level": {"type": "integer", "minimum": 1},
        "note": {"type": ["string", "null"]},
        "any": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
        "url": {"type": "string", "pattern": "^wss:", "title": "A wss URL"},
    },
    "required": ["name"],
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    ("parameters", "code", "parameter"),
    [
        ({}, "MV115", "name"),
        ({"name": 1}, "MV116", "name"),
        ({"name": "a", "level": 0}, "MV117", "level"),
        ({"name": "a", "levle": 1}, "MV118", "levle"),
        ({"name": "a", "note": 1}, "MV116", "note"),
        ({"name": "a", "url": "x"}, "MV117", "url"),
    ],
)
def test_a_registered_action_is_checked_by_its_own_schema(parameters, code, parameter):
    given = {"custom": {"tag": TAG}}
    assert [each[:2] for each in found(keyed("tag", **parameters), **given)] == [(code, f"actions[1].tag.{parameter}")]
    assert [each[:2] for each in found(typed("tag", **parameters), **given)] == [(code, f"actions[1].{parameter}")]


def test_each_missing_parameter_is_named_once():
    custom = {"set_variable": {"type": "object", "required": ["name", "value", "scope"]}}
    findings = read({"actions": [keyed("set_variable", name="plan")]}, custom=custom).findings
    assert [each.pointer for each in findings] == [
        "/actions/0/set_variable/value",
        "/actions/0/set_variable/scope",
    ]
    assert [each.message for each in findings] == [
        "set_variable needs value; it was given name",
        "set_variable needs scope; it was given name",
    ]


def test_a_registered_action_is_accepted_in_both_notations_and_named_for_a_typo():
    given = {"custom": {"tag": TAG}}
    assert found(keyed("tag", name="a"), typed("tag", name="a", level=3, note=None), **given) == []
    assert found(keyed("tagg", name="a"), **given) == [("MV114", "actions[1]", "tag")]
    assert found(keyed("tag", name="a")) == [("MV114", "actions[1]", None)]


@pytest.mark.parametrize("value", [1.5, {}, None, []])
def test_any_keyword_of_a_registered_schema_is_reported_at_its_parameter(value):
    assert found(keyed("tag", name="a", any=value), custom={"tag": TAG}) == [("MV117", "actions[1].tag.any", None)]


@pytest.mark.parametrize("parameters", [None, 1, "x", []])
def test_the_parameters_of_a_registered_action_are_an_object(parameters):
    assert found({"tag": parameters}, custom={"tag": TAG}) == [("MV116", "actions[1].tag", None)]


def test_unknown_fields_of_a_registered_action_are_ignored_in_both_notations():
    given = {"custom": {"tag": TAG}, "unknown_fields": "ignored"}
    assert found(keyed("tag", name="a", more=1), **given) == []
    assert found(typed("tag", name="a", more=1), **given) == []


def test_a_url_of_a_registered_action_is_no_redirect():
    given = {"custom": {"tag": TAG}, "relative_urls": "resolved"}
    assert found(keyed("tag", name="a", url="/x"), **given) == [("MV117", "actions[1].tag.url", None)]


def test_a_registered_action_is_a_frozen_value():
    action = CustomAction(name="tag", schema=TAG, variables=lambda _given, _now: {})
    with pytest.raises(AttributeError):
        action.name = "other"


POLITE = Rule(
    code="TEAM1",
    name="say-please",
    severity="error",
    summary="A prompt does not say please.",
    why="Our callers expect it.",
    fix="Write please.",
    check=lambda actions: (
        (each, f"{each.name} does not say please")
        for each in actions
        if each.name == "gather" and "please" not in str(each.parameters.get("prompt", "")).lower()
    ),
)


def test_a_rule_of_a_team_sees_the_actions_of_a_valid_document():
    rude, kind = keyed("gather", prompt="Press 1."), keyed("gather", prompt="Please press 1.")
    assert found(rude, redirect("/x"), rules=[POLITE]) == [("TEAM1", "actions[1].gather", None)]
    assert found(kind, redirect("/x"), rules=[POLITE]) == []
    [finding] = read({"actions": [rude, redirect("/x")]}, rules=[POLITE]).findings
    assert (finding.message, finding.severity) == ("gather does not say please", "error")


def test_a_rule_of_a_team_is_not_asked_about_a_refused_document():
    asked = []
    rule = Rule(code="TEAM1", name="n", severity="error", summary="s", why="w", fix="f", check=asked.append)
    read({"actions": [keyed("say")]}, rules=[rule])
    assert asked == []


# Any document at all

JSONS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-2, 40)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
WORDS = st.sampled_from(
    [*action_names(), "type", "text", "url", "destination", "to", "num_digits", "hangup", "tag", "a/~b"]
)
VALUES = JSONS | st.sampled_from(
    [*action_names(), "https://[", "http://example.com/a", "/x", "+15551230002", "4", "True"]
)
PARAMETERS = st.dictionaries(WORDS, VALUES, max_size=3)
ENTRIES = st.dictionaries(WORDS, PARAMETERS | VALUES, max_size=2) | st.builds(
    lambda name, given: {"type": name, **given}, st.sampled_from(action_names()), PARAMETERS
)
DOCUMENTS = (
    JSONS
    | st.fixed_dictionaries({"actions": st.lists(ENTRIES | JSONS, max_size=4)})
    | st.dictionaries(st.sampled_from(["actions", "action", "x"]), st.lists(ENTRIES, max_size=2) | JSONS, max_size=2)
)
ASSUMED = st.fixed_dictionaries(
    {
        "unknown_fields": st.sampled_from(["refused", "ignored"]),
        "destination_alias": st.sampled_from(["accepted", "refused"]),
        "relative_urls": st.sampled_from(["refused", "resolved"]),
        "invalid_document": st.sampled_from(["refused", "partial"]),
    }
)


@given(DOCUMENTS, ASSUMED)
def test_any_document_is_read_without_an_error_and_each_finding_points_into_it(document, assumed):
    read_again = read(document, custom={"tag": TAG}, **assumed)
    codes_of_refusal = {rule.code for rule in CATALOGUE if rule.code.startswith("MV1")}
    assert read_again.refused == any(each.code in codes_of_refusal for each in read_again.findings)
    if read_again.refused and assumed["invalid_document"] == "refused":
        assert read_again.actions == ()
    for finding in read_again.findings:
        parts = [part.replace("~1", "/").replace("~0", "~") for part in finding.pointer.split("/")[1:]]
        at = document
        for number, part in enumerate(parts):
            last = number == len(parts) - 1
            if last and finding.code == "MV115":
                assert part not in at
                break
            at = at[int(part)] if isinstance(at, list) else at[part]


@given(st.binary(max_size=40))
def test_any_bytes_are_read_without_an_error(body):
    document = read(body)
    assert document.refused or document.actions == ()


@given(st.lists(st.sampled_from([rule.good for rule in CATALOGUE if rule.good]), min_size=1, max_size=3))
def test_a_document_made_of_good_ones_is_never_refused(goods):
    actions = [action for good in goods for action in json.loads(good)["actions"]]
    document = read({"actions": actions})
    assert not document.refused
    assert [action.name for action in document.actions] == [each.get("type", next(iter(each))) for each in actions]

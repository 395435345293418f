"""How bytes become a document: encodings, depth, assumptions about fields, and remembered verdicts."""

from __future__ import annotations

import json
from bisect import bisect_left

import pytest
from phone import keyed, redirect, say, typed

from pytest_minivoice import Rule
from pytest_minivoice.rules.document import DocumentReader
from pytest_minivoice.settings import Settings, override

DOCUMENT = b'{"actions": [{"say": {"text": "Hello."}}]}'


def reader(*, rules=(), **assumed):
    """Make a reader under some assumptions."""
    return DocumentReader(override(Settings(), assumed, origin="the test", codes=[]), rules=rules)


def refused(body):
    """Read bytes that are no document; return code, place and message."""
    document = reader().read(body)
    assert document.refused
    assert document.actions == ()
    [finding] = document.findings
    assert finding.pointer is None
    return finding.code, finding.where, finding.message


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        (b"", "MV103", "the body is empty; does the handler return its document?"),
        (b"   ", "MV103", "Expecting value: line 1 column 4 (char 3); the body starts with '   '"),
        (b"\xef\xbb\xbf" + DOCUMENT, "MV103", "Unexpected UTF-8 BOM"),
        (b"<html>", "MV103", "Expecting value: line 1 column 1 (char 0); the body starts with '<html>'"),
        (b"{'actions': []}", "MV103", "Expecting property name enclosed in double quotes"),
        (DOCUMENT + b"x", "MV103", "Extra data: line 1 column 43 (char 42)"),
        (b'{"actions": [NaN]}', "MV103", "NaN is not JSON; the body starts with '{\"actions\": [NaN]}'"),
        (b'{"actions": [Infinity]}', "MV103", "Infinity is not JSON"),
        (b'{"actions": [-Infinity]}', "MV103", "-Infinity is not JSON"),
        (b"\xff\xfe{}", "MV104", "byte 0 (0xff) is not UTF-8"),
        (DOCUMENT.replace(b"Hello", b"Caf\xe9"), "MV104", "byte 34 (0xe9) is not UTF-8"),
        (DOCUMENT.decode().encode("utf-16"), "MV104", "byte 0 (0xff) is not UTF-8"),
        (DOCUMENT[:-1], "MV103", "Expecting ',' delimiter: line 1 column 42 (char 41)"),
    ],
)
def test_bytes_that_are_no_json_in_utf8_say_why(body, code, message):
    found = refused(body)
    assert found[:2] == (code, "the body")
    assert found[2].startswith(message)


def test_a_long_body_that_is_no_json_is_shown_by_its_start():
    message = refused(b"<html>" + b"x" * 100)[2]
    assert message.endswith(f"the body starts with '<html>{'x' * 54}'")


@pytest.mark.parametrize("opening", [b"[", b'{"actions":', b'{"actions": [{"say": {"text": ['])
def test_a_body_nested_without_end_is_refused_in_words(opening):
    code, _, message = refused(opening * 100_000)
    assert (code, message) == ("MV103", "the body is nested too deep to be read")


@pytest.mark.parametrize(
    ("before", "after"), [(b"", b""), (b'{"actions": ', b"}"), (b'{"actions": [{"say": {"text": ', b"}}]}")]
)
def test_no_depth_is_an_error_of_python(before, after):
    # The deepest that json can read here; what the reader does beyond reading must not break just below it.
    depths = range(200, 50_000)
    deepest = depths[bisect_left(depths, x=True, key=lambda depth: not loads(b"[" * depth + b"]" * depth))]
    bodies = [before + b"[" * depth + b"]" * depth + after for depth in range(deepest - 80, deepest + 5)]
    assert {finding.code for body in bodies for finding in reader().read(body).findings} <= {
        "MV103",
        "MV110",
        "MV112",
        "MV116",
    }


def loads(body):
    """Say whether json reads a body."""
    try:
        json.loads(body)
    except RecursionError:
        return False
    return True


def test_text_that_is_half_a_surrogate_pair_is_read():
    document = reader().read(b'{"actions": [{"say": {"text": "\\ud800"}}]}')
    assert not document.refused
    assert document.actions[0].parameters == {"text": "\ud800"}


def test_a_number_with_a_point_and_nothing_behind_it_is_whole():
    document = reader().read(b'{"actions": [{"gather": {"prompt": "?", "num_digits": 2.0}}, {"hold": {}}]}')
    assert not document.refused


def test_a_number_of_thousands_of_digits_is_refused_in_words():
    code, _, message = refused(b'{"actions": [{"gather": {"num_digits": ' + b"9" * 5000 + b"}}]}")
    assert code == "MV103"
    assert message.startswith("Exceeds the limit (4300")


def test_the_actions_of_a_document_are_values_with_their_places():
    document = reader().read(json.dumps({"actions": [say("Hi."), typed("hold"), redirect("/next")]}).encode())
    assert [(each.name, each.index, each.typed) for each in document.actions] == [
        ("say", 0, False),
        ("hold", 1, True),
        ("redirect", 2, False),
    ]
    assert document.actions[0].parameters == {"text": "Hi."}
    assert document.actions[1].parameters == {}
    assert [each.where("x") for each in document.actions[:2]] == ["actions[0].say.x", "actions[1].x"]
    assert [each.pointer() for each in document.actions[:2]] == ["/actions/0/say", "/actions/1"]


# Assumptions


def read(*actions, document=None, **assumed):
    """Read a document of these actions under some assumptions."""
    body = json.dumps(document if document is not None else {"actions": list(actions)}).encode()
    return reader(**assumed).read(body)


def names(document):
    """Return the names of the actions that run."""
    return [each.name for each in document.actions]


@pytest.mark.parametrize(
    "document",
    [
        {"actions": [say()], "version": 2},
        {"actions": [{"say": {"text": "Hi", "voice": "anna"}}]},
        {"actions": [{"type": "say", "text": "Hi", "voice": "anna"}]},
        {"actions": [{"hold": {"music": "jazz"}}]},
        {"actions": [{"type": "hold", "music": "jazz"}]},
    ],
)
def test_unknown_fields_may_be_passed_over(document):
    assert read(document=document).refused
    assert read(document=document, unknown_fields="ignored").findings == ()


@pytest.mark.parametrize(
    ("action", "code"),
    [
        ({"xyzzy": {}}, "MV114"),
        ({"type": "xyzzy"}, "MV114"),
        ({"say": {"text": "Hi"}, "hold": {}}, "MV113"),
        ({"say": {"text": "Hi"}, "voice": "anna"}, "MV113"),
        ({"say": {"txt": "Hi"}}, "MV115"),
    ],
)
def test_an_unknown_action_is_not_an_unknown_field(action, code):
    document = read(action, unknown_fields="ignored")
    assert document.refused
    assert [each.code for each in document.findings] == [code]


@pytest.mark.parametrize("name", ["transfer", "bridge"])
@pytest.mark.parametrize("write", [keyed, typed])
def test_aliases_of_a_destination_may_be_refused(write, name):
    document = read(write(name, to="+15551230099", **{"from": "+15551230001"}), destination_alias="refused")
    assert document.refused
    assert [(each.code, each.did_you_mean) for each in document.findings] == [("MV118", "destination"), ("MV118", None)]
    assert {each.severity for each in document.findings} == {"error"}
    assert not read(write(name, destination="+15551230099"), destination_alias="refused").findings


@pytest.mark.parametrize(
    ("url", "taken"),
    [
        ("/next", True),
        ("next", True),
        ("?a=1", True),
        ("../x", True),
        ("", False),
        (" ", False),
        ("/a b", False),
        ("ftp://a/b", False),
        ("http://", False),
    ],
)
def test_relative_urls_may_be_taken(url, taken):
    assert read(keyed("redirect", url=url)).refused
    assert read(keyed("redirect", url=url), relative_urls="resolved").refused is not taken


def test_relative_urls_are_those_of_redirects_only():
    document = read(keyed("start_stream", stream_url="/media"), relative_urls="resolved")
    assert [each.code for each in document.findings] == ["MV117"]


@pytest.mark.parametrize("url", ["mailto:a@example.com", "ftp:x", "//other.example.net/x", "//["])
def test_what_has_a_scheme_or_a_host_is_no_relative_url(url):
    document = read(keyed("redirect", url=url), relative_urls="resolved")
    assert [each.code for each in document.findings] == ["MV117"]


def test_a_refused_document_runs_in_no_part():
    assert names(read(say(), keyed("say"), say())) == []


@pytest.mark.parametrize(
    ("document", "run"),
    [
        ({"actions": [say(), keyed("hold"), keyed("say"), say()]}, ["say", "hold"]),
        ({"actions": [keyed("say"), say()]}, []),
        ({"actions": [say(), "hold", keyed("say")]}, ["say"]),
        ({"actions": [say(), typed("say", text=1)]}, ["say"]),
        ({"actions": [say(), {"say": {"text": "a"}, "hold": {}}]}, ["say"]),
        ({"actions": [say(), keyed("send_digits", digits="1" * 129)]}, ["say"]),
        ({"actions": [say(), keyed("say")], "version": 2}, []),
        ({"actions": {}}, []),
        ([], []),
    ],
)
def test_a_document_may_run_up_to_its_first_invalid_action(document, run):
    partial = read(document=document, invalid_document="partial")
    assert partial.refused
    assert names(partial) == run


@pytest.mark.parametrize("body", [b"no json", b"\xff", b""])
def test_nothing_runs_of_what_is_no_json_in_part(body):
    assert reader(invalid_document="partial").read(body).actions == ()


@pytest.mark.parametrize("name", [("send_digits", "digits", "send_digits_max"), ("conference", "room", "room_max")])
def test_a_value_longer_than_its_setting_names_the_setting(name):
    action, parameter, setting = name
    [finding] = read(keyed(action, **{parameter: "1" * 6}), **{setting: 5}).findings
    assert (finding.code, finding.where) == ("MV117", f"actions[0].{action}.{parameter}")
    assert finding.message == f"{parameter} has 6 characters; the setting {setting} allows 5"
    assert not read(keyed(action, **{parameter: "1" * 5}), **{setting: 5}).findings


# Verdicts


def counting():
    """Return a reader with a rule, and the list of what the rule was asked."""
    asked = []

    def check(actions):
        asked.append(actions)
        return []

    rule = Rule(code="TEAM1", name="n", severity="error", summary="s", why="w", fix="f", check=check)
    return reader(rules=[rule]), asked


def test_the_same_bytes_are_judged_once():
    judge, asked = counting()
    assert judge.read(DOCUMENT) is judge.read(bytes(bytearray(DOCUMENT)))
    assert len(asked) == 1


def test_other_bytes_are_judged_anew_even_when_they_say_the_same():
    judge, asked = counting()
    assert judge.read(DOCUMENT) == judge.read(DOCUMENT + b" ")
    assert len(asked) == 2


def test_a_refused_document_is_remembered_too():
    judge = reader()
    assert judge.read(b"no json") is judge.read(b"no json")


def test_so_many_documents_that_some_are_forgotten_are_judged_right_all_the_same():
    judge, asked = counting()
    for number in range(3000):
        document = judge.read(
            b'{"actions": [], "a": %d}' % number if number % 2 else b'{"actions": []} ' + b" " * number
        )
        assert document.refused == bool(number % 2)
    assert len(asked) == 1500
    assert judge.read(DOCUMENT) is judge.read(DOCUMENT)


def test_two_readers_do_not_share_verdicts():
    body = json.dumps({"actions": [keyed("say", text="Hi", voice="anna")]}).encode()
    assert reader().read(body).refused
    assert not reader(unknown_fields="ignored").read(body).refused

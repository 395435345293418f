from __future__ import annotations

from textwrap import dedent

import pytest

from pytest_minivoice import SettingError
from pytest_minivoice.flows.reader import read


def flows(text):
    return {each.name: each for each in read(dedent(text), "a.callflow.yaml")}


def test_a_flow_has_the_keys_of_its_document_and_may_give_its_own():
    found = flows("""
        from: "+15551230001"
        answer_url: /a
        destinations: {"+15551230098": busy, "+15551230097": busy}
        fixtures: [db]
        marks: [slow]
        flows:
          plain: {expect: {terminal: completed}}
          own:
            from: "+15551230003"
            answer_url: /b
            destinations: {"+15551230098": no_answer}
            fixtures: [cache]
            marks: [{skip: later}]
            expect: {terminal: completed}
        ---
        flows:
          other document: {expect: {terminal: completed}}
        """)
    assert found["plain"].flow.from_ == "+15551230001"
    assert found["own"].flow.from_ == "+15551230003"
    assert found["own"].flow.destinations == {"+15551230098": "no_answer", "+15551230097": "busy"}
    assert found["own"].fixtures == ("db", "cache")
    assert [mark.name for mark in found["own"].marks] == ["slow", "skip"]
    assert [each.settings["answer_url"][0] for each in found.values() if each.settings] == ["/a", "/b"]
    assert found["other document"].flow.from_ is None


def test_each_makes_one_flow_for_each_entry_with_its_values_in_place():
    found = flows("""
        flows:
          keys:
            each:
              - {digits: "1", to: "+15551230099", heard: [Hello, Sales]}
              - {digits: "2", to: "+15551230098", heard: [Hello]}
            caller: ["{digits}", {when: "for ${digits}", press: "{digits}#"}]
            destinations: {"{to}": busy}
            expect: {destination: "{to}", hears: "{heard}", variables: {literal: "{{digits}}"}}
        """)
    assert list(found) == ["keys[1-+15551230099]", "keys[2-+15551230098]"]
    flow = found["keys[2-+15551230098]"].flow
    assert flow.caller == ("2", {"when": "for 2", "press": "2#"})
    assert flow.destinations == {"+15551230098": "busy"}
    assert flow.expected == {"destination": "+15551230098", "hears": ["Hello"], "variables": {"literal": "{digits}"}}


def test_entries_of_each_with_the_same_values_are_told_apart():
    found = flows('flows: {a: {each: [{d: "1"}, {d: "1"}, {d: {}}], caller: ["1"], expect: {terminal: completed}}}')
    assert list(found) == ["a[1]", "a[1-1]", "a[each2]"]


def test_anchors_and_merge_keys_share_what_flows_have_in_common():
    found = flows("""
        flows:
          a: &a {caller: ["1"], expect: {terminal: completed}}
          b: {<<: *a, caller: ["2"]}
        """)
    assert found["b"].flow.caller == ("2",)
    assert found["b"].flow.expected == {"terminal": "completed"}


# ruff: noqa: E501 - a message stands in one line, as users read it
MISTAKES = [
    ("from: +15551230001\nflows: {a: {expect: {terminal: completed}}}", '1:7: from is +15551230001, a number; it must be text; write it in quotes: "+15551230001"'),
    ("form: x\nflows: {a: {expect: {terminal: completed}}}", "1:1: the document has no key 'form'; did you mean 'from'?"),
    ("flow: {a: {expect: {terminal: completed}}}", "1:1: the document needs the key 'flows' instead of 'flow'"),
    ("- a", "1:1: the document is a list; it must be a mapping, such as key: value"),
    ("", "1:1: there is no flow in this file; it needs flows:"),
    ("flows: {}", "1:8: flows is empty"),
    ("flows: {a: }", "1:12: flows.a is nothing; it must be a mapping"),
    ('flows: {"a::b": {expect: {terminal: completed}}}', "1:9: a key of flows is 'a::b'; it must be: name without :: and brackets"),
    ("flows: {a: {caller: [1], expect: {terminal: completed}}}", '1:22: flow \'a\': caller[0] is 1, a number; it must be text or a mapping, such as key: value; write it in quotes: "1"'),
    ("flows: {a: {caller: '1', expect: {terminal: completed}}}", "1:21: flow 'a': caller is '1', text; it must be a list; write [\"1\"]"),
    ("flows: {a: {caller: [E], expect: {terminal: completed}}}", "1:22: flow 'a': caller[0] is 'E': the caller cannot press 'E': a telephone has no key 'E'"),
    ("flows: {a: {caller: [hangup], expect: {terminal: completed}}}", "did you mean 'hang_up'?"),
    ("flows: {a: {caller: [{when: x}], expect: {terminal: completed}}}", "flow 'a': caller[0] needs the key 'press'"),
    ("flows: {a: {caller: [{when: x, pres: '1'}], expect: {terminal: completed}}}", "caller[0] needs the key 'press' instead of 'pres'"),
    ("flows: {a: {caller: [{when: x, press: time}], expect: {terminal: completed}}}", "caller[0].press is 'time': the caller cannot press"),
    ("flows: {a: {expect: {terminal: transfered}}}", "1:32: flow 'a': expect.terminal is 'transfered'; it must be one of completed, transferred, bridged, conferenced, hung_up, failed, canceled, rejected; did you mean 'transferred'?"),
    ("flows: {a: {expect: {events: [call.cancelled]}}}", "did you mean 'call.canceled'?"),
    ("flows: {a: {expect: {hears: Hello}}}", "expect.hears is 'Hello', text; it must be a list; write [\"Hello\"]"),
    ("flows: {a: {expect: {}}}", "1:21: flow 'a': expect is empty"),
    ("flows: {a: {caller: []}}", "1:12: flow 'a': it needs the key 'expect'"),
    ("flows: {a: {expekt: {terminal: completed}}}", "1:13: flow 'a': it has no key 'expekt'; did you mean 'expect'?"),
    ("flows: {a: {destinations: {'+15551230098': bussy}, expect: {terminal: failed}}}", "did you mean 'busy'?"),
    ("flows: {a: {destinations: {+15551230098: busy}, expect: {terminal: failed}}}", "1:28: flow 'a': a key of destinations is 15551230098; it must be: number or SIP URI, in quotes"),
    ("flows: {a: {variables: {yes: '1'}, expect: {terminal: failed}}}", "a key of variables is True; it must be: text in quotes"),
    ("flows: {a: {direction: outbound, variables: {a: b}, expect: {terminal: failed}}}", "1:34: flow 'a': variables belongs to an inbound call"),
    ("flows: {a: {metadata: {a: b}, expect: {terminal: failed}}}", "1:13: flow 'a': metadata belongs to an outbound call"),
    ("flows: {no: {expect: {terminal: failed}}}", "a key of flows is False; it must be: name without"),
    ("flows: {a: {to: '15551230001', expect: {terminal: failed}}}", "flow 'a': to is '15551230001'; it must be: E.164 number with +"),
    ("flows: {a: {direction: out, expect: {terminal: failed}}}", "it must be one of inbound, outbound"),
    ("flows: {a: {marks: [{a: 1, b: 2}], expect: {terminal: failed}}}", "marks[0] holds 2 keys; it must hold one"),
    ("flows: {a: {each: [{d: '1'}], caller: [{d}], expect: {terminal: failed}}}", 'write it in quotes: "{d}"'),
    ("flows: {a: {each: [{digits: '1'}], caller: ['{digit}'], expect: {terminal: failed}}}", "each has no parameter 'digit'; did you mean 'digits'?"),
    ("flows: {a: {each: [{d: '1'}, {d: E}], caller: ['{d}'], expect: {terminal: failed}}}", "flow 'a[E]': caller[0] is 'E': the caller cannot press 'E'"),
    ("flows: {a: {each: [], expect: {terminal: failed}}}", "each is empty"),
    ("flows: {a: {expect: {terminal: failed}}}\n---\nflows: {a: {expect: {terminal: failed}}}", "3:1: there is a flow 'a' already, on line 1"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), MISTAKES)
def test_a_mistake_is_named_with_file_line_column_and_what_was_meant(text, message):
    with pytest.raises(SettingError) as caught:
        read(text, "a.callflow.yaml")
    assert message in str(caught.value)
    assert str(caught.value).startswith("a.callflow.yaml:")


def test_all_mistakes_of_a_file_are_named_and_a_flood_is_cut():
    one = "  f{}: {{expect: {{terminal: nothing}}}}"
    with pytest.raises(SettingError) as caught:
        read("flows:\n" + "\n".join(one.format(number) for number in range(12)), "a.callflow.yaml")
    lines = str(caught.value).splitlines()
    assert len(lines) == 11
    assert lines[10] == "... and 2 more"

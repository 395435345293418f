"""The reader's short way to a verdict against the whole schema, which is the only truth."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from pytest_minivoice.rules.document import DocumentReader
from pytest_minivoice.spec.actions import action_names, parameters
from pytest_minivoice.spec.assumptions import Assumptions
from pytest_minivoice.spec.schema import schema

WHOLE = Draft202012Validator(schema("answer"))
NAMES = [*action_names(), "dial"]
FIELDS = sorted({field for name in action_names() for field in parameters(name)} | {"type", "extra"})
VALUES = [
    None,
    True,
    1,
    0,
    31,
    1.5,
    "",
    "1",
    "#",
    "Hello.",
    "both",
    "GET",
    "+15551230099",
    "https://example.com/next",
    "wss://media.example.com/a",
    {},
    [],
]

given_fields = st.dictionaries(st.sampled_from(FIELDS), st.sampled_from(VALUES), max_size=3)
keyed = st.dictionaries(st.sampled_from(NAMES), given_fields | st.sampled_from(VALUES), max_size=2)
typed = st.builds(lambda name, fields: {**fields, "type": name}, st.sampled_from([*NAMES, 5, None, []]), given_fields)
entries = keyed | typed | st.sampled_from(VALUES)
documents = st.fixed_dictionaries({"actions": st.lists(entries, max_size=3)}) | st.fixed_dictionaries(
    {"actions": st.sampled_from(VALUES)}, optional={"extra": st.sampled_from(VALUES)}
)


@given(documents)
def test_a_document_is_refused_if_and_only_if_the_whole_schema_refuses_it(document):
    verdict = DocumentReader(Assumptions()).read(json.dumps(document).encode())
    assert verdict.refused == (not WHOLE.is_valid(document))


def test_each_action_is_accepted_in_both_notations_by_the_short_way():
    least = {
        "say": {"text": "Hi"},
        "send_digits": {"digits": "1"},
        "redirect": {"url": "https://example.com/next"},
        "transfer": {"destination": "+15551230002"},
        "bridge": {"destination": "+15551230002"},
        "conference": {"room": "lobby"},
        "mute": {"direction": "both"},
        "unmute": {"direction": "both"},
        "start_stream": {"stream_url": "wss://media.example.com/a"},
    }
    for name in action_names():
        fields = least.get(name, {})
        for entry in ({name: fields}, {"type": name, **fields}):
            assert not DocumentReader(Assumptions()).read(json.dumps({"actions": [entry]}).encode()).refused

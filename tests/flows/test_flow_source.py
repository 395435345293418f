from __future__ import annotations

import sys

import pytest
import yaml

from pytest_minivoice.errors import FlowFileError
from pytest_minivoice.flows.source import documents


def read(text):
    return [each.plain for each in documents(text)]


def chained(link, count, *, first):
    """Write anchors, each of which repeats the one before."""
    lines = [f"x0: &x0 {first}"]
    lines += [f"x{number}: &x{number} {link.format(before=number - 1)}" for number in range(1, count)]
    return "\n".join(lines)


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\nb: ['x', \"y\", z, 1.5, true, null, ~, 0x10, 2024-01-31]",
        "a: &it {k: '1', n: [1]}\nb: *it\nc: {<<: *it, k: 2}",
        "a: &x {k: 1}\nb: &y {k: 2, l: 3}\nc: {<<: [*x, *y], m: 4}\nd:\n  <<: *y",
        "text: |\n  two\n  lines\nfolded: >-\n  one\n  line",
        "!!map {a: !!str 1, b: !!int '2'}",
    ],
)
def test_values_are_those_of_safe_load(text):
    assert read(text) == [yaml.safe_load(text)]


def test_each_document_is_read_and_empty_ones_are_passed_over():
    assert read("a: 1\n---\n---\nb: 2\n...\n") == [{"a": 1}, {"b": 2}]


def test_a_value_knows_its_line_and_column_also_behind_an_alias():
    [document] = documents("a: &x\n  k: one\nb: {<<: *x, l: two}\nc: *x")
    assert document.at(["a", "k"]).place == (2, 6)
    assert document.at(["b", "k"]).place == (2, 6)
    assert document.at(["b", "l"]).place == (3, 16)
    assert document.keys["b"] == (3, 1)


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("a: 1\na: 2", 2, 1, "the key 'a' is written twice; first on line 1"),
        ("a: [1, 2", 2, 1, "did not find expected ',' or ']'"),
        ("a: *b", 1, 4, "there is no anchor &b above"),
        ("a: &a [*a]", 1, 8, "the alias *a stands inside of what it repeats"),
        (
            "a: !!python/object/apply:os.system [ls]",
            1,
            4,
            "the tag tag:yaml.org,2002:python/object/apply:os.system is not",
        ),
        ("a: !!set {x, y}", 1, 4, "the tag tag:yaml.org,2002:set is not allowed"),
        ("a: !!int x", 1, 4, "'x' is not a value of int"),
        ("a: !!int ''", 1, 4, "'' is not a value of int"),
        ("a: !!bool x", 1, 4, "'x' is not a value of bool"),
        ("a: !!timestamp x", 1, 4, "'x' is not a value of timestamp"),
        ("a: 2024-99-99", 1, 4, "'2024-99-99' is not a value of timestamp"),
        ("a: \x07", 1, 4, "is not allowed in YAML"),
        ("? [a]\n: b", 1, 3, "a key must be a single word or text"),
        ("a: {<<: 3}", 1, 9, "<< merges a mapping, or a list of mappings"),
        ("[" * 1000, 1, 42, "nested more than 40 deep"),
    ],
)
def test_what_is_not_read_is_refused_at_its_place(text, line, column, message):
    with pytest.raises(FlowFileError) as caught:
        read(text)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert message in caught.value.message


def test_an_alias_bomb_is_refused_before_it_is_expanded():
    bomb = chained("[" + ", ".join(["*x{before}"] * 10) + "]", 30, first="[1]")
    with pytest.raises(FlowFileError, match="repeat more than 100000 values"):
        read(bomb)


def test_a_merge_bomb_is_refused_before_it_is_expanded():
    merged = "{{" + "<<: [" + ", ".join(["*x{before}"] * 100) + "]}}"
    with pytest.raises(FlowFileError, match="repeat more than 100000 values"):
        read(chained(merged, 30, first="{" + ", ".join(f"k{number}: 1" for number in range(100)) + "}"))


def test_many_aliases_of_small_values_are_no_bomb():
    text = "a: &a {k: '1'}\nb: [" + ", ".join(["*a"] * 1000) + "]"
    assert len(read(text)[0]["b"]) == 1000


def test_yaml_that_was_forgotten_and_imported_again_is_still_read(monkeypatch):
    read("a: 1")
    for name in [name for name in sys.modules if name.partition(".")[0] == "yaml"]:
        monkeypatch.delitem(sys.modules, name)
    assert read("a: 1") == [{"a": 1}]
    with pytest.raises(FlowFileError, match="did not find expected"):
        read("a: [")

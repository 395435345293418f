"""The schema of the settings: names, defaults, values, and what is said about each."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Any, get_args, get_type_hints

import pytest
from schema_files import SCHEMAS, errors

from pytest_minivoice.spec.assumptions import Assumptions

SETTINGS: dict[str, Any] = SCHEMAS["settings"]["properties"]
ASSUMPTIONS = {name: each for name, each in SETTINGS.items() if each.get("x-assumption")}


def test_the_assumptions_of_the_schema_are_those_of_the_code() -> None:
    assert {name: each["default"] for name, each in ASSUMPTIONS.items()} == asdict(Assumptions())
    values = {name: list(get_args(hint)) for name, hint in get_type_hints(Assumptions).items()}
    assert {name: each.get("enum", []) for name, each in ASSUMPTIONS.items()} == values


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
        ("ignore", [[], ["MV101", "TEAM1"]], ["MV101", ["MV 101"], ["1"], [""], [5]]),
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
    assert ("enum", [name]) in errors("settings", {name: "other"})


@pytest.mark.parametrize("name", [name for name, each in SETTINGS.items() if "enum" not in each])
def test_a_setting_of_another_type_is_refused(name: str) -> None:
    wrong = 1.5 if SETTINGS[name]["type"] in {"string", "integer"} else "1.5"
    assert errors("settings", {name: wrong}) == [("type", [name])]
    if SETTINGS[name]["type"] == "array":
        assert errors("settings", {name: [1]}) == [("type", [name, 0])]


def test_settings_are_an_object() -> None:
    assert errors("settings", []) == [("type", [])]


def test_an_unknown_setting_is_refused() -> None:
    assert errors("settings", {"answer_metod": "GET"}) == [("additionalProperties", [])]

"""Settings laid over settings: what is taken, what is refused, and what a refusal says."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest
from phone import ANSWER, CODES, HOOKS, Site, answer, open_account, say

from pytest_minivoice import MiniVoiceError, SettingError
from pytest_minivoice.settings import Settings, names, override
from pytest_minivoice.spec.assumptions import Assumptions


def change(before=None, **given):
    """Override settings, as the marker does."""
    return override(before or Settings(), given, origin="@pytest.mark.minivoice", codes=CODES)


def refusal(**given):
    """Return what is said to values that are refused; the settings must stay as they were."""
    before = Settings()
    with pytest.raises(SettingError) as caught:
        change(before, **given)
    assert before == Settings()
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, MiniVoiceError)
    return str(caught.value)


def test_nothing_given_changes_nothing():
    assert change() == Settings()


def test_later_values_win_over_earlier_ones_and_leave_the_others():
    first = change(max_redirects=3, webhook_secret="a")
    second = change(first, max_redirects=5)
    assert (first.max_redirects, second.max_redirects, second.webhook_secret) == (3, 5, "a")


def test_settings_cannot_be_changed_in_place():
    with pytest.raises(FrozenInstanceError):
        Settings().strict = False


def test_settings_are_listed_by_name_with_all_assumptions_among_them():
    assert names() == sorted(names())
    assert set(Assumptions.__dataclass_fields__) <= set(names())
    assert {"app", "answer_url", "webhook_url", "webhook_secret", "base_url", "hosts", "ignore", "strict"} <= set(
        names()
    )


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("answer_ur", "answer_url"),
        ("max_redirect", "max_redirects"),
        ("webhook-secret", "webhook_secret"),
        ("Strict", "strict"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest_one_and_the_list(name, meant):
    assert refusal(**{name: 1}) == (
        f"@pytest.mark.minivoice: there is no setting {name!r}; did you mean {meant!r}?\n"
        f"- settings: {', '.join(names())}"
    )


def test_a_name_that_is_like_no_other_is_refused_with_the_list_alone():
    assert refusal(xyzzy=1) == (
        f"@pytest.mark.minivoice: there is no setting 'xyzzy'\n- settings: {', '.join(names())}"
    )


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("strict", "yes", "is 'yes'; it must be true or false"),
        ("strict", None, "is None; it must be true or false"),
        ("strict", 1, "is 1; it must be true or false"),
        ("answer_method", "post", "is 'post'; it must be one of POST, GET; did you mean 'POST'?"),
        ("answer_method", "PUT", "is 'PUT'; it must be one of POST, GET"),
        ("actions_exhausted", "complete", "must be one of completed, in_progress; did you mean 'completed'?"),
        ("rejected_call", 1, "is 1; it must be one of created_and_failed, failed_only, none"),
        ("max_redirects", 21, "is 21; it must be a whole number from 0 to 20"),
        ("max_redirects", -1, "is -1; it must be a whole number from 0 to 20"),
        ("max_redirects", "5", "is '5'; it must be a whole number from 0 to 20"),
        ("max_redirects", True, "is True; it must be a whole number from 0 to 20"),
        ("max_redirects", 1.5, "is 1.5; it must be a whole number from 0 to 20"),
        ("created_status", "200", "is '200'; it must be one of 201, 200; did you mean 200, the number?"),
        ("created_status", "abc", "is 'abc'; it must be one of 201, 200"),
        ("created_status", 202, "is 202; it must be one of 201, 200"),
        ("ai_missing_status", "404", "is '404'; it must be one of 404, 200; did you mean 404, the number?"),
        ("ai_missing_status", None, "is None; it must be one of 404, 200"),
        ("gather_timeout_seconds", 0, "is 0; it must be a whole number from 1 to 30"),
        ("gather_timeout_seconds", 31, "is 31; it must be a whole number from 1 to 30"),
        ("webhook_attempts", 0, "is 0; it must be a whole number of at least 1"),
        ("send_digits_max", 0, "is 0; it must be a whole number of at least 1"),
        ("room_max", None, "is None; it must be a whole number of at least 1"),
        ("answer_timeout_seconds", 0, "is 0; it must be a number above 0"),
        ("answer_timeout_seconds", float("inf"), "is inf; it must be a number above 0"),
        ("answer_timeout_seconds", float("nan"), "is nan; it must be a number above 0"),
        ("answer_timeout_seconds", "5", "is '5'; it must be a number above 0"),
        ("gather_status", "done", "is 'done'; it must be a string such as 'completed, timed_out'"),
        ("gather_status", "a, b, c", "is 'a, b, c'; it must be a string such as 'completed, timed_out'"),
        (
            "variable_actions",
            "put=x",
            "is 'put=x'; it must be a string such as 'set=set_variable, remove=remove_variable'",
        ),
        ("answer_url", "", "is ''; it must be a string such as '/minivoice/answer'"),
        ("answer_url", "answer", "is 'answer'; it must be a string such as '/minivoice/answer'"),
        ("answer_url", "//example.com/a", "it must be a string such as '/minivoice/answer'"),
        ("webhook_url", "hooks", "is 'hooks'; it must be a string such as '/minivoice/webhooks'"),
        ("webhook_secret", "", "is ''; it must be a string that is not empty"),
        (
            "base_url",
            "example.com",
            "is 'example.com'; it must be a string such as 'https://example.com', without a path",
        ),
        ("base_url", "https://example.com/app", "it must be a string such as 'https://example.com', without a path"),
        (
            "hosts",
            "agents.example.com=a:b",
            "it must be a dict, or lines such as agents.example.com=package.module:app",
        ),
        ("hosts", ["agents.example.com"], "it must be a dict, or lines such as agents.example.com=package.module:app"),
        ("hosts", None, "is None; it must be a dict, or lines such as agents.example.com=package.module:app"),
        ("ignore", None, 'is None; it must be rule codes such as ["MV203"]'),
        ("ignore", [203], 'is [203]; it must be rule codes such as ["MV203"]'),
    ],
)
def test_a_wrong_value_is_refused_with_what_it_must_be(name, value, wanted):
    message = refusal(**{name: value})
    assert message.startswith(f"@pytest.mark.minivoice: {name} is {value!r}; ")
    assert message.endswith(wanted)


@pytest.mark.parametrize(("code", "hint"), [("XYZZY", ""), ("mv203", "; did you mean 'MV203'?")])
def test_a_code_that_no_rule_has_is_refused(code, hint):
    assert refusal(ignore=[code]) == (
        f"@pytest.mark.minivoice: ignore names {code!r}, there is no such rule{hint} "
        "(pytest --minivoice-rules lists them)"
    )


@pytest.mark.parametrize(
    "given", ["MV203", "MV203 MV210", "MV203, MV210", ["MV203", "MV210"], ("MV203,MV210",), ["MV203 MV210"]]
)
def test_codes_to_ignore_are_taken_from_a_list_or_a_line(given):
    assert change(ignore=given).ignore == (("MV203", "MV210") if given != "MV203" else ("MV203",))


def test_codes_of_a_team_can_be_ignored():
    settings = override(Settings(), {"ignore": ["TEAM1"]}, origin="ini", codes=[*CODES, "TEAM1"])
    assert settings.ignore == ("TEAM1",)


def test_hosts_are_taken_from_lines_or_a_dict_in_lower_case():
    app = object()
    assert change(hosts={"Agents.Example.com": app}).hosts == {"agents.example.com": app}
    lines = ["Agents.example.com = agents.app:app", "b.example.com:8443=http://127.0.0.1:8000"]
    assert change(hosts=lines).hosts == {
        "agents.example.com": "agents.app:app",
        "b.example.com:8443": "http://127.0.0.1:8000",
    }


@pytest.mark.parametrize("host", ["https://agents.example.com", "agents.example.com/path", "", "a b"])
def test_a_host_that_no_url_can_have_is_refused(host):
    assert "hosts" in refusal(hosts={host: object()})
    assert "hosts" in refusal(hosts=[f"{host}=agents.app:app"])


@pytest.mark.parametrize("name", ["webhook_url", "webhook_secret"])
def test_what_has_no_default_can_be_unset_again(name):
    before = change(**{name: "/x"})
    assert getattr(change(before, **{name: None}), name) is None


def test_any_object_can_be_the_application():
    app = object()
    assert change(app=app).app is app


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("answer_url", "https://voice.example.com/answer?tenant=1"),
        ("webhook_url", "/hooks?x=1"),
        ("base_url", "http://localhost:8000"),
        ("answer_timeout_seconds", 0.5),
        ("max_redirects", 0),
        ("gather_status", "done,silence"),
        ("variable_actions", "remove=drop-it"),
    ],
)
def test_a_right_value_is_kept_as_it_is(name, value):
    assert getattr(change(**{name: value}), name) == value


def test_one_wrong_value_among_right_ones_changes_nothing():
    assert refusal(strict=False, max_redirects=99).startswith("@pytest.mark.minivoice: max_redirects is 99")


def test_a_whole_number_written_with_a_point_counts_as_one():
    site = Site({ANSWER: [say()], HOOKS: answer({}, status=500)})
    call = open_account(site, strict=False, webhook_url=HOOKS, webhook_attempts=2.0).inbound_call()
    assert [len(each.attempts) for each in call.webhooks] == [2, 2, 2]

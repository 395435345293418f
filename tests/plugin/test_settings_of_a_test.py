from __future__ import annotations

import pytest
from shown import shown

from pytest_minivoice.settings import names

LISTED = "\n- settings: " + ", ".join(names())


def run_setting(project: pytest.Pytester, marker: str, body: str = "pass", ini: str = "") -> pytest.RunResult:
    if ini:
        project.makeini(f"[pytest]\n{ini}")
    project.makepyfile(f"import pytest\n\n{marker}\ndef test_menu(minivoice): {body}")
    return project.runpytest_inprocess()


def test_the_nearest_marker_wins_over_the_ini_option(project):
    project.makeini("[pytest]\nminivoice_answer_timeout_seconds = 1")
    project.makepyfile(
        test_ini="def test_ini(minivoice): assert minivoice.settings.answer_timeout_seconds == 1",
        test_markers="""
        import pytest

        pytestmark = pytest.mark.minivoice(answer_timeout_seconds=2, room_max=7)

        def test_module(minivoice):
            assert minivoice.settings.answer_timeout_seconds == 2

        @pytest.mark.minivoice(answer_timeout_seconds=3)
        class TestClass:
            def test_class(self, minivoice):
                assert minivoice.settings.answer_timeout_seconds == 3

            @pytest.mark.minivoice(answer_timeout_seconds=4)
            def test_method(self, minivoice):
                assert minivoice.settings.answer_timeout_seconds == 4
                assert minivoice.settings.room_max == 7

            @pytest.mark.minivoice(answer_timeout_seconds=5)
            @pytest.mark.minivoice(answer_timeout_seconds=6)
            def test_lowest_decorator(self, minivoice):
                assert minivoice.settings.answer_timeout_seconds == 6
        """,
    )
    project.runpytest_inprocess().assert_outcomes(passed=5)


def test_settings_are_read_only(project):
    result = run_setting(project, "", "minivoice.settings.strict = False")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E*FrozenInstanceError: cannot assign to field 'strict'"])


def test_every_setting_has_an_ini_option(project):
    project.makeini(
        """
        [pytest]
        minivoice_strict = false
        minivoice_answer_timeout_seconds = 0.5
        minivoice_max_redirects = 3
        minivoice_answer_method = GET
        minivoice_ignore =
            MV203
            MV210
        minivoice_hosts =
            agents.example.com = hello:app
        minivoice_webhook_secret = s3cret
        """
    )
    project.makepyfile(
        """
        def test_menu(minivoice):
            settings = minivoice.settings
            assert settings.strict is False
            assert settings.answer_timeout_seconds == 0.5
            assert settings.max_redirects == 3
            assert settings.answer_method == "GET"
            assert settings.ignore == ("MV203", "MV210")
            assert settings.hosts == {"agents.example.com": "hello:app"}
            assert settings.webhook_secret == "s3cret"
        """,
        hello="def app(request): return {}",
    )
    project.runpytest_inprocess().assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            "strct=False",
            "@pytest.mark.minivoice: there is no setting 'strct'; did you mean 'strict'?" + LISTED,
        ),
        ("nonsense=1", "@pytest.mark.minivoice: there is no setting 'nonsense'" + LISTED),
        ("strict='no'", "@pytest.mark.minivoice: strict is 'no'; it must be true or false"),
        ("answer_method='Post'", "@pytest.mark.minivoice: answer_method is 'Post'; it must be one of POST, GET..."),
        (
            "caller_hangup='complete'",
            "@pytest.mark.minivoice: caller_hangup is 'complete'; it must be one of completed, failed, canceled; did you mean 'completed'?",  # noqa: E501 - as pytest prints it
        ),
        ("max_redirects=21", "@pytest.mark.minivoice: max_redirects is 21; it must be a whole number from 0 to 20"),
        (
            "answer_timeout_seconds=0",
            "@pytest.mark.minivoice: answer_timeout_seconds is 0; it must be a number above 0",
        ),
        (
            "webhook_attempts=0",
            "@pytest.mark.minivoice: webhook_attempts is 0; it must be a whole number of at least 1",
        ),
        (
            "webhook_url='webhooks'",
            "@pytest.mark.minivoice: webhook_url is 'webhooks'; it must be a string such as '/minivoice/webhooks'",
        ),
        (
            "answer_url=None",
            "@pytest.mark.minivoice: answer_url is None; it must be a string such as '/minivoice/answer'",
        ),
        (
            "base_url='example.com'",
            (
                "@pytest.mark.minivoice: base_url is 'example.com'; "
                "it must be a string such as 'https://example.com', without a path"
            ),
        ),
        (
            "ignore=['MV999']",
            "@pytest.mark.minivoice: ignore names 'MV999', ...there is no such rule... (pytest --minivoice-rules lists them)",  # noqa: E501 - as pytest prints it
        ),
        (
            "ignore=['MV20']",
            "@pytest.mark.minivoice: ignore names 'MV20', ...there is no such rule; did you mean 'MV2...",
        ),
        ("ignore=5", '@pytest.mark.minivoice: ignore is 5; it must be rule codes such as ["MV203"]'),
        (
            "hosts='agents'",
            "@pytest.mark.minivoice: hosts is 'agents'; it must be a dict, or lines such as agents.example.com=package.module:app",  # noqa: E501 - as pytest prints it
        ),
        ("False", "@pytest.mark.minivoice takes keywords only, such as minivoice(strict=False)"),
    ],
)
def test_a_mistake_in_the_marker_is_told_with_the_names_that_exist(project, arguments, message):
    result = run_setting(project, f"@pytest.mark.minivoice({arguments})")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"*{line}" for line in shown(message)], consecutive=True)


@pytest.mark.parametrize("lines", [{2, 4, 6}, {4, 6}, {6}])
def test_a_mistake_in_a_marker_is_told_with_its_line(project, lines):
    module, of_class, function = ("strct=1" if line in lines else "strict=True" for line in (2, 4, 6))
    project.makepyfile(
        test_it=f"""
        import pytest
        pytestmark = pytest.mark.minivoice({module})
        @pytest.mark.minivoice_flow(["1"], terminal="transferred")
        @pytest.mark.minivoice({of_class})
        class TestIt:
            @pytest.mark.minivoice({function})
            def test_it(self): pass
        """
    )
    result = project.runpytest_inprocess()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"test_it.py:{min(lines)}: @pytest.mark.minivoice: there is no setting 'strct'*"])


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("answer_method", "PUT", "answer_method is 'PUT'; it must be one of POST, GET"),
        ("strict", "perhaps", "strict...perhaps..."),
        ("max_redirects", "21", "max_redirects is 21; it must be a whole number from 0 to 20"),
        ("max_redirects", "many", "max_redirects...many..."),
        ("webhook_attempts", "0", "webhook_attempts is 0; it must be a whole number of at least 1"),
        ("ignore", "MV999", "ignore names 'MV999', ...there is no such rule... (pytest --minivoice-rules lists them)"),
        (
            "hosts",
            "agents.example.com",
            "hosts is ...; it must be a dict, or lines such as agents.example.com=package.module:app",
        ),
        ("answer_url", "answer", "answer_url is 'answer'; it must be a string such as '/minivoice/answer'"),
    ],
)
def test_a_wrong_ini_value_is_told_with_the_name_of_the_ini_option(project, option, value, message):
    result = run_setting(project, "", ini=f"minivoice_{option} = {value}")
    result.assert_outcomes(errors=1)
    [pattern] = shown(message)
    result.stdout.fnmatch_lines([f"*{pattern}"])
    result.stdout.fnmatch_lines([f"*minivoice_{option}*"])


def test_a_wrong_setting_is_told_without_a_traceback_of_the_plugin(project):
    result = run_setting(project, "@pytest.mark.minivoice(strct=False)")
    result.assert_outcomes(errors=1)
    assert "raise SettingError" not in result.stdout.str()


def test_an_ignored_rule_is_not_reported(project):
    body = "assert minivoice.inbound_call().press('9').findings == []"
    run_setting(project, "@pytest.mark.minivoice(ignore=['MV211'])", body).assert_outcomes(passed=1)
    run_setting(project, "@pytest.mark.minivoice(ignore='MV210, MV211')", body).assert_outcomes(passed=1)
    run_setting(project, "", body).assert_outcomes(failed=1)


def test_without_strict_the_reaction_of_minivoice_is_simulated(project):
    body = """
    call = minivoice.inbound_call().press("8")
    assert (call.terminal, call.status, call.reason) == ("failed", "failed", "redirect_failed")
    assert [finding.code for finding in call.findings] == ["MV114"]
    assert call.events[-1] == "call.failed"
    """
    run_setting(project, "@pytest.mark.minivoice(strict=False)", body).assert_outcomes(passed=1)


def test_with_strict_a_warning_does_not_fail_the_test(project):
    body = "assert [each.code for each in minivoice.inbound_call().press('9').findings] == ['MV211']"
    run_setting(project, "", body).assert_outcomes(passed=1)

from __future__ import annotations

import pytest
from shown import shown

ACTIONS = """
from pytest_minivoice import CustomAction

def pytest_minivoice_actions():
    schema = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "value": {"type": "string"}},
        "required": ["name", "value"],
        "additionalProperties": False,
    }
    change = lambda parameters, variables: {parameters["name"]: parameters["value"], "old": variables.get("language")}
    return [CustomAction(name="set_var", schema=schema, variables=change)]
"""

RULES = """
from pytest_minivoice import Rule

def polite(actions):
    for action in actions:
        if action.name == "say" and "please" not in action.parameters["text"].lower():
            yield action, "say please"

def pytest_minivoice_rules():
    return [Rule(code="{code}", name="be-polite", severity="{severity}", summary="A text is rude.", why="Callers mind.",
                 fix="Say please.", check=polite)]
"""


def app(*actions: str) -> str:
    return f"""
import pytest

@pytest.fixture
def minivoice_app():
    return lambda request: {{"actions": [{", ".join(actions)}]}}
"""


SAY = '{"say": {"text": "Hello."}}'


def test_an_action_of_ones_own_is_validated_and_changes_variables(pytester):
    set_var = '{"set_var": {"name": "language", "value": "fr"}}'
    pytester.makeconftest(ACTIONS + app(set_var, SAY))
    pytester.makepyfile(
        """
        def test_menu(minivoice):
            call = minivoice.inbound_call(variables={"language": "de"})
            assert call.variables == {"language": "fr", "old": "de"}
            assert call.actions == ["set_var", "say"]
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=1)


def test_a_wrong_parameter_of_an_action_of_ones_own_is_a_finding(pytester):
    pytester.makeconftest(ACTIONS + app('{"set_var": {"name": 5, "value": "fr"}}', SAY))
    pytester.makepyfile("def test_menu(minivoice): minivoice.inbound_call()")
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(shown("E...MV116 wrong-type: ...\nE...- at: actions[0].set_var.name"), consecutive=True)


def test_an_action_of_ones_own_cannot_take_the_name_of_a_documented_one(pytester):
    pytester.makeconftest(ACTIONS.replace('"set_var"', '"say"') + app(SAY))
    pytester.makepyfile("def test_menu(minivoice): pass")
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*the action 'say' is MiniVoice's own; register yours under another name"])


def test_a_rule_of_ones_own_fails_tests(pytester):
    pytester.makeconftest(RULES.format(code="TEAM1", severity="error") + app(SAY))
    pytester.makepyfile("def test_menu(minivoice): minivoice.inbound_call()")
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        shown(
            """
            E...TEAM1 be-polite: say please
            E...- at: actions[0].say
            E...- pointer: /actions/0/say
            E...- answered to: POST https://example.com/minivoice/answer
            E...- why: Callers mind.
            E...- fix: Say please.
            """
        ),
        consecutive=True,
    )


def test_a_rule_of_ones_own_is_listed_warned_of_and_ignored_as_the_others_are(pytester):
    pytester.makeconftest(RULES.format(code="TEAM1", severity="warning") + app(SAY))
    pytester.makepyfile(
        test_menu="""
        import pytest

        def test_menu(minivoice): minivoice.inbound_call()

        @pytest.mark.minivoice(ignore=["TEAM1"])
        def test_ignored(minivoice): assert minivoice.inbound_call().findings == []
        """
    )
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["TEAM1 be-polite (warning): once, first test_menu.py::test_menu at actions*"])
    pytester.runpytest_inprocess("--minivoice-rules").stdout.fnmatch_lines(["TEAM1 be-polite (warning)"])


def test_a_rule_of_ones_own_needs_a_code_of_its_own(pytester):
    pytester.makeconftest(RULES.format(code="MV114", severity="warning") + app(SAY))
    pytester.makepyfile("def test_menu(minivoice): pass")
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*pytest_minivoice_rules: the code MV114 is used 2 times; give each rule its own"])


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        (RULES.format(code="TEAM1", severity="warn"), "the severity of TEAM1 is 'warn'; * did you mean 'warning'?"),
        ("def pytest_minivoice_rules(): return ['TEAM1']", "'TEAM1' is no pytest_minivoice.Rule"),
    ],
)
def test_a_rule_of_ones_own_is_checked(pytester, rules, message):
    pytester.makeconftest(rules + "\n" + app(SAY))
    pytester.makepyfile("def test_menu(minivoice): pass")
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"*pytest_minivoice_rules: {message}"])


def test_a_request_for_an_answer_is_shaped(pytester):
    pytester.makeconftest(
        """
        import pytest

        def pytest_minivoice_answer_request(request, call):
            request.headers["X-Call"] = call.id

        @pytest.fixture
        def minivoice_app():
            return lambda request: {"actions": [{"say": {"text": request.headers["X-Call"]}}]}
        """
    )
    pytester.makepyfile(
        """
        def test_menu(minivoice):
            call = minivoice.inbound_call()
            assert call.heard == [call.id]
            assert call.requests[0].request.headers["X-Call"] == call.id
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=1)


def test_shaping_hooks_follow_each_other(pytester):
    hook = """
def pytest_minivoice_answer_request(request, call):
    request.url += "{letter}"
"""
    pytester.makeconftest(hook.format(letter="a") + app('{"say": {"text": request.path}}'))
    pytester.makepyfile(other=hook.format(letter="b"))
    pytester.makepyfile(
        """
        def test_menu(minivoice):
            [said] = minivoice.inbound_call().heard
            assert sorted(said.removeprefix("/minivoice/answer")) == ["a", "b"]
        """
    )
    pytester.syspathinsert()
    pytester.runpytest_inprocess("-p", "other").assert_outcomes(passed=1)


def test_the_end_of_each_call_is_told_once(pytester):
    pytester.makeconftest(
        """
        ENDED = []

        def pytest_minivoice_call_ended(call):
            ENDED.append((call.id, call.terminal))
        """
        + app('{"gather": {"prompt": "Press 1."}}', '{"redirect": {"url": "https://example.com/next"}}').replace(
            "\n", "\n        "
        )
    )
    pytester.makepyfile(
        """
        from conftest import ENDED

        def test_menu(minivoice):
            call = minivoice.inbound_call()
            assert ENDED == []
            call.hang_up()
            assert ENDED == [(call.id, "hung_up")]
            rejected = minivoice.inbound_call(did=minivoice.dids.add("+15551230009", route_mode="reject"))
            assert ENDED[1:] == [(rejected.id, "rejected")]
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=1)


def test_the_end_is_told_too_when_a_finding_is_only_noted(pytester):
    pytester.makeconftest(
        """
        ENDED = []

        def pytest_minivoice_call_ended(call):
            ENDED.append([finding.code for finding in call.findings])
        """
        + app("5").replace("\n", "\n        ")
    )
    pytester.makepyfile(
        """
        import pytest
        from conftest import ENDED

        @pytest.mark.minivoice(strict=False)
        def test_menu(minivoice):
            minivoice.inbound_call()
            assert ENDED == [["MV112"]]
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=1)

"""`--minivoice-generate` writes contracts that take every branch, and that pass as they were written."""

from __future__ import annotations

import re

import pytest
import yaml

TESTS = """
def test_every_path(minivoice):
    minivoice.explore()
"""
NAME = "test_calls-test_every_path.callflow.yaml"


@pytest.fixture
def generated(project):
    """Give a project whose call flow was written down as contracts."""
    project.makepyfile(test_calls=TESTS)
    result = project.runpytest_inprocess("--minivoice-generate=contracts")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines([f"contracts?{NAME}: * calls for 36 branches"])
    return project


def test_they_pass_and_take_every_branch(generated):
    result = generated.runpytest_inprocess("--minivoice-cov", "--minivoice-cov-fail-under=100")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["all * 36 * 36   100%"])


def test_they_can_be_read(generated):
    text = (generated.path / "contracts" / NAME).read_text(encoding="utf-8")
    made = "# Generated from test_calls.py::test_every_path: exhaustive: 12 states, 36 branches, loops x5"
    assert re.fullmatch(rf"{made} \(unedited: [0-9a-f]{{8}}\)", text.splitlines()[1])
    written = yaml.safe_load(text)
    assert written["answer_url"] == "/minivoice/answer"
    assert written["flows"]["1, +15551230099 busy"] == {
        "caller": ["1"],
        "destinations": {"+15551230099": "busy"},
        "expect": {"hears": ["Press 1 for sales or 2 for support."], "terminal": "failed"},
    }
    assert written["flows"]["8"]["expect"]["findings"] == ["MV114"]


def test_a_change_of_the_application_fails_them(generated):
    conftest = generated.path / "conftest.py"
    conftest.write_text(conftest.read_text().replace('"room": "daily"', '"room": "weekly"'))
    assert generated.runpytest_inprocess("contracts").parseoutcomes()["failed"] >= 1


def test_they_are_written_again_but_what_was_written_by_hand_stays(generated):
    generated.runpytest_inprocess("test_calls.py", "--minivoice-generate=contracts").assert_outcomes(passed=1)
    file = generated.path / "contracts" / NAME
    file.write_text("flows: {}\n", encoding="utf-8")
    result = generated.runpytest_inprocess("test_calls.py", "--minivoice-generate=contracts")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines([f"*: not written: there is a {NAME} that this option did not write; move it away"])
    assert file.read_text(encoding="utf-8") == "flows: {}\n"


RECORDED = "test_calls-test_sales.callflow.yaml"


@pytest.fixture(params=["generate", "record"])
def written(request, project):
    """Give a file that an option wrote, and what runs the option again and returns what it says of the file."""
    tests = f"{TESTS}\ndef test_sales(minivoice): minivoice.inbound_call().press('1')\n"
    project.makepyfile(test_calls=tests)
    name = NAME if request.param == "generate" else RECORDED

    def run():
        result = project.runpytest_inprocess("test_calls.py", f"--minivoice-{request.param}=contracts")
        result.assert_outcomes(passed=2)
        return "\n".join(each for each in result.outlines if "contracts" in each or "not written" in each)

    run()
    return project.path / "contracts" / name, run


EDITS = {
    "a line above": lambda text: "# Kept by the team.\n" * 5 + text,
    "a line below": lambda text: text + "# Kept by the team.\n",
    "another flow": lambda text: text.replace("+15551230099", "+15551230000"),
    "another title": lambda text: text.replace("test_calls.py", "test_call.py"),
    "no checksum": lambda text: re.sub(r" \(unedited: .*\)", "", text),
    "a wrong checksum": lambda text: re.sub(r"(unedited: )........", r"\g<1>00000000", text),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_an_edited_file_is_left_as_it_is_until_it_is_deleted(written, edit):
    file, run = written
    before = file.read_text(encoding="utf-8")
    edited = edit(before)
    assert edited != before
    file.write_text(edited, encoding="utf-8")
    assert f"not written: {file.name} was edited since it was written; move it away or delete it" in run()
    assert file.read_text(encoding="utf-8") == edited
    file.unlink()
    assert "not written" not in run()
    assert file.read_text(encoding="utf-8") == before


def test_the_line_ends_of_a_checkout_are_no_edit(written):
    file, run = written
    before = file.read_bytes()
    file.write_bytes(before.replace(b"\n", b"\r\n"))
    assert "not written" not in run()
    assert file.read_bytes().replace(b"\r\n", b"\n") == before


def test_a_file_that_another_option_wrote_is_left_as_it_is(written):
    file, run = written
    text = file.read_text(encoding="utf-8")
    other = text.replace("# Generated ", "# Written ").replace("# Recorded ", "# Written ")
    file.write_text(other, encoding="utf-8")
    assert f"not written: there is a {file.name} that this option did not write; move it away" in run()
    assert file.read_text(encoding="utf-8") == other


def test_a_folder_that_cannot_be_made_is_told(generated):
    (generated.path / "file").write_text("", encoding="utf-8")
    result = generated.runpytest_inprocess("test_calls.py", "--minivoice-generate=file/contracts")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*: not written: *"])


@pytest.mark.parametrize("option", ["--minivoice-generate", "--minivoice-record"])
@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("conftest.py", "'conftest.py' must be a folder: a contract is written into it for each test"),
        ("new.callflow.yaml", "'new.callflow.yaml' must be a folder: a contract is written into it for each test"),
        ("", "it needs the name of a folder"),
    ],
)
def test_a_file_is_refused_where_a_folder_is_meant(project, option, name, told):
    result = project.runpytest(f"{option}={name}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*: error: argument {option}: {told}"])


def test_outbound_calls_numbers_variables_and_settings_are_written(project):
    project.makepyfile(
        test_calls="""
        import pytest

        @pytest.mark.minivoice(gather_timeout_seconds=3, ignore=["MV203"])
        def test_every_path(minivoice):
            minivoice.explore("+15551230005", "+15551230006", variables={"no": "on"})

        def test_outbound(minivoice):
            minivoice.explore(to="+15551230007", direction="outbound")
            minivoice.explore(to="+15551230007", direction="outbound")
        """
    )
    project.runpytest_inprocess("--minivoice-generate=contracts").assert_outcomes(passed=2)
    first = yaml.safe_load((project.path / "contracts" / NAME).read_text(encoding="utf-8"))
    assert {key: each for key, each in first.items() if key != "flows"} == {
        "answer_url": "/minivoice/answer",
        "from": "+15551230005",
        "to": "+15551230006",
        "variables": {"no": "on"},
        "settings": {"gather_timeout_seconds": 3, "ignore": ["MV203"]},
    }
    names = sorted(each.name for each in (project.path / "contracts").iterdir())
    assert names == [NAME, "test_calls-test_outbound-2.callflow.yaml", "test_calls-test_outbound.callflow.yaml"]
    result = project.runpytest_inprocess("contracts")
    assert set(result.parseoutcomes()) == {"passed"}


def test_a_call_that_nobody_can_change_is_one_flow(project):
    project.makeconftest(
        """
        import pytest

        @pytest.fixture
        def minivoice_app():
            return lambda request: {"actions": [{"say": {"text": "We are closed."}}]}
        """
    )
    project.makepyfile(test_calls=TESTS)
    project.runpytest_inprocess("--minivoice-generate=contracts").assert_outcomes(passed=1)
    written = yaml.safe_load((project.path / "contracts" / NAME).read_text(encoding="utf-8"))
    assert written["flows"] == {
        "nobody does anything": {"expect": {"terminal": "completed", "hears": ["We are closed."]}}
    }
    project.runpytest_inprocess("contracts").assert_outcomes(passed=1)


def test_flows_may_be_planned_after_a_budget_was_used_up(project):
    project.makepyfile(
        """
        def test_planned(minivoice):
            exploration = minivoice.explore(max_requests=20)
            assert exploration.assurance.startswith("stopped at max_requests=20")
            assert exploration.flows()
            assert exploration.flows() == exploration.flows()
            assert exploration.to_yaml().startswith("answer_url: /minivoice/answer\\nflows:\\n")
        """
    )
    project.runpytest_inprocess().assert_outcomes(passed=1)


def test_a_contract_of_a_contract_has_its_fixtures_and_settings_and_a_short_name(project):
    with project.path.joinpath("conftest.py").open("a") as conftest:
        conftest.write(
            "\n@pytest.fixture\ndef two_is_open(monkeypatch): monkeypatch.setitem(CHOICES, '2', CHOICES['1'])\n"
        )
    project.makefile(
        ".callflow.yaml",
        flows="fixtures: [two_is_open]\nsettings: {gather_timeout_seconds: 3}\nexplore: {clean: false}\n",
    )
    result = project.runpytest_inprocess("--minivoice-generate=contracts")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["contracts?flows-explore.callflow.yaml: * calls for 36 branches"])
    file = project.path.joinpath("contracts", "flows-explore.callflow.yaml")
    written = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert (written["fixtures"], written["settings"]) == (["two_is_open"], {"gather_timeout_seconds": 3})
    assert set(project.runpytest_inprocess("contracts").parseoutcomes()) == {"passed"}


def test_the_fixtures_of_a_python_test_are_not_written(project):
    project.makepyfile(test_calls=f"import pytest\n\npytestmark = pytest.mark.usefixtures('tmp_path')\n{TESTS}")
    project.runpytest_inprocess("--minivoice-generate=contracts").assert_outcomes(passed=1)
    assert "fixtures" not in yaml.safe_load(project.path.joinpath("contracts", NAME).read_text(encoding="utf-8"))


def test_of_a_stopped_exploration_the_branches_are_counted_that_the_calls_take(project):
    project.makepyfile(
        test_calls="""
        def test_every_path(minivoice):
            exploration = minivoice.explore(max_requests=20)
            taken = {place for flow in exploration.flows() for place in flow.branches}
            known = {branch.place for branch in exploration.branches}
            assert taken < known
            assert (len(taken), len(known)) == (2, 6)
        """
    )
    result = project.runpytest_inprocess("--minivoice-generate=contracts")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines([f"contracts?{NAME}: 1 call for 2 of 6 branches"])


def test_an_exploration_of_which_no_call_came_to_its_end_writes_nothing(project):
    project.makepyfile(test_calls="def test_every_path(minivoice): minivoice.explore(max_states=2)")
    result = project.runpytest_inprocess("--minivoice-generate=contracts")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines([f"contracts?{NAME}: not written: no call is known to its end"])
    assert not project.path.joinpath("contracts").exists()

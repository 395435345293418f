from __future__ import annotations

import sys

import flask
import pytest
from django.core import signals

LEAK = """
import pytest

NUMBER = "+15551230099"

@pytest.mark.parametrize("number", range(2))
@pytest.mark.minivoice(strict=False, webhook_url="/webhooks")
def test_changes(minivoice, number):
    assert minivoice.calls == [] and minivoice.recordings == []
    assert dict(minivoice.destinations) == {}
    assert [did.number for did in minivoice.dids] == ["+15551230002"]
    assert minivoice.dids[0].route_mode == "webhook"
    minivoice.destinations[NUMBER] = "busy"
    minivoice.dids.add("+15551230009", route_mode="reject")
    minivoice.dids[0].route_mode = "reject"
    minivoice.inbound_call(to="+15551230003").press("1")

def test_plain(minivoice):
    assert minivoice.settings.strict and minivoice.settings.webhook_url is None
    assert minivoice.inbound_call().press("1").terminal == "transferred"

@pytest.mark.minivoice_flow(["1"], terminal="failed", destinations={NUMBER: "busy"})
@pytest.mark.minivoice_flow(["1"], terminal="transferred")
def test_flows(): pass
"""


def test_nothing_of_a_test_is_left_for_the_next_in_either_order(project):
    project.makepyfile(
        test_leak=LEAK,
        conftest=(project.path / "conftest.py").read_text()
        + "\n\ndef pytest_collection_modifyitems(config, items):\n"
        + "    if config.getini('console_output_style') == 'classic': items.reverse()\n",
    )
    project.runpytest_inprocess().assert_outcomes(passed=5)
    project.runpytest_inprocess("-o", "console_output_style=classic").assert_outcomes(passed=5)


def test_ids_differ_in_all_tests_of_a_run(project):
    project.makepyfile(
        """
        import pytest

        SEEN = set()

        @pytest.mark.parametrize("number", range(3))
        def test_id(minivoice, number):
            for call in (minivoice.inbound_call(), minivoice.outbound_call("+15551230003")):
                assert call.id not in SEEN
                SEEN.add(call.id)
        """
    )
    project.runpytest_inprocess().assert_outcomes(passed=3)


@pytest.mark.parametrize("ending", ["pass", "raise RuntimeError"])
def test_signals_of_flask_and_django_are_left_after_each_test(pytester, monkeypatch, ending):
    # Signals hold their receivers weakly: one that is left connected is only seen while somebody keeps the account.
    monkeypatch.setattr(flask, "kept_accounts", [], raising=False)
    before = len(flask.got_request_exception.receivers), len(signals.got_request_exception.receivers)
    pytester.makepyfile(
        f"""
        import flask
        import pytest

        @pytest.fixture
        def minivoice_app():
            app = flask.Flask("hello")
            app.post("/minivoice/answer")(lambda: {{"actions": [{{"say": {{"text": "Hello."}}}}]}})
            return app

        def test_call(minivoice):
            flask.kept_accounts.append(minivoice)
            minivoice.inbound_call()
            {ending}
        """
    )
    pytester.runpytest_inprocess()
    assert len(flask.kept_accounts) == 1
    assert (len(flask.got_request_exception.receivers), len(signals.got_request_exception.receivers)) == before


def test_no_event_loop_is_left_running_or_set(pytester):
    pytester.makepyfile(
        """
        import pytest

        @pytest.fixture
        def minivoice_app():
            async def answer(request):
                return {"actions": [{"say": {"text": "Hello."}}]}
            return answer

        def test_call(minivoice):
            minivoice.inbound_call()
        """
    )
    pytester.runpytest_inprocess("-W", "error").assert_outcomes(passed=1)
    assert sys.modules["asyncio"]._get_running_loop() is None


def test_the_clock_starts_at_the_real_time_and_moves_by_the_call_alone(project):
    project.makepyfile(
        """
        import time

        def test_clock(minivoice):
            start = minivoice.clock.seconds
            assert abs(start - time.time()) < 60
            minivoice.inbound_call().wait().hang_up()
            assert minivoice.clock.seconds == start + 5
        """
    )
    project.runpytest_inprocess().assert_outcomes(passed=1)

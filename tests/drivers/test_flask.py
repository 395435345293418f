from __future__ import annotations

import flask
import pytest

from pytest_minivoice import ContractViolation


@pytest.fixture(params=[False, True], ids=["plain", "error handler"])
def minivoice_app(request):
    app = flask.Flask("broken")

    @app.post("/minivoice/answer")
    def answer():
        return flask.jsonify(actions={}["sales"])

    @app.post("/caught")
    def caught():
        try:
            {}["sales"]
        except KeyError:
            return flask.jsonify(actions=[{"say": {"text": "Sorry."}}])

    asked = []

    @app.post("/first-raises")
    def first_raises():
        asked.append(1)
        return ("Busy.", 500) if len(asked) > 1 else {}["sales"]

    @app.post("/aborts")
    def aborts():
        flask.abort(403, "go away")

    if request.param:

        @app.errorhandler(500)
        def sorry(error):
            return "Sorry.", 500

    return app


def test_an_exception_that_flask_turned_into_a_page_is_the_cause(minivoice):
    with pytest.raises(ContractViolation) as raised:
        minivoice.inbound_call()
    assert raised.value.finding.code == "MV108"
    assert "the handler raised KeyError: 'sales'" in str(raised.value)
    assert isinstance(raised.value.__cause__, KeyError)


@pytest.mark.minivoice(strict=False, answer_url="/first-raises")
def test_an_exception_of_one_request_is_not_told_of_the_next(minivoice):
    minivoice.inbound_call()
    minivoice.inbound_call()
    assert [[each.code for each in call.findings] for call in minivoice.calls] == [["MV108"], ["MV101"]]


@pytest.mark.minivoice(answer_url="/caught")
def test_an_exception_that_the_view_handled_is_no_finding(minivoice):
    assert minivoice.inbound_call().findings == []


@pytest.mark.minivoice(answer_url="/aborts")
def test_a_status_that_the_view_chose_is_told_with_its_text(minivoice):
    with pytest.raises(ContractViolation, match=r"MV101 answer-not-2xx: .*answered 403: .*go away"):
        minivoice.inbound_call()


def test_the_traceback_shows_the_view_and_no_frame_of_the_plugin(pytester):
    pytester.makepyfile(
        test_flask_app="""
        import flask
        import pytest

        @pytest.fixture
        def minivoice_app():
            app = flask.Flask("broken")

            @app.post("/minivoice/answer")
            def answer():
                return flask.jsonify(actions={}["sales"])

            return app

        def test_call(minivoice):
            minivoice.inbound_call()
        """
    )
    result = pytester.runpytest_inprocess("--show-capture=no")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            '>       return flask.jsonify(actions={}[[]"sales"])',
            "*KeyError: 'sales'",
            "The above exception was the direct cause of the following exception:",
            ">       minivoice.inbound_call()",
            "E       pytest_minivoice.ContractViolation: MV108 handler-raised: the handler raised KeyError: 'sales'",
            "test_flask_app.py:15: ContractViolation",
        ]
    )
    assert "pytest_minivoice/" not in result.stdout.str()

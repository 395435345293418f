from __future__ import annotations

from threading import Thread
from typing import TYPE_CHECKING
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from shown import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

APP = """
def app(request):
    return {"actions": [{"say": {"text": "Hello from an import string."}}]}

def create_app():
    return app

class Bundle:
    app = staticmethod(app)
"""

TEST = """
def test_hello(minivoice):
    assert minivoice.inbound_call().heard == ["Hello from an import string."]
"""

ANSWER = b'{"actions": [{"say": {"text": "Hello from an import string."}}]}'


class Silent(WSGIRequestHandler):
    def log_message(self, *parts: object) -> None:
        """Print nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    def app(environ, start_response):
        start_response("200 OK", [("Content-Type", "application/json")])
        return [ANSWER]

    with make_server("127.0.0.1", 0, app, handler_class=Silent) as running:
        thread = Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()
        thread.join()


def test_without_an_application_the_message_shows_both_ways_to_give_one(pytester):
    pytester.makepyfile("def test_nothing(minivoice): pass")
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        shown(
            """
            ...there is no application to call. Either override the fixture minivoice_app in conftest.py:
            ...
            ...    @pytest.fixture
            ...    def minivoice_app():
            ...        return create_app()
            ...
            ...or name it in the pytest configuration:
            ...
            ...    minivoice_app = package.module:app        (also package.module:create_app() or http://127.0.0.1:8000)
            """
        ),
        consecutive=True,
    )


@pytest.mark.parametrize("name", ["hello:app", "hello:create_app()", "hello:Bundle.app"])
def test_the_ini_option_names_an_import_string_or_a_factory(pytester, name):
    pytester.makeini(f"[pytest]\nminivoice_app = {name}")
    pytester.makepyfile(TEST, hello=APP)
    pytester.runpytest_inprocess().assert_outcomes(passed=1)


def test_the_ini_option_names_the_url_of_a_running_server(pytester, server):
    pytester.makeini(f"[pytest]\nminivoice_app = {server}")
    pytester.makepyfile(TEST)
    pytester.runpytest_inprocess().assert_outcomes(passed=1)


def test_the_marker_names_an_application_for_a_test(pytester):
    pytester.makepyfile(f"import pytest\npytestmark = pytest.mark.minivoice(app='hello:app')\n{TEST}", hello=APP)
    pytester.runpytest_inprocess().assert_outcomes(passed=1)


def test_the_overridden_fixture_takes_the_place_of_the_ini_option(pytester):
    pytester.makeini("[pytest]\nminivoice_app = nowhere:app")
    pytester.makeconftest(
        """
        import pytest

        @pytest.fixture
        def minivoice_app():
            return "hello:app"
        """
    )
    pytester.makepyfile(TEST, hello=APP)
    pytester.runpytest_inprocess().assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "nowhere:app",
            "the setting minivoice_app: there is no module 'nowhere'; add its folder to the ini option pythonpath",
        ),
        ("hello:ap", "the setting minivoice_app: hello has no attribute 'ap'; did you mean 'app'?"),
        (
            "hello",
            "the setting minivoice_app: 'hello' is neither package.module:attribute, package.module:factory() nor an http URL",  # noqa: E501 - as pytest prints it
        ),
        (
            "hello:app()",
            "the setting minivoice_app: hello:app() raised TypeError: app() missing 1 required positional argument: 'request'",  # noqa: E501 - as pytest prints it
        ),
    ],
)
def test_a_wrong_ini_option_is_an_error_that_names_it(pytester, name, message):
    pytester.makeini(f"[pytest]\nminivoice_app = {name}")
    pytester.makepyfile(TEST, hello=APP)
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(shown(f"...{message}"))


def test_a_module_that_fails_while_it_is_imported_shows_its_own_line(pytester):
    pytester.makeini("[pytest]\nminivoice_app = hello:app")
    pytester.makepyfile(TEST, hello="import nothing_of_this_name")
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["*the setting minivoice_app: importing hello failed: No module named 'nothing_of_this_name'*"]
    )
    result.stdout.fnmatch_lines(["*hello.py*1*", "*import nothing_of_this_name"])


@pytest.mark.parametrize("ini", ["", "[pytest]\nminivoice_app = nowhere:app"])
def test_a_missing_or_wrong_application_is_told_without_a_traceback_of_the_plugin(pytester, ini):
    pytester.makeini(ini)
    pytester.makepyfile(TEST)
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(errors=1)
    output = result.stdout.str()
    assert "raise SettingError" not in output
    assert "def pytest_fixture_setup" not in output


def test_fixtures_and_markers_are_listed_with_what_they_do(pytester):
    pytester.makepyfile("def test_nothing(): pass")
    fixtures = pytester.runpytest_inprocess("--fixtures")
    fixtures.stdout.fnmatch_lines(
        shown(
            """
            minivoice_app -- ...
                Give the application under test: override this, or set the ini option minivoice_app.
            ...
            minivoice -- ...
                Give the MiniVoice account, bound to `minivoice_app`.
            ...
            minivoice_api -- ...
                Give the mocked MiniVoice API: it answers the application's own REST requests out of the account.
            ...
            minivoice_webhooks -- ...
                Give the factory of webhooks, signed as MiniVoice signs them; needs no application until one is delivered.
            ...
            minivoice_exploration -- ...
                Give the exploration of a `minivoice_explore` marker, or one without options.
            ...
            minivoice_call -- ...
                Give the finished call of a `minivoice_flow` marker.
            """  # noqa: E501 - as pytest prints it
        ),
        consecutive=True,
    )
    markers = pytester.runpytest_inprocess("--markers")
    markers.stdout.fnmatch_lines(
        shown(
            """
            @pytest.mark.minivoice(**settings): override minivoice settings for a test, class or module
            @pytest.mark.minivoice_flow(caller, *, terminal=, status=, destination=, room=, hears=, actions=, events=, requests=, variables=, from_=, to=, direction=, destinations=, answer_url=, id=): one call of a caller such as ['1', 'timeout', 'hang_up']; stacked markers give one item each
            """  # noqa: E501 - as pytest prints it
        )
    )


def test_a_test_that_uses_no_fixture_of_the_plugin_gets_no_account(pytester):
    pytester.makepyfile("def test_nothing(request): assert not [n for n in request.fixturenames if 'minivoice' in n]")
    pytester.runpytest_inprocess().assert_outcomes(passed=1)


@pytest.mark.parametrize("needed", ["minivoice_api", "minivoice_webhooks", "minivoice"])
@pytest.mark.parametrize("asked", ["minivoice", "minivoice_api"])
def test_an_application_that_needs_what_needs_the_application_is_told_the_way_out(pytester, needed, asked):
    pytester.makepyfile(
        f"""
        import pytest

        @pytest.fixture
        def minivoice_app({needed}):
            return None

        def test_a({asked}):
            pass
        """
    )
    result = pytester.runpytest()
    result.assert_outcomes(errors=1)
    lines = shown(f"...:3: minivoice_app needs {needed}, and {needed} needs minivoice_app.\n\nThe account calls ...")
    result.stdout.fnmatch_lines(lines, consecutive=True)
    result.stdout.fnmatch_lines(["    def minivoice_app():", "    def api_key(minivoice_app, minivoice_api):"])
    result.stdout.fnmatch_lines(['*let the account take that key: minivoice.applications[[]0].api_key = "for-tests".'])
    result.stdout.no_fnmatch_line("*recursive dependency*")


def test_another_circle_or_a_fixture_that_does_not_exist_is_told_by_pytest(pytester):
    pytester.makepyfile(
        """
        import pytest

        @pytest.fixture
        def crm(minivoice_api, client): pass

        @pytest.fixture
        def client(crm): pass

        def test_a(crm): pass
        def test_b(minivoice_api, nothing): pass
        """
    )
    pytester.makeini("[pytest]\nminivoice_app = http://127.0.0.1:1\n")
    result = pytester.runpytest()
    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines(["*recursive dependency involving fixture 'crm' detected", "*'nothing' not found"])

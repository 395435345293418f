from __future__ import annotations

import pytest

WAYS = (
    "- a WSGI or ASGI application object",
    "- a function that takes a request and returns a dict",
    '- the URL of a running server, such as "http://127.0.0.1:8000"',
    '- an import string, such as "package.module:app" or "package.module:create_app()"',
)

SHOP = """
import json

class Application:
    def __init__(self, environ, start_response): pass

def app(request):
    return {"actions": []}

def create_app():
    return app

def create_nothing():
    return None

def two_more(scope, receive, send, more):
    pass

VERSION = "1.2"
"""


def errors_of(pytester: pytest.Pytester, app: str) -> list[str]:
    """Return the lines that a test with this application is refused with."""
    pytester.makepyfile(
        f"""
        import pytest
        import shop

        @pytest.fixture
        def minivoice_app():
            return {app}

        def test_call(minivoice):
            raise RuntimeError("the test must not run")
        """,
        shop=SHOP,
    )
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(errors=1)
    assert "the test must not run" not in result.stdout.str()
    assert "raise SettingError" not in result.stdout.str()
    return [line.removeprefix("E").strip() for line in result.stdout.lines]


@pytest.mark.parametrize(
    ("app", "described"),
    [
        ("None", "the fixture minivoice_app is None"),
        ("shop.Application", "the fixture minivoice_app is the class Application"),
        ("{'app': shop.app}", "the fixture minivoice_app is dict {'app': <function app at"),
        ("shop.VERSION.encode()", "the fixture minivoice_app is bytes b'1.2'"),
        ("shop.two_more", "the fixture minivoice_app is function <function two_more at"),
        ("shop.create_nothing()", "the fixture minivoice_app is None"),
    ],
)
def test_what_is_no_application_is_described_with_what_can_be_one(pytester, app, described):
    lines = errors_of(pytester, app)
    [start] = [number for number, line in enumerate(lines) if described in line]
    assert tuple(lines[start + 1 : start + 5]) == WAYS


def test_a_factory_that_was_not_called_is_recognised(pytester):
    lines = errors_of(pytester, "shop.create_app")
    assert any("which takes no arguments: is it a factory? Then call it." in line for line in lines)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000/minivoice/answer", "https://example.com?x=1", "http://"])
def test_a_url_is_the_address_of_a_server_alone(pytester, url):
    lines = errors_of(pytester, repr(url))
    assert any(
        f"the fixture minivoice_app is '{url}'; give the server's address alone, such as" in line for line in lines
    )
    assert any("(the path belongs in answer_url)" in line for line in lines)


@pytest.mark.parametrize("url", ["HTTP://127.0.0.1:9/", "http://localhost:9"])
def test_a_url_may_end_in_a_slash_and_be_in_capitals(pytester, url):
    pytester.makepyfile(
        f"""
        import pytest

        @pytest.mark.minivoice(app={url!r})
        def test_call(minivoice): assert minivoice.calls == []
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("shopp:app", "there is no module 'shopp'; add its folder to the ini option pythonpath"),
        ("shop.views:app", "there is no module 'shop.views'"),
        ("shop:ap", "shop has no attribute 'ap'; did you mean 'app'?"),
        ("shop:nothing", "shop has no attribute 'nothing'"),
        ("shop", "'shop' is neither package.module:attribute, package.module:factory() nor an http URL"),
        ("ftp://example.com", "'ftp://example.com' is neither package.module:attribute"),
        ("", "'' is neither package.module:attribute"),
        ("shop:VERSION()", "it is str, not a factory; leave out the ()"),
        ("shop:app()", "shop:app() raised TypeError: app() missing 1 required positional argument: 'request'"),
        ("shop:create_app", "which takes no arguments: is it a factory? Then call it."),
        ("shop:create_nothing()", "shop:create_nothing() returned None; does it return the application?"),
    ],
)
def test_an_import_string_that_leads_nowhere_says_where_it_stops(pytester, name, message):
    assert any(message in line for line in errors_of(pytester, repr(name)))


def test_a_factory_is_called_once_for_a_run(pytester):
    pytester.makeini("[pytest]\nminivoice_app = counted:create_app()")
    pytester.makepyfile(
        """
        import counted
        import pytest

        @pytest.mark.parametrize("number", range(3))
        def test_call(minivoice, number):
            assert len(counted.MADE) == 1
        """,
        counted="MADE = []\ndef create_app():\n    MADE.append(1)\n    return lambda request: {'actions': []}",
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=3)

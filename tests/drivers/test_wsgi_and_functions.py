from __future__ import annotations

import json

import pytest

from pytest_minivoice import ContractViolation

SAY = json.dumps({"actions": [{"say": {"text": "Hello."}}]}).encode()
JSON = [("Content-Type", "application/json")]


@pytest.fixture
def minivoice_app(request):
    return request.param


def app(application):
    return pytest.mark.parametrize("minivoice_app", [application], indirect=True, ids=["app"])


def fails(minivoice, code: str, message: str) -> ContractViolation:
    with pytest.raises(ContractViolation) as raised:
        minivoice.inbound_call()
    assert raised.value.finding.code == code
    assert message in str(raised.value)
    return raised.value


def silent(environ, start_response):
    return [SAY]


def writes(environ, start_response):
    write = start_response("200 OK", JSON)
    write(SAY[:5])
    return [SAY[5:]]


def late(environ, start_response):
    """Call start_response when the first chunk is asked for, as PEP 3333 allows."""
    start_response("200 OK", JSON)
    yield SAY


def changes_its_mind(environ, start_response):
    start_response("500 Error", [])
    start_response("200 OK", JSON, (None, None, None))
    return [SAY]


class Closing:
    closed = 0

    def __iter__(self):
        yield SAY

    def close(self):
        Closing.closed += 1


class Breaking(Closing):
    def __iter__(self):
        yield SAY
        raise OSError("the file is gone")


def closing(environ, start_response):
    start_response("200 OK", JSON)
    return Closing()


def breaking(environ, start_response):
    start_response("200 OK", JSON)
    return Breaking()


@app(silent)
def test_a_wsgi_application_that_does_not_call_start_response(minivoice):
    fails(minivoice, "MV109", "the WSGI application did not call start_response")


@pytest.mark.parametrize("minivoice_app", [writes, late, changes_its_mind], indirect=True)
def test_what_pep_3333_allows_is_understood(minivoice):
    assert minivoice.inbound_call().heard == ["Hello."]


@app(closing)
def test_the_iterable_of_a_wsgi_application_is_closed(minivoice, monkeypatch):
    monkeypatch.setattr(Closing, "closed", 0)
    minivoice.inbound_call()
    assert Closing.closed == 1


@app(breaking)
def test_an_iterable_that_raises_is_closed_too(minivoice, monkeypatch):
    monkeypatch.setattr(Closing, "closed", 0)
    error = fails(minivoice, "MV108", "the handler raised OSError: the file is gone")
    assert isinstance(error.__cause__, OSError)
    assert Closing.closed == 1


ENVIRONS = []


def keeps_environ(environ, start_response):
    ENVIRONS.append(environ | {"body": environ["wsgi.input"].read()})
    return late(environ, start_response)


@app(keeps_environ)
@pytest.mark.minivoice(
    base_url="http://localhost:8080", answer_url="/a%20b/%C3%A9?x=1%202", webhook_url="/hooks", webhook_secret="s3cret"
)
def test_the_environ_is_what_a_server_would_give(minivoice):
    ENVIRONS.clear()
    minivoice.inbound_call()
    answer = next(each for each in ENVIRONS if each["PATH_INFO"] != "/hooks")
    assert answer["REQUEST_METHOD"] == "POST"
    assert answer["PATH_INFO"] == "/a b/é".encode().decode("latin-1")
    assert answer["QUERY_STRING"] == "x=1%202"
    assert answer["HTTP_HOST"] == "localhost:8080"
    assert (answer["SERVER_NAME"], answer["SERVER_PORT"]) == ("localhost", "8080")
    assert answer["wsgi.url_scheme"] == "http"
    assert answer["CONTENT_TYPE"] == "application/json"
    assert int(answer["CONTENT_LENGTH"]) == len(answer["body"])
    hook = next(each for each in ENVIRONS if each["PATH_INFO"] == "/hooks")
    assert hook["HTTP_X_MINIVOICE_SIGNATURE"].startswith("v1=")
    assert hook["HTTP_X_MINIVOICE_TIMESTAMP"].isdigit()


def any_arguments(*arguments):
    return late(*arguments)


class Callable:
    def __init__(self, parameters):
        self.parameters = parameters

    def wsgi(self, environ, start_response):
        return late(environ, start_response)

    async def asgi(self, scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
        await send({"type": "http.response.body", "body": SAY})

    def answer(self, request):
        return json.loads(SAY)

    @staticmethod
    def with_default(request, language="en"):
        return json.loads(SAY)

    def __call__(self, environ, start_response):
        return late(environ, start_response)


@pytest.mark.parametrize(
    "minivoice_app",
    [Callable(1), Callable(1).wsgi, Callable(1).answer, Callable.with_default, any_arguments],
    indirect=True,
)
def test_bound_methods_callable_objects_and_defaults_are_understood(minivoice):
    assert minivoice.inbound_call().heard == ["Hello."]


@pytest.mark.parametrize(
    ("minivoice_app", "message"),
    [
        (
            lambda request: [{"say": {"text": "Hello."}}],
            "the handler returned list, [{'say': {'text': 'Hello.'}}]; it must return a dict such as",
        ),
        (lambda request: "Hello.", "the handler returned str, 'Hello.'; it must return a dict such as"),
        (lambda request: 5, "the handler returned int, 5; it must return a dict such as"),
        (
            lambda request: {"actions": [{1, 2}]},
            "the handler returned a dict that is not JSON: Object of type set is not JSON serializable",
        ),
        (lambda request: {"actions": [float("nan")]}, "not JSON"),
    ],
    indirect=["minivoice_app"],
)
def test_a_function_that_returns_something_else_is_told_what(minivoice, message):
    with pytest.raises(ContractViolation) as raised:
        minivoice.inbound_call()
    assert message in str(raised.value)
    assert raised.value.finding.code in {"MV103", "MV109"}


async def broken(request):
    return {}["sales"]


@app(broken)
def test_an_exception_of_an_async_function_is_its_cause(minivoice):
    error = fails(minivoice, "MV108", "the handler raised KeyError: 'sales'")
    assert isinstance(error.__cause__, KeyError)


def loops(request):
    loop = {"actions": []}
    loop["actions"].append(loop)
    return loop


@app(loops)
def test_a_dict_that_holds_itself_is_told(minivoice):
    fails(minivoice, "MV109", "the handler returned a dict that is not JSON: Circular reference detected")

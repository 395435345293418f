"""Calls inside async tests: with the plain verbs, and with their awaitable twins."""

from __future__ import annotations

import pytest

pytest.importorskip("anyio")

APP = """
import json
import sys

LOG = []

def library():
    if "trio" in sys.modules:
        import trio
        if trio.lowlevel.in_trio_run():
            return "trio"
    import asyncio
    asyncio.get_running_loop()
    return "asyncio"

def loop():
    if library() == "trio":
        import trio
        return id(trio.lowlevel.current_trio_token())
    import asyncio
    return id(asyncio.get_running_loop())

MENU = {
    "actions": [
        {"gather": {"prompt": "1 or 2?"}},
        {"redirect": {"url": "https://example.com/menu"}},
    ]
}

async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        LOG.append(("startup", loop()))
        await receive()
        scope["state"]["started in"] = loop()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        LOG.append(("shutdown", loop()))
        await send({"type": "lifespan.shutdown.complete"})
        return
    LOG.append((scope["path"], loop()))
    assert scope["state"]["started in"] == loop()
    found = {"actions": [{"say": {"text": "Bye."}}]} if scope["path"] == "/menu" else MENU
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
    await send({"type": "http.response.body", "body": json.dumps(found).encode()})
"""

CONFTEST = """
import application
import pytest

@pytest.fixture
def minivoice_app():
    application.LOG.clear()
    return application.app

@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request):
    return request.param
"""


@pytest.fixture
def asynchronous(pytester: pytest.Pytester) -> pytest.Pytester:
    pytest.importorskip("trio")
    pytester.makepyfile(application=APP)
    pytester.makeconftest(CONFTEST)
    return pytester


@pytest.mark.needs_plugin("anyio.pytest_plugin")
def test_the_plain_verbs_work_in_an_async_test(asynchronous):
    asynchronous.makepyfile(
        """
        import application
        import pytest

        pytestmark = pytest.mark.anyio

        async def test_call(minivoice):
            call = minivoice.inbound_call()
            call.press("1")
            assert call.terminal == "completed"
            assert call.findings == []

        @pytest.mark.minivoice_flow(["1"], terminal="completed")
        async def test_flow(minivoice_call):
            assert minivoice_call.heard == ["1 or 2?", "Bye."]

        @pytest.mark.minivoice_flow(["1"], terminal="transferred")
        async def test_wrong_flow(minivoice_call):
            raise RuntimeError("the body must not run")
        """
    )
    result = asynchronous.runpytest_inprocess("-W", "error")
    result.assert_outcomes(passed=4, failed=2)
    assert "RuntimeError" not in [line.partition(":")[0].strip("E ") for line in result.stdout.lines]
    result.stdout.fnmatch_lines(['>   @pytest.mark.minivoice_flow([[]"1"], terminal="transferred")'])


@pytest.mark.needs_plugin("pytest_asyncio.plugin")
def test_the_plain_verbs_and_the_twins_work_with_pytest_asyncio(asynchronous):
    asynchronous.makepyfile(
        """
        import application
        import pytest

        @pytest.mark.asyncio
        async def test_plain(minivoice):
            assert minivoice.inbound_call().press("1").terminal == "completed"

        @pytest.mark.asyncio
        async def test_twins(minivoice):
            async with minivoice.asynchronous() as phone:
                call = await phone.inbound_call()
                await call.press("1")
            assert call.terminal == "completed"
            assert {place for _, place in application.LOG} == {application.loop()}

        @pytest.mark.asyncio
        @pytest.mark.minivoice_flow(["1"], terminal="completed")
        async def test_flow(minivoice_call):
            assert minivoice_call.heard == ["1 or 2?", "Bye."]

        def test_sync(minivoice):
            assert minivoice.inbound_call().press("1").terminal == "completed"
        """
    )
    asynchronous.runpytest_inprocess("-W", "error").assert_outcomes(passed=4)


@pytest.mark.needs_plugin("pytest_asyncio.plugin")
def test_the_account_may_be_opened_by_an_async_fixture(asynchronous):
    asynchronous.makepyfile(
        """
        import pytest
        import pytest_asyncio

        @pytest_asyncio.fixture
        async def phone(minivoice):
            async with minivoice.asynchronous() as phone:
                yield phone

        @pytest.mark.asyncio
        @pytest.mark.parametrize("number", range(2))
        async def test_twins(phone, number):
            call = await phone.inbound_call()
            await call.run(["1"])
            assert call.terminal == "completed"
        """
    )
    asynchronous.runpytest_inprocess("-W", "error").assert_outcomes(passed=2)


@pytest.mark.needs_plugin("anyio.pytest_plugin")
def test_the_twins_run_the_application_and_its_lifespan_in_the_loop_of_the_test(asynchronous):
    asynchronous.makepyfile(
        """
        import application
        import pytest

        pytestmark = pytest.mark.anyio

        async def test_call(minivoice, anyio_backend):
            assert application.library() == anyio_backend
            async with minivoice.asynchronous() as phone:
                call = await phone.inbound_call(from_="+15551230007")
                assert call.listening.prompt == "1 or 2?"
                assert (await call.press("1")) is call
                assert call.terminal == "completed"
                assert minivoice.calls[0].id == call.id
            assert [what for what, _ in application.LOG] == ["startup", "/minivoice/answer", "/menu", "shutdown"]
            assert {place for _, place in application.LOG} == {application.loop()}

        async def test_every_verb(minivoice):
            async with minivoice.asynchronous() as phone:
                assert (await (await phone.inbound_call()).hang_up()).terminal == "hung_up"
                assert (await (await phone.inbound_call()).wait()).heard[-1] == "Bye."
                assert (await (await phone.inbound_call()).run(["1"])).terminal == "completed"
                ringing = [await phone.outbound_call("+15551230001", metadata={"n": n}) for n in range(4)]
                assert [call.status for call in ringing] == ["dialing"] * 4
                assert ringing[1].metadata == {"n": 1}
                assert (await ringing[0].no_answer()).reason == "no_answer"
                assert (await ringing[1].busy()).reason == "busy"
                assert (await ringing[2].cancel()).terminal == "canceled"
                assert (await ringing[3].answer()).listening

        async def test_mistakes(minivoice):
            async with minivoice.asynchronous() as phone:
                call = await phone.inbound_call()
                with pytest.raises(AssertionError, match="the gather takes 1 digit; 2 would be left over"):
                    await call.press("12")
                with pytest.raises(AssertionError, match="while MiniVoice still listens"):
                    await call.run([])

        async def test_twice(minivoice):
            for _ in range(2):
                async with minivoice.asynchronous() as phone:
                    await (await phone.inbound_call()).press("1")
            assert [what for what, _ in application.LOG].count("startup") == 2

        async def test_body_fails(minivoice):
            with pytest.raises(ZeroDivisionError):
                async with minivoice.asynchronous():
                    1 / 0
            assert [what for what, _ in application.LOG] == ["startup", "shutdown"]
        """
    )
    asynchronous.runpytest_inprocess("-W", "error").assert_outcomes(passed=10)


@pytest.mark.needs_plugin("anyio.pytest_plugin")
@pytest.mark.parametrize("app", ["WSGI", "function", "async function"])
def test_the_twins_reach_every_kind_of_application(asynchronous, app):
    asynchronous.makepyfile(
        f"""
        import json
        import pytest

        DOCUMENT = {{"actions": [{{"say": {{"text": "Hello."}}}}]}}

        def function(request): return DOCUMENT

        async def async_function(request): return DOCUMENT

        def wsgi(environ, start_response):
            start_response("200 OK", [("Content-Type", "application/json")])
            return [json.dumps(DOCUMENT).encode()]

        @pytest.fixture
        def minivoice_app():
            return {app.replace(" ", "_").lower()}

        @pytest.mark.anyio
        async def test_call(minivoice):
            async with minivoice.asynchronous() as phone:
                assert (await phone.inbound_call()).heard == ["Hello."]
        """
    )
    asynchronous.runpytest_inprocess("-W", "error").assert_outcomes(passed=2)


@pytest.mark.needs_plugin("anyio.pytest_plugin")
def test_a_failed_start_in_the_loop_of_the_test_is_told(asynchronous):
    asynchronous.makepyfile(
        """
        import pytest

        @pytest.fixture
        def minivoice_app():
            async def app(scope, receive, send):
                await receive()
                await send({"type": "lifespan.startup.failed", "message": "no database"})
            return app

        @pytest.mark.anyio
        async def test_call(minivoice):
            with pytest.raises(Exception, match="the application's lifespan failed at start-up: no database"):
                async with minivoice.asynchronous():
                    raise RuntimeError("must not run")
        """
    )
    asynchronous.runpytest_inprocess("-W", "error").assert_outcomes(passed=2)


@pytest.mark.needs_plugin("anyio.pytest_plugin")
def test_background_tasks_and_streams_are_run_to_their_end(asynchronous):
    pytest.importorskip("fastapi")
    asynchronous.makepyfile(
        """
        import pytest
        from fastapi import BackgroundTasks, FastAPI
        from fastapi.responses import StreamingResponse

        DONE = []
        app = FastAPI()

        @app.post("/minivoice/answer")
        async def answer(tasks: BackgroundTasks):
            tasks.add_task(DONE.append, "background")
            return {"actions": [{"redirect": {"url": "https://example.com/stream"}}]}

        @app.get("/stream")
        async def stream():
            async def chunks():
                for part in ('{"actions": [{"say"', ': {"text": "Hello', '."}}]}'):
                    yield part
                DONE.append("streamed")
            return StreamingResponse(chunks(), media_type="application/json")

        @pytest.fixture
        def minivoice_app():
            DONE.clear()
            return app

        def test_plain(minivoice):
            assert minivoice.inbound_call().heard == ["Hello."]
            assert DONE == ["background", "streamed"]

        @pytest.mark.anyio
        async def test_twins(minivoice):
            async with minivoice.asynchronous() as phone:
                assert (await phone.inbound_call()).heard == ["Hello."]
            assert DONE == ["background", "streamed"]
        """
    )
    asynchronous.runpytest_inprocess("-W", "error").assert_outcomes(passed=3)


def test_a_disconnect_comes_after_the_answer(pytester):
    pytester.makepyfile(
        """
        import asyncio
        import json
        import pytest

        GOT = []

        async def app(scope, receive, send):
            assert scope["type"] == "http"
            GOT.append(await receive())
            waiting = asyncio.create_task(receive())
            headers = [(b"content-type", b"application/json")]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await asyncio.sleep(0)  # lets the other task run
            assert not waiting.done()
            body = json.dumps({"actions": [{"say": {"text": "Hello."}}]}).encode()
            await send({"type": "http.response.body", "body": body})
            GOT.append(await waiting)

        @pytest.fixture
        def minivoice_app():
            return app

        def test_call(minivoice):
            assert minivoice.inbound_call().heard == ["Hello."]
            assert [message["type"] for message in GOT] == ["http.request", "http.disconnect"]
            assert json.loads(GOT[0]["body"])["call"]["direction"] == "inbound"
            assert GOT[0]["more_body"] is False
        """
    )
    pytester.runpytest_inprocess("-W", "error").assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("return None", "the ASGI application returned without sending http.response.start"),
        ("raise KeyError('sales')", "the handler raised KeyError: 'sales'"),
    ],
)
def test_an_asgi_application_that_does_not_answer_is_told(pytester, body, message):
    pytester.makepyfile(
        f"""
        import pytest

        @pytest.fixture
        def minivoice_app():
            async def app(scope, receive, send):
                assert scope["type"] == "http"
                {body}
            return app

        def test_call(minivoice):
            minivoice.inbound_call()
        """
    )
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([f"E*{message}"])


def test_the_scope_is_what_a_server_would_give(pytester):
    pytester.makepyfile(
        """
        import pytest

        SCOPES = []

        @pytest.fixture
        def minivoice_app():
            async def app(scope, receive, send):
                assert scope["type"] == "http"
                SCOPES.append(scope)
                await send({"type": "http.response.start", "status": 404})
                await send({"type": "http.response.body"})
            return app

        @pytest.mark.minivoice(strict=False, answer_url="/a%20b/%C3%A9?x=1%202", base_url="http://localhost:8080")
        def test_call(minivoice):
            minivoice.inbound_call()
            [scope] = SCOPES
            assert (scope["path"], scope["raw_path"]) == ("/a b/\\u00e9", b"/a%20b/%C3%A9")
            assert scope["query_string"] == b"x=1%202"
            assert (scope["method"], scope["scheme"], scope["server"]) == ("POST", "http", ("localhost", 8080))
            headers = dict(scope["headers"])
            assert headers[b"host"] == b"localhost:8080"
            assert headers[b"content-type"] == b"application/json"
            assert int(headers[b"content-length"]) > 2
            assert scope["asgi"]["version"] == "3.0"
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=1)

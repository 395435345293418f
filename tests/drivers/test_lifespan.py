from __future__ import annotations

import pytest

LIVING = """
import asyncio
import json

LOG = []
LOOPS = set()

class App:
    def __init__(self, name="app", fail=""):
        self.name, self.fail = name, fail

    async def __call__(self, scope, receive, send):
        LOOPS.add(id(asyncio.get_running_loop()))
        if scope["type"] == "lifespan":
            await self.live(scope, receive, send)
            return
        LOG.append(f"{self.name} requested, state {scope['state'].get('number')}")
        scope["state"]["number"] = "changed by a request"
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
        body = {"actions": [{"say": {"text": f"Hello from {self.name}."}}]}
        await send({"type": "http.response.body", "body": json.dumps(body).encode()})

    async def live(self, scope, receive, send):
        assert (await receive())["type"] == "lifespan.startup"
        if self.fail == "says":
            await send({"type": "lifespan.startup.failed", "message": "Traceback...\\nno database"})
            return
        if self.fail == "raises":
            raise OSError("no database")
        scope["state"]["number"] = 5
        LOG.append(f"{self.name} started")
        await send({"type": "lifespan.startup.complete"})
        assert (await receive())["type"] == "lifespan.shutdown"
        if self.fail == "shutdown":
            await send({"type": "lifespan.shutdown.failed", "message": "the pool is stuck"})
            return
        LOG.append(f"{self.name} shut down")
        await send({"type": "lifespan.shutdown.complete"})

app = App()
"""

CONFTEST = """
import living
import pytest

@pytest.fixture
def minivoice_app():
    return living.app

def pytest_configure(config):
    # Cleanups run from the last added to the first: this one, after the plugin's own.
    config.add_cleanup(lambda: print("\\n" + "\\n".join(living.LOG), "\\nloops:", len(living.LOOPS)))
"""


@pytest.fixture
def living(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makepyfile(living=LIVING)
    pytester.makeconftest(CONFTEST)
    return pytester


def test_a_global_application_starts_once_and_is_shut_down_at_the_end(living):
    living.makepyfile(
        """
        import living
        import pytest

        @pytest.mark.parametrize("number", range(2))
        def test_call(minivoice, number):
            assert minivoice.inbound_call().heard == ["Hello from app."]

        def test_not_shut_down_yet():
            assert living.LOG[-1] != "app shut down"
        """
    )
    result = living.runpytest_inprocess("-s", "-W", "error")
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(
        ["app started", "app requested, state 5", "app requested, state 5", "app shut down ", "loops: 1"],
        consecutive=True,
    )


def test_an_application_of_a_test_is_shut_down_when_the_next_one_starts(living):
    living.makepyfile(
        """
        import living
        import pytest

        @pytest.fixture(params=["a", "b"])
        def minivoice_app(request):
            return living.App(request.param)

        def test_call(minivoice):
            minivoice.inbound_call()
            minivoice.inbound_call()
        """
    )
    result = living.runpytest_inprocess("-s")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(
        [
            "a started",
            "a requested, state 5",
            "a requested, state 5",
            "a shut down",
            "b started",
            "b requested, state 5",
            "b requested, state 5",
            "b shut down ",
            "loops: 1",
        ],
        consecutive=True,
    )


@pytest.mark.parametrize(
    ("fail", "message"),
    [
        ("says", "the application's lifespan failed at start-up: no database"),
        ("raises", "the application's lifespan raised at start-up: OSError('no database')"),
    ],
)
def test_a_failed_start_is_told_with_its_reason(living, fail, message):
    living.makepyfile(
        f"""
        import living
        import pytest

        @pytest.fixture
        def minivoice_app():
            return living.App(fail="{fail}")

        def test_call(minivoice):
            minivoice.inbound_call()

        def test_again(minivoice):
            minivoice.inbound_call()
        """
    )
    result = living.runpytest_inprocess()
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines([f"*{message}"])
    if fail == "raises":
        result.stdout.fnmatch_lines(['>*raise OSError("no database")', "E*OSError: no database"])
    assert "Task exception was never retrieved" not in result.stdout.str() + result.stderr.str()


def test_a_failed_shut_down_is_told(living):
    living.makepyfile(
        """
        import living
        import pytest

        @pytest.fixture
        def minivoice_app():
            return living.App(fail="shutdown")

        def test_call(minivoice):
            minivoice.inbound_call()
        """
    )
    result = living.runpytest_subprocess()
    result.assert_outcomes(passed=1)
    assert (
        "the application's lifespan failed at shut-down: the pool is stuck" in result.stdout.str() + result.stderr.str()
    )


@pytest.mark.parametrize(
    "lifespan",
    [
        "assert scope['type'] == 'http'",
        "if scope['type'] == 'lifespan': return",
        "if scope['type'] == 'lifespan': raise NotImplementedError",
    ],
)
def test_an_application_without_lifespan_is_fine(living, lifespan):
    living.makepyfile(
        f"""
        import living
        import pytest

        @pytest.fixture
        def minivoice_app():
            app = living.App()
            async def bare(scope, receive, send):
                {lifespan}
                await app(scope, receive, send)
            return bare

        @pytest.mark.minivoice(ignore=["MV105"])
        def test_call(minivoice):
            assert minivoice.inbound_call().heard == ["Hello from app."]
        """
    )
    living.runpytest_inprocess("-W", "error").assert_outcomes(passed=1)


def test_the_lifespan_of_fastapi_gives_its_state_to_requests(pytester):
    pytest.importorskip("fastapi")
    pytester.makepyfile(
        """
        from contextlib import asynccontextmanager

        import pytest
        from fastapi import FastAPI, Request

        @asynccontextmanager
        async def lifespan(app):
            yield {"greeting": "Hello from the lifespan."}

        app = FastAPI(lifespan=lifespan)

        @app.post("/minivoice/answer")
        async def answer(request: Request):
            return {"actions": [{"say": {"text": request.state.greeting}}]}

        @pytest.fixture
        def minivoice_app():
            return app

        def test_call(minivoice):
            assert minivoice.inbound_call().heard == ["Hello from the lifespan."]
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=1)

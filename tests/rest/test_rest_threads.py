"""Many threads of the application ask at once, and the test makes calls meanwhile."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event, Thread

import phone
import pytest
from asking import CALL

from pytest_minivoice.cloud.once import once

USAGE = "/v1/usage?from=2026-05-01T00:00:00Z&to=2099-06-01T00:00:00Z"


@pytest.fixture(autouse=True)
def often_switched():
    """Let threads be switched so often that what can go wrong does."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_many_threads_make_calls_at_once(api):
    api.account.limits.calls_per_second = 10_000
    with ThreadPoolExecutor(20) as pool:
        made = list(pool.map(lambda _: api.ask("POST", "/v1/calls", CALL), range(500)))
    assert {each.status for each in made} == {201}
    assert {each.data["id"] for each in made} == {each.id for each in api.account.calls}


@pytest.mark.parametrize(
    ("name", "code"),
    [("concurrent_calls", "concurrent_call_limit_reached"), ("calls_per_second", "cps_limit_reached")],
)
def test_a_limit_holds_for_threads_that_ask_at_once(api, name, code):
    setattr(api.account.limits, name, 3)
    ready = Barrier(20)

    def ask(_):
        ready.wait()
        return api.ask("POST", "/v1/calls", CALL)

    with ThreadPoolExecutor(20) as pool:
        made = list(pool.map(ask, range(20)))
    assert sorted(each.status for each in made) == [201] * 3 + [429] * 17
    assert {each.data["error"]["code"] for each in made if each.status == 429} == {code}


def test_a_name_is_taken_once_by_threads_that_ask_at_once(api):
    trunk = {"name": "a", "proxy": "sip.example.net", "gateway_name": "a"}
    with ThreadPoolExecutor(20) as pool:
        made = list(pool.map(lambda _: api.ask("POST", "/v1/trunks", trunk).status, range(40)))
    assert sorted(made) == [201] + [409] * 39


@pytest.mark.parametrize("path", [USAGE, "/v1/recordings/rec_1", "/v1/calls"])
def test_requests_are_answered_while_the_test_makes_calls(make_api, path):
    api = make_api([phone.say()])
    api.account.limits.concurrent_calls = 10_000
    problems, over = [], Event()

    def ask():
        try:
            while not over.is_set():
                api.ask(*(("POST", path, CALL) if path == "/v1/calls" else ("GET", path)))
        except RuntimeError as error:
            problems.append(error)

    thread = Thread(target=ask)
    thread.start()
    try:
        for _ in range(300):
            api.account.inbound_call()
    finally:
        over.set()
        thread.join()
    assert problems == []


def test_the_test_reads_while_requests_make_calls(api):
    with ThreadPoolExecutor(4) as pool:
        made = [pool.submit(api.ask, "POST", "/v1/calls", CALL) for _ in range(300)]
        while not all(each.done() for each in made):
            assert api.account.recordings == []
    assert len(api.account.calls) == 300


def test_what_another_thread_looks_at_first_is_made_once():
    """While one thread makes it, another one asks: it is as if both had asked at the same time."""

    class Talk:
        looking = False

        @once
        def engine(self):
            if not self.looking:
                self.looking = True
                seen.append(self.engine)
            return object()

    seen = []
    talk = Talk()
    assert talk.engine is seen[0]
    assert talk.engine is seen[0]

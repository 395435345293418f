"""Exploring in the event loop of an async test: `await phone.explore()`."""

from __future__ import annotations

import anyio
import anyio.lowlevel
import pytest
from phone import ANSWER, Site, codes, gather, open_account, redirect, say

from pytest_minivoice import SettingError

BACKENDS = ["asyncio", "trio"]


class Loop(Site):
    """Be a site that insists on being asked in the loop of the test, and lets other tasks run."""

    def __init__(self, pages):
        super().__init__(pages)
        self.token = None

    def send(self, request):
        raise AssertionError("asked outside of the loop")

    async def asend(self, request):
        assert anyio.lowlevel.current_token() == self.token
        await anyio.lowlevel.checkpoint()
        return Site.send(self, request)


def chosen(request):
    return [{"transfer": {"destination": "+15551230099"}}] if "&digits=1&" in request.query else [say("Goodbye.")]


PAGES = {ANSWER: [gather("Press 1 for sales."), redirect("/chosen")], "/chosen": chosen}


def in_loop(backend, story, pages=PAGES):
    site = Loop(pages)
    account = open_account(site)

    async def run():
        site.token = anyio.lowlevel.current_token()
        async with account.asynchronous() as phone:
            return await story(phone)

    return anyio.run(run, backend=backend)


@pytest.mark.parametrize("backend", BACKENDS)
def test_it_finds_what_exploring_finds_elsewhere(backend):
    async def story(phone):
        return await phone.explore(loops=2)

    found, other = in_loop(backend, story), open_account(Site(PAGES)).explore(loops=2)
    assert found.assurance == other.assurance
    assert found.branches == other.branches
    assert found.requests == other.requests
    found.assert_clean()


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_loop_goes_on_meanwhile(backend):
    ticks = []

    async def tick():
        while True:
            ticks.append(1)
            await anyio.lowlevel.checkpoint()

    async def story(phone):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(tick)
            await phone.explore()
            tasks.cancel_scope.cancel()

    in_loop(backend, story)
    assert len(ticks) > 10


@pytest.mark.parametrize("backend", BACKENDS)
def test_hooks_may_be_awaited(backend):
    begun, saved = [], []

    async def reset():
        await anyio.lowlevel.checkpoint()
        begun.append(anyio.lowlevel.current_token())

    async def state(call):
        await anyio.lowlevel.checkpoint()
        saved.append(call.id)
        return "the same"

    async def story(phone):
        await phone.explore(reset=reset, state=state)
        return anyio.lowlevel.current_token()

    token = in_loop(backend, story)
    assert set(begun) == {token}
    assert saved


def test_flows_are_planned_in_the_loop_and_then_known():
    async def story(phone):
        exploration = await phone.explore()
        with pytest.raises(SettingError, match=r"await phone\.flows\(exploration\) plans them there"):
            exploration.flows()
        planned = await phone.flows(exploration)
        assert exploration.flows() == planned
        assert "transferred" in exploration.to_yaml()

    in_loop("asyncio", story)


def test_what_is_wrong_is_found_and_a_wrong_argument_named():
    pages = {**PAGES, "/chosen": lambda _: [{"tranfer": {}}]}

    async def story(phone):
        with pytest.raises(SettingError, match="loops is -1"):
            await phone.explore(loops=-1)
        return await phone.explore("+15551230005", max_requests=200)

    assert set(codes(in_loop("asyncio", story, pages).findings)) >= {"MV114"}


def test_an_async_hook_needs_the_loop():
    async def state(call):
        return call.id

    with pytest.raises(SettingError, match=r"state is an async function; await phone\.explore"):
        open_account(Site(PAGES)).explore(state=state)

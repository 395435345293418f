"""In async tests, calls that tasks of the application make are there when the test looks at the calls."""

from __future__ import annotations

import phone
import pytest
from asking import CALL, Api

anyio = pytest.importorskip("anyio")


class Site(phone.Site):
    """Be an application that goes on with something after it has answered."""

    async def asend(self, request):
        if request.json["call"]["direction"] == "inbound":
            self.tasks.start_soon(self.later)
        return self.send(request)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_call_that_a_task_of_the_application_makes_is_there(backend):
    pytest.importorskip(backend)
    site = Site({phone.ANSWER: [phone.gather()]})
    api = Api(phone.open_account(site))

    async def create():
        for _ in range(5):  # a client needs a few turns of the loop
            await anyio.lowlevel.checkpoint()
        api.ask("POST", "/v1/calls", CALL)

    async def story():
        site.later = create
        async with api.account.asynchronous() as account, anyio.create_task_group() as site.tasks:
            inbound = await account.inbound_call()
            [first, made] = await account.calls()
            assert (first.id, made.direction) == (inbound.id, "outbound")
            await made.answer()
            assert made.listening

    anyio.run(story, backend=backend)

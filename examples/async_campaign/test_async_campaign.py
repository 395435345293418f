"""Calls are made side by side, and their summaries come later than the calls end."""

from __future__ import annotations

import pytest
from async_campaign import AsyncCampaign

NUMBERS = [f"+155512300{number}" for number in range(11, 19)]

pytestmark = pytest.mark.anyio


async def test_all_numbers_are_called(minivoice, minivoice_api):
    async with minivoice.asynchronous() as phone:
        ids = await AsyncCampaign(minivoice_api.api_key).run(NUMBERS)
        calls = await phone.calls()
        assert {call.to: call.id for call in calls} == ids
        await calls[0].answer()
        await calls[0].press("5")
        assert calls[0].terminal == "completed"


async def test_numbers_that_are_refused_are_left_out(minivoice, minivoice_api):
    minivoice.limits.concurrent_calls = 3
    async with minivoice.asynchronous():
        ids = await AsyncCampaign(minivoice_api.api_key).run(NUMBERS)
    assert len(ids) == 3


async def test_a_summary_comes_late(minivoice, minivoice_api):
    campaign = AsyncCampaign(minivoice_api.api_key)
    async with minivoice.asynchronous() as phone:
        await campaign.run(NUMBERS[:1])
        [call] = await phone.calls()
        await call.run(["5"])
        results = minivoice.ai_results
        results.put(call.id, {"summary": results.summary("Very content.")}, after_seconds=30)
        assert await campaign.summary(call.id) is None
        minivoice.clock.advance(30)
        assert await campaign.summary(call.id) == "Very content."

"""A campaign that MiniVoice can call."""

from __future__ import annotations

import pytest
from outbound_campaign import Campaign


@pytest.fixture
def campaign():
    """A campaign without a key."""
    return Campaign("spring_followup", api_key="")


@pytest.fixture
def minivoice_app(campaign):
    """What the plugin calls: a plain function, for the example needs no framework."""
    return campaign.handle


@pytest.fixture(autouse=True)
def _key_and_clock(minivoice, minivoice_api, campaign):
    campaign.api_key = minivoice_api.api_key
    campaign.wait = minivoice.clock.advance

"""Everybody is called, and the campaign does what is right when it cannot go on."""

from __future__ import annotations

import pytest
from outbound_campaign import CampaignPausedError

ANA, JO = "+15551230011", "+15551230012"


def test_each_number_is_called_and_its_outcome_kept(minivoice, campaign):
    campaign.run([ANA, JO])
    ana, jo = minivoice.calls
    ana.answer()
    jo.no_answer()
    assert ana.heard == ["Spring is here. Our shop is open again."]
    assert ana.metadata == {"campaign_id": "spring_followup", "record": True}
    assert campaign.outcomes == {ANA: "reached", JO: "not reached"}


def test_nobody_is_called_twice(minivoice, campaign):
    campaign.run([ANA])
    campaign.run([ANA, JO])
    assert [call.to for call in minivoice.calls] == [ANA, JO]


def test_the_campaign_pauses_when_the_money_is_gone(minivoice, campaign):
    minivoice.balance = 0
    with pytest.raises(CampaignPausedError, match="balance is too low to create call"):
        campaign.run([ANA])


def test_the_campaign_pauses_at_the_spend_limit(minivoice, campaign):
    minivoice.limits.spend = 0
    with pytest.raises(CampaignPausedError, match="outbound spend limit exceeded"):
        campaign.run([ANA])


def test_the_campaign_slows_down_where_calls_come_too_fast(minivoice, minivoice_api, campaign):
    minivoice.limits.calls_per_second = 1
    campaign.run([ANA, JO])
    assert [each.status for each in minivoice_api.requests] == [201, 429, 201]


def test_a_call_is_tried_again_when_a_carrier_refuses_it(minivoice, minivoice_api, campaign):
    minivoice_api.fail_next("POST", "/v1/calls", "originate_failed", times=2)
    campaign.run([ANA])
    assert [call.to for call in minivoice.calls] == [ANA]


def test_the_campaign_pauses_after_three_tries(minivoice_api, campaign):
    minivoice_api.fail_next("POST", "/v1/calls", "concurrent_call_limit_reached", times=3)
    with pytest.raises(CampaignPausedError, match="in 3 tries"):
        campaign.run([ANA])

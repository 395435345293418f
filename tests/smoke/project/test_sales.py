from __future__ import annotations


def test_sales_are_connected(minivoice):
    call = minivoice.inbound_call(from_="+15551230001", to="+15551230002")
    assert call.heard == ["Press 1 for sales or 2 for support."]
    call.press("1")
    assert call.terminal == "transferred"
    assert call.destination == "+15551230099"

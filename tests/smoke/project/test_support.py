from __future__ import annotations


def test_support_is_connected(minivoice):
    call = minivoice.inbound_call(from_="+15551230001", to="+15551230002")
    call.press("2")
    assert call.terminal == "transferred"

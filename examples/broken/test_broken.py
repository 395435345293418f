"""Each of these tests fails, on purpose: run them to see what the plugin says of typical mistakes."""

from __future__ import annotations

import pytest


def test_sales_reaches_a_person(minivoice):
    minivoice.inbound_call().press("1")


def test_support_asks_a_question(minivoice):
    minivoice.inbound_call().press("2")


def test_billing_reaches_a_person(minivoice):
    minivoice.inbound_call().press("3")


def test_opening_hours_are_said(minivoice):
    minivoice.inbound_call().press("4")


@pytest.mark.minivoice_flow(["timeout"] * 3, terminal="transferred", destination="+15551230090", id="silence")
def test_a_caller_who_says_nothing_reaches_the_operator(minivoice_call):
    assert minivoice_call.findings == []


def test_a_caller_presses_two_keys_at_once(minivoice):
    minivoice.inbound_call().press("12")


def test_every_branch_is_right(minivoice):
    minivoice.explore().assert_clean()

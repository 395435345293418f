"""Drawn webhooks, calls and callers: valid by construction, and simple when they are shrunk."""

from __future__ import annotations

import hashlib
import hmac
import json
from random import Random

import pytest
from hypothesis import find, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from pytest_minivoice.call.moves import WORDS, check_keys
from pytest_minivoice.cloud.possible import impossible_order
from pytest_minivoice.spec.calls import EVENTS
from pytest_minivoice.spec.schema import schema
from pytest_minivoice.strategies import caller_scripts, lifecycles, webhooks

VALIDATOR = Draft202012Validator(schema("webhook"))


@pytest.mark.parametrize("event", EVENTS)
@given(st.data())
def test_every_drawn_webhook_fits_the_schema(event, data):
    hook = data.draw(webhooks(event))
    assert hook.event == event
    assert list(VALIDATOR.iter_errors(json.loads(hook.body))) == []


@given(lifecycles(secret="s"))
def test_every_drawn_call_has_an_order_that_a_call_can_have(hooks):
    assert impossible_order([each.event for each in hooks]) == ""
    assert len({each.call_id for each in hooks}) == 1
    for each in hooks:
        assert list(VALIDATOR.iter_errors(json.loads(each.body))) == []
        signed = each.headers["X-MiniVoice-Timestamp"].encode() + b"." + each.body
        expected = hmac.new(b"s", signed, hashlib.sha256).hexdigest()
        assert each.headers["X-MiniVoice-Signature"] == f"v1={expected}"


@given(caller_scripts(digits=2))
def test_every_drawn_caller_presses_keys_that_exist_and_hangs_up_at_last(script):
    assert script[-1] == "hang_up"
    for item in script[:-1]:
        if item not in WORDS:
            check_keys(item)
            assert len(item) == 2


def test_what_is_drawn_shrinks_to_what_a_person_would_write():
    hook = find(webhooks("call.gathered"), lambda _: True)
    assert hook.payload["variables"] == {}
    assert hook.payload["call"]["from"] == "+15550000000"
    assert hook.payload["data"]["digits"] in {"", "0"}
    # One seed in a few stops at an equally long script with 'timeout' in it.
    scripts = [find(caller_scripts(), lambda script: len(script) > 2, random=Random(seed)) for seed in range(4)]
    assert ["0", "0", "hang_up"] in scripts
    assert all(len(script) == 3 and set(script) <= {"0", "timeout", "hang_up"} for script in scripts)
    assert [each.event for each in find(lifecycles(), lambda _: True)] == ["call.created", "call.failed"]

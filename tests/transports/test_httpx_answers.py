"""An answer of `httpx` in memory behaves as one that came over the network, however it is read."""

from __future__ import annotations

import pickle

import anyio
import httpx
import pytest

OF_MINIVOICE = "https://api.minivoice.eu"
USES = {
    "read": lambda got: got.read(),
    "read twice": lambda got: (got.read(), got.read()),
    "read and text": lambda got: (got.read(), got.text, got.json()),
    "not read": lambda got: got.content,
    "raw": lambda got: list(got.iter_raw(7)),
    "raw twice": lambda got: (list(got.iter_raw()), list(got.iter_raw())),
    "bytes": lambda got: list(got.iter_bytes(7)),
    "bytes, then read": lambda got: (list(got.iter_bytes(7)), got.read()),
    "lines": lambda got: list(got.iter_lines()),
    "read, then raw": lambda got: (got.read(), list(got.iter_raw())),
    "read, then bytes": lambda got: (got.read(), list(got.iter_bytes(7))),
    "raw, then read": lambda got: (list(got.iter_raw()), got.read()),
    "closed, then read": lambda got: (got.close(), got.read()),
    "pickled": lambda got: (got.read(), pickle.loads(pickle.dumps(got)).json()),
    "of the other kind": lambda got: anyio.run(got.aread),
}


async def _all(parts):
    return [each async for each in parts]


async def _raw(got):
    return await _all(got.aiter_raw(7))


async def _read_and_raw(got):
    return await got.aread(), await _all(got.aiter_raw())


async def _read_and_bytes(got):
    return await got.aread(), await _all(got.aiter_bytes(7)), got.json()


async def _raw_and_read(got):
    return await _all(got.aiter_raw()), await got.aread()


async def _closed_and_read(got):
    return await got.aclose(), await got.aread()


async def _of_the_other_kind(got):
    return got.read()


ASYNC_USES = [httpx.Response.aread, _raw, _read_and_raw, _read_and_bytes, _raw_and_read, _closed_and_read]
ASYNC_USES += [_of_the_other_kind]


def state(got):
    try:
        timed = got.elapsed.total_seconds() >= 0
    except RuntimeError:
        timed = False
    return got.is_closed, got.is_stream_consumed, got.num_bytes_downloaded, timed


def outcome(use, got):
    try:
        return use(got), state(got)
    except Exception as error:  # noqa: BLE001 - whatever httpx raises is what is compared
        return type(error), str(error), state(got)


async def aoutcome(use, got):
    try:
        return await use(got), state(got)
    except Exception as error:  # noqa: BLE001 - the same
        return type(error), str(error), state(got)


def asked(api, base):
    return {"method": "GET", "url": f"{base}/v1/calls/call_1", "headers": {"Authorization": f"Bearer {api.api_key}"}}


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_it_is_read_as_one_of_the_network(api, use):
    outcomes = []
    for base in (api.url, OF_MINIVOICE):
        with httpx.Client(trust_env=False) as client, client.stream(**asked(api, base)) as got:
            outcomes.append(outcome(use, got))
    assert outcomes[1] == outcomes[0]


@pytest.mark.parametrize("use", ASYNC_USES)
def test_it_is_awaited_as_one_of_the_network(api, use):
    async def ask(base):
        async with httpx.AsyncClient(trust_env=False) as client, client.stream(**asked(api, base)) as got:
            return await aoutcome(use, got)

    over_network, in_memory = (anyio.run(ask, base) for base in (api.url, OF_MINIVOICE))
    assert in_memory == over_network


def test_hooks_of_a_client_read_it(api):
    seen = []
    with httpx.Client(event_hooks={"response": [lambda got: seen.append(got.read())]}) as client:
        got = client.request(**asked(api, OF_MINIVOICE))
    assert seen == [got.content]
    assert state(got) == (True, True, len(got.content), True)

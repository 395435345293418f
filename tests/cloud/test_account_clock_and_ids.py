"""The virtual clock, ids in the documented shape, and stamps as MiniVoice writes them."""

from __future__ import annotations

import re
import time
from datetime import datetime, timedelta, timezone
from uuid import UUID

import pytest
from phone import ANSWER, gather, keyed, open_account, redirect, say

from pytest_minivoice import SettingError
from pytest_minivoice.cloud.clock import Clock, rfc3339
from pytest_minivoice.cloud.ids import Ids, provider_call_id

NOON = datetime(2026, 5, 29, 12, tzinfo=timezone.utc)


def test_a_clock_starts_at_the_real_time_in_whole_seconds(monkeypatch):
    monkeypatch.setattr(time, "time", lambda: 1780056000.9)
    clock = Clock()
    assert clock.seconds == 1780056000
    assert clock.now == NOON
    monkeypatch.setattr(time, "time", lambda: 1780059999.0)
    assert clock.seconds == 1780056000


def test_a_clock_moves_only_when_it_is_told_to():
    clock = Clock()
    began = clock.seconds
    clock.advance(2.5)
    clock.advance(0)
    assert clock.seconds == began + 2.5
    assert clock.now.tzinfo is timezone.utc


def test_a_clock_does_not_run_backwards_but_can_be_set():
    clock = Clock()
    before = clock.seconds
    with pytest.raises(ValueError, match=r"clock\.advance\(-1\): time does not run backwards; clock\.set\(\) jumps"):
        clock.advance(-1)
    assert clock.seconds == before
    clock.set(NOON - timedelta(days=1))
    assert clock.now == NOON - timedelta(days=1)


def test_a_clock_needs_a_time_zone():
    clock = Clock()
    before = clock.seconds
    with pytest.raises(ValueError, match="the moment needs a time zone"):
        clock.set(datetime(2026, 5, 29))  # noqa: DTZ001 - that is the mistake
    assert clock.seconds == before


def test_a_clock_takes_any_time_zone():
    clock = Clock()
    clock.set(NOON.astimezone(timezone(timedelta(hours=5, minutes=30))))
    assert clock.now == NOON


@pytest.mark.parametrize(
    ("seconds", "written"),
    [
        (1780056000, "2026-05-29T12:00:00Z"),
        (1780056000.999, "2026-05-29T12:00:00Z"),
        (0, "1970-01-01T00:00:00Z"),
        (1709164799, "2024-02-28T23:59:59Z"),
    ],
)
def test_a_time_is_written_in_utc_and_whole_seconds(seconds, written):
    assert rfc3339(seconds) == written


def test_ids_have_the_documented_shape():
    assert Ids(0).new("call", "2026-05-29T12:00:00Z") == "call_20260529T120000.000000000"
    assert Ids(123).new("rec", "2026-05-29T12:00:00Z") == "rec_20260529T120000.000000123"


def test_ids_do_not_come_again():
    ids = Ids(999_999_998)
    made = [ids.new("call", "2026-05-29T12:00:00Z") for _ in range(1000)]
    assert len(set(made)) == 1000
    assert all(re.fullmatch(r"call_20260529T120000\.\d{9}", each) for each in made)


def test_the_carriers_id_of_a_call_is_a_uuid_and_always_the_same():
    assert provider_call_id("call_1") == provider_call_id("call_1") != provider_call_id("call_2")
    assert str(UUID(provider_call_id("call_1"))) == provider_call_id("call_1")


def test_a_call_is_stamped_by_the_virtual_clock():
    account = open_account([say()])
    account.clock.set(NOON)
    call = account.inbound_call()
    assert call.id.startswith("call_20260529T120000.")
    assert {event.created_at for event in call.events} == {"2026-05-29T12:00:00Z"}


def test_a_recording_has_an_id_of_its_own():
    account = open_account([keyed("start_recording"), say()])
    account.clock.set(NOON)
    [recording] = account.inbound_call().recordings
    assert re.fullmatch(r"rec_20260529T120000\.\d{9}", recording.id)
    assert account.recordings == [recording]


def test_time_goes_on_from_call_to_call():
    account = open_account({ANSWER: [gather(timeout_seconds=30), redirect("/x")], "/x": [say()]})
    account.clock.set(NOON)
    for _ in range(120):
        account.inbound_call().wait()
    assert account.clock.now == NOON + timedelta(hours=1)
    assert account.calls[-1].id.startswith("call_20260529T125930.")


def test_a_transcript_counts_from_the_beginning_of_its_call():
    account = open_account({ANSWER: [gather(timeout_seconds=30), redirect("/x")], "/x": [say()]})
    account.inbound_call().wait()
    second = account.inbound_call().wait()
    seconds = [entry.seconds for entry in second.timeline]
    assert (seconds[0], seconds[-1]) == (0, 30)


def test_a_clock_counts_exactly():
    clock = Clock()
    began = clock.seconds
    for _ in range(10):
        clock.advance(0.1)
    assert clock.seconds == began + 1
    assert clock.now == datetime.fromtimestamp(began + 1, tz=timezone.utc)


def test_ten_tenths_of_a_second_are_one_second_of_a_call():
    account = open_account([gather()])
    account.limits.rates = {"+1": "60.00"}
    call = account.outbound_call("+15551230002").answer()
    for _ in range(10):
        account.clock.advance(0.1)
    call.hang_up()
    assert account.spent == 1
    account.clock.set(NOON + timedelta(microseconds=123_457))
    assert account.clock.now == NOON + timedelta(microseconds=123_457)


@pytest.mark.parametrize("seconds", [float("nan"), float("inf"), "3", None, True, timedelta(seconds=1)])
def test_a_clock_advances_by_a_number_of_seconds(seconds):
    clock = Clock()
    before = clock.seconds
    with pytest.raises(SettingError, match=r"clock\.advance\(.*\): it must be a number of seconds, such as 1\.5"):
        clock.advance(seconds)
    assert clock.seconds == before


@pytest.mark.parametrize("moment", ["2026-05-29T12:00:00Z", 1780056000, None])
def test_a_clock_is_set_to_a_datetime(moment):
    with pytest.raises(SettingError, match=r"clock\.set\(.*\): it must be a datetime with a time zone"):
        Clock().set(moment)

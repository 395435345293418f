"""AI results come part by part, are told of real calls alone, and cannot be put in with a typing error."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest
from asking import CALL

from pytest_minivoice import SettingError

SAMPLES = json.loads((Path(__file__).parents[1] / "spec/samples/rest.json").read_text(encoding="utf-8"))
PARTS = ("transcription", "summary", "score", "topics")


@pytest.fixture
def results(api):
    return api.account.ai_results


@pytest.fixture
def call(api):
    return api.account.inbound_call().hang_up()


def told(api, call):
    """Return the names of the parts that can be read, each by itself and all together, which must agree."""
    whole = api.ask("GET", f"/v1/calls/{call.id}/ai").data["data"]
    paths = {name: name if name == "transcription" else f"ai-{name}" for name in PARTS}
    alone = [name for name in PARTS if api.ask("GET", f"/v1/calls/{call.id}/{paths[name]}").status == 200]
    assert list(whole) == ["call", *alone]
    return alone


def test_each_part_is_ready_by_itself(api, results, call):
    results.put(call.id, {"topics": results.topics()})
    results.put(call.id, {"score": results.score()}, after_seconds=60)
    results.put(call.id, {"summary": results.summary(status="failed")}, after_seconds=30)
    assert list(results[call.id]) == ["topics", "score", "summary"]
    seen = []
    for _ in range(3):
        seen.append(told(api, call))
        api.account.clock.advance(30)
    assert seen == [["topics"], ["summary", "topics"], ["summary", "score", "topics"]]


def test_a_part_can_be_read_until_its_next_one_is_ready(api, results, call):
    results.put(call.id, {"summary": results.summary("", status="processing")})
    results.put(call.id, {"summary": results.summary("Done.")}, after_seconds=0.3)
    path = f"/v1/calls/{call.id}/ai-summary"
    assert api.ask("GET", path).data["data"]["status"] == "processing"
    for _ in range(3):
        api.account.clock.advance(0.1)
    assert api.ask("GET", path).data["data"]["summary"] == "Done."
    assert results[call.id]["summary"]["summary"] == "Done."


def test_an_assignment_replaces_all_parts(api, results, call):
    results.put(call.id, {"topics": results.topics()}, after_seconds=60)
    results[call.id] = {"score": results.score()}
    assert told(api, call) == ["score"]
    del results[call.id]
    assert (told(api, call), dict(results)) == ([], {})


def test_the_seconds_count_from_the_end_of_a_call_that_goes_on(api, results):
    call = api.account.inbound_call()
    results.put(call.id, {"topics": results.topics()}, after_seconds=60)
    api.account.clock.advance(600)
    call.hang_up()
    assert told(api, call) == []
    api.account.clock.advance(59)
    assert told(api, call) == []
    api.account.clock.advance(1)
    assert told(api, call) == ["topics"]


def test_the_seconds_count_from_now_once_the_call_has_ended(api, results, call):
    api.account.clock.advance(600)
    results.put(call.id, {"topics": results.topics()}, after_seconds=60)
    assert told(api, call) == []
    api.account.clock.advance(60)
    assert told(api, call) == ["topics"]


def test_the_documented_data_is_taken_whole_and_the_real_call_is_told(api, results, call):
    results[call.id] = SAMPLES["ai_results"]["data"]
    told_call = api.ask("GET", f"/v1/calls/{call.id}/ai").data["data"]["call"]
    assert told_call["id"] == call.id != SAMPLES["ai_results"]["data"]["call"]["id"]
    assert told_call["duration_seconds"] == 0
    assert told(api, call) == list(PARTS)


def test_a_call_that_was_made_over_rest_has_results_too(api, results):
    made = api.ask("POST", "/v1/calls", CALL).data["id"]
    results[made] = {"topics": results.topics()}
    assert list(results) == [made]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda results: results.score("17"), "ai_results.score: total_score is '17'; it must be a number of points"),
        (lambda results: results.score(1, None), "ai_results.score: max_score is None; it must be a number of points"),
        (
            lambda results: results.topics(["Billing"]),
            """ai_results.topics takes names, not ['Billing']; write ai_results.topics("Billing", "Refund")""",
        ),
    ],
)
def test_builders_say_what_they_take(api, make, message):
    with pytest.raises(SettingError) as raised:
        make(api.account.ai_results)
    assert str(raised.value) == message


@pytest.mark.parametrize(
    ("what", "message"),
    [
        (
            lambda call: call,
            r"takes the id of a call: use call\.id, not <inbound call .*; did you mean ai_results\[call",
        ),
        (lambda _: None, r"ai_results takes the id of a call: use call\.id, not None$"),
        (lambda _: "call_1", r"ai_results\['call_1'\]: there is no such call; use call\.id of a call that was made$"),
        (lambda call: call.id + "x", r"there is no such call; .*; did you mean 'call_\w+\.\d+'\?"),
    ],
)
def test_results_of_no_call_are_refused(results, call, what, message):
    data = {"topics": results.topics()}
    with pytest.raises(SettingError, match=message):
        results[what(call)] = data
    with pytest.raises(SettingError, match=message):
        results.put(what(call), data)


def test_results_are_read_by_the_id_of_a_call(results, call):
    with pytest.raises(SettingError, match=r"did you mean ai_results\[call\.id\]\?"):
        results[call]
    with pytest.raises(KeyError, match="ai_results has nothing of the call"):
        results[call.id]
    assert call.id not in results
    assert results.get(call.id) is None


@pytest.mark.parametrize(
    ("part", "change", "message"),
    [
        (
            "summary",
            lambda part: part.update(sentimnt="neutral"),
            (
                "ai_results.summary: unknown field 'sentimnt'; known are status, summary, outcome, sentiment, "
                "action_items, key_points; did you mean 'sentiment'?"
            ),
        ),
        (
            "transcription",
            lambda part: part["segments"][0].update(speeker=part["segments"][0].pop("speaker")),
            (
                "ai_results.transcription.segments[0]: unknown field 'speeker'; known are speaker, text, start_ms, "
                "end_ms; did you mean 'speaker'?"
            ),
        ),
        ("call", lambda part: part.update(idd="x"), "ai_results.call: unknown field 'idd'; known are id, direction, "),
        (
            "score",
            lambda part: part.update(total_score=float("nan")),
            "ai_results.score: it must be JSON: Out of range float values are not JSON compliant",
        ),
        (
            "score",
            lambda part: part.update(total_score={1, 2}),
            "ai_results.score: it must be JSON: Object of type set",
        ),
        (
            "score",
            lambda part: part.update(items=part),
            "ai_results.score: it must be JSON: Circular reference detected",
        ),
    ],
)
def test_a_misspelled_field_or_what_is_no_json_is_refused(results, call, part, change, message):
    data = copy.deepcopy(SAMPLES["ai_results"]["data"])
    data["transcription"]["segments"] = [{"speaker": "caller", "text": "...", "start_ms": 0, "end_ms": 3200}]
    results[call.id] = data
    change(data[part])
    with pytest.raises(SettingError) as raised:
        results[call.id] = data
    assert str(raised.value).startswith(message)


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.update(scoore=1),
        lambda data: data["score"].update(total=1),
        lambda data: data["score"]["items"].append(1),
        lambda data: data["topics"].clear(),
        lambda data: data["topics"][0].pop("topic"),
        lambda data: data["topics"].__setitem__(0, "Billing"),
        lambda data: data.__setitem__("scoore", 1),
        lambda data: data.__delitem__("score"),
    ],
)
def test_what_is_read_cannot_be_changed_behind_the_check(results, call, change):
    results[call.id] = {"score": results.score(), "topics": results.topics()}
    with pytest.raises(SettingError, match=r"put them in by ai_results\[call\.id\] = \{\.\.\.\} or ai_results\.put"):
        change(results[call.id])


def test_what_was_put_in_is_a_copy_and_so_is_what_is_read_and_answered(api, results, call):
    score = results.score()
    results[call.id] = {"score": score}
    score["total_score"] = 0
    copied = copy.deepcopy(results[call.id])
    copied["score"]["items"].append(1)
    api.ask("GET", f"/v1/calls/{call.id}/ai").data["data"]["score"]["items"].append(1)
    assert (results[call.id]["score"]["total_score"], results[call.id]["score"]["items"]) == (17, [])


@pytest.mark.parametrize("seconds", [-1, "60", None, True, float("nan"), float("inf")])
def test_the_seconds_are_a_number(results, call, seconds):
    with pytest.raises(SettingError, match=r"after_seconds is .*; it must be a number of seconds, 0 or more"):
        results.put(call.id, {"topics": results.topics()}, after_seconds=seconds)
    assert call.id not in results

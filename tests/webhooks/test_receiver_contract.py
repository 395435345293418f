"""The contract of a receiver: what each broken one breaks, and the shortest schedule that shows it."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from itertools import count

import pytest
from phone import ANSWER, HOOKS, Site, answer, codes, open_account, say

from pytest_minivoice import ContractViolation, SettingError, sign

SECRET = "change-me"
TICKS = count()


@dataclass
class Known:
    """What a receiver remembers of a call."""

    events: set[str] = field(default_factory=set)
    ended: bool = False
    number: int = 0


class Receiver:
    """Receive webhooks as one should; each subclass breaks one promise."""

    def __init__(self):
        self.calls = {}

    def __call__(self, request):
        if not self.trusts(request):
            return answer({}, status=401)
        payload = request.json
        self.note(payload["call"]["id"], payload["event"], payload)
        return answer({}, status=204)

    def trusts(self, request):
        timestamp = request.headers.get("X-MiniVoice-Timestamp", "")
        signature = request.headers.get("X-MiniVoice-Signature", "")
        return self.is_right(timestamp, request.body, signature) and self.is_fresh(timestamp)

    def is_right(self, timestamp, body, signature):
        return signature == sign(SECRET, timestamp, body)

    def is_fresh(self, timestamp):
        return abs(time.time() - float(timestamp or 0)) <= 300

    def note(self, call_id, event, payload):
        known = self.calls.setdefault(call_id, Known())
        known.events.add(event)
        known.ended = known.ended or event == "call.completed"

    def state(self, call_id):
        return self.calls.get(call_id)


class Trusting(Receiver):
    def trusts(self, request):
        return True


class SignedIfSigned(Receiver):
    def trusts(self, request):
        return "X-MiniVoice-Signature" not in request.headers or super().trusts(request)


class Replayable(Receiver):
    def is_fresh(self, timestamp):
        return True


class ReEncoding(Receiver):
    def is_right(self, timestamp, body, signature):
        return super().is_right(timestamp, json.dumps(json.loads(body)).encode(), signature)


class Hasty(Receiver):
    def __call__(self, request):
        self.calls.setdefault(request.json["call"]["id"], Known())
        return super().__call__(request)


class NotFound(Receiver):
    def __call__(self, request):
        return super().__call__(request) if self.trusts(request) else answer({}, status=404)


class Counting(Receiver):
    def note(self, call_id, event, payload):
        super().note(call_id, event, payload)
        self.calls[call_id].number += event == "call.gathered"


class Jealous(Receiver):
    def __call__(self, request):
        known = self.calls.get(request.json["call"]["id"])
        if known and request.json["event"] in known.events and self.trusts(request):
            return answer({}, status=409)
        return super().__call__(request)


class LastWins(Receiver):
    def note(self, call_id, event, payload):
        super().note(call_id, event, payload)
        self.calls[call_id].ended = event == "call.completed"


class KnownEventsOnly(Receiver):
    def __call__(self, request):
        return answer({}, status=400) if request.json["event"] == "call.unknown" else super().__call__(request)


class KnownFieldsOnly(Receiver):
    def __call__(self, request):
        return answer({}, status=422) if "added_later" in request.json else super().__call__(request)


class NeedsOptional(Receiver):
    def note(self, call_id, event, payload):
        super().note(call_id, event, payload)
        if event == "call.created":
            payload["call"]["route_mode"]

    def __call__(self, request):
        try:
            return super().__call__(request)
        except KeyError as error:
            return error


class NeedsCreated(Receiver):
    def __call__(self, request):
        if request.json["event"] != "call.created" and self.trusts(request):
            try:
                self.calls[request.json["call"]["id"]]
            except KeyError as error:
                return error
        return super().__call__(request)


class Down(Receiver):
    def __call__(self, request):
        return answer({}, status=503)


class LoginRequired(Receiver):
    def __call__(self, request):
        return answer({}, status=302, headers=[("Location", "/login")])


class WrongSecret(Receiver):
    def is_right(self, timestamp, body, signature):
        return signature == sign("another", timestamp, body)


def account_of(receiver, **settings):
    """Open an account whose webhooks go to a receiver."""
    site = Site({ANSWER: [say()], HOOKS: receiver})
    return open_account(site, **{"webhook_url": HOOKS, "webhook_secret": SECRET, **settings})


def schedules_of(report):
    """Return code and shortest schedule of each finding."""
    return {each.code: each.message.partition("; shortest schedule: ")[2] for each in report.findings}


@pytest.mark.parametrize("sees", [True, False])
def test_a_good_receiver_breaks_nothing(sees):
    receiver = Receiver()
    report = account_of(receiver).check_receiver(receiver.state if sees else None)
    assert report.findings == ()
    assert report.events == ("call.created", "call.answered", "call.gathered", "call.completed")
    assert 25 <= report.schedules <= 5 * len(report.events) + 12
    assert len(receiver.calls) == report.schedules - 1  # the forgery that comes alone is refused, and leaves nothing
    report.assert_clean()


ENDED = "call.completed"
BROKEN = [
    (Trusting, {
        "MV304": f"{ENDED} (changed on its way)",
        "MV305": f"{ENDED} (unsigned)",
        "MV306": f"{ENDED} (signed ten minutes ago)",
        "MV307": f"{ENDED} (in other bytes than were signed)",
    }),
    (SignedIfSigned, {"MV305": f"{ENDED} (unsigned)"}),
    (Replayable, {"MV306": f"{ENDED} (signed ten minutes ago)"}),
    (ReEncoding, {"MV307": f"{ENDED} (in other bytes than were signed)"}),
    (Hasty, {"MV308": "call.created (changed on its way)"}),
    (NotFound, {"MV309": f"{ENDED} (changed on its way)"}),
    (Counting, {"MV311": "call.gathered, then call.gathered (again)"}),
    (Jealous, {"MV311": "call.created, then call.created (again)"}),
    (LastWins, {
        "MV311": f"call.created, then {ENDED}, then call.created (again)",
        "MV312": f"{ENDED}, then call.gathered",
    }),
    (KnownEventsOnly, {"MV313": f"{ENDED} (as call.unknown)"}),
    (KnownFieldsOnly, {"MV313": f"{ENDED} (with an unknown field)"}),
    (NeedsOptional, {"MV314": "call.created (without optional fields)"}),
    (NeedsCreated, {"MV314": "call.answered"}),
    (Down, {"MV314": ENDED}),
    (LoginRequired, {"MV315": ENDED}),
    (WrongSecret, {"MV303": ENDED}),
]  # fmt: skip


@pytest.mark.parametrize(("broken", "found"), BROKEN, ids=[each.__name__ for each, _ in BROKEN])
def test_a_broken_receiver_is_found_with_the_shortest_schedule(broken, found):
    receiver = broken()
    assert schedules_of(account_of(receiver).check_receiver(receiver.state)) == found


@pytest.mark.parametrize("broken", [Hasty, Counting, LastWins])
def test_without_a_state_the_report_says_what_it_could_not_see(broken):
    report = account_of(broken()).check_receiver()
    assert report.findings == ()
    assert "what the application remembers is seen with state= alone" in str(report)


def test_a_difference_is_told_by_its_place_and_both_values():
    receiver = Counting()
    [finding] = account_of(receiver).check_receiver(receiver.state).findings
    assert finding.message.startswith("number is 1 in order, and 2 here; ")
    assert finding.where == f"https://example.com{HOOKS}"


def test_a_receiver_that_asks_the_api_twice_for_a_duplicate_is_found_without_a_state():
    class Calling(Receiver):
        def note(self, call_id, event, payload):
            if event == "call.completed":
                account.rest_requests.append(Asked())

    @dataclass
    class Asked:
        method: str = "POST"
        path: str = "/v1/calls"

    account = account_of(Calling())
    [finding] = account.check_receiver().findings
    assert finding.code == "MV311"
    assert finding.message.startswith("REST requests POST /v1/calls are made 2 times here, 1 in order; ")


def test_an_exception_of_the_receiver_is_the_cause_of_the_failure():
    receiver = NeedsCreated()
    with pytest.raises(ContractViolation) as caught:
        account_of(receiver).check_receiver(receiver.state).assert_clean()
    assert isinstance(caught.value.__cause__, KeyError)


def test_a_warning_is_no_failure():
    receiver = NotFound()
    report = account_of(receiver).check_receiver(receiver.state)
    assert [each.severity for each in report.findings] == ["warning"]
    report.assert_clean()


def test_a_receiver_without_signatures_may_say_so_and_that_is_a_warning():
    receiver = Trusting()
    account = account_of(receiver, webhook_secret=None)
    report = account.check_receiver(receiver.state, signatures=False)
    assert codes(report.findings) == codes(account.findings) == ["MV310"]
    report.assert_clean()


def test_without_signatures_duplicates_and_orders_are_checked_all_the_same():
    class Careless(Trusting, Counting):
        pass

    receiver = Careless()
    report = account_of(receiver, webhook_secret=None).check_receiver(receiver.state, signatures=False)
    assert codes(report.findings) == ["MV311", "MV310"]


def test_an_ignored_rule_is_not_found():
    receiver = Replayable()
    assert account_of(receiver, ignore=["MV306"]).check_receiver(receiver.state).findings == ()


class Stamping(Receiver):
    """Note a value that no two calls share."""

    def note(self, call_id, event, payload):
        super().note(call_id, event, payload)
        self.calls[call_id].number = self.calls[call_id].number or next(TICKS)


def test_what_differs_between_two_equal_runs_is_not_compared_and_the_report_says_so():
    receiver = Stamping()
    report = account_of(receiver).check_receiver(receiver.state)
    assert report.findings == ()
    assert report.volatile == ("number",)
    assert "not compared, as two equal runs differ there: number" in str(report)


@pytest.mark.parametrize(
    "state",
    [
        lambda known, call_id: None if known is None else vars(known),
        lambda known, call_id: known and (call_id, sorted(known.events), known.ended, known.number),
        lambda known, call_id: known and {call_id: known},
        lambda known, call_id: [known],
        lambda known, call_id: known.number if known else "none",
    ],
)
def test_a_state_may_be_any_nested_value(state):
    for receiver, found in ((Receiver(), []), (Counting(), ["MV311"])):
        report = account_of(receiver).check_receiver(
            lambda call_id, receiver=receiver: state(receiver.calls.get(call_id), call_id)
        )
        assert codes(report.findings) == found


def test_a_state_may_raise_for_a_call_that_is_not_known():
    receiver = Receiver()
    assert account_of(receiver).check_receiver(receiver.calls.__getitem__).findings == ()


def test_a_state_that_raises_for_a_known_call_is_a_mistake_of_the_test():
    receiver = Receiver()
    with pytest.raises(SettingError, match=r"state\(call_id\) raises ZeroDivisionError"):
        account_of(receiver).check_receiver(lambda call_id: 1 / 0)


def test_the_events_may_be_those_of_a_call():
    receiver = Receiver()
    account = account_of(receiver)
    call = account.outbound_call("+15550000002").answer()
    before = set(receiver.calls)
    report = account.check_receiver(receiver.state, call=call)
    assert report.findings == ()
    assert report.events == ("call.created", "call.answered", "call.completed")
    assert set(receiver.calls) > before


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"webhook_url": None}, "set minivoice_webhook_url = /minivoice/webhooks"),
        ({"webhook_secret": None}, "set minivoice_webhook_secret, or say signatures=False"),
    ],
)
def test_what_is_missing_in_the_settings_is_named(settings, said):
    with pytest.raises(SettingError, match=said):
        account_of(Receiver(), **settings).check_receiver()

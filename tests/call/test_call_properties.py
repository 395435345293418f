"""Any caller against any valid documents: no error but a broken contract, an end, and a record that fits itself."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from phone import ANSWER, HOOKS, HOST, Site, answer, keyed, open_account, typed

from pytest_minivoice import CallerError, ContractViolation
from pytest_minivoice.spec.actions import action_names
from pytest_minivoice.spec.calls import KEYS

NUMBERS = ["+15551230099", "+15551230098", "sip:agent@pbx.example.com"]
PATHS = [ANSWER, "/a", "/b", "/c"]
MOVES = ["wait", "hang_up", "answer", "no_answer", "busy", "cancel"]
STATUS_OF = {
    "completed": {"completed"},
    "transferred": {"completed"},
    "bridged": {"completed"},
    "conferenced": {"completed"},
    "hung_up": {"completed", "failed", "canceled"},
    "failed": {"failed"},
    "canceled": {"canceled"},
    "rejected": {"failed"},
}


def options(**values):
    """Draw some of the parameters."""
    return st.fixed_dictionaries({}, optional=values)


def needs(**values):
    """Draw all of the parameters."""
    return st.fixed_dictionaries(values)


TEXT = st.text(min_size=1, max_size=8).filter(str.strip)
STREAMS = st.sampled_from(["wss://media.example.com/a", "wss://media.example.com/b"])
TRACKS = st.sampled_from(["inbound", "outbound", "both"])
DIRECTIONS = needs(direction=st.sampled_from(["read", "write", "both"]))
DIGITS = st.integers(1, 3)
PARAMETERS = {
    "say": needs(text=TEXT),
    "gather": options(
        prompt=TEXT,
        num_digits=DIGITS,
        min_digits=st.integers(0, 3),
        max_digits=DIGITS,
        timeout_seconds=st.integers(1, 30),
        finish_on_key=st.sampled_from(KEYS),
    ),
    "send_digits": needs(digits=st.text("0123456789*#ABCDwW,", min_size=1, max_size=5)),
    "redirect": st.builds(
        lambda path, more: {"url": HOST + path, **more},
        st.sampled_from([*PATHS, "/missing"]),
        options(method=st.sampled_from(["GET", "POST"]), max_redirects=st.integers(0, 20)),
    ),
    "transfer": needs(destination=st.sampled_from(NUMBERS)),
    "bridge": needs(to=st.sampled_from(NUMBERS)),
    "conference": needs(room=st.text("abc._-09", min_size=1, max_size=5)),
    "hold": needs(),
    "resume": needs(),
    "mute": DIRECTIONS,
    "unmute": DIRECTIONS,
    "start_recording": needs(),
    "stop_recording": needs(),
    "start_stream": STREAMS.flatmap(lambda url: options(track=TRACKS).map(lambda more: {"stream_url": url, **more})),
    "stop_stream": options(stream_url=STREAMS, track=TRACKS),
    "set_variable": needs(name=st.sampled_from(["a", "b"]), value=st.text(max_size=3)),
}
# Gathers and redirects make the calls that are worth a look.
NAMES = st.sampled_from([*PARAMETERS, *["gather"] * 6, *["redirect"] * 3])
ACTION = NAMES.flatmap(
    lambda name: st.builds(lambda write, given: write(name, **given), st.sampled_from([keyed, typed]), PARAMETERS[name])
)
PAGES = st.fixed_dictionaries({path: st.lists(ACTION, max_size=5) for path in PATHS})
CALLER = st.lists(st.sampled_from(MOVES) | st.text(KEYS, min_size=1, max_size=3), max_size=12)
ASSUMED = options(
    answer_method=st.sampled_from(["GET", "POST"]),
    actions_exhausted=st.sampled_from(["completed", "in_progress"]),
    destination_failure=st.sampled_from(["completed", "failed"]),
    caller_hangup=st.sampled_from(["completed", "failed", "canceled"]),
    canceled=st.sampled_from(["given_up", "unanswered", "never"]),
    gather_digits=st.sampled_from(["without_finish_key", "with_finish_key"]),
    gather_limits=st.sampled_from(["max_digits_first", "num_digits_first"]),
    hangup_during_gather=st.booleans(),
    webhook_before_redirect=st.booleans(),
    max_redirects=st.integers(0, 20),
    rejected_call=st.sampled_from(["created_and_failed", "failed_only"]),
)


def play(account, call, script):
    """Let the caller try each move; one that cannot be leaves the call as it was. Then hang up, if that can be."""
    for move in [*script, "cancel", "hang_up"]:
        before = state(account, call)
        try:
            getattr(call, move)() if move in MOVES else call.press(move)
        except CallerError:
            assert state(account, call) == before
    return call


def state(account, call):
    """Return what a move that cannot be must leave as it was."""
    lengths = [len(each) for each in (call.events, call.heard, call.actions, call.requests, call.timeline)]
    return call.status, call.terminal, call.listening, call.variables, lengths, account.clock.seconds


def begin(account, direction):
    """Make a call of one of three kinds."""
    if direction == "outbound":
        return account.outbound_call("+15551230077")
    return account.inbound_call(to="+15551230055" if direction == "rejected" else None)


def check_record(call, direction):
    """Check that what a call that ended says of itself is one story."""
    events = [str(event) for event in call.events]
    ends = [event for event in events if event in {"call.completed", "call.failed", "call.canceled"}]
    assert ends == [f"call.{call.status}"]
    assert events[-1] == ends[0]
    assert call.status in STATUS_OF[call.terminal]
    assert call.reason
    assert call.listening is None
    assert events.count("call.created") == (events[0] == "call.created") <= 1
    assert events.count("call.answered") == bool(call.requests) <= 1
    assert (call.terminal == "rejected") == (direction == "rejected")
    assert (call.terminal == "transferred") <= (call.actions[-1:] == ["transfer"])
    assert (call.terminal == "bridged") <= (call.actions[-1:] == ["bridge"])
    assert (call.terminal == "conferenced") == (call.room is not None) == (call.actions[-1:] == ["conference"])
    assert (call.destination is not None) == any(name in {"transfer", "bridge"} for name in call.actions)
    gathers = call.actions.count("gather")
    assert gathers - (call.terminal == "hung_up") <= events.count("call.gathered") <= gathers
    assert events.count("recording.started") == events.count("recording.completed")
    assert [each.status for each in call.recordings].count("failed") == events.count("recording.failed")
    assert "started" not in {each.status for each in call.recordings}
    assert call.heard == [
        each.parameters.get("text", each.parameters.get("prompt"))
        for each in call.actions
        if each == "say" or each.parameters.get("prompt", "").strip()
    ]


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(PAGES, CALLER, ASSUMED, st.sampled_from(["inbound", "outbound", "rejected"]), st.booleans())
def test_any_caller_in_any_valid_flow_comes_to_one_end_that_fits(pages, script, assumed, direction, hooks):
    site = Site({**pages, HOOKS: answer({})})
    account = open_account(
        site,
        strict=False,
        variable_actions="set=set_variable",
        webhook_url=HOOKS if hooks else None,
        **assumed,
    )
    account.destinations[NUMBERS[1]] = "busy"
    account.dids.add("+15551230055", "reject")
    call = play(account, begin(account, direction), script)
    check_record(call, direction)
    assert [each.event for each in call.webhooks] == (call.events if hooks else [])
    assert len(site.asked) == len(call.requests) + len(call.webhooks)
    assert call.transcript().count("ends the call:") == 1


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(PAGES, CALLER)
def test_any_valid_flow_fails_a_strict_test_by_a_finding_or_not_at_all(pages, script):
    account = open_account(pages, variable_actions="set=set_variable")
    broken = None
    try:
        play(account, account.inbound_call(), script)
    except ContractViolation as error:
        broken = error
    [call] = account.calls
    errors = tuple(each for each in call.findings if each.severity == "error")
    if broken is None:
        assert errors == ()
        check_record(call, "inbound")
    else:
        assert broken.findings == errors
        assert broken.finding.code in str(broken)


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(PAGES, CALLER, ASSUMED)
def test_the_same_caller_in_the_same_flow_hears_the_same(pages, script, assumed):
    def run():
        account = open_account(pages, strict=False, variable_actions="set=set_variable", **assumed)
        call = play(account, account.inbound_call(), script)
        return call.heard, call.actions, call.events, call.terminal, call.reason, call.variables, call.findings

    assert run() == run()


def test_the_flows_above_are_made_of_every_action():
    assert set(PARAMETERS) == {*action_names(), "set_variable"}

"""What each action does: what the caller hears, what the call waits for next, or how the call ends.

Each function looks at the course of the call so far, and answers with one `Turn`. None of them knows the engine.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, cast
from urllib.parse import urljoin

from pytest_minivoice.call.actions import FEATURE_ACTIONS, Change, CustomAction, Features, run_custom
from pytest_minivoice.call.chain import Chain
from pytest_minivoice.call.effects import Dial, Effect, Elapsed, Emit, Fetch, Found, Listen, Said, Wanted
from pytest_minivoice.call.gather import gather_of
from pytest_minivoice.rules import flow_rules
from pytest_minivoice.spec.actions import defaults

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pytest_minivoice.spec.actions import Action
    from pytest_minivoice.spec.assumptions import Assumptions
    from pytest_minivoice.spec.calls import Status, Terminal


@dataclass(slots=True, kw_only=True)
class Course:
    """Hold the course of a call so far.

    Args:
        url: The absolute URL of the present document.
        features: Hold, mute, streams, recording, variables.
        custom: Registered actions by name.
        chain: The redirects since the caller last did something.
        gathered: The last gather's result, for the next request.
        heard: Whether the caller heard anything yet.
        heard_since_input: Whether the caller heard anything since the last input.
        destination: The last transfer's or bridge's.
        room: The conference joined.
    """

    url: str
    features: Features
    custom: Mapping[str, CustomAction]
    chain: Chain = field(default_factory=Chain)
    gathered: Mapping[str, object] = field(default_factory=dict)
    heard: bool = False
    heard_since_input: bool = False
    destination: str | None = None
    room: str | None = None


@dataclass(slots=True)
class End:
    """How a call ends."""

    status: Status
    terminal: Terminal
    reason: str


@dataclass(slots=True)
class Turn:
    """What an action brought: effects, and what the call waits for or how it ends, if it does."""

    effects: tuple[Effect, ...] = ()
    waiting: Wanted | None = None
    end: End | None = None


_ON = Turn()


def perform(action: Action, course: Course, status: Status, assumptions: Assumptions) -> Turn:
    """Run one action.

    Args:
        action: A valid action.
        course: The course of the call, changed in place.
        status: The call's status, for events.
        assumptions: What MiniVoice does where it does not say.

    Returns:
        What came of it.
    """
    steer = _STEERING.get(action.name)
    if steer is not None:
        return steer(action, course, assumptions)
    feature = FEATURE_ACTIONS.get(action.name)
    if feature is not None:
        change = feature(action, course.features)
    else:
        change = run_custom(course.custom[action.name], action, course.features)
    return _changed(change, status) if change.findings or change.event else _ON


def _changed(change: Change, status: Status) -> Turn:
    found = (Found(change.findings),) if change.findings else ()
    event = (Emit(change.event, status),) if change.event else ()
    return Turn((*found, *event))


def _say(action: Action, course: Course, _: Assumptions) -> Turn:
    course.heard = course.heard_since_input = True
    return Turn((Said(str(action.parameters["text"])),))


def _send_digits(action: Action, _course: Course, _assumptions: Assumptions) -> Turn:
    pause = cast("int", action.parameters.get("pause_before_ms", 0))
    return Turn((Elapsed(pause / 1000),)) if pause else _ON


def _gather(action: Action, course: Course, assumptions: Assumptions) -> Turn:
    gather = gather_of(action, assumptions)
    if gather.prompt.strip():
        course.heard = course.heard_since_input = True
        return Turn((Said(gather.prompt),), Listen(gather))
    if course.heard_since_input:
        return Turn((), Listen(gather))
    message = "the gather listens, and the caller heard nothing before it"
    finding = flow_rules.DEAD_AIR.found_in(action, message)
    return Turn((Found((finding,)),), Listen(gather))


def _redirect(action: Action, course: Course, assumptions: Assumptions) -> Turn:
    given = str(action.parameters["url"])
    url = urljoin(course.url, given) if assumptions.relative_urls == "resolved" else given
    method = cast("Literal['GET', 'POST']", action.parameters.get("method", defaults("redirect")["method"]))
    limit = cast("int", action.parameters.get("max_redirects", assumptions.max_redirects))
    if course.chain.redirects >= limit:
        finding = course.chain.endless(action, method, url, limit)
        return Turn((Found((finding,)),), end=End("failed", "failed", "too_many_redirects"))
    course.chain.follow(method, url)
    return Turn((), Fetch(method, url, course.gathered))


def _connect(action: Action, course: Course, _: Assumptions) -> Turn:
    course.destination = str(action.parameters.get("destination", action.parameters.get("to")))
    return Turn((), Dial("transferred" if action.name == "transfer" else "bridged", course.destination))


def _conference(action: Action, course: Course, _: Assumptions) -> Turn:
    course.room = str(action.parameters["room"])
    return Turn(end=End("completed", "conferenced", "conferenced"))


_STEERING: Mapping[str, Callable[[Action, Course, Assumptions], Turn]] = {
    "say": _say,
    "gather": _gather,
    "send_digits": _send_digits,
    "redirect": _redirect,
    "transfer": _connect,
    "bridge": _connect,
    "conference": _conference,
}

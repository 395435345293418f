"""What each action does to a call that is up. The engine runs them; steering actions it knows itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from pytest_minivoice.errors import SettingError
from pytest_minivoice.rules import flow_rules
from pytest_minivoice.spec.calls import VARIABLE_NAME_MAX, VARIABLE_VALUE_MAX

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pytest_minivoice.rules.rule import Finding
    from pytest_minivoice.spec.actions import Action
    from pytest_minivoice.spec.schema import Schema


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomAction:
    """Describe an action that only your MiniVoice account knows, registered by the hook `pytest_minivoice_actions`.

    Args:
        name: Its name in answer documents.
        schema: A JSON Schema (draft 2020-12) of its parameters, an object.
        variables: Given its parameters and the call's variables, returns the variables to change: a string sets one,
            None removes it.
    """

    name: str
    schema: Schema
    variables: Callable[[Mapping[str, object], Mapping[str, str]], Mapping[str, str | None]]


@dataclass(slots=True)
class Features:
    """Hold what actions have switched on in a call: hold, mute, streams, recording, variables."""

    held: bool = False
    muted: set[str] = field(default_factory=set)
    streams: list[tuple[str, str]] = field(default_factory=list)
    recording: bool = False
    variables: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """What running an action brought: findings, and an event where it has one of its own."""

    findings: tuple[Finding, ...] = ()
    event: str | None = None


_NOTHING = Change()


def hold(_action: Action, features: Features) -> Change:
    """Put the call on hold."""
    features.held = True
    return _NOTHING


def resume(action: Action, features: Features) -> Change:
    """Take the call off hold."""
    if not features.held:
        return Change((flow_rules.RESUME_WITHOUT_HOLD.found_in(action, "the call is not on hold"),))
    features.held = False
    return _NOTHING


def mute(action: Action, features: Features) -> Change:
    """Mute one direction, or both."""
    features.muted |= _directions(action)
    return _NOTHING


def unmute(action: Action, features: Features) -> Change:
    """Unmute one direction, or both."""
    directions = _directions(action)
    lacking = sorted(directions - features.muted)
    features.muted -= directions
    if not lacking or (len(directions) > len(lacking)):
        return _NOTHING
    message = f"unmute {action.parameters['direction']}: not muted in this call"
    return Change((flow_rules.UNMUTE_WITHOUT_MUTE.found_in(action, message),))


def start_recording(action: Action, features: Features) -> Change:
    """Start the recording."""
    if features.recording:
        finding = flow_rules.ALREADY_RECORDING.found_in(action, "a recording runs already in this call")
        return Change((finding,), "recording.failed")
    features.recording = True
    return Change(event="recording.started")


def stop_recording(action: Action, features: Features) -> Change:
    """Complete the recording."""
    if not features.recording:
        finding = flow_rules.STOP_WITHOUT_RECORDING.found_in(action, "no recording runs in this call")
        return Change((finding,), "recording.failed")
    features.recording = False
    return Change(event="recording.completed")


def start_stream(action: Action, features: Features) -> Change:
    """Start a stream."""
    features.streams.append((str(action.parameters["stream_url"]), str(action.parameters.get("track", ""))))
    return _NOTHING


def stop_stream(action: Action, features: Features) -> Change:
    """Stop the streams that match."""
    url, track = action.parameters.get("stream_url"), action.parameters.get("track")
    kept = [each for each in features.streams if url not in {None, each[0]} or track not in {None, each[1]}]
    if len(kept) == len(features.streams):
        running = ", ".join(each[0] for each in features.streams) or "none"
        message = f"no running stream matches; running: {running}"
        return Change((flow_rules.STOP_WITHOUT_STREAM.found_in(action, message),))
    features.streams = kept
    return _NOTHING


def run_custom(custom: CustomAction, action: Action, features: Features) -> Change:
    """Run a registered action: set and remove call variables within their documented limits [calls/call-variables].

    Args:
        custom: The registered action.
        action: The action that runs.
        features: The call's features, changed in place.

    Returns:
        The findings for variables that are too long.

    Raises:
        SettingError: If the registered function raises, or returns something else than variables.
    """
    __tracebackhide__ = True
    findings = []
    for name, value in _changes(custom, action, features).items():
        problem = variable_problem(name, value or "")
        if problem:
            findings.append(flow_rules.VARIABLE_TOO_LONG.found_in(action, problem))
        elif value is None:
            features.variables.pop(name, None)
        else:
            features.variables[name] = value
    return Change(tuple(findings))


def _changes(custom: CustomAction, action: Action, features: Features) -> dict[str, str | None]:
    __tracebackhide__ = True
    where = f"pytest_minivoice_actions: the function variables of {custom.name!r}"
    try:
        changes: object = custom.variables(action.parameters, dict(features.variables))
    except Exception as error:
        raise SettingError(f"{where} raised {type(error).__name__}: {error}") from error
    fits = isinstance(changes, dict) and all(
        isinstance(name, str) and (value is None or isinstance(value, str)) for name, value in changes.items()
    )
    if not fits:
        raise SettingError(f"{where} returned {changes!r}; it must return a dict of strings, with None to remove one")
    return cast("dict[str, str | None]", changes)


def variable_problem(name: str, value: str) -> str:
    """Say what is wrong with the length of a call variable [calls/call-variables].

    Args:
        name: The variable's name.
        value: Its value.

    Returns:
        One clause, or an empty string.
    """
    if len(name) > VARIABLE_NAME_MAX:
        return f"the name {name[:20]!r}... has {len(name)} characters; at most {VARIABLE_NAME_MAX} are allowed"
    if len(value) > VARIABLE_VALUE_MAX:
        return f"the value of {name!r} has {len(value)} characters; at most {VARIABLE_VALUE_MAX} are allowed"
    return ""


def variable_actions(setting: str) -> Iterator[CustomAction]:
    """Make the actions that the assumption `variable_actions` names.

    Args:
        setting: `set=NAME, remove=NAME`, either or both.

    Yields:
        The actions, with the assumed parameters `name` and `value`.
    """
    names = dict(part.strip().split("=", 1) for part in setting.split(",") if part.strip())
    text: Schema = {"type": "string"}
    if "set" in names:
        yield CustomAction(
            name=names["set"],
            schema=_object({"name": text, "value": text}),
            variables=lambda given, _: {str(given["name"]): str(given["value"])},
        )
    if "remove" in names:
        yield CustomAction(
            name=names["remove"], schema=_object({"name": text}), variables=lambda given, _: {str(given["name"]): None}
        )


def _object(properties: dict[str, Schema]) -> Schema:
    schema = {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
    return cast("Schema", schema)


def _directions(action: Action) -> set[str]:
    direction = str(action.parameters["direction"])
    return {"read", "write"} if direction == "both" else {direction}


FEATURE_ACTIONS: Mapping[str, Callable[[Action, Features], Change]] = {
    "hold": hold,
    "resume": resume,
    "mute": mute,
    "unmute": unmute,
    "start_recording": start_recording,
    "stop_recording": stop_recording,
    "start_stream": start_stream,
    "stop_stream": stop_stream,
}

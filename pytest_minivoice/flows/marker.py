"""Reads `@pytest.mark.minivoice_flow(...)`: its arguments become a flow, and a mistake in them names itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from pytest_minivoice.call.moves import check_item
from pytest_minivoice.choices import check_choice, did_you_mean
from pytest_minivoice.cloud.dids import check_number
from pytest_minivoice.errors import CallerError, SettingError
from pytest_minivoice.flows.flow import Expected, Flow, Item
from pytest_minivoice.settings import check_value
from pytest_minivoice.spec.calls import EVENTS, OUTCOMES, STATUSES, TERMINALS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_EXPECTED = tuple(name for name in Expected.__annotations__ if name not in {"recordings", "findings"})
_LISTS = frozenset({"hears", "actions", "events", "requests"})
_KEYWORDS = (*_EXPECTED, "from_", "to", "direction", "destinations", "answer_url", "id")
_SIGNATURE = f"minivoice_flow(caller, *, {', '.join(_KEYWORDS)})"
_CHOICES: Mapping[str, Sequence[str]] = {
    "terminal": TERMINALS,
    "status": STATUSES,
    "direction": ("inbound", "outbound"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedFlow:
    """Hold the flow of one marker.

    Args:
        flow: The flow.
        id: Its part of the test's name.
        answer_url: Another answer_url than the settings', or None.
        number: Its position among the test's flow markers, the uppermost first.
    """

    flow: Flow
    id: str
    answer_url: str | None
    number: int


def read(args: tuple[object, ...], keywords: Mapping[str, object], *, number: int) -> MarkedFlow:
    """Read the arguments of a marker.

    Args:
        args: Its positional arguments.
        keywords: Its keyword arguments.
        number: Its position among the test's flow markers, the uppermost first.

    Returns:
        The flow.

    Raises:
        SettingError: For a mistake, with the name and what was meant.
    """
    keywords = dict(keywords)
    script = (*args, keywords.pop("caller")) if "caller" in keywords else args
    if len(script) != 1:
        told = "it got more than one" if script else "it got none"
        raise SettingError(f"takes one caller's script, and keywords; {told}: {_SIGNATURE}")
    for name, value in keywords.items():
        _check(name, value)
    caller = _caller(script[0])
    expected = {name: keywords[name] for name in _EXPECTED if name in keywords}
    if not expected:
        message = f"expects nothing, so it could not fail; give at least terminal=, one of {', '.join(TERMINALS)}"
        raise SettingError(message)
    flow = Flow(
        caller=caller,
        expected=cast("Expected", expected),
        direction=str(keywords.get("direction", "inbound")),
        from_=cast("str | None", keywords.get("from_")),
        to=cast("str | None", keywords.get("to")),
        destinations=cast("Mapping[str, str]", keywords.get("destinations", {})),
    )
    return MarkedFlow(
        flow=flow,
        id=str(keywords.get("id") or _id(caller, keywords)),
        answer_url=cast("str | None", keywords.get("answer_url")),
        number=number,
    )


def _caller(script: object) -> tuple[Item, ...]:
    if isinstance(script, str) or not isinstance(script, list | tuple):
        message = f"the caller's script is {script!r}; it must be a list such as ['1', 'timeout', 'hang_up']"
        raise SettingError(message)
    for item in script:
        try:
            check_item(item)
        except CallerError as error:  # noqa: PERF203 - a handful of items, once
            raise SettingError(str(error)) from None
    return tuple(script)


def _check(name: str, value: object) -> None:
    if name not in _KEYWORDS:
        hint = did_you_mean(name, _KEYWORDS)
        raise SettingError(f"has no keyword {name!r}{hint}\n- keywords: {', '.join(_KEYWORDS)}")
    if name in _CHOICES:
        check_choice(name, value, _CHOICES[name])
    elif name in _LISTS:
        _check_list(name, value)
    elif name in {"variables", "destinations"}:
        if not isinstance(value, dict):
            raise SettingError(f"{name} is {value!r}; it must be a dict")
        for number, outcome in value.items() if name == "destinations" else ():
            check_choice(f"destinations[{number!r}]", outcome, OUTCOMES)
    elif name == "answer_url":
        check_value(name, value)
    elif name in {"from_", "to"}:
        check_number(name, value)
    elif not isinstance(value, str):
        raise SettingError(f"{name} is {value!r}; it must be a string")


def _check_list(name: str, value: object) -> None:
    if not isinstance(value, list | tuple) or not all(isinstance(each, str) for each in value):
        raise SettingError(f"{name} is {value!r}; it must be a list of strings")
    for each in value if name == "events" else ():
        check_choice("events", each, EVENTS)


def _id(caller: tuple[Item, ...], keywords: Mapping[str, object]) -> str:
    end = next(
        (str(keywords[name]) for name in ("terminal", "status", "destination", "room") if name in keywords), "call"
    )
    pressed = [each if isinstance(each, str) else each["press"] for each in caller]
    return "-".join([*pressed, end])

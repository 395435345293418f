"""The arguments of `explore`, checked."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import wraps
from inspect import Parameter, Signature, iscoroutinefunction, signature
from math import ulp
from typing import TYPE_CHECKING, Literal, cast

from pytest_minivoice.choices import check_choice
from pytest_minivoice.errors import SettingError
from pytest_minivoice.explore.opening import Opening
from pytest_minivoice.spec.budgets import MAX_REQUESTS, MAX_SECONDS, MAX_STATES
from pytest_minivoice.spec.calls import KEYS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Executor = Literal["replay", "walk", "snapshot"]

ANYWHERE = "*"
"""The path under which samples for every page are kept."""


_NOTHING = "nothing"
_CALLED_WITH = {
    "snapshot": {0: _NOTHING},
    "restore": {1: "what snapshot returned"},
    "state": {1: "the call", 0: _NOTHING},
    "reset": {0: _NOTHING},
}
"""What the functions of a user are called with, by the number of arguments."""


class HookFailed(Exception):  # noqa: N818 - it carries one
    """Carry what a function of the user's raised out of the search."""

    def __init__(self, error: Exception) -> None:
        """Keep it.

        Args:
            error: What was raised.
        """
        super().__init__()
        self.error = error


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Hold how to explore; see `Account.explore` for each."""

    from_: str | None = None
    to: str | None = None
    direction: Literal["inbound", "outbound"] = "inbound"
    variables: Mapping[str, str] | None = None
    samples: Mapping[str, tuple[str, ...]]
    loops: int = 5
    recheck: bool = False
    executor: Executor
    snapshot: Callable[[], object] | None = None
    restore: Callable[[object], object] | None = None
    state: Callable[..., object] | None = None
    reset: Callable[[], object] | None = None
    max_states: int
    max_requests: int
    max_seconds: float

    @property
    def opening(self) -> Opening:
        """How each call begins."""
        return Opening(direction=self.direction, from_=self.from_, to=self.to, variables=dict(self.variables or {}))

    @property
    def probe_takes_call(self) -> bool:
        """Whether the state probe wants the call."""
        if self.state is None:
            return False
        given = signature(self.state).parameters.values()
        return any(each.kind in {Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD} for each in given)


def is_own_budget(stopped: str, options: Options) -> bool:
    """Say whether a search stopped at a budget that the test gave, and not at one that holds anyway.

    Args:
        stopped: Why it stopped, such as `max_requests=1000`.
        options: How it explored.

    Returns:
        Whether a part of the call flow is what the test asked for.
    """
    name = stopped.partition("=")[0]
    most = {"max_states": MAX_STATES, "max_requests": MAX_REQUESTS, "max_seconds": MAX_SECONDS}
    return name in most and getattr(options, name) != most[name]


ARGUMENTS = tuple(each.name for each in fields(Options))
"""The names of the arguments of `Account.explore`."""


def read(given: Mapping[str, object]) -> Options:
    """Check the arguments.

    Args:
        given: All arguments of `Account.explore` by name.

    Returns:
        The options.

    Raises:
        SettingError: For the first argument that cannot be used.
    """
    __tracebackhide__ = True
    kept = {each.name: given[each.name] for each in fields(Options) if each.name in given}
    check_choice("direction", kept["direction"], ("inbound", "outbound"))
    if kept["direction"] == "outbound" and kept["variables"]:
        raise SettingError("explore: variables belong to an inbound call, and the direction is outbound")
    check_numbers(kept)
    for name in _CALLED_WITH:
        if kept[name] is not None:
            kept[name] = _hook(name, kept[name])
    if (kept["snapshot"] is None) != (kept["restore"] is None):
        raise SettingError("explore: snapshot and restore belong together; give both or neither")
    kept["executor"] = _executor(kept["executor"], hooks=kept["snapshot"] is not None)
    kept["samples"] = _samples(kept["samples"])
    return Options(**kept)  # type: ignore[arg-type]  # each was checked


def _hook(name: str, given: object) -> Callable[..., object]:
    """Check a function of the user's, and mark what it raises as the user's."""
    __tracebackhide__ = True
    if not callable(given):
        raise SettingError(f"explore: {name} is {given!r}; it must be a function")
    if iscoroutinefunction(given):
        where = "async with minivoice.asynchronous() as phone"
        raise SettingError(f"explore: {name} is an async function; await phone.explore(...) calls it, {where}")
    hook = cast("Callable[..., object]", given)
    try:
        taken = signature(hook)
    except ValueError:  # of a type of C, such as dict
        taken = None
    if taken is not None and not any(_takes(taken, number) for number in _CALLED_WITH[name]):
        called = " or ".join(_CALLED_WITH[name].values())
        raise SettingError(f"explore: {name} takes {taken}; it is called with {called}")

    @wraps(hook)
    def called_by_us(*arguments: object) -> object:
        try:
            return hook(*arguments)
        except Exception as error:
            raise HookFailed(error) from error

    return called_by_us


def _takes(taken: Signature, number: int) -> bool:
    try:
        taken.bind(*range(number))
    except TypeError:
        return False
    return True


def check_numbers(given: Mapping[str, object]) -> None:
    """Check the arguments that are numbers, or true or false.

    Args:
        given: Arguments of `Account.explore` by name; those that are missing have their default.

    Raises:
        SettingError: For the first that cannot be used.
    """
    __tracebackhide__ = True
    for name, least in (("max_states", 1), ("max_requests", 1), ("loops", 0)):
        _number(name, given.get(name, least), int, f"a whole number of at least {least}", least)
    _number("max_seconds", given.get("max_seconds", 1), (int, float), "a number above 0", ulp(0.0))
    if not isinstance(given.get("recheck", False), bool):
        raise SettingError(f"explore: recheck is {given['recheck']!r}; it must be True or False")


def _executor(name: object, *, hooks: bool) -> str:
    __tracebackhide__ = True
    if name is None:
        return "snapshot" if hooks else "replay"
    check_choice("executor", name, ("replay", "walk", "snapshot"))
    if name == "snapshot" and not hooks:
        raise SettingError("explore: the executor snapshot needs two functions, snapshot= and restore=")
    return str(name)


def _number(name: str, value: object, kind: type | tuple[type, ...], what: str, least: float) -> None:
    __tracebackhide__ = True
    # a number that is none compares as not at least anything
    if isinstance(value, bool) or not isinstance(value, kind) or not cast("float", value) >= least:
        raise SettingError(f"explore: {name} is {value!r}; it must be {what}")


def _samples(given: object) -> dict[str, tuple[str, ...]]:
    __tracebackhide__ = True
    pages = given if isinstance(given, dict) else {ANYWHERE: given}
    for path, digits in cast("dict[str, object]", pages).items():
        if not isinstance(path, str) or not path:
            raise SettingError(
                f"explore: samples are given for {path!r}, which is no path of a page, such as /minivoice/pin"
            )
        if isinstance(digits, str) or not isinstance(digits, list | tuple):
            example = 'samples=["4711"] or samples={"/minivoice/pin": ["4711"]}'
            raise SettingError(f"explore: samples are lists of digits, such as {example}; got {digits!r}")
        for each in digits:
            if not isinstance(each, str) or not each or any(key not in KEYS for key in each):
                where = "" if path == ANYWHERE else f" for {path}"
                raise SettingError(f"explore: the sample {each!r}{where} must be a string of keys {KEYS}")
    return {str(path): tuple(digits) for path, digits in cast("dict[str, list[str]]", pages).items()}

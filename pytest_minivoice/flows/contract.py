"""What one test of a `*.callflow.yaml` is, made of values that fit the grammar: a flow, or an exploration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, cast

from pytest_minivoice.flows.flow import Expected, Flow, Item
from pytest_minivoice.flows.source import Located, Place

if TYPE_CHECKING:
    from collections.abc import Mapping

SUFFIX = ".callflow.yaml"
_HOOKS = frozenset({"snapshot", "restore", "state", "reset"})
"""Keys of explore that name a fixture, which gives a function."""

_ASSERTED = frozenset({"clean", "reaches", "lock"})
_COMMON = frozenset({"name", "answer_url", "fixtures", "marks", "settings", "dids"})


class MarkSpec(NamedTuple):
    """Describe a pytest mark."""

    name: str
    arguments: tuple[object, ...]
    keywords: Mapping[str, object]
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """Hold what every test of a file has.

    Args:
        name: Its name, with the parameters' values in brackets.
        line: Where it begins.
        lines: Where its caller, each of its expectations, and each of its hooks begin.
        settings: Settings that it changes, with their places.
        fixtures: Names of fixtures to set up.
        marks: Its marks.
    """

    name: str
    line: int
    lines: Mapping[str, int]
    settings: Mapping[str, tuple[object, Place]]
    fixtures: tuple[str, ...]
    marks: tuple[MarkSpec, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowContract(Contract):
    """Hold one flow of a file.

    Args:
        flow: What is played and compared.
    """

    flow: Flow


@dataclass(frozen=True, slots=True, kw_only=True)
class ExploreContract(Contract):
    """Hold the exploration of a document.

    Args:
        options: Arguments of `Account.explore`.
        hooks: Of these arguments those that are functions, with the fixtures that give them.
        asserted: What is asserted of the exploration: `clean`, `reaches`, `lock`.
        dids: Route modes of the account's numbers.
    """

    options: Mapping[str, object]
    hooks: Mapping[str, str]
    asserted: Mapping[str, object]
    dids: Mapping[str, str]


def flow_contract(name: str, flow: Located, place: Place, file: str) -> FlowContract:
    """Make a contract of a flow.

    Args:
        name: The flow's name.
        flow: The flow, which fits the grammar, with the document's own keys.
        place: Where it begins.
        file: The file's name, for messages.

    Returns:
        The contract.
    """
    plain = cast("dict[str, dict[str, object]]", flow.plain)
    expect = flow.children["expect"]
    lines = {str(key): each.line for key, each in expect.keys.items()}
    lines["caller"] = flow.keys["caller"].line if "caller" in flow.children else place.line
    return FlowContract(
        name=name,
        flow=Flow(
            caller=tuple(cast("list[Item]", plain.get("caller", []))),
            expected=cast("Expected", expect.plain),
            direction=str(plain.get("direction", "inbound")),
            from_=cast("str | None", plain.get("from")),
            to=cast("str | None", plain.get("to")),
            destinations=cast("dict[str, str]", plain.get("destinations", {})),
            dids=cast("dict[str, str]", plain.get("dids", {})),
            variables=cast("dict[str, str]", plain.get("variables", {})),
            metadata=plain.get("metadata", {}),
            places={key: f"{file}:{line}" for key, line in lines.items()},
        ),
        line=place.line,
        lines=lines,
        settings=_settings(flow, place),
        fixtures=tuple(cast("list[str]", plain.get("fixtures", []))),
        marks=_marks(flow),
    )


def explore_contract(explore: Located, place: Place) -> ExploreContract:
    """Make a contract of an exploration.

    Args:
        explore: The value of the key explore, which fits the grammar, with the document's own keys.
        place: Where it begins.

    Returns:
        The contract.
    """
    plain = cast("dict[str, object]", explore.plain)
    names = {"from": "from_"}
    options = {names.get(key, key): value for key, value in plain.items() if key not in _COMMON | _ASSERTED | _HOOKS}
    return ExploreContract(
        name=str(plain.get("name", "explore")),
        options=options,
        hooks={key: str(value) for key, value in plain.items() if key in _HOOKS},
        asserted={key: value for key, value in plain.items() if key in _ASSERTED},
        dids=cast("dict[str, str]", plain.get("dids", {})),
        line=place.line,
        lines={str(key): each.line for key, each in explore.keys.items() if key in _ASSERTED | _HOOKS},
        settings=_settings(explore, place),
        fixtures=tuple(cast("list[str]", plain.get("fixtures", []))),
        marks=_marks(explore),
    )


def _settings(item: Located, place: Place) -> dict[str, tuple[object, Place]]:
    settings = item.children.get("settings", Located({}, place))
    changed = {str(key): (value.plain, settings.keys[key]) for key, value in settings.children.items()}
    if "answer_url" in item.children:
        url = item.children["answer_url"]
        changed["answer_url"] = (url.plain, url.place)
    return changed


def _marks(item: Located) -> tuple[MarkSpec, ...]:
    return tuple(map(_mark, item.children["marks"].children.values())) if "marks" in item.children else ()


def _mark(value: Located) -> MarkSpec:
    if isinstance(value.plain, str):
        return MarkSpec(value.plain, (), {}, value.place)
    [(name, given)] = cast("dict[str, object]", value.plain).items()
    if isinstance(given, dict):
        return MarkSpec(name, (), given, value.place)
    arguments = tuple(given) if isinstance(given, list) else () if given is None else (given,)
    return MarkSpec(name, arguments, {}, value.place)

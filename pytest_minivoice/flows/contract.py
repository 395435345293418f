"""Reads a `*.callflow.yaml` into flows: defaults of the document, parameters, several documents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, cast

from pytest_minivoice.errors import FlowFileError, SettingError
from pytest_minivoice.flows.flow import Expected, Flow, Item
from pytest_minivoice.flows.grammar import mistakes
from pytest_minivoice.flows.parameters import filled
from pytest_minivoice.flows.source import Located, Place, documents

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SUFFIX = ".callflow.yaml"

_OWN = frozenset({"caller", "expect", "each"})
_MERGED = frozenset({"destinations", "dids", "variables", "metadata", "settings"})
_ADDED = frozenset({"fixtures", "marks"})
_SHOWN = 10


class MarkSpec(NamedTuple):
    """Describe a pytest mark."""

    name: str
    arguments: tuple[object, ...]
    keywords: Mapping[str, object]
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """Hold one flow of a file.

    Args:
        name: Its name, with the parameters' values in brackets.
        flow: What is played and compared.
        line: Where it begins.
        lines: Where its caller and each of its expectations begin.
        answer_url: Another answer_url than the settings', or None.
        settings: Settings that the flow changes, with their places.
        fixtures: Names of fixtures to set up.
        marks: Its marks.
    """

    name: str
    flow: Flow
    line: int
    lines: Mapping[str, int]
    settings: Mapping[str, tuple[object, Place]]
    fixtures: tuple[str, ...]
    marks: tuple[MarkSpec, ...]


def read(text: str, file: str) -> list[Contract]:
    """Read a file.

    Args:
        text: Its text.
        file: Its name, for messages.

    Returns:
        Its flows, in order.

    Raises:
        SettingError: With each mistake, its line and column.
    """
    wrong: list[FlowFileError] = []
    found: dict[str, Contract] = {}
    try:
        for document in documents(text):
            for contract in _document(document, file, wrong):
                if contract.name in found:
                    first = found[contract.name].line
                    message = f"there is a flow {contract.name!r} already, on line {first}"
                    wrong.append(FlowFileError(message, contract.line, 1))
                found[contract.name] = contract
    except FlowFileError as error:
        wrong.append(error)
    if not found and not wrong:
        wrong.append(FlowFileError("there is no flow in this file; it needs flows:", 1, 1))
    if wrong:
        lines = [f"{file}:{each.line}:{each.column}: {each.message}" for each in wrong[:_SHOWN]]
        more = len(wrong) - _SHOWN
        raise SettingError("\n".join([*lines, f"... and {more} more"] if more > 0 else lines))
    return list(found.values())


def _document(document: Located, file: str, wrong: list[FlowFileError]) -> Iterator[Contract]:
    bad = mistakes(document, "")
    wrong += bad
    flows = document.children.get("flows")
    if bad or flows is None:
        return
    defaults = {key: each for key, each in document.children.items() if key != "flows"}
    for name, flow in flows.children.items():
        place = flows.keys[name]
        if "each" not in flow.children:
            yield from _checked(str(name), _with_defaults(flow, defaults, document), place, file, wrong)
            continue
        bad = mistakes(flow, "pattern")
        wrong += bad
        rows = () if bad else _rows(flow.children["each"])
        for label, row in rows:
            try:
                one = filled(_without_each(flow), row)
            except FlowFileError as error:
                wrong.append(error)
                break
            before = len(wrong)
            yield from _checked(f"{name}[{label}]", _with_defaults(one, defaults, document), place, file, wrong)
            if len(wrong) > before:
                break


def _rows(each: Located) -> Iterator[tuple[str, Mapping[object, Located]]]:
    seen: set[str] = set()
    for index, row in each.children.items():
        parts = [value.written for value in row.children.values() if value.written]
        label = "-".join(parts).translate({ord(char): "_" for char in "[]\n\r"}).replace("::", "_") or f"each{index}"
        if label in seen:
            label = f"{label}-{index}"
        seen.add(label)
        yield label, row.children


def _without_each(flow: Located) -> Located:
    children = {key: value for key, value in flow.children.items() if key != "each"}
    plain = {key: value.plain for key, value in children.items()}
    return Located(plain, flow.place, children=children, keys=flow.keys)


def _with_defaults(flow: Located, defaults: Mapping[object, Located], document: Located) -> Located:
    """Put the document's keys under a flow; each value keeps its own place."""
    if not defaults:
        return flow
    children = {**defaults, **flow.children}
    keys = {**document.keys, **flow.keys}
    for key in (_MERGED | _ADDED) & defaults.keys() & flow.children.keys():
        above, own = defaults[key], flow.children[key]
        if key in _MERGED and isinstance(own.plain, dict):
            merged = Located({**cast("dict[str, object]", above.plain), **own.plain}, own.place)
            merged.children = {**above.children, **own.children}
            merged.keys = {**above.keys, **own.keys}
            children[key] = merged
        elif key in _ADDED and isinstance(own.plain, list):
            both = [*above.children.values(), *own.children.values()]
            children[key] = Located([each.plain for each in both], own.place, children=dict(enumerate(both)))
    plain = {key: value.plain for key, value in children.items()}
    return Located(plain, flow.place, children=children, keys=keys)


def _checked(name: str, flow: Located, place: Place, file: str, wrong: list[FlowFileError]) -> Iterator[Contract]:
    bad = mistakes(flow, "flow") or _out_of_place(flow)
    wrong += (FlowFileError(f"flow {name!r}: {each.message}", each.line, each.column) for each in bad)
    if not bad:
        yield _contract(name, flow, place, file)


def _out_of_place(flow: Located) -> list[FlowFileError]:
    """Find what a call of this direction would not take."""
    outbound = "direction" in flow.children and flow.children["direction"].plain == "outbound"
    key, other = ("variables", "an inbound") if outbound else ("metadata", "an outbound")
    if key not in flow.children:
        return []
    return [FlowFileError(f"{key} belongs to {other} call, and this one is not", *flow.keys[key])]


def _contract(name: str, flow: Located, place: Place, file: str) -> Contract:
    plain = cast("dict[str, dict[str, object]]", flow.plain)
    expect = flow.children["expect"]
    lines = {str(key): each.line for key, each in expect.keys.items()}
    lines["caller"] = flow.keys["caller"].line if "caller" in flow.children else place.line
    settings = flow.children.get("settings", Located({}, place))
    changed = {str(key): (value.plain, settings.keys[key]) for key, value in settings.children.items()}
    if "answer_url" in flow.children:
        changed["answer_url"] = (plain["answer_url"], flow.children["answer_url"].place)
    marks = flow.children["marks"].children.values() if "marks" in flow.children else ()
    return Contract(
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
        settings=changed,
        fixtures=tuple(cast("list[str]", plain.get("fixtures", []))),
        marks=tuple(map(_mark, marks)),
    )


def _mark(value: Located) -> MarkSpec:
    if isinstance(value.plain, str):
        return MarkSpec(value.plain, (), {}, value.place)
    [(name, given)] = cast("dict[str, object]", value.plain).items()
    if isinstance(given, dict):
        return MarkSpec(name, (), given, value.place)
    arguments = tuple(given) if isinstance(given, list) else () if given is None else (given,)
    return MarkSpec(name, arguments, {}, value.place)

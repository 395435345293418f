"""Reads a `*.callflow.yaml` into contracts: defaults of the document, parameters, several documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from pytest_minivoice.errors import FlowFileError, SettingError
from pytest_minivoice.flows.contract import ExploreContract, explore_contract, flow_contract
from pytest_minivoice.flows.grammar import mistakes
from pytest_minivoice.flows.parameters import filled
from pytest_minivoice.flows.source import Located, Place, documents

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pytest_minivoice.flows.contract import Contract, FlowContract

_TESTS = frozenset({"flows", "explore"})
_MERGED = frozenset({"destinations", "dids", "variables", "metadata", "settings"})
_ADDED = frozenset({"fixtures", "marks"})
_NOT_EXPLORED = frozenset({"destinations", "metadata"})
"""Keys of a document that an exploration does not take: it tries what each destination does."""
_SHOWN = 10
"""Mistakes of a file that are told at once."""


def read(text: str, file: str) -> list[FlowContract | ExploreContract]:
    """Read a file.

    Args:
        text: Its text.
        file: Its name, for messages.

    Returns:
        Its contracts, in order.

    Raises:
        SettingError: With each mistake, its line and column.
    """
    wrong: list[FlowFileError] = []
    found: dict[str, FlowContract | ExploreContract] = {}
    try:
        for document in documents(text):
            for contract in _document(document, file, wrong):
                if contract.name in found:
                    first = found[contract.name].line
                    message = f"there is a flow {contract.name!r} already, on line {first}{_cure(contract)}"
                    wrong.append(FlowFileError(message, contract.line, 1))
                found[contract.name] = contract
    except FlowFileError as error:
        wrong.append(error)
    if not found and not wrong:
        wrong.append(FlowFileError("there is no flow in this file; it needs flows: or explore:", 1, 1))
    if wrong:
        lines = [f"{file}:{each.line}:{each.column}: {each.message}" for each in wrong[:_SHOWN]]
        more = len(wrong) - _SHOWN
        raise SettingError("\n".join([*lines, f"... and {more} more"] if more > 0 else lines))
    return list(found.values())


def _cure(contract: Contract) -> str:
    return "; give the exploration a name: of its own" if isinstance(contract, ExploreContract) else ""


def _document(document: Located, file: str, wrong: list[FlowFileError]) -> Iterator[FlowContract | ExploreContract]:
    bad = mistakes(document, "")
    wrong += bad
    if bad:
        return
    defaults = {key: each for key, each in document.children.items() if key not in _TESTS}
    for key, value in document.children.items():
        if key == "explore":
            yield from _explore(value, defaults, document, wrong)
        elif key == "flows":
            yield from _flows(value, defaults, document, file, wrong)


def _explore(
    explore: Located, defaults: Mapping[object, Located], document: Located, wrong: list[FlowFileError]
) -> Iterator[ExploreContract]:
    if explore.plain is None:
        explore = Located({}, explore.place)
    kept = {key: each for key, each in defaults.items() if key not in _NOT_EXPLORED}
    whole = _with_defaults(explore, kept, document)
    bad = mistakes(whole, "explore") or _out_of_place(whole)
    wrong += (FlowFileError(f"explore: {each.message}", each.line, each.column) for each in bad)
    if not bad:
        yield explore_contract(whole, document.keys["explore"])


def _flows(
    flows: Located, defaults: Mapping[object, Located], document: Located, file: str, wrong: list[FlowFileError]
) -> Iterator[FlowContract]:
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


def _checked(name: str, flow: Located, place: Place, file: str, wrong: list[FlowFileError]) -> Iterator[FlowContract]:
    bad = mistakes(flow, "flow") or _out_of_place(flow)
    wrong += (FlowFileError(f"flow {name!r}: {each.message}", each.line, each.column) for each in bad)
    if not bad:
        yield flow_contract(name, flow, place, file)


def _out_of_place(flow: Located) -> list[FlowFileError]:
    """Find what a call of this direction would not take."""
    outbound = "direction" in flow.children and flow.children["direction"].plain == "outbound"
    key, other = ("variables", "an inbound") if outbound else ("metadata", "an outbound")
    if key not in flow.children:
        return []
    return [FlowFileError(f"{key} belongs to {other} call, and this one is not", *flow.keys[key])]

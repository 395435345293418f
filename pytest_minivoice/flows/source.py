"""Reads YAML as `safe_load` does, and remembers the line and column of each value. It knows no grammar of flows.

Aliases and merge keys are bounded: what they would expand to is counted, and refused, before anything is expanded.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pytest_minivoice.errors import FlowFileError

_MAX_DEPTH = 40
"""Levels of mappings and lists; reading recurses for each."""
_MAX_EXPANDED = 100_000
"""Values that aliases repeat; a few lines of them could stand for billions."""
"""How many values aliases may repeat in one document."""

Event = Any
"""An event of yaml, whose classes are known only when it is imported."""

_MERGE = "tag:yaml.org,2002:merge"
_PLAIN = frozenset({"bool", "float", "int", "null", "str", "timestamp", "value"})


class Place(NamedTuple):
    """Name a place in a file, counted from 1."""

    line: int
    column: int


@dataclass(slots=True)
class Located:
    """Hold a value and where it stands.

    Args:
        plain: The value as `safe_load` gives it.
        place: Where it begins.
        written: What a scalar looks like in the file.
        children: The located values inside, by key or index.
        keys: Where each key of a mapping begins.
        weight: How many values it holds, itself included.
    """

    plain: object
    place: Place
    written: str = ""
    children: dict[object, Located] = field(default_factory=dict)
    keys: dict[object, Place] = field(default_factory=dict)
    weight: int = 1

    def at(self, path: Sequence[object]) -> Located:
        """Follow a path as far as the file has it.

        Args:
            path: Keys and indexes.

        Returns:
            The value at its end, or the last one on the way to it.
        """
        found = self
        for part in path:
            if part not in found.children:
                break
            found = found.children[part]
        return found


def documents(text: str) -> Iterator[Located]:
    """Read the documents of a file, one after another.

    Args:
        text: The file's text.

    Yields:
        Each document that is not empty.

    Raises:
        FlowFileError: If it is not YAML, or more than is sensible.
    """
    yaml = _yaml()
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        events: Iterator[Any] = yaml.parse(text, Loader=loader)
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                found = _Document(events, yaml).value(next(events), 0)
                if found.plain is not None:
                    yield found
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)
        raise FlowFileError(str(error.problem or error.context), *place) from None
    except yaml.reader.ReaderError as error:
        before = text[: error.position] if isinstance(error.position, int) else ""
        place = Place(before.count("\n") + 1, len(before) - before.rfind("\n"))
        raise FlowFileError(f"the character {error.character!r} is not allowed in YAML", *place) from None


def _yaml() -> Any:  # noqa: ANN401 - a module
    """Import yaml, and give the one that its C parser knows.

    Where a harness made Python forget yaml and it was imported again, the C parser still makes events of the first.
    """
    import yaml  # noqa: PLC0415 - 15 ms that unused plugins must not cost

    return getattr(sys.modules.get("yaml._yaml"), "yaml", yaml)


class _Document:
    """Build the values of one document out of its events."""

    def __init__(self, events: Iterator[Any], yaml: Any) -> None:  # noqa: ANN401 - a module
        self._events = events
        self._yaml = yaml
        self._scalars = yaml.SafeLoader("")
        self._anchors: dict[str, Located | None] = {}
        self._expanded = 0

    def value(self, event: Event, depth: int) -> Located:
        """Build the value that begins with an event.

        Args:
            event: The first event of it.
            depth: How deep it stands.

        Returns:
            The value.
        """
        place = _place(event)
        if isinstance(event, self._yaml.AliasEvent):
            return self._alias(event.anchor, place)
        if depth > _MAX_DEPTH:
            raise FlowFileError(f"nested more than {_MAX_DEPTH} deep", *place)
        anchor = event.anchor
        if anchor is not None:
            self._anchors[anchor] = None
        if isinstance(event, self._yaml.ScalarEvent):
            found = self._scalar(event, place)
        elif isinstance(event, self._yaml.SequenceStartEvent):
            found = self._sequence(event, place, depth)
        else:
            found = self._mapping(event, place, depth)
        if anchor is not None:
            self._anchors[anchor] = found
        return found

    def _alias(self, name: str, place: Place) -> Located:
        if name not in self._anchors:
            raise FlowFileError(f"there is no anchor &{name} above", *place)
        found = self._anchors[name]
        if found is None:
            raise FlowFileError(f"the alias *{name} stands inside of what it repeats", *place)
        self._count(found.weight, place)
        return found

    def _count(self, weight: int, place: Place) -> None:
        self._expanded += weight
        if self._expanded > _MAX_EXPANDED:
            raise FlowFileError(f"the aliases up to here repeat more than {_MAX_EXPANDED} values", *place)

    def _scalar(self, event: Event, place: Place) -> Located:
        text = event.value
        if event.tag is None and event.style:
            return Located(text, place, text)
        tag = event.tag if event.tag not in {None, "!"} else None
        tag = tag or self._scalars.resolve(self._yaml.ScalarNode, text, event.implicit)
        if tag != _MERGE and tag.rpartition(":")[2] not in _PLAIN:
            raise FlowFileError(f"the tag {tag} is not allowed", *place)
        if tag == _MERGE:
            return Located(_Merge, place, text)
        node = self._yaml.ScalarNode(tag, text)
        try:
            plain = self._scalars.construct_object(node)
        except (self._yaml.YAMLError, ValueError, LookupError, AttributeError):
            raise FlowFileError(f"{text!r} is not a value of {tag.rpartition(':')[2]}", *place) from None
        return Located(plain, place, text)

    def _sequence(self, event: Event, place: Place, depth: int) -> Located:
        self._check_tag(event, "seq", place)
        children: dict[object, Located] = {}
        while not isinstance(event := next(self._events), self._yaml.SequenceEndEvent):
            children[len(children)] = self.value(event, depth + 1)
        found = Located([each.plain for each in children.values()], place, children=children)
        found.weight += sum(each.weight for each in children.values())
        return found

    def _mapping(self, event: Event, place: Place, depth: int) -> Located:
        self._check_tag(event, "map", place)
        found = Located({}, place)
        merged: list[Located] = []
        while not isinstance(event := next(self._events), self._yaml.MappingEndEvent):
            key = self.value(event, depth + 1)
            value = self.value(next(self._events), depth + 1)
            if key.plain is _Merge:
                merged += self._merged(value)
            else:
                _put(found, key, value)
        for each in merged:
            self._count(each.weight, each.place)
            for name in each.children:
                if name not in found.children:
                    found.children[name], found.keys[name] = each.children[name], each.keys[name]
        found.plain = {name: each.plain for name, each in found.children.items()}
        found.weight += sum(1 + each.weight for each in found.children.values())
        return found

    def _merged(self, value: Located) -> list[Located]:
        wanted = list(value.children.values()) if isinstance(value.plain, list) else [value]
        for each in wanted:
            if not isinstance(each.plain, Mapping):
                raise FlowFileError("<< merges a mapping, or a list of mappings", *each.place)
        return wanted

    def _check_tag(self, event: Event, kind: str, place: Place) -> None:
        if event.tag not in {None, "!", f"tag:yaml.org,2002:{kind}"}:
            raise FlowFileError(f"the tag {event.tag} is not allowed", *place)


class _Merge:
    """Stand for the key `<<`."""


def _put(found: Located, key: Located, value: Located) -> None:
    if isinstance(key.plain, list | Mapping):
        raise FlowFileError("a key must be a single word or text, not a list or mapping", *key.place)
    if key.plain in found.children:
        first = found.keys[key.plain].line
        raise FlowFileError(f"the key {key.written!r} is written twice; first on line {first}", *key.place)
    found.children[key.plain] = value
    found.keys[key.plain] = key.place


def _place(event: Event) -> Place:
    return Place(event.start_mark.line + 1, event.start_mark.column + 1)

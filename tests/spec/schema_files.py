"""The schema files and the samples as the tests of this folder need them; knows nothing of what is right or wrong."""

from __future__ import annotations

import copy
import json
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = files("pytest_minivoice.spec") / "schemas"
NAMES = ["answer", "flow", "report", "rest", "settings", "webhook"]
SCHEMAS: dict[str, Any] = {
    name: json.loads((FOLDER / f"{name}.schema.json").read_text(encoding="utf-8")) for name in NAMES
}
SAMPLES: dict[str, Any] = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))
    for path in sorted(Path(__file__).with_name("samples").glob("*.json"))
}


def errors(schema: str, document: object, definition: str | None = None) -> list[tuple[Any, list[str | int]]]:
    """Return keyword and path of each error, against a file or one of its definitions."""
    root = SCHEMAS[schema] if definition is None else {**SCHEMAS[schema], "$ref": f"#/$defs/{definition}"}
    found = Draft202012Validator(root).iter_errors(document)
    return sorted(((error.validator, list(error.absolute_path)) for error in found), key=repr)


def places(value: object) -> Iterator[list[str | int]]:
    """Yield the path of every value in a document, the document itself included."""
    yield []
    children: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from ([key, *path] for path in places(child))


def found_at(document: Any, path: list[str | int]) -> Any:
    """Return the value at a place of a document."""
    for key in path:
        document = document[key]
    return document


def changed(document: object, path: list[str | int], value: object) -> object:
    """Return a copy of a document with another value at a place; an Ellipsis takes the place away."""
    if not path:
        return value
    copied = copy.deepcopy(document)
    parent = found_at(copied, path[:-1])
    if value is ...:
        del parent[path[-1]]
    else:
        parent[path[-1]] = value
    return copied

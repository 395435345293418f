"""Loads the JSON Schema files that stand in `schemas/` beside this module; each is read once."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).with_name("schemas")

Schema = dict[str, "Schema | list[Schema] | str | int | float | bool | None"]


@cache
def schema(name: str) -> Schema:
    """Load a schema of the package.

    Args:
        name: The file's name without `.schema.json`, such as `answer`.

    Returns:
        The schema. It is shared: do not change it.
    """
    found: Schema = json.loads((_FOLDER / f"{name}.schema.json").read_text(encoding="utf-8"))
    return found

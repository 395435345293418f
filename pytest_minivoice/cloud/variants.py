"""A webhook's payload with something changed, and where its fields are. Pure JSON: nothing is signed here."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

    Payload = dict[str, object]

_OTHER_NUMBER = "+15550009999"


def from_another(payload: Mapping[str, object]) -> Payload:
    """Change who called.

    Args:
        payload: What a webhook says.

    Returns:
        The same with another `call.from`.
    """
    return {**payload, "call": {**_part(payload, "call"), "from": _OTHER_NUMBER}}


def extended(payload: Mapping[str, object], name: str, value: object) -> Payload:
    """Add a field to the payload, its call and its data.

    Args:
        payload: What a webhook says.
        name: The field's name.
        value: Its value.

    Returns:
        The same with the field.
    """
    more = {name: value}
    return {**payload, "call": _part(payload, "call") | more, "data": _part(payload, "data") | more, **more}


def without(payload: Mapping[str, object], field: str) -> Payload | None:
    """Leave a field out.

    Args:
        payload: What a webhook says.
        field: Its path, such as `data.event_key`.

    Returns:
        The same without the field, or None where there is no such field.
    """
    left: Payload = json.loads(json.dumps(payload))
    *parents, last = field.split(".")
    inner: object = left
    for name in parents:
        inner = inner.get(name) if isinstance(inner, dict) else None
    if not isinstance(inner, dict) or last not in inner:
        return None
    del inner[last]
    return left


def paths(value: Mapping[str, object], before: str = "") -> list[str]:
    """List the fields.

    Args:
        value: A payload, or an object in it.
        before: The path of that object, with a dot.

    Returns:
        The path of each field.
    """
    found = []
    for name, inner in value.items():
        found.append(before + name)
        if isinstance(inner, dict):
            found += paths(inner, f"{before}{name}.")
    return found


def _part(payload: Mapping[str, object], name: str) -> Payload:
    return dict(cast("Mapping[str, object]", payload.get(name, {})))

"""An action of an answer document as a typed value, whichever of the two notations it came in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, cast

from pytest_minivoice.spec.schema import Schema, schema

if TYPE_CHECKING:
    from collections.abc import Mapping

LEAVES_DOCUMENT = frozenset({"redirect", "transfer", "bridge", "conference"})
"""Actions after which the rest of the document does not run [actions/overview]."""

STEERS = LEAVES_DOCUMENT | {"gather"}
"""Actions that decide where the call goes next."""

ALIASES: Mapping[str, str | None] = {"to": "destination", "from": None, "timeout_seconds": None}
"""Parameters of a transfer or bridge that stand in one sample only, each with its name in the parameter tables."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Hold one action.

    Args:
        name: One of the 15 names of [actions/overview], or a registered one.
        parameters: Its parameters as the application sent them, without `type`.
        index: Its position in the document's array.
        typed: Whether it came in the typed notation, `{"type": "say", ...}`.
    """

    name: str
    parameters: Mapping[str, object]
    index: int
    typed: bool

    def where(self, parameter: str | None = None) -> str:
        """Return the place as people write it.

        Args:
            parameter: A parameter of this action, or None for the action itself.

        Returns:
            Such as `actions[2].gather.num_digits`.
        """
        return f"actions[{self.index}]" + "".join(f".{part}" for part in self._tail(parameter))

    def pointer(self, parameter: str | None = None) -> str:
        """Return the JSON pointer of the action or of one of its parameters.

        Args:
            parameter: A parameter of this action, or None for the action itself.

        Returns:
            Such as `/actions/2/gather/num_digits`.
        """
        return f"/actions/{self.index}" + "".join(f"/{part}" for part in self._tail(parameter))

    def _tail(self, parameter: str | None) -> list[str]:
        return [*([] if self.typed else [self.name]), *([] if parameter is None else [parameter])]


@cache
def action_names() -> tuple[str, ...]:
    """Return the names of the built-in actions, in the order of the schema.

    Returns:
        The 15 names of [actions/overview].
    """
    return tuple(_definitions())


@cache
def defaults(action: str) -> Mapping[str, object]:
    """Return the documented defaults of an action's parameters.

    Args:
        action: The action's name.

    Returns:
        Parameter names and their defaults, from the schema's `default` annotations.
    """
    return {name: parameter["default"] for name, parameter in parameters(action).items() if "default" in parameter}


def parameters(action: str) -> Mapping[str, Schema]:
    """Return the schemas of an action's parameters.

    Args:
        action: The name of a built-in action.

    Returns:
        Parameter names and their schemas, without `type`.
    """
    properties = cast("dict[str, Schema]", _definitions()[action].get("properties", {}))
    return {name: each for name, each in properties.items() if name != "type"}


def _definitions() -> dict[str, Schema]:
    return cast("dict[str, Schema]", schema("answer")["$defs"])

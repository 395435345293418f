"""How an explored call begins, in Python and as keys of a flow."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pytest_minivoice.cloud.dids import PERSON

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """Say how a call begins.

    Args:
        direction: `inbound` or `outbound`.
        from_: The number that calls, or None for the usual one.
        to: The number that is called, or None for the usual one.
        variables: Call variables from the start.
    """

    direction: str = "inbound"
    from_: str | None = None
    to: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)

    def python(self) -> str:
        """Write the verb that makes the call."""
        given = {"from_": self.from_, "to": self.to, "variables": dict(self.variables)}
        if self.direction == "outbound":
            given = {"to": self.to or PERSON, "from_": self.from_}
        written = ", ".join(f"{name}={json.dumps(value)}" for name, value in given.items() if value)
        return f"{self.direction}_call({written})"

    def keys(self) -> dict[str, object]:
        """Return the keys of a flow that say the same."""
        given = {
            "direction": self.direction if self.direction == "outbound" else None,
            "from": self.from_,
            "to": self.to,
            "variables": dict(self.variables) if self.direction == "inbound" else None,
        }
        return {key: value for key, value in given.items() if value}

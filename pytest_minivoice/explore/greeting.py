"""What greets a caller: the words heard first, and where the call then stands. It tells the flows of a page apart."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_minivoice.explore.graph import Graph

_PLACEHOLDER = re.compile(r"<(?:call|provider_call|customer|application|\d+)>")
"""What stands for a value that differs from call to call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Greeting:
    """Hold how the calls of a flow begin; those of an outbound flow, when they are answered.

    Args:
        heard: What the caller hears.
        prompt: What the document says where the call stands.
        destination: The number that is called there, or an empty string.
        place: What the call waits for there, or the name of its end.
    """

    heard: tuple[str, ...]
    prompt: str
    destination: str
    place: str

    @property
    def words(self) -> str:
        """What tells it apart, for a reader."""
        said = " ".join(" ".join(self.heard).split())
        return f'"{said}"' if said else f"calls {self.destination}" if self.destination else self.place

    def is_like(self, other: Greeting) -> bool:
        """Tell whether two flows begin alike, as far as both tell.

        Args:
            other: How the other one begins.

        Returns:
            Whether nothing tells them apart but values that differ from call to call.
        """
        mine, theirs = ((each.place, each.destination, each.prompt, *each.heard) for each in (self, other))
        return _match(mine, theirs) or _match(theirs, mine)

    def is_of(self, heard: Sequence[str], destination: str) -> bool:
        """Tell whether a call began like this.

        Args:
            heard: What its caller heard before anybody did anything.
            destination: The number that was called then, or an empty string.

        Returns:
            Whether it did.
        """
        return _match((self.destination, *self.heard), (destination, *heard))


def greeting_of(graph: Graph) -> Greeting:
    """Read from a graph how its calls begin.

    Args:
        graph: States and branches.

    Returns:
        How they begin.
    """
    state, heard = graph.root, graph.heard
    answered = graph.out[state.name].get("answer")
    if state.kind == "ring" and answered is not None:
        state, heard = graph.by_name[answered.target], answered.heard
    return Greeting(
        heard=heard,
        prompt=state.prompt,
        destination=state.destination if state.kind == "dial" else "",
        place=state.name if state.kind == "end" else state.kind,
    )


def _match(patterns: Sequence[str], texts: Sequence[str]) -> bool:
    return len(patterns) == len(texts) and all(
        pattern == text or _pattern(pattern).fullmatch(text) for pattern, text in zip(patterns, texts, strict=True)
    )


@lru_cache(maxsize=64)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(r"\S+".join(map(re.escape, _PLACEHOLDER.split(text))))

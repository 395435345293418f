"""What a call remembers of itself: events, actions, recordings. Events and actions compare equal to their names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_minivoice.spec.actions import Action


class Event(str):
    """Be an event's name (`call.gathered`), with what its webhook says.

    Args:
        payload: The webhook's payload, whether it is delivered or not.
    """

    __slots__ = ("payload",)

    payload: Mapping[str, object]

    def __new__(cls, payload: Mapping[str, object]) -> Event:
        """Make the event of a payload."""
        self = super().__new__(cls, payload["event"])
        self.payload = payload
        return self

    @property
    def data(self) -> Mapping[str, object]:
        """The event-specific fields."""
        return cast("Mapping[str, object]", self.payload["data"])

    @property
    def created_at(self) -> str:
        """When it was made, UTC, RFC 3339."""
        return str(self.payload["created_at"])


class RanAction(str):
    """Be the name of an action that ran (`gather`), with its parameters.

    Args:
        action: The action.
    """

    __slots__ = ("_action",)

    _action: Action

    def __new__(cls, action: Action) -> RanAction:
        """Make the record of an action."""
        self = super().__new__(cls, action.name)
        self._action = action
        return self

    @property
    def parameters(self) -> Mapping[str, object]:
        """Its parameters, as the application sent them."""
        return self._action.parameters

    @property
    def where(self) -> str:
        """Its place in the document, such as `actions[2].gather`."""
        return self._action.where()


@dataclass(slots=True, kw_only=True)
class Recording:
    """Hold a recording of a call [recordings/recording-controls].

    Args:
        id: Its id.
        call_id: The call's id.
        status: `started`, `completed` or `failed`.
        started_at: When it began, Unix seconds of the virtual clock.
        duration_seconds: Its length in virtual seconds, 0 until it is completed.
    """

    id: str
    call_id: str
    status: Literal["started", "completed", "failed"]
    started_at: float
    duration_seconds: int = 0

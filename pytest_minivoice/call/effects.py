"""What a call says: what happened in it, and what it needs to be told before it can go on.

Effects are not frozen: a step makes half a dozen of them, and a frozen dataclass takes three times as long to make.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_minivoice.call.gather import Gather
    from pytest_minivoice.rules.rule import Finding
    from pytest_minivoice.spec.actions import Action
    from pytest_minivoice.spec.calls import Status


@dataclass(slots=True)
class Ran:
    """An action began to run."""

    action: Action


@dataclass(slots=True)
class Said:
    """The caller heard a text: of a say, or the prompt of a gather."""

    text: str


@dataclass(slots=True)
class Elapsed:
    """Virtual time passed in the call."""

    seconds: float


@dataclass(slots=True)
class Emit:
    """An event is due, with the call's status at this moment."""

    event: str
    status: Status
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(slots=True)
class Found:
    """Rules were broken."""

    findings: tuple[Finding, ...]


@dataclass(slots=True)
class Fetch:
    """The application must be asked for a document. Answer with `fetched`."""

    method: Literal["GET", "POST"]
    url: str
    data: Mapping[str, object]


@dataclass(slots=True)
class Ring:
    """An outbound call rings. Answer with `answered`, `unanswered` or `cancel`."""


@dataclass(slots=True)
class Listen:
    """A gather waits for the caller. Answer with `press`, `time_out` or `hang_up`."""

    gather: Gather


@dataclass(slots=True)
class Dial:
    """A transfer or bridge reaches for its destination. Answer with `dialed`."""

    kind: Literal["transferred", "bridged"]
    destination: str


@dataclass(slots=True)
class Idle:
    """The actions ran out and the call stays up (assumption `actions_exhausted`). Answer with `hang_up`."""


@dataclass(slots=True)
class Over:
    """The call ended."""


Wanted = Fetch | Dial | Ring | Listen | Idle | Over
Effect = Ran | Said | Elapsed | Emit | Found | Wanted

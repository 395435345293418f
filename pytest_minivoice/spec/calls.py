"""The words of a call: statuses, terminal states, events, DTMF keys, destination outcomes."""

from __future__ import annotations

from typing import Literal, get_args

Direction = Literal["inbound", "outbound"]
Status = Literal["dialing", "in_progress", "completed", "failed", "canceled"]
Terminal = Literal["completed", "transferred", "bridged", "conferenced", "hung_up", "failed", "canceled", "rejected"]
Outcome = Literal["answered", "busy", "no_answer", "unreachable"]

TERMINALS: tuple[str, ...] = get_args(Terminal)
OUTCOMES: tuple[str, ...] = get_args(Outcome)
STATUSES: tuple[str, ...] = get_args(Status)

EVENTS = (
    "call.created",
    "call.answered",
    "call.gathered",
    "call.completed",
    "call.failed",
    "call.canceled",
    "recording.started",
    "recording.completed",
    "recording.failed",
)

KEYS = "0123456789*#ABCD"

VARIABLE_NAME_MAX = 128
VARIABLE_VALUE_MAX = 4096
"""Characters, as of the name [calls/call-variables]."""

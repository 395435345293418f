"""What the support line remembers of its calls, in Django's cache: one key for each fact."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache

DAY = 24 * 60 * 60


def is_new(call_id: str, event: str) -> bool:
    """Tell whether this event of this call comes for the first time; MiniVoice may deliver it twice."""
    return cache.add(f"{call_id}:event:{event}", 1, DAY)


def remember(call_id: str, fact: str, value: Any) -> None:
    """Store one fact of a call."""
    cache.set(f"{call_id}:{fact}", value, DAY)


def recall(call_id: str, fact: str) -> Any:
    """Return one fact of a call, or None."""
    return cache.get(f"{call_id}:{fact}")


def add_call_back(customer: str, number: str) -> None:
    """Put a customer whom nobody could talk to on the list."""
    cache.add("call_backs", 0, None)
    cache.set(f"call_back:{cache.incr('call_backs')}", (customer, number), None)


def call_backs() -> list[tuple[str, str]]:
    """Return the customers to call back and their numbers, first come first."""
    return [cache.get(f"call_back:{position}") for position in range(1, cache.get("call_backs", 0) + 1)]

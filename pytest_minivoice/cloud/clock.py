"""The account's virtual clock. It starts at the real time, and then moves only by what happens in calls."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone


class Clock:
    """Tell the account's time.

    It starts at the real time, so that an application which refuses stale webhook signatures accepts these. Frozen time
    (freezegun, time-machine) is respected.
    """

    def __init__(self) -> None:
        """Start at the real time, in whole seconds."""
        self._seconds = float(int(time.time()))

    @property
    def seconds(self) -> float:
        """Unix seconds."""
        return self._seconds

    @property
    def now(self) -> datetime:
        """The time in UTC."""
        return datetime.fromtimestamp(self._seconds, tz=timezone.utc)

    def advance(self, seconds: float) -> None:
        """Let time pass.

        Args:
            seconds: How long, not negative.

        Raises:
            ValueError: If time would run backwards.
        """
        __tracebackhide__ = True
        if seconds < 0:
            message = f"clock.advance({seconds}): time does not run backwards; clock.set() jumps"
            raise ValueError(message)
        self._seconds += seconds

    def set(self, moment: datetime) -> None:
        """Jump to a moment.

        Args:
            moment: Any time with a time zone.

        Raises:
            ValueError: If the moment has no time zone.
        """
        __tracebackhide__ = True
        if moment.tzinfo is None:
            message = f"clock.set({moment!r}): the moment needs a time zone, such as timezone.utc"
            raise ValueError(message)
        self._seconds = moment.timestamp()


def rfc3339(seconds: float) -> str:
    """Write a time as MiniVoice does: UTC, whole seconds, `Z`.

    Args:
        seconds: Unix seconds.

    Returns:
        Such as `2026-05-29T12:00:00Z`.
    """
    return (datetime(1970, 1, 1) + timedelta(seconds=int(seconds))).isoformat() + "Z"  # noqa: DTZ001 - it is UTC

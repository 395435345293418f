"""The account's virtual clock. It starts at the real time, and then moves only by what happens in calls."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone

from pytest_minivoice.cloud.quantities import is_number
from pytest_minivoice.errors import SettingError

_MICROSECONDS = 1_000_000
_ALLOWED = 60
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


class Clock:
    """Tell the account's time.

    It starts at the real time, so that an application which refuses stale webhook signatures accepts these. Frozen time
    (freezegun, time-machine) is respected.
    """

    def __init__(self) -> None:
        """Start at the real time, in whole seconds."""
        self._keep(int(time.time()) * _MICROSECONDS)

    @property
    def seconds(self) -> float:
        """Unix seconds."""
        return self._seconds

    @property
    def now(self) -> datetime:
        """The time in UTC."""
        return _EPOCH + timedelta(microseconds=self._microseconds)

    def advance(self, seconds: float) -> None:
        """Let time pass.

        Args:
            seconds: How long, not negative; the clock counts microseconds.

        Raises:
            SettingError: If it is no number, or time would run backwards.
        """
        __tracebackhide__ = True
        if not is_number(seconds):
            raise SettingError(f"clock.advance({seconds!r}): it must be a number of seconds, such as 1.5")
        if seconds < 0:
            raise SettingError(f"clock.advance({seconds}): time does not run backwards; clock.set() jumps")
        self._keep(self._microseconds + round(seconds * _MICROSECONDS))

    def set(self, moment: datetime) -> None:
        """Jump to a moment.

        Args:
            moment: Any time with a time zone.

        Raises:
            SettingError: If it is no moment, or has no time zone.
        """
        __tracebackhide__ = True
        if not isinstance(moment, datetime):
            raise SettingError(f"clock.set({moment!r}): it must be a datetime with a time zone")
        if moment.tzinfo is None:
            raise SettingError(f"clock.set({moment!r}): the moment needs a time zone, such as timezone.utc")
        self._keep((moment - _EPOCH) // timedelta(microseconds=1))

    def _keep(self, microseconds: int) -> None:
        # Counted in whole numbers: ten tenths of a second as floats are less than one, and a limit would hold too long.
        self._microseconds = microseconds
        self._seconds = microseconds / _MICROSECONDS


def lead(seconds: float) -> float:
    """Say how far a virtual time has run ahead of the clock of whoever checks how old a signature is.

    A clock that was set back is left alone: so a test makes old webhooks.

    Args:
        seconds: Unix seconds of the virtual clock.

    Returns:
        Seconds that it is ahead of the real time, or of frozen time; 0 up to a minute, which receivers allow for.
    """
    ahead = seconds - time.time()
    return ahead if ahead > _ALLOWED else 0.0


def rfc3339(seconds: float) -> str:
    """Write a time as MiniVoice does: UTC, whole seconds, `Z`.

    Args:
        seconds: Unix seconds.

    Returns:
        Such as `2026-05-29T12:00:00Z`.
    """
    return (datetime(1970, 1, 1) + timedelta(seconds=int(seconds))).isoformat() + "Z"  # noqa: DTZ001 - it is UTC

"""Ids in the documented shape, never the same twice in a test run."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from itertools import count

_NANOSECONDS = 1_000_000_000


class Ids:
    """Hand out ids.

    One object serves a whole test run: applications often keep calls in a store that outlives a test, and an id that
    comes again would find another test's call there.
    """

    def __init__(self, start: int) -> None:
        """Begin to count.

        Args:
            start: Where to begin; workers of one run begin at different places.
        """
        self._count = count(start)

    def new(self, prefix: str, stamp: str) -> str:
        """Make an id.

        Args:
            prefix: `call`, `app`, `trunk`, `did`, `cust` or `rec`.
            stamp: The time as `rfc3339` writes it.

        Returns:
            Such as `call_20260529T120000.000000000`.
        """
        return f"{prefix}_{_date(stamp)}.{next(self._count) % _NANOSECONDS:09d}"


@lru_cache(maxsize=16)
def _date(stamp: str) -> str:
    return stamp.replace("-", "").replace(":", "").rstrip("Z")


def provider_call_id(call_id: str) -> str:
    """Return the carrier's id of a call.

    Args:
        call_id: MiniVoice's id of it.

    Returns:
        A UUID, always the same for the same call.
    """
    digits = hashlib.blake2b(call_id.encode(), digest_size=16).hexdigest()
    return f"{digits[:8]}-{digits[8:12]}-8{digits[13:16]}-8{digits[17:20]}-{digits[20:]}"

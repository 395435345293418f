"""The arithmetic of one gather: which keys end it, and with which result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from pytest_minivoice.spec.actions import defaults

if TYPE_CHECKING:
    from pytest_minivoice.spec.actions import Action
    from pytest_minivoice.spec.assumptions import Assumptions


@dataclass(frozen=True, slots=True, kw_only=True)
class Gather:
    """Describe a gather that listens.

    Args:
        action: The action it comes from.
        prompt: What it asked the caller, or an empty string.
        limit: The number of digits that end it at once.
        enough: The number of digits that are a complete input at the timeout.
        min_digits: As reported in call.gathered.
        max_digits: As reported in call.gathered.
        timeout_seconds: Seconds of silence until it gives up.
        finish_on_key: The key that ends it early, or None.
    """

    action: Action
    prompt: str
    limit: int
    enough: int
    min_digits: int
    max_digits: int
    timeout_seconds: int
    finish_on_key: str | None

    def result(self, digits: str, status: str, *, timed_out: bool) -> dict[str, object]:
        """Return the data of call.gathered [actions/gather].

        Args:
            digits: What the caller pressed.
            status: By the assumption `gather_status`.
            timed_out: Whether the timeout ended it.

        Returns:
            The documented fields.
        """
        return {
            "digits": digits,
            "status": status,
            "timed_out": timed_out,
            "min_digits": self.min_digits,
            "max_digits": self.max_digits,
            "timeout_seconds": self.timeout_seconds,
            "finish_on_key": self.finish_on_key,
        }

    def take(self, before: str, keys: str) -> tuple[str, str, bool]:
        """Take keys as far as the gather listens.

        Args:
            before: Digits pressed earlier into this gather.
            keys: Keys pressed now.

        Returns:
            The digits with those taken now (a finish key left out), the keys left over, and whether it is complete.
        """
        room = self.limit - len(before)
        end = keys.find(self.finish_on_key, 0, room) if self.finish_on_key else -1
        if end >= 0:
            return before + keys[:end], keys[end + 1 :], True
        return before + keys[:room], keys[room:], len(keys) >= room


def gather_of(action: Action, assumptions: Assumptions) -> Gather:
    """Make the gather that an action describes.

    Args:
        action: A valid gather action.
        assumptions: For `gather_limits` and `gather_timeout_seconds`.

    Returns:
        The gather, with documented and assumed defaults filled in.
    """
    given = cast("dict[str, int]", action.parameters)
    exact = int(given.get("num_digits", cast("int", defaults("gather")["num_digits"])))
    limit = exact
    if "max_digits" in given and not (assumptions.gather_limits == "num_digits_first" and "num_digits" in given):
        limit = int(given["max_digits"])
    least = int(given.get("min_digits", 1))
    enough = limit if "min_digits" not in given and "max_digits" not in given else least
    return Gather(
        action=action,
        prompt=str(action.parameters.get("prompt", "")),
        limit=limit,
        enough=enough,
        min_digits=least,
        max_digits=limit,
        timeout_seconds=int(given.get("timeout_seconds", assumptions.gather_timeout_seconds)),
        finish_on_key=cast("str | None", action.parameters.get("finish_on_key")),
    )

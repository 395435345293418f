"""One attempt to deliver a webhook. It knows what came of it, and not why it was made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_minivoice.spec.http import Response


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """Hold one attempt to deliver a webhook.

    Args:
        seconds: When, in Unix seconds of the virtual clock.
        headers: The headers sent.
        response: What the application answered.
        lost: Whether the answer was lost on its way, so that MiniVoice tries again.
    """

    seconds: float
    headers: Mapping[str, str]
    response: Response
    lost: bool = False

    @property
    def status(self) -> int:
        """The HTTP status, 0 when the handler raised or nobody answered."""
        return self.response.status

    @property
    def accepted(self) -> bool:
        """Whether the application accepted it: any 2xx without an exception."""
        return self.response.accepted

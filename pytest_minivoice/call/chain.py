"""The requests for documents that followed each other without the caller doing anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_minivoice.rules import flow_rules

if TYPE_CHECKING:
    from pytest_minivoice.rules.rule import Finding
    from pytest_minivoice.spec.actions import Action


class Chain:
    """Count redirects in a row, and name the cycle when they never end."""

    def __init__(self) -> None:
        """Begin before the first request."""
        self._requests: list[tuple[str, str]] = []

    @property
    def redirects(self) -> int:
        """How many redirects were followed since the caller last did something."""
        return max(0, len(self._requests) - 1)

    def follow(self, method: str, url: str) -> None:
        """Note a request.

        Args:
            method: `GET` or `POST`.
            url: Its absolute URL.
        """
        self._requests.append((method, url))

    def caller_acted(self) -> None:
        """Begin anew: the present document is the start of the next chain."""
        del self._requests[:-1]

    def endless(self, action: Action, method: str, url: str, limit: int) -> Finding:
        """Say that a redirect is one too many.

        Args:
            action: The redirect.
            method: Its method.
            url: Its absolute URL.
            limit: How many may follow each other.

        Returns:
            A loop, with its cycle of URLs, or a chain that is too long.
        """
        if self.redirects and (method, url) in self._requests:
            start = len(self._requests) - 1 - self._requests[::-1].index((method, url))
            cycle = " -> ".join(each for _, each in [*self._requests[start:], (method, url)])
            number = "one redirect" if self.redirects == 1 else f"{self.redirects} redirects in a row"
            message = f"redirect loop: {cycle} ({number} without the caller doing anything)"
            return flow_rules.REDIRECT_LOOP.found_in(action, message, parameter="url")
        message = f"redirect number {self.redirects + 1} in a row, to {url}; max_redirects is {limit}"
        return flow_rules.TOO_MANY_REDIRECTS.found_in(action, message, parameter="url")

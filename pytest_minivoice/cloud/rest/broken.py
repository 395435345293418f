"""Keeps what REST requests broke and fails the test, each with the line to mend, until it is raised."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_minivoice.cloud.rest.origin import Origin, origin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_minivoice.rules.rule import Finding


class Broken:
    """Keep what is to be raised later: an application may swallow what it meets."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._kept: list[tuple[Finding, Origin | None]] = []

    @property
    def findings(self) -> list[Finding]:
        """What is kept."""
        return [each for each, _ in self._kept]

    def keep(self, findings: Sequence[Finding]) -> None:
        """Keep findings, with the line that makes the present request.

        Args:
            findings: The findings that fail the test.
        """
        if findings:
            line = origin()
            self._kept += [(each, line) for each in findings]

    def take(self) -> list[tuple[Finding, Origin | None]]:
        """Give what is kept, and keep it no longer.

        Returns:
            Each finding, and the line that made its request; None where another process or thread made it.
        """
        kept, self._kept = self._kept, []
        return kept

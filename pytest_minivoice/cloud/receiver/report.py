"""What the check of a receiver found, and what it could see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_minivoice import render
from pytest_minivoice.cloud.tracebacks import handlers_own
from pytest_minivoice.errors import ContractViolation

if TYPE_CHECKING:
    from pytest_minivoice.rules.rule import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiverReport:
    """Tell how a receiver of webhooks did; `print` it to read it whole.

    Args:
        findings: The broken rules MV3xx, each once and with the shortest schedule that shows it.
        events: The events of the call whose webhooks were delivered.
        schedules: How many schedules were delivered, each to a call of its own.
        saw_state: Whether a `state` function told what the application knows.
        volatile: Places in that state that differ between two equal runs, and were not compared.
    """

    findings: tuple[Finding, ...]
    events: tuple[str, ...]
    schedules: int
    saw_state: bool
    volatile: tuple[str, ...] = ()

    def assert_clean(self) -> None:
        """Assert that no rule with the severity error is broken.

        Raises:
            ContractViolation: With all findings, if one is an error.
        """
        __tracebackhide__ = True
        errors = [each for each in self.findings if each.severity == "error"]
        if errors:
            cause = next((each.cause for each in errors if each.cause is not None), None)
            raise ContractViolation(self._seen(), findings=self.findings) from handlers_own(cause)

    def __str__(self) -> str:
        """Write the report: what was delivered, what could be seen, and the findings."""
        return render.violation(self._seen(), self.findings)

    def _seen(self) -> str:
        return render.receiver(self.events, self.schedules, saw_state=self.saw_state, volatile=self.volatile)

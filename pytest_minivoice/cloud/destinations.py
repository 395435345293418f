"""What the numbers do that a transfer or bridge reaches. They need not be the account's, and know nothing of it."""

from __future__ import annotations

from pytest_minivoice.choices import check_choice
from pytest_minivoice.spec.calls import OUTCOMES, Outcome


class Destinations(dict[str, Outcome]):
    """Say what each number does when a transfer or bridge reaches it: `destinations["+15551230099"] = "busy"`."""

    def __setitem__(self, number: str, outcome: Outcome) -> None:
        """Set the outcome of a number or SIP URI.

        Args:
            number: As the application writes it.
            outcome: `answered`, `busy`, `no_answer` or `unreachable`.
        """
        __tracebackhide__ = True
        check_choice(f"destinations[{number!r}]", outcome, OUTCOMES)
        super().__setitem__(number, outcome)

    def outcome(self, number: str) -> Outcome:
        """Return what a number does.

        Args:
            number: A number or SIP URI.

        Returns:
            Its outcome, `answered` by default.
        """
        return self.get(number, "answered")

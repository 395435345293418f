"""What the numbers do that a transfer or bridge reaches. They need not be the account's, and know nothing of it."""

from __future__ import annotations

from pytest_minivoice.choices import check_choice
from pytest_minivoice.errors import SettingError
from pytest_minivoice.spec.calls import OUTCOMES, Outcome

_LONG = 7
"""Digits that are no extension any more."""


class Destinations(dict[str, Outcome]):
    """Say what each number does when a transfer or bridge reaches it: `destinations["+15551230099"] = "busy"`."""

    def __setitem__(self, number: str, outcome: Outcome) -> None:
        """Set the outcome of a number or SIP URI.

        Args:
            number: As the application writes it.
            outcome: `answered`, `busy`, `no_answer` or `unreachable`.
        """
        __tracebackhide__ = True
        if not isinstance(number, str):
            raise SettingError(f"destinations[{number!r}]: it must be a text, such as destinations['+15551230099']")
        if number.isdecimal() and len(number) >= _LONG:
            raise SettingError(f"destinations[{number!r}]: a number begins with +; did you mean '+{number}'?")
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

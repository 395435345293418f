"""Every exception of the plugin. A broken contract is an AssertionError too, so that a test fails instead of erring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_minivoice import render

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_minivoice.rules.rule import Finding


class MiniVoiceError(Exception):
    """Be the base of all errors that this plugin raises."""


class SettingError(MiniVoiceError, ValueError):
    """Say that a setting, a marker or the application under test cannot be used as given."""


class ContractViolation(MiniVoiceError, AssertionError):  # noqa: N818 - the public name
    """Say that the application broke the contract with MiniVoice, or a test's expectation of a call failed.

    Args:
        message: What is wrong, when no rule says it.
        findings: The broken rules, errors first.
        transcript: What happened in the call so far.
        others: What else failed; its findings are added, and its text stands below.
    """

    def __init__(
        self,
        message: str = "",
        *,
        findings: Sequence[Finding] = (),
        transcript: str = "",
        others: Sequence[ContractViolation] = (),
    ) -> None:
        """Keep the parts; the text is made when it is read."""
        super().__init__(message)
        self.message = message
        self.findings: tuple[Finding, ...] = (*findings, *(found for each in others for found in each.findings))
        self.transcript = transcript
        self.others = tuple(others)

    @property
    def finding(self) -> Finding | None:
        """The first broken rule, or None."""
        return self.findings[0] if self.findings else None

    def __str__(self) -> str:
        """Say what is wrong, where, and what to do."""
        own = self.findings[: len(self.findings) - sum(len(each.findings) for each in self.others)]
        return "\n\n".join([render.violation(self.message, own), *map(str, self.others)])


def together(failed: Sequence[ContractViolation]) -> ContractViolation:
    """Make one failure of several.

    Args:
        failed: At least one.

    Returns:
        The first, with the others behind it.
    """
    first, *others = failed
    if not others:
        return first
    whole = ContractViolation(first.message, findings=first.findings, transcript=first.transcript, others=others)
    whole.__cause__ = first.__cause__
    return whole


class CallerError(ContractViolation):
    """Say that a test let the caller do what no caller can, such as pressing a key when nothing listens."""


class ExpectationError(ContractViolation):
    """Say that a call did not go as a flow expected.

    Args:
        message: What differs.
        transcript: What happened in the call.
        names: The expectations that failed, such as `terminal`.
    """

    def __init__(self, message: str = "", *, transcript: str = "", names: Sequence[str] = ()) -> None:
        """Keep the parts."""
        super().__init__(message, transcript=transcript)
        self.names = tuple(names)


class FlowFileError(SettingError):
    """Say that a flow contract cannot be read as written.

    Args:
        message: What is wrong, in one sentence.
        line: Where, counted from 1.
        column: The same.
    """

    def __init__(self, message: str, line: int, column: int) -> None:
        """Keep the parts."""
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column


for _error in (MiniVoiceError, SettingError, ContractViolation, CallerError, ExpectationError):
    # Where users import them from, and what reports show: pytest_minivoice.ContractViolation.
    _error.__module__ = "pytest_minivoice"

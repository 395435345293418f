"""What a rule is, and a finding that one was broken."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from pytest_minivoice.spec.actions import Action

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Describe one rule of the catalogue, or one that a team adds by the hook `pytest_minivoice_rules`.

    Args:
        code: `MV` and three digits; a team's own rule should take other letters.
        name: A short name in words-with-hyphens.
        severity: `error` fails a strict test; `warning` is summed up at the end of the run.
        summary: What is wrong, in one line.
        why: What a caller or the application suffers from it.
        fix: What to do.
        bad: An answer document (JSON text) that breaks the rule, where one document can show it.
        good: The same document, mended.
        check: For a team's own rule: given the actions of a valid document, yields those that break it, each with one
            sentence.
    """

    code: str
    name: str
    severity: Severity
    summary: str
    why: str
    fix: str
    bad: str = ""
    good: str = ""
    check: Callable[[Sequence[Action]], Iterable[tuple[Action, str]]] | None = field(default=None, compare=False)

    def at(
        self,
        where: str,
        message: str,
        *,
        pointer: str | None = None,
        did_you_mean: str | None = None,
        request: str = "",
        cause: BaseException | None = None,
        remedy: str | None = None,
    ) -> Finding:
        """Make a finding of this rule.

        Args:
            where: The place as people write it, such as `actions[2].gather.num_digits`.
            message: What is wrong there, in one sentence.
            pointer: The JSON pointer into the answer document, where there is one.
            did_you_mean: The nearest right word, where there is one.
            request: The request that brought the document, such as `POST https://example.com/minivoice/answer`.
            cause: The handler's own exception, where there is one.
            remedy: What to do here, where it is not what the rule says.

        Returns:
            The finding.
        """
        return Finding(
            rule=self,
            where=where,
            message=message,
            pointer=pointer,
            did_you_mean=did_you_mean,
            request=request,
            cause=cause,
            remedy=remedy,
        )

    def found_in(
        self, action: Action, message: str, *, parameter: str | None = None, did_you_mean: str | None = None
    ) -> Finding:
        """Make a finding of this rule at an action, or at one of its parameters.

        Args:
            action: The action.
            message: What is wrong there, in one sentence.
            parameter: The parameter that is wrong, or None for the action itself.
            did_you_mean: The nearest right word, where there is one.

        Returns:
            The finding.
        """
        return self.at(action.where(parameter), message, pointer=action.pointer(parameter), did_you_mean=did_you_mean)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Finding:
    """Name one broken rule: which, where, why, and what to do.

    Args:
        rule: The rule that was broken.
        where: The place as people write it: `actions[2].gather.num_digits`, or a URL.
        message: What is wrong there.
        pointer: The JSON pointer into the answer document (`/actions/2/gather/num_digits`), or None.
        did_you_mean: The nearest right word, or None.
        request: The request that brought the document, or an empty string.
        cause: The handler's own exception, or None.
        remedy: What to do here, where it is not what the rule says.
    """

    rule: Rule
    where: str
    message: str
    pointer: str | None = None
    did_you_mean: str | None = None
    request: str = ""
    cause: BaseException | None = field(default=None, compare=False)
    remedy: str | None = None

    def __repr__(self) -> str:
        """Name it in one line, as a failing `assert call.findings == []` shows it."""
        return f"<{self.code} {self.rule.name} at {self.where}: {self.message}>"

    @property
    def evidence(self) -> tuple[str, ...]:
        """What shows it beyond the document, a line each; nothing, where it was found in one call."""
        return ()

    @property
    def code(self) -> str:
        """The rule's code, such as `MV114`."""
        return self.rule.code

    @property
    def severity(self) -> Severity:
        """`error` or `warning`."""
        return self.rule.severity

    @property
    def why(self) -> str:
        """What a caller or the application suffers from it."""
        return self.rule.why

    @property
    def fix(self) -> str:
        """What to do."""
        return self.rule.fix if self.remedy is None else self.remedy

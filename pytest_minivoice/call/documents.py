"""The answer documents of one call: judges what a fetch brought, and gives its actions one at a time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from pytest_minivoice.rules.response import check_response

if TYPE_CHECKING:
    from pytest_minivoice.call.effects import Fetch
    from pytest_minivoice.rules.document import DocumentReader
    from pytest_minivoice.rules.rule import Finding
    from pytest_minivoice.spec.actions import Action
    from pytest_minivoice.spec.assumptions import Assumptions
    from pytest_minivoice.spec.http import Response


class Documents:
    """Hold the present document of a call, and how far it was executed."""

    __slots__ = ("_actions", "_assumptions", "_next", "_reader", "_refused", "_taken", "asked")

    def __init__(self, reader: DocumentReader, assumptions: Assumptions) -> None:
        """Begin without a document.

        Args:
            reader: Reads the documents.
            assumptions: For the check of the responses that carry them.
        """
        self.asked = ""
        """The method and URL that the present document answered."""
        self._reader = reader
        self._assumptions = assumptions
        self._actions: tuple[Action, ...] = ()
        self._next = 0
        self._refused = False
        self._taken = 0

    def take(self, fetch: Fetch, response: Response) -> tuple[Finding, ...]:
        """Go over to the document that a response carries.

        Args:
            fetch: What was asked.
            response: What came back.

        Returns:
            What is wrong or doubtful in the response and its document.
        """
        asked = self.asked = f"{fetch.method} {fetch.url}"
        findings = check_response(fetch.url, asked, response, self._assumptions)
        unusable = any(each.severity == "error" for each in findings)
        document = None if unusable else self._reader.read(response.body)
        if document is not None and document.findings:
            findings += [replace(each, request=asked) for each in document.findings]
        self._taken += 1
        self._next = 0
        self._actions = () if document is None else document.actions
        self._refused = document is None or document.refused
        return tuple(findings)

    def next_action(self) -> Action | None:
        """Give the next action.

        Returns:
            The action; None once all were given.
        """
        if self._next == len(self._actions):
            return None
        action = self._actions[self._next]
        self._next += 1
        return action

    @property
    def refusal(self) -> Literal["answer_failed", "redirect_failed"] | None:
        """Why the call cannot go on behind the last action; None where MiniVoice accepted the document."""
        if not self._refused:
            return None
        return "answer_failed" if self._taken == 1 else "redirect_failed"

    def let_go(self) -> None:
        """Forget the actions that are left, for a call that has ended is kept."""
        self._actions = ()
        self._next = 0

"""A call as tests see it: what happened in it, and what the people in it can do."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from pytest_minivoice.cloud import script
from pytest_minivoice.cloud.call_record import CallRecord
from pytest_minivoice.cloud.driving import drive

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pytest_minivoice.cloud.conversation import Conversation, Talk
    from pytest_minivoice.cloud.routes import Routes


_C = TypeVar("_C", bound="Call")


class Call(CallRecord):
    """Be a call whose people are played by the test."""

    def __init__(self, talk: Conversation, routes: Routes) -> None:
        """Wrap a conversation.

        Args:
            talk: The call and its record.
            routes: Which application answers for which host.
        """
        super().__init__(talk)
        self._routes = routes

    def press(self: _C, digits: str) -> _C:
        """Press keys into the gather that listens.

        Args:
            digits: One or more of `0-9*#A-D`, no more than the gather takes.

        Returns:
            This call.

        Raises:
            CallerError: If the caller cannot press that now.
            ContractViolation: If the application then breaks a rule, when the settings are strict.
        """
        __tracebackhide__ = True
        return self._go(script.press(self._talk, digits))

    def wait(self: _C) -> _C:
        """Press nothing until the gather gives up. Nothing sleeps; the virtual clock moves.

        Returns:
            This call.

        Raises:
            CallerError: If nothing listens.
            ContractViolation: If the application then breaks a rule, when the settings are strict.
        """
        __tracebackhide__ = True
        return self._go(script.wait(self._talk))

    def hang_up(self: _C) -> _C:
        """Hang up.

        Returns:
            This call.

        Raises:
            CallerError: If the call has ended or was not answered.
            ContractViolation: If the application then breaks a rule, when the settings are strict.
        """
        __tracebackhide__ = True
        return self._go(script.hang_up(self._talk))

    def answer(self: _C) -> _C:
        """Answer an outbound call.

        Returns:
            This call.

        Raises:
            CallerError: If the call does not ring.
            ContractViolation: If the application then breaks a rule, when the settings are strict.
        """
        __tracebackhide__ = True
        return self._go(script.answer(self._talk))

    def no_answer(self: _C) -> _C:
        """Let an outbound call ring until MiniVoice gives up: the call fails.

        Returns:
            This call.

        Raises:
            CallerError: If the call does not ring.
        """
        __tracebackhide__ = True
        return self._go(script.no_answer(self._talk))

    def busy(self: _C) -> _C:
        """Let the callee of an outbound call be busy: the call fails.

        Returns:
            This call.

        Raises:
            CallerError: If the call does not ring.
        """
        __tracebackhide__ = True
        return self._go(script.busy(self._talk))

    def cancel(self: _C) -> _C:
        """Give an outbound call up before it is answered (assumption `canceled`).

        Returns:
            This call.

        Raises:
            CallerError: If the call does not ring.
        """
        __tracebackhide__ = True
        return self._go(script.cancel(self._talk))

    def run(self: _C, caller: Sequence[str | Mapping[str, str]]) -> _C:
        """Play a whole script.

        Args:
            caller: Keys such as `"1"`, `"timeout"` and `"hang_up"`. An outbound call that rings is answered first,
                unless the script begins with `"answer"`, `"no_answer"`, `"busy"` or `"cancel"`. The keys of
                `{"when": "a text", "press": "1"}` are pressed if the text was heard since the last input.

        Returns:
            This call.

        Raises:
            CallerError: If an item cannot be done, input is left over, or MiniVoice still listens at the end.
            ContractViolation: If the application breaks a rule, when the settings are strict.
        """
        __tracebackhide__ = True
        return self._go(script.play(self._talk, caller))

    def _go(self: _C, talk: Talk) -> _C:
        __tracebackhide__ = True
        drive(talk, self._routes)
        return self

"""What a test lets go wrong with the delivery of webhooks: duplicates, other orders, lost answers, and late ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_minivoice.choices import check_choice
from pytest_minivoice.cloud.delivery import PLAIN, Course
from pytest_minivoice.errors import SettingError
from pytest_minivoice.spec.calls import EVENTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_minivoice.cloud.conversation import Conversation, Talk
    from pytest_minivoice.cloud.webhook import Webhook

    Held = list[tuple[Conversation, Webhook]]


class Deliveries:
    """Let the delivery of webhooks go wrong, from now until the end of the test."""

    def __init__(self, run: Callable[[Talk], object]) -> None:
        """Begin with deliveries as they should be.

        Args:
            run: Makes the requests of a conversation.
        """
        self._run = run
        self._courses: dict[str, Course] = {}
        self._reversed: list[frozenset[str]] = []
        self._waiting: dict[tuple[str, int], Held] = {}
        self._kept: frozenset[str] = frozenset()
        self._held: Held = []

    @property
    def held(self) -> list[Webhook]:
        """The webhooks that are held back, in order."""
        return [webhook for _, webhook in self._held]

    def duplicate(self, event: str, times: int = 1) -> None:
        """Deliver an event's webhooks again, once they were accepted: the same bytes and headers.

        Args:
            event: Such as `call.gathered`.
            times: How often again.

        Raises:
            SettingError: If there is no such event, or the number is below 1.
        """
        __tracebackhide__ = True
        if times < 1:
            raise SettingError(f"duplicate({event!r}, times={times}): it must come again at least once")
        before = self._course(event)
        self._courses[event] = Course(duplicates=times, loses_acknowledgement=before.loses_acknowledgement)

    def lose_acknowledgement(self, event: str) -> None:
        """Lose the first answer to an event's webhooks: the application handled it, and MiniVoice tries again.

        Args:
            event: Such as `call.gathered`.

        Raises:
            SettingError: If there is no such event.
        """
        __tracebackhide__ = True
        self._courses[event] = Course(duplicates=self._course(event).duplicates, loses_acknowledgement=True)

    def reorder(self, *events: str) -> None:
        """Deliver the webhooks of some events in the reverse of the order in which they happen in a call.

        Each waits until all of these events have happened, or the call is over.

        Args:
            events: Two or more; without any, all webhooks of a call are reversed and come at its end.

        Raises:
            SettingError: If there is no such event, or one alone is named.
        """
        __tracebackhide__ = True
        for event in events:
            check_choice("reorder", event, EVENTS)
        if len(set(events)) == 1:
            raise SettingError(f"reorder({events[0]!r}): one event has no order; name two or more, or none for all")
        self._reversed.append(frozenset(events or EVENTS))

    def hold(self, *events: str) -> None:
        """Hold webhooks back until `release()`.

        Args:
            events: Which; without any, all.

        Raises:
            SettingError: If there is no such event.
        """
        __tracebackhide__ = True
        for event in events:
            check_choice("hold", event, EVENTS)
        self._kept |= frozenset(events or EVENTS)

    def release(self) -> None:
        """Deliver what was held back, in order, and hold nothing more.

        Raises:
            ContractViolation: If a webhook is not accepted, when the settings are strict.
        """
        __tracebackhide__ = True
        self._run(self.releasing())

    def releasing(self) -> Talk:
        """Do what `release` does, request by request.

        Yields:
            The requests to make.
        """
        __tracebackhide__ = True
        self._kept = frozenset()
        while self._held:
            talk, webhook = self._held.pop(0)
            yield from talk.deliver(webhook)

    def due(self, talk: Conversation, webhook: Webhook) -> Held:
        """Say what is delivered now that an event happened.

        Args:
            talk: The call.
            webhook: The event's webhook.

        Returns:
            Webhooks with their calls, in order; often this one alone.
        """
        event = webhook.event
        if event in self._kept:
            self._held.append((talk, webhook))
            return []
        for number, names in enumerate(self._reversed):
            if event in names:
                waiting = self._waiting.setdefault((webhook.call_id, number), [])
                waiting.insert(0, (talk, webhook))
                if names > {each.event for _, each in waiting}:
                    return []
                return self._waiting.pop((webhook.call_id, number))
        return [(talk, webhook)]

    def last(self, call_id: str) -> Held:
        """Say what is delivered when a call is over.

        Args:
            call_id: The call's.

        Returns:
            What waited for events that did not happen.
        """
        keys = [key for key in self._waiting if key[0] == call_id]
        return [each for key in keys for each in self._waiting.pop(key)]

    def course(self, event: str) -> Course:
        """Say what goes wrong with the delivery of an event.

        Args:
            event: The event.

        Returns:
            What the test wants.
        """
        return self._courses.get(event, PLAIN)

    def _course(self, event: str) -> Course:
        __tracebackhide__ = True
        return self.course(check_choice("event", event, EVENTS))

"""The account's side of every call: what calls share, without the calls themselves."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pytest_minivoice.cloud.clock import Clock, rfc3339
from pytest_minivoice.cloud.destinations import Destinations
from pytest_minivoice.errors import ContractViolation
from pytest_minivoice.render import masked

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pytest_minivoice.call.actions import CustomAction
    from pytest_minivoice.cloud.application import Application
    from pytest_minivoice.cloud.conversation import Conversation, Talk
    from pytest_minivoice.cloud.deliveries import Deliveries
    from pytest_minivoice.cloud.ids import Ids
    from pytest_minivoice.rules.document import DocumentReader
    from pytest_minivoice.settings import Settings
    from pytest_minivoice.spec.http import Request, Response

_MOST = 1000
"""Calls that go on in one turn of the test; an application that makes a call whenever one is made would never end."""


@dataclass(slots=True, kw_only=True)
class Switchboard:
    """Hold what all calls of an account share.

    Args:
        settings: The settings of this test.
        reader: Reads answer documents.
        ids: Makes ids.
        custom: Registered actions.
        shapers: Hooks that change a request for a document.
        enders: Hooks that see a call end.
        deliveries: What a test lets go wrong with webhooks; set by the account.
        post: Sends a request to the application under test; set by the account.
        failing: The severities of findings that fail a strict test.
        changed: The settings that markers changed for this test, as far as they can be written down.
    """

    settings: Settings
    reader: DocumentReader
    ids: Ids
    custom: Mapping[str, CustomAction]
    shapers: Sequence[Callable[[Request, Conversation], None]] = ()
    enders: Sequence[Callable[[Conversation], None]] = ()
    failing: frozenset[str] = frozenset({"error"})
    changed: Mapping[str, object] = field(default_factory=dict)
    clock: Clock = field(default_factory=Clock)
    destinations: Destinations = field(default_factory=Destinations)
    applications: list[Application] = field(default_factory=list)
    waiting: deque[Conversation] = field(default_factory=deque)
    deliveries: Deliveries = field(init=False)
    post: Callable[[Request], Response] = field(init=False)
    _stamp: tuple[float, str] = (0.0, "")

    def catch_up(self) -> Talk:
        """Let calls go on that a REST request of the application made or changed, once that request has returned.

        Yields:
            The requests to make.
        """
        __tracebackhide__ = True
        for _ in range(len(self.waiting) + _MOST):
            if not self.waiting:
                return
            yield from self.waiting.popleft().settle()
        message = f"the application makes calls without end: {_MOST} came of calls that it had made before"
        raise ContractViolation(message, transcript=self.waiting[-1].transcript())

    def hide(self, text: str) -> str:
        """Take secrets out of a text that people will read.

        Args:
            text: A transcript or a log line.

        Returns:
            The text with `***` in place of each secret.
        """
        return masked(text, [secret for app in self.applications for secret in (app.webhook_secret, app.api_key)])

    def stamp(self) -> str:
        """Return the virtual time as MiniVoice writes it.

        Returns:
            UTC, RFC 3339.
        """
        seconds = self.clock.seconds
        if self._stamp[0] != seconds:
            self._stamp = (seconds, rfc3339(seconds))
        return self._stamp[1]

    def new_id(self, prefix: str) -> str:
        """Make an id of the present virtual time.

        Args:
            prefix: What it is for, such as `call`.

        Returns:
            The id.
        """
        return self.ids.new(prefix, self.stamp())

    def shape(self, request: Request, conversation: Conversation) -> None:
        """Let the hooks change a request for a document.

        Args:
            request: As MiniVoice is assumed to send it; changed in place.
            conversation: The call that asks.
        """
        for each in self.shapers:
            each(request, conversation)

    def ended(self, conversation: Conversation) -> None:
        """Tell the hooks that a call ended.

        Args:
            conversation: The call.
        """
        for each in self.enders:
            each(conversation)

"""The account's side of every call: what calls share, without the calls themselves."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, cast

from pytest_minivoice.choices import check_choice
from pytest_minivoice.cloud.clock import Clock, rfc3339
from pytest_minivoice.errors import ContractViolation, SettingError
from pytest_minivoice.render import masked
from pytest_minivoice.spec.calls import OUTCOMES, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from pytest_minivoice.call.actions import CustomAction
    from pytest_minivoice.cloud.application import Application
    from pytest_minivoice.cloud.conversation import Conversation, Talk
    from pytest_minivoice.cloud.deliveries import Deliveries
    from pytest_minivoice.cloud.ids import Ids
    from pytest_minivoice.rules.document import DocumentReader
    from pytest_minivoice.settings import Settings
    from pytest_minivoice.spec.http import Request, Response

RouteMode = Literal["webhook", "reject"]

_MOST = 1000
"""Calls that go on in one turn of the test; an application that makes a call whenever one is made would never end."""
_E164 = re.compile(r"\+[1-9]\d{1,14}")


def check_number(name: str, number: object) -> str:
    """Check that a telephone number is one.

    Args:
        name: The argument's name, for the message.
        number: The number.

    Returns:
        The number.

    Raises:
        SettingError: If it is not E.164.
    """
    __tracebackhide__ = True
    if not isinstance(number, str) or not _E164.fullmatch(number):
        message = f'{name} is {number!r}; it must be an E.164 number such as "+15551230001"'
        raise SettingError(message)
    return number


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


class Did:
    """Be a number of the account [dids/create-did].

    Args:
        number: E.164.
        route_mode: `webhook`: the answer_url drives its calls; `reject`: inbound calls are rejected.
        id: Its id.
        created_at: UTC, RFC 3339.
        customer_id: Another customer that it belongs to, or None for the account's own.
        application_id: The application that it belongs to, or None for the default one.
    """

    def __init__(
        self,
        number: str,
        route_mode: RouteMode = "webhook",
        *,
        id: str = "",  # noqa: A002 - the API's name of it
        created_at: str = "",
        customer_id: str | None = None,
        application_id: str | None = None,
    ) -> None:
        """Check and keep the number."""
        __tracebackhide__ = True
        self.number = check_number("number", number)
        self.route_mode = route_mode
        self.id = id
        self.created_at = created_at
        self.customer_id = customer_id
        self.application_id = application_id

    @property
    def route_mode(self) -> RouteMode:
        """`webhook` or `reject`."""
        return self._route_mode

    @route_mode.setter
    def route_mode(self, mode: RouteMode) -> None:
        __tracebackhide__ = True
        self._route_mode = cast("RouteMode", check_choice("route_mode", mode, ("webhook", "reject")))


class Dids:
    """Be the account's numbers. A call may go to any other number too; it is routed to the application."""

    def __init__(self, first: str, new_id: Callable[[str], str], stamp: Callable[[], str]) -> None:
        """Begin with one number.

        Args:
            first: E.164.
            new_id: Makes ids.
            stamp: Tells the time.
        """
        self._new_id = new_id
        self._stamp = stamp
        self._dids: dict[str, Did] = {}
        self.add(first)

    def add(
        self,
        number: str,
        route_mode: RouteMode = "webhook",
        *,
        customer_id: str | None = None,
        application_id: str | None = None,
    ) -> Did:
        """Add a number.

        Args:
            number: E.164.
            route_mode: `webhook` or `reject`.
            customer_id: Another customer that it belongs to; the API does not show it then.
            application_id: The application that it belongs to; the default one where it is not given.

        Returns:
            The DID.
        """
        __tracebackhide__ = True
        self._dids[number] = Did(
            number,
            route_mode,
            id=self._new_id("did"),
            created_at=self._stamp(),
            customer_id=customer_id,
            application_id=application_id,
        )
        return self._dids[number]

    def find(self, number: str) -> Did:
        """Find a number.

        Args:
            number: E.164.

        Returns:
            The DID of it; a new one, not kept, when the account has none.
        """
        __tracebackhide__ = True
        return self._dids.get(number) or Did(number)

    def __iter__(self) -> Iterator[Did]:
        """Give the DIDs in the order added."""
        return iter(self._dids.values())

    def __len__(self) -> int:
        """Count the DIDs."""
        return len(self._dids)

    def __getitem__(self, index: int) -> Did:
        """Give the DID at a position.

        Args:
            index: Its position, in the order added.
        """
        return list(self._dids.values())[index]


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

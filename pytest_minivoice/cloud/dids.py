"""The account's numbers, and what a telephone number is. They know nothing of calls."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, cast

from pytest_minivoice.choices import check_choice
from pytest_minivoice.cloud.guarded import Guarded
from pytest_minivoice.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

RouteMode = Literal["webhook", "reject"]
FIRST = "+15551230002"
"""The number that an account begins with."""
PERSON = "+15551230001"
"""Who calls it, and who is called, where a test does not say."""
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


class Did(Guarded):
    """Be a number of the account [dids/create-did].

    Args:
        number: E.164.
        route_mode: `webhook`: the answer_url drives its calls; `reject`: inbound calls are rejected.
        id: Its id.
        created_at: UTC, RFC 3339.
        customer_id: Another customer that it belongs to, or None for the account's own.
        application_id: The application that it belongs to, or None for the default one.
    """

    _place = "minivoice.dids[...]"
    _cures = {"number": "minivoice.dids.add(number) adds a number"}  # noqa: RUF012 - a ClassVar of Guarded
    _texts = frozenset({"customer_id", "application_id"})

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
        self._number = check_number("number", number)
        self.route_mode = route_mode
        self.id = id
        self.created_at = created_at
        self.customer_id = customer_id
        self.application_id = application_id
        self._sealed = True

    @property
    def number(self) -> str:
        """E.164."""
        return self._number

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

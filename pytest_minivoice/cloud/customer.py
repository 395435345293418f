"""What MiniVoice keeps for a customer: applications, trunks, numbers, and money. Of calls it knows what they cost."""

from __future__ import annotations

import hashlib
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from pytest_minivoice.cloud.application import Application
from pytest_minivoice.cloud.billing import cost, decimal
from pytest_minivoice.cloud.dids import FIRST, Dids
from pytest_minivoice.cloud.guarded import Guarded
from pytest_minivoice.cloud.limits import Limits, amount_of
from pytest_minivoice.cloud.trunk import Trunk, Trunks

if TYPE_CHECKING:
    from decimal import Decimal

    from pytest_minivoice.cloud.conversation import Conversation
    from pytest_minivoice.cloud.switchboard import Switchboard


class Customer(Guarded):
    """Be a customer of MiniVoice; an `Account` is one that makes calls."""

    def __init__(self, board: Switchboard, answer_url: str, webhook_url: str | None) -> None:
        """Begin with one application, one DID and one active trunk.

        Args:
            board: What the account's calls share.
            answer_url: The application's, absolute.
            webhook_url: The application's, absolute, or None.
        """
        self._board = board
        self._customer_id = board.new_id("cust")
        board.enders = (self.charge, *board.enders)
        self._exactly_spent = Fraction(0)
        self._spent = decimal(self._exactly_spent)
        self.dids = Dids(FIRST, board.new_id, board.stamp)
        self.trunks = []
        self.balance = "100.00"
        self.limits = Limits()
        self.add_trunk(name="default", proxy="sip.example.net", gateway_name="default")
        self.add_application("default", answer_url, webhook_url, board.settings.webhook_secret)

    @property
    def applications(self) -> list[Application]:
        """The applications of the account; the first is the one that the settings describe."""
        return self._board.applications

    @property
    def trunks(self) -> list[Trunk]:
        """The trunks of the account."""
        return self._trunks

    @trunks.setter
    def trunks(self, trunks: list[Trunk]) -> None:
        __tracebackhide__ = True
        self._trunks = Trunks(trunks)

    @property
    def balance(self) -> Decimal:
        """The account's money before its calls, in EUR; set it as a number or a decimal string."""
        return self._balance

    @balance.setter
    def balance(self, amount: Decimal | float | str) -> None:
        __tracebackhide__ = True
        self._balance = amount_of("minivoice.balance", amount, signed=True)

    @property
    def spent(self) -> Decimal:
        """What the calls that ended cost altogether."""
        return self._spent

    @property
    def left(self) -> Decimal:
        """What is left of the balance after the calls that ended."""
        return self._balance - self._spent

    def add_application(
        self, name: str, answer_url: str | None, webhook_url: str | None, webhook_secret: str | None = None
    ) -> Application:
        """Add an application, as POST /v1/applications does [applications/create-application].

        Args:
            name: Its name.
            answer_url: Absolute, or None.
            webhook_url: Absolute, or None.
            webhook_secret: What its webhooks are signed with, or None.

        Returns:
            The application, with an API key of its own.
        """
        app_id = self._board.new_id("app")
        app = Application(
            id=app_id,
            customer_id=self._customer_id,
            name=name,
            answer_url=answer_url,
            webhook_url=webhook_url,
            webhook_secret=webhook_secret,
            api_key="mv_live_" + hashlib.sha256(app_id.encode()).hexdigest()[:24],
            created_at=self._board.stamp(),
        )
        self._board.applications.append(app)
        return app

    def add_trunk(self, **given: Any) -> Trunk:  # noqa: ANN401 - the fields of a trunk
        """Add a trunk, as POST /v1/trunks does [trunks/create-trunk].

        Args:
            given: The fields of `Trunk`, without those that the account makes.

        Returns:
            The trunk.
        """
        board = self._board
        trunk = Trunk(id=board.new_id("trunk"), customer_id=self._customer_id, created_at=board.stamp(), **given)
        self.trunks.append(trunk)
        return trunk

    def charge(self, talk: Conversation) -> None:
        """Book what a call costs that has ended.

        Args:
            talk: The call.
        """
        talk.cost = cost(talk)
        self._exactly_spent += talk.cost
        self._spent = decimal(self._exactly_spent)

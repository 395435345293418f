"""The operator puts calls through: begins them, keeps them, and lets those go on that the application made meanwhile.

It reaches the application by the routes, and knows nothing of what the account owns.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, TypeVar

from pytest_minivoice.cloud.call import Call
from pytest_minivoice.cloud.deliveries import Deliveries
from pytest_minivoice.cloud.driving import drive

if TYPE_CHECKING:
    from collections.abc import Generator

    from pytest_minivoice.cloud.conversation import Conversation
    from pytest_minivoice.cloud.routes import Routes
    from pytest_minivoice.cloud.switchboard import Switchboard
    from pytest_minivoice.spec.http import Request, Response

_log = logging.getLogger("pytest_minivoice")
_R = TypeVar("_R")


class Operator:
    """Put the calls of one account through."""

    def __init__(self, board: Switchboard, routes: Routes) -> None:
        """Sit down at a switchboard.

        Args:
            board: What the calls share; its webhooks are sent from here.
            routes: Which application answers for which host.
        """
        self.board = board
        self.routes = routes
        self.talks: dict[str, Conversation] = {}
        self.calls: list[Call] = []
        board.post = self.post
        board.deliveries = Deliveries(self.run)

    def begin(self, talk: Conversation) -> Call:
        """Begin a call, and let it go on to its first waiting point.

        Args:
            talk: A call that has not begun.

        Returns:
            The call as tests see it.
        """
        __tracebackhide__ = True
        call = self.keep(talk)
        self.run(talk.settle())
        self.catch_up()
        return call

    def originate(self, talk: Conversation) -> None:
        """Take a call that a REST request made; it begins once that request has returned.

        Args:
            talk: A call that has not begun.
        """
        self.keep(talk)
        self.board.waiting.append(talk)

    def keep(self, talk: Conversation) -> Call:
        """Take a call into the account's list.

        Args:
            talk: The call.

        Returns:
            The call as tests see it.
        """
        call = Call(talk, self.routes)
        self.talks[talk.facts.id] = talk
        self.calls.append(call)
        return call

    def catch_up(self) -> None:
        """Let calls go on that wait for a REST request to return."""
        __tracebackhide__ = True
        self.run(self.board.catch_up())

    def run(self, talk: Generator[Request, Response, _R]) -> _R:
        """Make requests, one after another.

        Args:
            talk: The generator of requests.

        Returns:
            What it returns.
        """
        __tracebackhide__ = True
        return drive(talk, self.routes)

    def post(self, request: Request) -> Response:
        """Send a webhook to the application, and let calls go on that it made over REST meanwhile.

        Args:
            request: The webhook's request.

        Returns:
            What the application answered.
        """
        __tracebackhide__ = True
        response = self.routes.send(request)
        _log.info("webhook %s -> %s", request.url, response.status)
        self.catch_up()
        return response

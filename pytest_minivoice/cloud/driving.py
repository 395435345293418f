"""The two loops that make the requests of a conversation: one waits, one awaits. They know nothing of calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Generator

    from pytest_minivoice.cloud.routes import Routes
    from pytest_minivoice.spec.http import Request, Response

_R = TypeVar("_R")


def drive(talk: Generator[Request, Response, _R], routes: Routes) -> _R:
    """Make the requests of a conversation, one after another.

    Args:
        talk: The conversation's generator.
        routes: Which application answers for which host.

    Returns:
        What the generator returns.
    """
    __tracebackhide__ = True
    try:
        request = next(talk)
        while True:
            request = talk.send(routes.send(request))
    except StopIteration as end:
        return cast("_R", end.value)


async def adrive(talk: Generator[Request, Response, _R], routes: Routes) -> _R:
    """Make the requests of a conversation in the running event loop.

    Args:
        talk: The conversation's generator.
        routes: Which application answers for which host.

    Returns:
        What the generator returns.
    """
    __tracebackhide__ = True
    try:
        request = next(talk)
        while True:
            request = talk.send(await routes.asend(request))
    except StopIteration as end:
        return cast("_R", end.value)

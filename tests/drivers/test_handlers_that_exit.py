"""A handler that ends the process or cancels itself has raised like any other: the run goes on, and says where."""

from __future__ import annotations

import asyncio
import sys

import pytest

from pytest_minivoice import ContractViolation


def function(request):
    sys.exit(3)


async def coroutine(request):
    sys.exit(3)


def wsgi(environ, start_response):
    sys.exit(3)


async def asgi(scope, receive, send):
    assert scope["type"] == "http"
    sys.exit(3)


async def cancels(scope, receive, send):
    assert scope["type"] == "http"
    raise asyncio.CancelledError


@pytest.mark.parametrize(
    ("minivoice_app", "raised"),
    [
        (function, SystemExit),
        (coroutine, SystemExit),
        (wsgi, SystemExit),
        (asgi, SystemExit),
        (cancels, asyncio.CancelledError),
    ],
)
def test_it_is_a_finding_with_its_place(minivoice, raised):
    with pytest.raises(ContractViolation, match=f"the handler raised {raised.__name__}") as caught:
        minivoice.inbound_call()
    assert caught.value.finding.code == "MV108"
    assert isinstance(caught.value.__cause__, raised)
    [found] = minivoice.explore().findings
    assert (found.code, type(found.cause)) == ("MV108", raised)

"""What the fixtures do, and what is done around the body of a test that uses them."""

from __future__ import annotations

from contextlib import contextmanager
from inspect import unwrap
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_minivoice._account import opened
from pytest_minivoice._failing import fail_at, said_plainly
from pytest_minivoice._flow_marker import marked_flow
from pytest_minivoice._guard import guard_of
from pytest_minivoice._session import ACCOUNT, API, PASSED, run_state
from pytest_minivoice.cloud.call_record import CallRecord
from pytest_minivoice.cloud.rest.origin import Origin
from pytest_minivoice.errors import ContractViolation
from pytest_minivoice.render import unmet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_minivoice.cloud.account import Account
    from pytest_minivoice.cloud.factory import WebhookFactory
    from pytest_minivoice.cloud.rest.api import MockedApi
    from pytest_minivoice.spec.http import Request, Response


_CIRCULAR = ("minivoice", "minivoice_api", "minivoice_webhooks")
_CIRCLE = """minivoice_app needs {0}, and {0} needs minivoice_app.

The account calls the application, so the application must be there first.
Create it without {0}, and hand over what it needs in another fixture, before it is used:

    @pytest.fixture
    def minivoice_app():
        return create_app()

    @pytest.fixture(autouse=True)
    def api_key(minivoice_app, minivoice_api):
        minivoice_app.config["MINIVOICE_API_KEY"] = minivoice_api.api_key

or by monkeypatch.setenv, where the application reads its environment when it asks.
Where it reads its key once for all, let the account take that key: minivoice.applications[0].api_key = "for-tests".
A webhook secret need not be asked for: set minivoice_webhook_secret to the one it uses."""


@contextmanager
def open_account(request: pytest.FixtureRequest, app: object) -> Iterator[Account]:
    """Open the account of a test; a flow marker may name another answer_url.

    Args:
        request: The fixture's.
        app: What `minivoice_app` gave.

    Yields:
        The account.
    """
    __tracebackhide__ = True
    marked = marked_flow(request.node)
    more: dict[str, object] = {"answer_url": marked.answer_url} if marked and marked.answer_url else {}
    with said_plainly(), opened(request.node, app, more) as account:
        yield account


def webhook_factory(request: pytest.FixtureRequest) -> WebhookFactory:
    """Give the factory of a test: the account's, where the test has one; else one that opens it at the first delivery.

    Args:
        request: The fixture's.

    Returns:
        The factory.
    """
    __tracebackhide__ = True
    if "minivoice" in request.fixturenames:
        account: Account = request.getfixturevalue("minivoice")
        return account.webhooks

    def post(sent: Request) -> Response:
        __tracebackhide__ = True
        opened: Account = request.getfixturevalue("minivoice")
        return opened.operator.post(sent)

    with said_plainly():
        return run_state(request.config).factory(request.node, post)


def configured_app(request: pytest.FixtureRequest) -> object:
    """Return the application that the settings of a test name.

    Args:
        request: The fixture's.

    Returns:
        The application, or the URL of a server.
    """
    __tracebackhide__ = True
    with said_plainly():
        return run_state(request.config).app(request.node)


@contextmanager
def open_api(request: pytest.FixtureRequest) -> Iterator[MockedApi]:
    """Open the API of a test's account; a planned failure that met no request fails a test at its end that passed.

    Args:
        request: The fixture's.

    Yields:
        The API.

    Raises:
        ContractViolation: At the end, for what `fail_next` and `slow_next` planned in vain.
    """
    __tracebackhide__ = True
    api: MockedApi = request.node.stash[API]
    guard = guard_of(request.config)
    if guard is not None:
        guard.open()
    yield api
    unused = api.unused_failures()
    if unused and request.node.stash.get(PASSED, False):
        root = request.config.rootpath
        told = [(by, f"{_place(at, root)}{line}") for by, line, at in unused]
        raise pytest.fail.Exception(unmet(told), pytrace=False)


def _place(at: Origin | None, root: Path) -> str:
    if at is None:
        return ""
    path = Path(at.path)
    return f"{path.relative_to(root) if path.is_relative_to(root) else path}:{at.line}: "


def explain(error: pytest.FixtureLookupError) -> None:
    """Say what to do where an application needs the account that needs the application.

    Args:
        error: What pytest found; it knows the circle, and not the way out.

    Raises:
        Failed: For such a circle.
    """
    names = [*(each.argname for each in error.fixturestack), error.argname]
    if error.msg is None and error.argname in _CIRCULAR and "minivoice_app" in names[:-1]:
        at = names.index("minivoice_app")
        code = unwrap(error.fixturestack[at].func).__code__
        where = f"{Path(code.co_filename).name}:{code.co_firstlineno}"
        raise pytest.fail.Exception(f"{where}: {_CIRCLE.format(names[at + 1])}", pytrace=False) from None


def finish(item: pytest.Item) -> None:
    """Let calls go on that wait for it, and raise the findings of REST requests that fail the test.

    Args:
        item: The test; its body passed.

    Raises:
        ContractViolation: For what the application's requests broke, or its answers to calls that went on.
    """
    __tracebackhide__ = True
    account, api = item.stash.get(ACCOUNT, None), item.stash.get(API, None)
    if _failed_in_silence(item):
        return
    if account is not None and api is not None:
        try:
            account.calls  # noqa: B018 - calls made over REST go on before they are given
        except ContractViolation as error:
            _fail(item, error, _made_at(account, api, error))
    judge(item)


def forget(item: pytest.Item) -> None:
    """Forget what is not raised before the clean-up: the test was skipped, or failed and shows it.

    Args:
        item: The test.
    """
    guard = guard_of(item.config)
    if guard is not None:
        guard.broken.take()


def judge(item: pytest.Item) -> None:
    """Raise what REST requests broke since the last look, when the settings are strict.

    Args:
        item: The test.

    Raises:
        ContractViolation: For errors, at the line that made the first such request.
    """
    __tracebackhide__ = True
    guard = guard_of(item.config)
    broken = [] if guard is None else guard.broken.take()
    if broken and guard is not None and guard.strict:
        _fail(item, ContractViolation(findings=[each for each, _ in broken]), broken[0][1])


def _fail(item: pytest.Item, error: ContractViolation, place: Origin | None) -> None:
    """Raise an error at a line, or where the test begins."""
    __tracebackhide__ = True
    place = place or Origin(path=str(item.path), line=int(item.location[1] or 0) + 1, function=item.name)
    fail_at(Path(place.path), place.line, place.function, error)


def _made_at(account: Account, api: MockedApi, error: ContractViolation) -> Origin | None:
    """Find the line that made the call which failed when it went on."""
    for talk in account.talks.values():
        if any(each is error.finding for each in CallRecord(talk).findings):
            return api.made_at(talk.facts.id)
    return None


def _failed_in_silence(item: pytest.Item) -> bool:
    """Say whether a method of a TestCase failed or was skipped: it raises nothing, pytest keeps it for the report."""
    return bool(getattr(item, "_excinfo", None))

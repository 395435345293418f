"""What the fixtures and the `minivoice_flow` marker do to a test item."""

from __future__ import annotations

import ast
import traceback
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_minivoice._account import opened
from pytest_minivoice._session import ACCOUNT, API, run_state
from pytest_minivoice.cloud.rest.origin import Origin
from pytest_minivoice.errors import ContractViolation, SettingError
from pytest_minivoice.flows.flow import compare, play
from pytest_minivoice.flows.marker import MarkedFlow, read
from pytest_minivoice.render import unmet
from pytest_minivoice.transports.patching import clients_patched, patched_above_all

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pytest_minivoice.cloud.account import Account
    from pytest_minivoice.cloud.call import Call
    from pytest_minivoice.cloud.factory import WebhookFactory
    from pytest_minivoice.cloud.rest.api import MockedApi
    from pytest_minivoice.spec.http import Request, Response

FAILURE = pytest.StashKey[ContractViolation]()


def parametrize(metafunc: pytest.Metafunc, markers: Sequence[pytest.Mark]) -> None:
    """Give a test one item for each of its flow markers, from the uppermost to the lowest.

    Args:
        metafunc: The test.
        markers: Its markers, nearest first.

    Raises:
        pytest.UsageError: For a mistake in a marker.
    """
    flows = []
    for number, marker in enumerate(reversed(markers)):
        try:
            flows.append(read(marker.args, marker.kwargs, number=number))
        except SettingError as error:  # noqa: PERF203 - a handful of markers, once
            definition = metafunc.definition
            where = f"{definition.location[0]}:{_line(definition, 'minivoice_flow', number)}"
            message = f"{where}: {definition.name}: @pytest.mark.minivoice_flow {error}"
            raise pytest.Collector.CollectError(message) from None
    metafunc.parametrize("minivoice_call", flows, indirect=True, ids=[each.id for each in flows])


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
    marked = _marked(request.node)
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
def said_plainly(where: str = "") -> Iterator[None]:
    """Show a mistake in the settings as its message alone, with the traceback of its cause where it has one.

    Args:
        where: What stands before the message.

    Yields:
        Nothing.
    """
    __tracebackhide__ = True
    try:
        yield
    except SettingError as error:
        cause = error.__cause__
        behind = "" if cause is None else "\n\n" + "".join(traceback.format_exception(cause))
        raise pytest.fail.Exception(f"{where}{error}{behind}", pytrace=False) from None


@contextmanager
def open_api(request: pytest.FixtureRequest) -> Iterator[MockedApi]:
    """Open the API of a test's account; a planned failure that met no request fails the test at its end.

    Args:
        request: The fixture's.

    Yields:
        The API.

    Raises:
        ContractViolation: At the end, for what `fail_next` and `slow_next` planned in vain.
    """
    __tracebackhide__ = True
    api: MockedApi = request.node.stash[API]
    api.open()
    with clients_patched(api):
        yield api
    unused = api.unused_failures()
    if unused:
        raise pytest.fail.Exception(unmet(unused), pytrace=False)


@contextmanager
def body(item: pytest.Item) -> Iterator[None]:
    """Be around the body of a test: the mocked API answers before mocks that other fixtures put up.

    Args:
        item: The test.

    Yields:
        Nothing.

    Raises:
        ContractViolation: Behind a body that passed, for what the application's REST requests broke.
    """
    __tracebackhide__ = True
    api = item.stash.get(API, None)
    with nullcontext() if api is None or not api.is_open else patched_above_all(api):
        yield
    _finish(item)


def _finish(item: pytest.Item) -> None:
    """Let calls go on that wait for it, and raise error findings of REST requests, when the settings are strict."""
    __tracebackhide__ = True
    account, api = item.stash.get(ACCOUNT, None), item.stash.get(API, None)
    if account is None or api is None:
        return
    account.calls  # noqa: B018 - calls made over REST go on before they are given
    errors = [each for each in api.findings if each.severity == "error"]
    if errors and account.settings.strict:
        test = Origin(path=str(item.path), line=int(item.location[1] or 0) + 1, function=item.name)
        place = api.origin or test
        fail_at(Path(place.path), place.line, place.function, ContractViolation(findings=errors))


def play_flow(request: pytest.FixtureRequest, account: Account) -> Call:
    """Play the flow of a test's marker. What fails is kept, for the test itself to fail by.

    Args:
        request: The fixture's.
        account: The account.

    Returns:
        The call, as far as it came.
    """
    __tracebackhide__ = True
    marked = _marked(request.node)
    if marked is None:
        example = '@pytest.mark.minivoice_flow(["1"], terminal="transferred")'
        pytest.fail(f"minivoice_call needs a flow; mark the test with {example}", pytrace=False)
    if FAILURE in request.node.stash:  # of an earlier run of the same item
        del request.node.stash[FAILURE]
    before = len(account.calls)
    try:
        compare(marked.flow, play(marked.flow, account))
    except ContractViolation as error:
        if len(account.calls) == before:
            raise
        request.node.stash[FAILURE] = error
    return account.calls[before]


def raise_kept(item: pytest.Item) -> None:
    """Raise what the flow of an item failed by.

    Args:
        item: The test.

    Raises:
        ContractViolation: If its flow failed.
    """
    __tracebackhide__ = True
    error = item.stash.get(FAILURE, None)
    marked = _marked(item)
    if error is not None and marked is not None:
        raise_at_marker(item, error, "minivoice_flow", marked.number)


def raise_at_marker(item: pytest.Item, error: ContractViolation, marker: str, number: int) -> None:
    """Raise an error where a marker stands in the user's file.

    Args:
        item: The test.
        error: What it failed by.
        marker: The marker's name.
        number: Its position among those of this name, the uppermost first.

    Raises:
        ContractViolation: Always.
    """
    __tracebackhide__ = True
    fail_at(item.path, _line(item, marker, number), item.name, error)


def place_of(item: pytest.Item, marker: str) -> str:
    """Say where the marker of a test stands that is nearest to it.

    Args:
        item: The test, or its definition.
        marker: The marker's name.

    Returns:
        Its file and line.
    """
    return f"{item.location[0]}:{_line(item, marker, sum(1 for _ in item.iter_markers(marker)) - 1)}"


def fail_at(path: Path, line: int, name: str, error: ContractViolation) -> None:
    """Raise an error where the user wrote what it breaks.

    Args:
        path: The user's file.
        line: The line in it.
        name: The test.
        error: What to raise.

    Raises:
        ContractViolation: The error.
    """
    __tracebackhide__ = True
    # One frame that has the user's own place, so that pytest shows that line and none of ours.
    tree = ast.parse("raise error")
    tree.body[0].col_offset = tree.body[0].end_col_offset = -1
    code = compile(tree, str(path), "exec").replace(co_firstlineno=line, co_name=name)
    exec(code, {"error": error.with_traceback(None)})  # noqa: S102 - code of our own


def _line(item: pytest.Item, marker: str, number: int) -> int:
    """Return the line of a marker, or of the test's first line where the marker is not written as such."""
    first = int(item.location[1] or 0) + 1
    try:
        tree = ast.parse(item.path.read_text(encoding="utf-8"))
    except (OSError, SyntaxError, ValueError):
        return first
    lines: list[int] = []
    for node in ast.walk(tree):  # outer nodes come first, as their markers do
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            start = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            if start <= first <= int(node.end_lineno or 0):
                lines += [each.lineno for each in node.decorator_list if marker in ast.unparse(each)]
    return lines[number] if number < len(lines) else first


def _marked(item: pytest.Item) -> MarkedFlow | None:
    callspec = getattr(item, "callspec", None)
    marked = callspec.params.get("minivoice_call") if callspec is not None else None
    return marked if isinstance(marked, MarkedFlow) else None

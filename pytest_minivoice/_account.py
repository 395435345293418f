"""Opens the account of a test out of its settings, its application and the run's parts, and takes it down again."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from pytest_minivoice._guard import guard_of, stand_by
from pytest_minivoice._session import ACCOUNT, API, APP, run_state
from pytest_minivoice.call.actions import variable_actions
from pytest_minivoice.cloud.account import Account
from pytest_minivoice.cloud.call_record import CallRecord
from pytest_minivoice.cloud.rest.api import MockedApi
from pytest_minivoice.cloud.routes import Routes, origin
from pytest_minivoice.cloud.switchboard import Switchboard
from pytest_minivoice.drivers.detect import ClosableDriver, is_url
from pytest_minivoice.drivers.local import started
from pytest_minivoice.errors import SettingError
from pytest_minivoice.spec.actions import action_names
from pytest_minivoice.transports.loopback import served

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import pytest

    from pytest_minivoice._session import RunState
    from pytest_minivoice.cloud.account import Explorer
    from pytest_minivoice.cloud.conversation import Conversation
    from pytest_minivoice.explore.exploration import Exploration
    from pytest_minivoice.settings import Settings
    from pytest_minivoice.spec.http import Request


@contextmanager
def opened(item: pytest.Item, app: object, more: dict[str, object] | None = None) -> Iterator[Account]:
    """Open the account of a test.

    Args:
        item: The test.
        app: What `minivoice_app` gave.
        more: Settings that win over ini options and markers.

    Yields:
        The account.
    """
    guard = guard_of(item.config) or stand_by(item)
    guard.begin()
    state = run_state(item.config)
    settings = state.configuration.settings(item, more)
    changed = state.configuration.changed(settings)
    app = state.load(app, "the fixture minivoice_app")
    drivers: dict[str, ClosableDriver] = {}
    mine = state.driver(app, "the fixture minivoice_app", settings)
    if is_url(app) and not state.configuration.gives_base_url(item):
        settings = replace(settings, base_url=str(app).rstrip("/"))
    answer_url = urljoin(settings.base_url, settings.answer_url)
    webhook_url = None if settings.webhook_url is None else urljoin(settings.base_url, settings.webhook_url)
    try:
        for url in (settings.base_url, answer_url, webhook_url, str(app) if is_url(app) else None):
            if url is not None:
                drivers[origin(url)] = mine
        for host, other in settings.hosts.items():
            where = f"the setting hosts, {host}"
            drivers[origin(f"https://{host}")] = state.driver(state.load(other, where), where, settings)
        routes = Routes(drivers, started)
        board = _board(state, item, settings, changed)
        explorer = _explorer(item, app)
        account = Account(board, routes, explorer=explorer, answer_url=answer_url, webhook_url=webhook_url)
        with ExitStack() as stack:
            account_api = MockedApi(
                account, lambda answer: stack.enter_context(served(answer)), earlier=state.earlier_keys
            )
            item.stash[ACCOUNT], item.stash[API] = account, account_api
            item.stash[APP] = app
            guard.attach(account_api)
            stack.callback(_retire_keys, state, account, item.nodeid)
            yield account
    finally:
        for driver in drivers.values():
            driver.close()


def _retire_keys(state: RunState, account: Account, test: str) -> None:
    state.earlier_keys |= {app.api_key: test for app in account.applications}


def _explorer(item: pytest.Item, app: object) -> Explorer:
    def explorer(account: Account, board: Switchboard, routes: Routes, given: Mapping[str, object]) -> Exploration:
        __tracebackhide__ = True
        from pytest_minivoice._configuration import unclean  # noqa: PLC0415 - loaded when used
        from pytest_minivoice._surroundings import surroundings  # noqa: PLC0415 - loaded when used
        from pytest_minivoice.explore.explorer import explore  # noqa: PLC0415 - loaded when used

        around = surroundings(item, app, board, item.stash[API].lent, unclean(item.config))
        return explore(account, board, routes, given, around)

    return explorer


def _board(state: RunState, item: pytest.Item, settings: Settings, changed: dict[str, object]) -> Switchboard:
    configuration, config = state.configuration, item.config
    custom = {each.name: each for each in (*configuration.actions, *variable_actions(settings.variable_actions))}
    for name in custom:
        if name in action_names():
            raise SettingError(f"the action {name!r} is MiniVoice's own; register yours under another name")
    return Switchboard(
        settings=settings,
        reader=state.reader(settings, custom),
        ids=state.ids,
        custom=custom,
        shapers=_shapers(config),
        enders=_enders(config),
        failing=configuration.failing,
        changed=changed,
    )


def _shapers(config: pytest.Config) -> list[Callable[[Request, Conversation], None]]:
    shape = config.hook.pytest_minivoice_answer_request
    return [lambda request, talk: shape(request=request, call=CallRecord(talk))] if shape.get_hookimpls() else []


def _enders(config: pytest.Config) -> list[Callable[[Conversation], None]]:
    end = config.hook.pytest_minivoice_call_ended
    return [lambda talk: end(call=CallRecord(talk))] if end.get_hookimpls() else []

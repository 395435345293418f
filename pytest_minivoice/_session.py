"""What the plugin keeps for a test run: the event loop, document readers, ids, and the count of findings.

It makes the account of each test out of the settings, the application and the run's parts, and takes it down again.
"""

from __future__ import annotations

import time
from collections import Counter
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import pytest

from pytest_minivoice.call.actions import CustomAction, variable_actions
from pytest_minivoice.cloud.account import Account
from pytest_minivoice.cloud.application import Application
from pytest_minivoice.cloud.call import CallRecord
from pytest_minivoice.cloud.clock import Clock, rfc3339
from pytest_minivoice.cloud.factory import WebhookFactory
from pytest_minivoice.cloud.ids import Ids
from pytest_minivoice.cloud.rest.api import MockedApi
from pytest_minivoice.cloud.routes import Routes, origin
from pytest_minivoice.cloud.switchboard import Switchboard
from pytest_minivoice.drivers.asgi import Lifespans
from pytest_minivoice.drivers.detect import ClosableDriver, driver_for, is_url
from pytest_minivoice.drivers.imports import load
from pytest_minivoice.drivers.local import started
from pytest_minivoice.drivers.loop import SessionLoop
from pytest_minivoice.errors import SettingError
from pytest_minivoice.rules.catalogue import CATALOGUE
from pytest_minivoice.rules.document import DocumentReader
from pytest_minivoice.settings import Settings, names, override
from pytest_minivoice.spec.actions import action_names
from pytest_minivoice.transports.loopback import served
from pytest_minivoice.transports.patching import patched

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pytest_minivoice.cloud.account import Explorer
    from pytest_minivoice.cloud.conversation import Conversation
    from pytest_minivoice.explore.exploration import Exploration
    from pytest_minivoice.rules.rule import Rule
    from pytest_minivoice.spec.http import Request, Response

SESSION = pytest.StashKey["RunState"]()
ACCOUNT = pytest.StashKey[Account]()
APP = pytest.StashKey[str]()
"""The name of the application that an account was opened for, the same in every process of a run."""
API = pytest.StashKey[MockedApi]()
_FAILING = {
    "error": frozenset({"error"}),
    "warning": frozenset({"error", "warning"}),
    "never": frozenset[str](),
}
_UNWRITTEN = frozenset({"app", "hosts", "answer_url", "webhook_secret"})
"""Settings that a recorded contract does not repeat: objects, secrets, and what has a key of its own."""
NO_APP = """there is no application to call. Either override the fixture minivoice_app in conftest.py:

    @pytest.fixture
    def minivoice_app():
        return create_app()

or name it in the pytest configuration:

    minivoice_app = package.module:app        (also package.module:create_app() or http://127.0.0.1:8000)"""


class RunState:
    """Hold what tests of one run share."""

    def __init__(self, config: pytest.Config) -> None:
        """Read the configuration; everything else is made when first needed.

        Args:
            config: pytest's.
        """
        self._hook = config.hook
        self.rules = team_rules(config)
        self.failing = _FAILING[config.option.minivoice_fail_on]
        self._codes = [rule.code for rule in (*CATALOGUE, *self.rules)]
        self._actions = _team_actions(config)
        self._settings = Settings()
        ini = _ini(config)
        self._base_url_configured = "base_url" in ini
        for name, value in ini.items():
            origin = f"ini option minivoice_{name}"
            self._settings = override(self._settings, {name: value}, origin=origin, codes=self._codes)
        self._ids = Ids(time.time_ns() % 1_000_000_000)
        self._readers: dict[tuple[object, ...], DocumentReader] = {}
        self._imported: dict[str, object] = {}
        self._loop = SessionLoop()
        self._lifespans = Lifespans(self._loop)

    def settings(self, item: pytest.Item, more: dict[str, object] | None = None) -> Settings:
        """Resolve the settings of a test: ini options, then markers from the outermost to the nearest.

        Args:
            item: The test.
            more: Settings that win over both.

        Returns:
            The settings.
        """
        settings = self._settings
        for marker in reversed(list(item.iter_markers("minivoice"))):
            where = "@pytest.mark.minivoice"
            if marker.args:
                message = f"{where} takes keywords only, such as minivoice(strict=False)"
                raise SettingError(message)
            settings = override(settings, marker.kwargs, origin=where, codes=self._codes)
        return override(settings, more or {}, origin="@pytest.mark.minivoice_flow", codes=self._codes)

    def check(self, given: dict[str, object]) -> None:
        """Check settings that a flow contract gives.

        Args:
            given: Names and values.

        Raises:
            SettingError: For an unknown name or a wrong value.
        """
        override(self._settings, given, origin="settings", codes=self._codes)

    def app(self, item: pytest.Item) -> object:
        """Return the application that the settings name.

        Args:
            item: The test.

        Returns:
            The application, or the URL of a server.

        Raises:
            SettingError: If none is named.
        """
        app = self.settings(item).app
        if app is None or app == "":
            raise SettingError(NO_APP)
        return self._load(app, "the setting minivoice_app")

    @contextmanager
    def account(self, item: pytest.Item, app: object, more: dict[str, object] | None = None) -> Iterator[Account]:
        """Open the account of a test.

        Args:
            item: The test.
            app: What `minivoice_app` gave.
            more: Settings that win over ini options and markers.

        Yields:
            The account.
        """
        settings = self.settings(item, more)
        changed = {
            name: getattr(settings, name)
            for name in names()
            if name not in _UNWRITTEN and getattr(settings, name) != getattr(self._settings, name)
        }
        app = self._load(app, "the fixture minivoice_app")
        drivers: dict[str, ClosableDriver] = {}
        mine = self._driver(app, "the fixture minivoice_app", settings)
        if is_url(app) and not self._gives_base_url(item):
            settings = replace(settings, base_url=str(app).rstrip("/"))
        answer_url = urljoin(settings.base_url, settings.answer_url)
        webhook_url = None if settings.webhook_url is None else urljoin(settings.base_url, settings.webhook_url)
        try:
            for url in (settings.base_url, answer_url, webhook_url, str(app) if is_url(app) else None):
                if url is not None:
                    drivers[origin(url)] = mine
            for host, other in settings.hosts.items():
                where = f"the setting hosts, {host},"
                drivers[origin(f"https://{host}")] = self._driver(self._load(other, where), where, settings)
            routes = Routes(drivers, started)
            board = self._board(settings, changed)
            explorer = self._explorer(item, app)
            account = Account(board, routes, explorer=explorer, answer_url=answer_url, webhook_url=webhook_url)
            with ExitStack() as stack:
                account_api = MockedApi(account, lambda answer: stack.enter_context(served(answer)))
                item.stash[ACCOUNT], item.stash[API] = account, account_api
                item.stash[APP] = _name(app)
                stack.enter_context(patched(account_api))
                yield account
        finally:
            for driver in drivers.values():
                driver.close()

    def _explorer(self, item: pytest.Item, app: object) -> Explorer:
        def explorer(account: Account, board: Switchboard, routes: Routes, given: Mapping[str, object]) -> Exploration:
            __tracebackhide__ = True
            from pytest_minivoice._surroundings import surroundings  # noqa: PLC0415 - loaded when used
            from pytest_minivoice.explore.explorer import explore  # noqa: PLC0415 - loaded when used

            return explore(account, board, routes, given, surroundings(item, app, board))

        return explorer

    def _gives_base_url(self, item: pytest.Item) -> bool:
        given = (name for marker in item.iter_markers("minivoice") for name in marker.kwargs)
        return self._base_url_configured or "base_url" in given

    def factory(self, item: pytest.Item, post: Callable[[Request], Response]) -> WebhookFactory:
        """Make the webhook factory of a test that has no account.

        Args:
            item: The test.
            post: Sends a request to the application under test.

        Returns:
            The factory.
        """
        settings, clock = self.settings(item), Clock()
        path, stamp = settings.webhook_url, rfc3339(clock.seconds)
        application = Application(
            id=self._ids.new("app", stamp),
            customer_id=self._ids.new("cust", stamp),
            name="default",
            answer_url=None,
            webhook_url=None if path is None else urljoin(settings.base_url, path),
            webhook_secret=settings.webhook_secret,
            api_key="",
            created_at=stamp,
        )
        return WebhookFactory(
            application,
            settings=settings,
            clock=clock,
            new_id=lambda prefix: self._ids.new(prefix, rfc3339(clock.seconds)),
            post=post,
        )

    def close(self) -> None:
        """Shut applications down and end the event loop."""
        try:
            self._lifespans.close()
        finally:
            self._loop.close()

    def _load(self, app: object, where: str) -> object:
        if not isinstance(app, str) or is_url(app):
            return app
        if app not in self._imported:
            self._imported[app] = load(app, where)
        return self._imported[app]

    def _driver(self, app: object, where: str, settings: Settings) -> ClosableDriver:
        return driver_for(
            app, where, loop=self._loop, lifespans=self._lifespans, timeout=settings.answer_timeout_seconds
        )

    def _board(self, settings: Settings, changed: dict[str, object]) -> Switchboard:
        custom = {each.name: each for each in (*self._actions, *variable_actions(settings.variable_actions))}
        for name in custom:
            if name in action_names():
                raise SettingError(f"the action {name!r} is MiniVoice's own; register yours under another name")
        return Switchboard(
            settings=settings,
            reader=self._reader(settings, custom),
            ids=self._ids,
            custom=custom,
            shapers=self._shapers(),
            enders=self._enders(),
            failing=self.failing,
            changed=changed,
        )

    def _reader(self, settings: Settings, custom: dict[str, CustomAction]) -> DocumentReader:
        key = (
            settings.unknown_fields,
            settings.destination_alias,
            settings.invalid_document,
            settings.relative_urls,
            settings.send_digits_max,
            settings.room_max,
            settings.variable_actions,
            settings.webhook_url is not None,
            settings.base_url,
        )
        if key not in self._readers:
            base = urlsplit(settings.base_url)
            plain = frozenset({str(base.hostname)} if base.scheme == "http" else ())
            self._readers[key] = DocumentReader(
                settings,
                custom={name: each.schema for name, each in custom.items()},
                rules=self.rules,
                webhooks=settings.webhook_url is not None,
                plain_hosts=plain,
            )
        return self._readers[key]

    def _shapers(self) -> list[Callable[[Request, Conversation], None]]:
        hook = self._hook.pytest_minivoice_answer_request
        return [lambda request, talk: hook(request=request, call=CallRecord(talk))] if hook.get_hookimpls() else []

    def _enders(self) -> list[Callable[[Conversation], None]]:
        hook = self._hook.pytest_minivoice_call_ended
        return [lambda talk: hook(call=CallRecord(talk))] if hook.get_hookimpls() else []


def run_state(config: pytest.Config) -> RunState:
    """Return the state of a run; the first call makes it, and has it closed at the end of the run.

    Args:
        config: pytest's.

    Returns:
        The state.
    """
    state = config.stash.get(SESSION, None)
    if state is None:
        state = config.stash[SESSION] = RunState(config)
        config.add_cleanup(state.close)
    return state


def _name(app: object) -> str:
    named = app if hasattr(app, "__qualname__") else type(app)
    return str(app) if isinstance(app, str) else f"{named.__module__}:{getattr(named, '__qualname__', '')}"


def _ini(config: pytest.Config) -> dict[str, object]:
    given = {}
    for name in names():
        try:
            value = config.getini(f"minivoice_{name}")
        except (TypeError, ValueError, pytest.UsageError) as error:
            message = f"ini option minivoice_{name}: {error}"
            raise SettingError(message) from None
        if value not in (None, "", []):
            given[name] = value
    return given


def team_rules(config: pytest.Config) -> list[Rule]:
    """Collect the rules that the project adds by its hooks.

    Args:
        config: pytest's.

    Returns:
        The rules.

    Raises:
        SettingError: If a code is used twice.
    """
    rules = [rule for some in config.hook.pytest_minivoice_rules() for rule in some]
    for code, number in Counter([each.code for each in (*CATALOGUE, *rules)]).items():
        if number > 1:
            message = f"pytest_minivoice_rules: the code {code} is used {number} times; give each rule its own"
            raise SettingError(message)
    return rules


def _team_actions(config: pytest.Config) -> list[CustomAction]:
    actions = [action for some in config.hook.pytest_minivoice_actions() for action in some]
    if not actions:
        return []
    from jsonschema import Draft202012Validator, SchemaError  # noqa: PLC0415 - 60 ms, only where actions are registered

    for action in actions:
        try:
            Draft202012Validator.check_schema(action.schema)
        except SchemaError as error:  # noqa: PERF203 - a handful of actions, once
            place = ".".join(str(part) for part in error.absolute_path)
            message = f"pytest_minivoice_actions: the schema of {action.name!r} is wrong at {place}: {error.message}"
            raise SettingError(message) from None
    return actions

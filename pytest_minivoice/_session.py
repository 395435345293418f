"""What the plugin keeps for a test run: the event loop, document readers, ids, and imported applications.

Tests share it; of a test it knows the settings alone.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import pytest

from pytest_minivoice._configuration import Configuration
from pytest_minivoice.cloud.account import Account
from pytest_minivoice.cloud.application import Application
from pytest_minivoice.cloud.clock import Clock, rfc3339
from pytest_minivoice.cloud.factory import WebhookFactory
from pytest_minivoice.cloud.ids import Ids
from pytest_minivoice.cloud.rest.api import MockedApi
from pytest_minivoice.drivers.asgi import Lifespans
from pytest_minivoice.drivers.detect import ClosableDriver, driver_for, is_url
from pytest_minivoice.drivers.imports import load
from pytest_minivoice.drivers.loop import SessionLoop
from pytest_minivoice.errors import SettingError
from pytest_minivoice.rules.document import DocumentReader

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_minivoice.call.actions import CustomAction
    from pytest_minivoice.settings import Settings
    from pytest_minivoice.spec.http import Request, Response

_SESSION = pytest.StashKey["RunState"]()
ACCOUNT = pytest.StashKey[Account]()
APP = pytest.StashKey[object]()
"""The application that an account was opened for."""
API = pytest.StashKey[MockedApi]()
PASSED = pytest.StashKey[bool]()
"""Whether a test passed so far."""
_NO_APP = """there is no application to call. Either override the fixture minivoice_app in conftest.py:

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
        self.configuration = Configuration(config)
        self.ids = Ids(time.time_ns() % 1_000_000_000)
        self.earlier_keys: dict[str, str] = {}
        """The API keys of tests that ended, and whose they are: a key that comes again was kept too long."""
        self._readers: dict[tuple[object, ...], DocumentReader] = {}
        self._imported: dict[str, object] = {}
        self._loop = SessionLoop()
        self._lifespans = Lifespans(self._loop)

    def app(self, item: pytest.Item) -> object:
        """Return the application that the settings name.

        Args:
            item: The test.

        Returns:
            The application, or the URL of a server.

        Raises:
            SettingError: If none is named.
        """
        app = self.configuration.settings(item).app
        if app is None or app == "":
            raise SettingError(_NO_APP)
        return self.load(app, "the setting minivoice_app")

    def load(self, app: object, where: str) -> object:
        """Import an application by its name, once in a run.

        Args:
            app: A name such as `package.module:app`; anything else is the application already.
            where: Who names it, for the message.

        Returns:
            The application, or the URL of a server.
        """
        if not isinstance(app, str) or is_url(app):
            return app
        if app not in self._imported:
            self._imported[app] = load(app, where)
        return self._imported[app]

    def driver(self, app: object, where: str, settings: Settings) -> ClosableDriver:
        """Make the driver of an application, in the run's event loop.

        Args:
            app: The application, or the URL of a server.
            where: Who names it, for the message.
            settings: The test's.

        Returns:
            The driver.
        """
        return driver_for(
            app, where, loop=self._loop, lifespans=self._lifespans, timeout=settings.answer_timeout_seconds
        )

    def reader(self, settings: Settings, custom: dict[str, CustomAction]) -> DocumentReader:
        """Give the reader of documents; tests with the same settings share one, and what it remembers.

        Args:
            settings: The test's.
            custom: Registered actions by name.

        Returns:
            The reader.
        """
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
                rules=self.configuration.rules,
                webhooks=settings.webhook_url is not None,
                plain_hosts=plain,
            )
        return self._readers[key]

    def factory(self, item: pytest.Item, post: Callable[[Request], Response]) -> WebhookFactory:
        """Make the webhook factory of a test that has no account.

        Args:
            item: The test.
            post: Sends a request to the application under test.

        Returns:
            The factory.
        """
        settings, clock = self.configuration.settings(item), Clock()
        path, stamp = settings.webhook_url, rfc3339(clock.seconds)
        application = Application(
            id=self.ids.new("app", stamp),
            customer_id=self.ids.new("cust", stamp),
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
            new_id=lambda prefix: self.ids.new(prefix, rfc3339(clock.seconds)),
            post=post,
        )

    def close(self) -> None:
        """Shut applications down and end the event loop."""
        try:
            self._lifespans.close()
        finally:
            self._loop.close()


def run_state(config: pytest.Config) -> RunState:
    """Return the state of a run; the first call makes it, and has it closed at the end of the run.

    Args:
        config: pytest's.

    Returns:
        The state.
    """
    state = config.stash.get(_SESSION, None)
    if state is None:
        state = config.stash[_SESSION] = RunState(config)
        config.add_cleanup(state.close)
    return state

"""Stands before MiniVoice's hosts as long as a test lasts that uses the plugin: before it has an account, and after."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn
from urllib.parse import urlsplit

import pytest

from pytest_minivoice._session import run_state
from pytest_minivoice.cloud.rest.broken import Broken
from pytest_minivoice.cloud.rest.checks import is_minivoices, real_network
from pytest_minivoice.errors import ContractViolation, SettingError
from pytest_minivoice.transports.patching import Patches, patch_all, patch_clients

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_minivoice.cloud.rest.api import MockedApi
    from pytest_minivoice.cloud.rest.messages import ApiResponse
    from pytest_minivoice.settings import Settings


class Guard:
    """Refuse requests to MiniVoice until the test's API is there; from then on the API decides."""

    def __init__(self, item: pytest.Item) -> None:
        """Stand by for a test; nothing is patched yet.

        Args:
            item: The test.
        """
        self._item = item
        self._patches: Patches | None = None
        self._settings: Settings | None = None
        self._api: MockedApi | None = None
        self.broken = Broken()
        """The errors that are still to be raised."""

    @property
    def strict(self) -> bool:
        """Whether errors fail the test."""
        return self._settings is not None and self._settings.strict

    def begin(self) -> None:
        """Patch clients and sockets, if that is not done and the settings can be read."""
        if self._patches is not None:
            return
        try:
            self._settings = run_state(self._item.config).configuration.settings(self._item)
        except SettingError:
            return  # the plugin's own fixture says so; pytest could not clean up if this one's set-up raised
        self._patches = Patches()
        patch_all(self, self._patches)

    def attach(self, api: MockedApi) -> None:
        """Let an API decide from now on.

        Args:
            api: The test's.
        """
        self._api = api
        api.take_over(self.broken)

    def open(self) -> None:
        """Let the API answer, also clients that are installed and were not loaded before."""
        if self._api is not None and self._patches is not None:
            self._api.open()
            patch_clients(self, self._patches, late=True)

    def rise(self) -> None:
        """Let the API answer above what others patched meanwhile, such as a mock for other hosts."""
        if self._api is not None and self._api.is_open and self._patches is not None:
            patch_clients(self, self._patches)

    def end(self) -> None:
        """Put everything back."""
        if self._patches is not None:
            self._patches.close()
            self._settings = None

    def handles(self, host: str, port: int | None = None) -> bool:
        """Say whether a host is MiniVoice's; see `Gate`."""
        return self._settings is not None and is_minivoices(host, port, urlsplit(self._settings.api_base))

    def answer(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> ApiResponse:
        """Answer a request, or refuse it; see `Gate`."""
        __tracebackhide__ = True
        if self._api is None:
            self.refuse(f"{method.upper()} {url.partition('?')[0]}")
        return self._api.answer(method, url, headers, body)

    def wait(self, seconds: float) -> None:
        """Let virtual time pass; see `Gate`."""
        if self._api is not None:
            self._api.wait(seconds)

    def refuse(self, what: str) -> NoReturn:
        """Refuse a request; see `Gate`."""
        __tracebackhide__ = True
        if self._api is not None:
            self._api.refuse(what)
        early = "minivoice_api" in getattr(self._item, "fixturenames", ())
        finding = real_network(what, mocked=False, early=early)
        if self._settings is not None and finding.code not in self._settings.ignore:
            self.broken.keep([finding])
        raise ContractViolation(findings=[finding])


_GUARD = pytest.StashKey[Guard]()
"""The guard of the test that runs."""
_CLEANED_UP = pytest.StashKey[bool]()


def guard_of(config: pytest.Config) -> Guard | None:
    """Return the guard of the test that runs, if it has one.

    Args:
        config: pytest's.

    Returns:
        The guard.
    """
    return config.stash.get(_GUARD, None)


def stand_by(item: pytest.Item) -> Guard:
    """Make the guard of a test.

    Args:
        item: The test.

    Returns:
        The guard, which has not begun.
    """
    dismiss(item.config)  # of a test that was interrupted
    if _CLEANED_UP not in item.config.stash:
        item.config.stash[_CLEANED_UP] = True
        item.config.add_cleanup(lambda: dismiss(item.config))
    guard = item.config.stash[_GUARD] = Guard(item)
    return guard


def dismiss(config: pytest.Config) -> None:
    """End the guard of the test that ran.

    Args:
        config: pytest's.
    """
    guard = guard_of(config)
    if guard is not None:
        guard.end()
        del config.stash[_GUARD]


def before_fixture(config: pytest.Config, fixture: pytest.FixtureDef[object]) -> None:
    """Begin before the first fixture of a test's own, or before the application is created.

    What fixtures of wider scopes patch, such as a mock for a whole run, is there by then and stays there.

    Args:
        config: pytest's.
        fixture: The fixture that is set up.
    """
    __tracebackhide__ = True
    guard = guard_of(config)
    if guard is not None and (fixture.scope == "function" or fixture.argname == "minivoice_app"):
        guard.begin()


def after_fixture(config: pytest.Config) -> None:
    """Rise above what a fixture patched.

    Args:
        config: pytest's.
    """
    guard = guard_of(config)
    if guard is not None:
        guard.rise()

"""What the project says to pytest about MiniVoice: ini options, markers and hooks, read and checked.

It knows no application, and makes no call.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from pytest_minivoice._failing import place_of
from pytest_minivoice.choices import check_choice
from pytest_minivoice.errors import SettingError
from pytest_minivoice.rules.catalogue import CATALOGUE
from pytest_minivoice.rules.rule import Rule
from pytest_minivoice.settings import Settings, check_codes, names, override

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pytest_minivoice.call.actions import CustomAction

_FAILING = {
    "error": frozenset({"error"}),
    "warning": frozenset({"error", "warning"}),
    "never": frozenset[str](),
}
"""The severities of findings that fail, by `--minivoice-fail-on`."""
_UNWRITTEN = frozenset({"app", "hosts", "answer_url", "webhook_secret"})
"""Settings that a recorded contract does not repeat: objects, secrets, and what has a key of its own."""


def unclean(config: pytest.Config) -> frozenset[str]:
    """Return the severities of findings that fail an exploration: all, unless the command line says otherwise.

    Args:
        config: pytest's.

    Returns:
        The severities.
    """
    return _FAILING[config.option.minivoice_fail_on or "warning"]


class Configuration:
    """Hold the settings of a run, and resolve those of a test."""

    def __init__(self, config: pytest.Config) -> None:
        """Read ini options and hooks.

        Args:
            config: pytest's.
        """
        self.rules = team_rules(config)
        self.failing = _FAILING[config.option.minivoice_fail_on or "error"]
        self._codes = [rule.code for rule in (*CATALOGUE, *self.rules)]
        self.actions = _team_actions(config)
        self._settings = Settings()
        ini = _ini(config)
        self._base_url_configured = "base_url" in ini
        for name, value in ini.items():
            origin = f"ini option minivoice_{name}"
            self._settings = override(self._settings, {name: value}, origin=origin, codes=self._codes)

    def settings(self, item: pytest.Item, more: dict[str, object] | None = None) -> Settings:
        """Resolve the settings of a test: ini options, then markers from the outermost to the nearest.

        Args:
            item: The test.
            more: Settings that win over both.

        Returns:
            The settings.
        """
        settings = self._settings
        for number, marker in enumerate(reversed(list(item.iter_markers("minivoice")))):
            try:
                settings = self._marked(settings, marker)
            except SettingError as error:  # noqa: PERF203 - a handful of markers
                raise SettingError(f"{place_of(item, 'minivoice', number)}: {error}") from None
        return override(settings, more or {}, origin="@pytest.mark.minivoice_flow", codes=self._codes)

    def _marked(self, settings: Settings, marker: pytest.Mark) -> Settings:
        origin = "@pytest.mark.minivoice"
        if marker.args:
            raise SettingError(f"{origin} takes keywords only, such as minivoice(strict=False)")
        return override(settings, marker.kwargs, origin=origin, codes=self._codes)

    def check(self, given: dict[str, object]) -> None:
        """Check settings that a flow contract gives.

        Args:
            given: Names and values.

        Raises:
            SettingError: For an unknown name or a wrong value.
        """
        override(self._settings, given, origin="settings", codes=self._codes)

    def check_findings(self, given: Iterable[str]) -> None:
        """Check the codes of rules that a flow contract expects.

        Args:
            given: The codes.

        Raises:
            SettingError: For one that no rule has.
        """
        check_codes("expect.findings", given, self._codes)

    def changed(self, settings: Settings) -> dict[str, object]:
        """Say what markers changed for a test, as far as it can be written down.

        Args:
            settings: The test's.

        Returns:
            Names and values.
        """
        return {
            name: getattr(settings, name)
            for name in names()
            if name not in _UNWRITTEN and getattr(settings, name) != getattr(self._settings, name)
        }

    def gives_base_url(self, item: pytest.Item) -> bool:
        """Say whether an ini option or a marker gives the application's base URL.

        Args:
            item: The test.

        Returns:
            Whether one does.
        """
        given = (name for marker in item.iter_markers("minivoice") for name in marker.kwargs)
        return self._base_url_configured or "base_url" in given


def team_rules(config: pytest.Config) -> list[Rule]:
    """Collect the rules that the project adds by its hooks.

    Args:
        config: pytest's.

    Returns:
        The rules.

    Raises:
        SettingError: If what a hook returns is no rule, its severity is none, or a code is used twice.
    """
    rules = [rule for some in config.hook.pytest_minivoice_rules() for rule in some]
    for rule in rules:
        if not isinstance(rule, Rule):
            raise SettingError(f"pytest_minivoice_rules: {rule!r} is no pytest_minivoice.Rule")
        check_choice(f"pytest_minivoice_rules: the severity of {rule.code}", rule.severity, ("error", "warning"))
    for code, number in Counter([each.code for each in (*CATALOGUE, *rules)]).items():
        if number > 1:
            message = f"pytest_minivoice_rules: the code {code} is used {number} times; give each rule its own"
            raise SettingError(message)
    return rules


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

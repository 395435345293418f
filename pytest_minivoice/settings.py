"""The settings of a test: ini options and markers resolved into one frozen object, each value checked by the schema."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, cast

from pytest_minivoice.choices import did_you_mean
from pytest_minivoice.errors import SettingError
from pytest_minivoice.spec.assumptions import Assumptions
from pytest_minivoice.spec.schema import Schema, schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


_HOST = re.compile(r"[\w.-]+(:\d+)?|\[[0-9a-fA-F:.]+\](:\d+)?")
_EXAMPLES = {"webhook_url": "/minivoice/webhooks", "variable_actions": "set=set_variable, remove=remove_variable"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Assumptions):
    """Hold the settings of a test, and the assumptions among them.

    Each is an ini option `minivoice_<name>` and a keyword of the `minivoice` marker; the marker nearest to the test
    wins.
    """

    app: object = None
    answer_url: str = "/minivoice/answer"
    webhook_url: str | None = None
    webhook_secret: str | None = None
    api_base: str = "https://api.minivoice.eu"
    base_url: str = "https://example.com"
    hosts: Mapping[str, object] = field(default_factory=dict)
    ignore: tuple[str, ...] = ()
    strict: bool = True


def names() -> list[str]:
    """List the names of all settings.

    Returns:
        The names, in alphabetical order.
    """
    return sorted(each.name for each in fields(Settings))


def override(settings: Settings, given: Mapping[str, object], *, origin: str, codes: Sequence[str]) -> Settings:
    """Change settings, each value checked.

    Args:
        settings: What holds so far.
        given: Names and new values.
        origin: Where they come from, such as `@pytest.mark.minivoice` or `pytest.ini: minivoice_`.
        codes: The codes of all rules, for `ignore`.

    Returns:
        The new settings.

    Raises:
        SettingError: For an unknown name or a wrong value, with the names or values that exist.
    """
    if not given:
        return settings
    known = names()
    for name in given:
        if name not in known:
            hint = did_you_mean(name, known)
            raise SettingError(f"{origin}: there is no setting {name!r}{hint}\n- settings: {', '.join(known)}")
    checked = {name: _value(name, value, origin, codes) for name, value in given.items()}
    return replace(settings, **checked)  # type: ignore[arg-type]  # the schema checked the types


def _value(name: str, value: object, origin: str, codes: Sequence[str]) -> object:
    if name == "app":
        return value
    if name == "hosts":
        return _hosts(value, origin)
    if name == "ignore":
        return _ignore(value, origin, codes)
    try:
        check_value(name, value)
    except SettingError as error:
        raise SettingError(f"{origin}: {error}") from None
    integer = cast("dict[str, Schema]", schema("settings")["properties"])[name].get("type") == "integer"
    return int(cast("float", value)) if integer else value


def check_value(name: str, value: object) -> None:
    """Check a value by the schema of the settings.

    Args:
        name: The setting.
        value: What it is given.

    Raises:
        SettingError: If it is no value for it.
    """
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - 60 ms that unused plugins must not cost

    rule = cast("dict[str, Schema]", schema("settings")["properties"])[name]
    if value is None and name in {"webhook_url", "webhook_secret"}:
        return
    endless = isinstance(value, float) and not math.isfinite(value)
    if Draft202012Validator(rule).is_valid(value) and not endless:
        return
    raise SettingError(f"{name} is {value!r}; it must be {_wanted(name, rule)}{_meant(value, rule)}")


def _wanted(name: str, rule: Schema) -> str:
    if "enum" in rule:
        return "one of " + ", ".join(str(each) for each in cast("list[str]", rule["enum"]))
    if rule["type"] == "boolean":
        return "true or false"
    if rule["type"] == "string":
        example = _EXAMPLES.get(name, rule.get("default"))
        alone = ", without a path" if name in {"base_url", "api_base"} else ""
        return f"a string such as {example!r}{alone}" if example else "a string that is not empty"
    kind = "a whole number" if rule["type"] == "integer" else "a number"
    low, high = rule.get("minimum"), rule.get("maximum")
    if low is not None and high is not None:
        return f"{kind} from {low} to {high}"
    return f"{kind} of at least {low}" if low is not None else f"{kind} above {rule.get('exclusiveMinimum')}"


def _meant(value: object, rule: Schema) -> str:
    known = cast("list[str | int]", rule.get("enum", []))
    if not isinstance(value, str):
        return ""
    if rule.get("type") == "integer":
        return f"; did you mean {value}, the number?" if value in map(str, known) else ""
    return did_you_mean(value, cast("list[str]", known))


def _hosts(value: object, origin: str) -> dict[str, object]:
    if isinstance(value, dict):
        pairs = [(str(host), app) for host, app in value.items()]
    elif isinstance(value, list | tuple) and all(isinstance(line, str) and "=" in line for line in value):
        pairs = [(host.strip(), app.strip()) for host, _, app in (line.partition("=") for line in value)]
    else:
        raise SettingError(
            f"{origin}: hosts is {value!r}; it must be a dict, or lines such as agents.example.com=package.module:app"
        )
    for host, _ in pairs:
        if not _HOST.fullmatch(host):
            raise SettingError(
                f"{origin}: hosts names {host!r}; it must be a host alone, such as agents.example.com or localhost:8000"
            )
    return {host.lower(): app for host, app in pairs}


def _ignore(value: object, origin: str, codes: Sequence[str]) -> tuple[str, ...]:
    given = value.replace(",", " ").split() if isinstance(value, str) else value
    if not isinstance(given, list | tuple) or not all(isinstance(code, str) for code in given):
        message = f'{origin}: ignore is {value!r}; it must be rule codes such as ["MV203"]'
        raise SettingError(message)
    split = [each for code in given for each in code.replace(",", " ").split()]
    check_codes(f"{origin}: ignore", split, codes)
    return tuple(split)


def check_codes(name: str, given: Iterable[str], codes: Sequence[str]) -> None:
    """Refuse codes of rules that do not exist.

    Args:
        name: What names them, for the message.
        given: The codes.
        codes: Those of all rules.

    Raises:
        SettingError: With what was meant.
    """
    for code in given:
        if code not in codes:
            hint = did_you_mean(code, codes)
            raise SettingError(
                f"{name} names {code!r}, there is no such rule{hint} (pytest --minivoice-rules lists them)"
            )

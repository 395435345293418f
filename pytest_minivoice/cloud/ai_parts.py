"""Checks what a test puts in as AI results, and keeps it from being changed behind the check."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, NoReturn, cast

from pytest_minivoice.choices import check_choice, did_you_mean
from pytest_minivoice.errors import SettingError
from pytest_minivoice.spec.mistakes import known, unknown, written
from pytest_minivoice.spec.schema import Schema, schema

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator, ValidationError

KINDS = ("transcription", "summary", "score", "topics")
_CURE = "AI results are read here; put them in by ai_results[call.id] = {...} or ai_results.put(call.id, {...})"


def checked(data: object) -> dict[str, object]:
    """Check AI results.

    Args:
        data: The `data` of `GET /v1/calls/:id/ai`, whole or in part, as a test gives it.

    Returns:
        Its parts, copied and read-only, without `call`: that is answered as the call is.

    Raises:
        SettingError: If they do not fit the documented shape.
    """
    __tracebackhide__ = True
    if not isinstance(data, Mapping):
        raise SettingError(f"ai_results takes a dict of {', '.join(KINDS)}, not {data!r}")
    parts = {}
    for name, given in data.items():
        check_choice("ai_results, a part,", name, _validators())
        try:
            part = json.loads(json.dumps(given, allow_nan=False))
        except (TypeError, ValueError, RecursionError) as error:
            raise SettingError(f"ai_results.{name}: it must be JSON: {error}") from None
        # A misspelled field makes others missing too; it is the one to be told.
        broken = sorted(
            _validators()[name].iter_errors(part), key=lambda each: each.validator != "additionalProperties"
        )
        if broken:
            raise SettingError(_explained(name, broken[0]))
        parts[name] = _read_only(part)
    return {name: parts[name] for name in KINDS if name in parts}


class _ReadOnly:
    """Refuse to be changed."""

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        __tracebackhide__ = True
        raise SettingError(_CURE)

    __setitem__ = __delitem__ = __ior__ = __iadd__ = __imul__ = _refuse
    update = setdefault = pop = popitem = clear = append = extend = insert = remove = sort = reverse = _refuse


class ReadOnlyDict(_ReadOnly, dict[str, object]):
    """Be a dict of AI results."""

    def __reduce__(self) -> tuple[object, ...]:
        """Be copied as a dict that can be changed."""
        return dict, (dict(self),)


class ReadOnlyList(_ReadOnly, list[object]):
    """Be a list in AI results."""

    def __reduce__(self) -> tuple[object, ...]:
        """Be copied as a list that can be changed."""
        return list, (list(self),)


def _read_only(value: object) -> object:
    if isinstance(value, dict):
        return ReadOnlyDict({name: _read_only(each) for name, each in value.items()})
    return ReadOnlyList(_read_only(each) for each in value) if isinstance(value, list) else value


def _explained(name: str, error: ValidationError) -> str:
    place = written(["ai_results", name, *error.absolute_path])
    if error.validator != "additionalProperties":
        return f"{place}: {error.message}"
    extra, names = unknown(error)[0], known(error)
    return f"{place}: unknown field {extra!r}; known are {', '.join(names)}{did_you_mean(extra, names)}"


@cache
def _validators() -> Mapping[str, Draft202012Validator]:
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - 60 ms that unused plugins must not cost

    definitions = cast("Schema", _closed(schema("rest")["$defs"]))
    envelope = cast("dict[str, Schema]", cast("dict[str, Schema]", definitions)["ai_results"]["properties"])["data"]
    parts = cast("dict[str, Schema]", envelope["properties"])
    return {name: Draft202012Validator(cast("Schema", {"$defs": definitions, **rule})) for name, rule in parts.items()}


def _closed(rule: object) -> object:
    """Copy a schema of answers: clients must ignore unknown fields, but in a test they are typing errors."""
    if isinstance(rule, list):
        return [_closed(each) for each in rule]
    if not isinstance(rule, dict):
        return rule
    closed = {name: _closed(each) for name, each in rule.items()}
    return closed | {"additionalProperties": False} if "properties" in rule else closed

"""Makes the reference of pytest's command line options from the plugin's own declaration of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from pytest_minivoice.plugin import pytest_addoption

if TYPE_CHECKING:
    import pytest


class _Declared:
    """Stand for pytest's parser, and keep the options."""

    def __init__(self) -> None:
        self.rows: list[str] = []

    def getgroup(self, *_: str) -> _Declared:
        return self

    def addini(self, *_: object, **__: object) -> None:
        """Leave settings to their own page."""

    def addoption(self, name: str, **given: object) -> None:
        choices = cast("tuple[str, ...]", given.get("choices", ()))
        value = "\\|".join(choices) or given.get("metavar", "")
        text = str(given["help"]).replace("%%", "%")
        self.rows.append(f"| `{name}{'=' if value else ''}{value}` | {text[:1].upper()}{text[1:]}. |")


def reference() -> str:
    """Return a table of the options."""
    declared = _Declared()
    pytest_addoption(cast("pytest.Parser", declared))
    return "\n".join(["| option | what it does |", "| --- | --- |", *declared.rows])

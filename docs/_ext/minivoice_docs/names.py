"""Checks that pages name only rules, settings, markers and hooks that exist."""

from __future__ import annotations

import re

from sphinx.util.logging import getLogger

from pytest_minivoice import hookspecs
from pytest_minivoice.rules.catalogue import CATALOGUE
from pytest_minivoice.settings import names

CODES = {rule.code for rule in CATALOGUE}
FIXTURES = {"minivoice_flow", "minivoice_call", "minivoice_api", "minivoice_webhooks", "minivoice_receiver"} | {
    "minivoice_explore",
    "minivoice_exploration",
}
NAMES = {f"minivoice_{name}" for name in names()} | FIXTURES
HOOKS = {name for name in vars(hookspecs) if name.startswith("pytest_minivoice_")}
WORD = re.compile(r"\b(?:MV\d{3}|(?:pytest_)?minivoice_\w+)\b")


def check_names(docname: str, text: str) -> None:
    """Warn of what a page names and does not exist; the build makes an error of it."""
    for number, line in enumerate(text.splitlines(), 1):
        for word in WORD.findall(line):
            if word not in CODES | NAMES | HOOKS:
                getLogger(__name__).warning("there is no %s", word, location=(docname, number))

"""A project with a menu to test, and the plugin under test in every nested run."""

from __future__ import annotations

import pytest
from nested import pytester

__all__ = ["project", "pytester"]

CONFTEST = """
from urllib.parse import parse_qs

import pytest

MENU = {
    "actions": [
        {"gather": {"prompt": "Press 1 for sales or 2 for support.", "num_digits": 1}},
        {"redirect": {"url": "https://example.com/minivoice/menu"}},
    ]
}
CHOICES = {
    "1": [{"type": "transfer", "destination": "+15551230099"}],
    "2": [{"say": {"text": "Support is closed."}}],
    "3": [{"conference": {"room": "daily"}}],
    "8": [{"tranfer": {"destination": "+15551230099"}}],
    "9": [{"transfer": {"to": "+15551230099"}}],
}


def answer(request):
    if request.path == "/minivoice/webhooks":
        return None
    digits = parse_qs(request.query).get("digits", [""])[0]
    return {"actions": CHOICES[digits]} if digits in CHOICES else MENU


@pytest.fixture
def minivoice_app():
    return answer
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    """Give a project whose application is a menu: 1 transfers, 2 speaks, 3 joins a room, 8 and 9 are wrong."""
    pytester.makeconftest(CONFTEST)
    return pytester


@pytest.fixture
def run_for_report(project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch):
    """Run the project with a report, and return pytest's result and the report's text."""
    for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)

    def run(name, *options):
        result = project.runpytest_inprocess(f"--minivoice-report=out/{name}", *options)
        return result, project.path.joinpath("out", name).read_text(encoding="utf-8")

    return run

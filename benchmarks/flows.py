"""1,000 flows of one file, collected and run, against 1,000 equal Python tests, in whole runs of pytest."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from measuring import least_seconds, show

if TYPE_CHECKING:
    from measuring import Run

NUMBER = 1000
CONFTEST = """
import pytest

MENU = {"actions": [{"gather": {"prompt": "Press 1 for sales or 2 for support.", "num_digits": 1}},
                    {"type": "redirect", "url": "https://example.com/minivoice/menu"}]}
SALES = {"actions": [{"type": "transfer", "destination": "+15551230099"}]}

def answer(request):
    return SALES if request.path == "/minivoice/menu" else MENU

@pytest.fixture
def minivoice_app():
    return answer
"""
FLOW = """
  sales {number}:
    caller: ["1"]
    expect:
      hears: ["Press 1 for sales"]
      terminal: transferred
      destination: "+15551230099"
"""
TEST = """
def test_sales_{number}(minivoice):
    call = minivoice.inbound_call()
    call.press("1")
    assert "Press 1 for sales" in call.heard[0]
    assert call.terminal == "transferred"
    assert call.destination == "+15551230099"
"""


def main() -> None:
    """Print the ratio."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        root.joinpath("conftest.py").write_text(CONFTEST, encoding="utf-8")
        numbers = range(NUMBER)
        flows = "flows:" + "".join(FLOW.format(number=number) for number in numbers)
        root.joinpath("sales.callflow.yaml").write_text(flows, encoding="utf-8")
        tests = "".join(TEST.format(number=number) for number in numbers)
        root.joinpath("test_sales.py").write_text(tests, encoding="utf-8")
        contestants = {name: _prepared(root, name) for name in ("test_sales.py", "sales.callflow.yaml")}
        least = least_seconds(contestants, rounds=int(os.environ.get("ROUNDS", "5")), number=1)
    python, yaml = least.values()
    rows = [("Python tests", python, 1.0), ("flows in YAML", yaml, yaml / python)]
    show(f"{NUMBER} calls, collected and run", ("seconds", "ratio"), rows)


def _prepared(root: Path, name: str) -> Run:
    command = [sys.executable, "-m", "pytest", "-p", "pytest_minivoice.plugin", "-p", "no:cacheprovider", "-q", name]
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}

    def run() -> None:
        done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
        assert f"{NUMBER} passed" in done.stdout, done.stdout

    return lambda: run  # type: ignore[return-value]  # nothing to prepare


if __name__ == "__main__":
    main()

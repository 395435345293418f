"""Starts pytest for one trivial test, with the plugin loaded and unused, against without it.

Plugin autoloading is off in both, so that the plugin is the only difference.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from measuring import least_seconds, show

PLUGIN = "pytest_minivoice.plugin"
HEAVY = ("responses", "requests", "urllib3", "yaml", "jsonschema", "asyncio", "http.server")
TEST = "def test_nothing():\n    pass\n"
LISTER = """
import json, pathlib, sys

def pytest_unconfigure():
    pathlib.Path("modules.json").write_text(json.dumps(sorted(sys.modules)))
"""
NOT_PASSED = {"PYTEST_ADDOPTS", "PYTHONDONTWRITEBYTECODE"}
IMPORT = f"""
import pytest, time

started = time.perf_counter()
import {PLUGIN}
print(time.perf_counter() - started)
"""


def start(folder: Path, *options: str) -> None:
    """Run pytest in a folder that holds a test."""
    run(folder, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options)


def run(folder: Path, *arguments: str) -> str:
    """Run Python in a folder and return what it printed."""
    environment = {name: value for name, value in os.environ.items() if name not in NOT_PASSED}
    # Compiled modules are kept beside the test: a checkout that may not be written to would be compiled at each start.
    environment |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPYCACHEPREFIX": str(folder / "compiled")}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, text=True).stdout


def modules(folder: Path, *options: str) -> set[str]:
    """Return the modules that are loaded at `pytest_unconfigure`."""
    start(folder, "-p", "lister", *options)
    return set(json.loads((folder / "modules.json").read_text(encoding="utf-8")))


def main() -> None:
    """Measure in a new folder, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=40, help="alternating rounds, of which the minima count (40)")
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "test_nothing.py").write_text(TEST, encoding="utf-8")
        (folder / "lister.py").write_text(LISTER, encoding="utf-8")
        (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
        without, loaded = modules(folder), modules(folder, "-p", PLUGIN)
        contestants = {
            "without the plugin": lambda: lambda: start(folder),
            "without, a second time": lambda: lambda: start(folder),
            "with the plugin": lambda: lambda: start(folder, "-p", PLUGIN),
        }
        least = least_seconds(contestants, rounds=rounds, number=1)
        imported = min(float(run(folder, "-c", IMPORT)) for _ in range(rounds // 2))
    first = least["without the plugin"]
    show(
        f"starting pytest, minima of {rounds} rounds",
        ["of without"],
        [(key, each / first) for key, each in least.items()],
    )
    new = loaded - without
    rows = [
        ("modules that the plugin adds", len(new)),
        ("of them its own", len([each for each in new if each.split(".")[0] == "pytest_minivoice"])),
        ("of them heavy", ", ".join(each for each in HEAVY if each in new) or "none"),
        ("heavy ones that pytest itself loads", ", ".join(each for each in HEAVY if each in without) or "none"),
        ("importing the entry point, milliseconds", imported * 1e3),
    ]
    show("at pytest_unconfigure", [""], rows)


if __name__ == "__main__":
    main()

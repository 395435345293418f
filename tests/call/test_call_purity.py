"""The engine and the rules stay pure: no pytest, no socket, no clock, whatever they import in turn."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

import pytest

PURE = ["call", "rules", "spec"]
MODULES = sorted(
    f"pytest_minivoice.{folder}.{each.name.removesuffix('.py')}".removesuffix(".__init__")
    for folder in PURE
    for each in files(f"pytest_minivoice.{folder}").iterdir()
    if each.name.endswith(".py")
)
# Modules that bring I/O, a clock, chance or pytest; jsonschema and json are what documents are read with.
IMPURE = [
    "pytest",
    "_pytest",
    "socket",
    "ssl",
    "time",
    "datetime",
    "random",
    "asyncio",
    "anyio",
    "threading",
    "subprocess",
]
IMPURE += ["http", "urllib.request", "requests", "httpx", "logging", "sched", "select"]


def imported(module):
    """Return the names of all modules that a module imports, anywhere in it."""
    spec = find_spec(module)
    assert spec is not None
    source = Path(spec.origin).read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "."


@pytest.mark.parametrize("module", MODULES)
def test_a_pure_module_imports_neither_pytest_nor_a_clock_nor_io(module):
    names = list(imported(module))
    assert [name for name in names if any(f"{name}.".startswith(f"{each}.") for each in IMPURE)] == []


def test_importing_the_pure_modules_loads_neither_pytest_nor_a_socket():
    absent = ["pytest", "_pytest", "socket", "asyncio", "jsonschema", "requests", "logging", "http.client"]
    source = f"import sys, {', '.join(MODULES)}; print([each for each in {absent} if each in sys.modules])"
    # Coverage, where it measures subprocesses, loads modules of its own.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_PROCESS")}
    run = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=False, env=environment)
    assert (run.returncode, run.stdout, run.stderr) == (0, "[]\n", "")


def test_the_check_would_see_a_clock():
    assert "time" in list(imported("pytest_minivoice.cloud.clock"))

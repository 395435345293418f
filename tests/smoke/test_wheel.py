"""Runs a small project's tests in a subprocess: all it has is pytest and the installed plugin."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return Path(shutil.copytree(Path(__file__).parent / "project", tmp_path / "project"))


def run(project: Path, test_file: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", test_file]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)


def test_a_flow_that_works_passes(project):
    finished = run(project, "test_sales.py")
    assert finished.returncode == pytest.ExitCode.OK, finished.stdout
    assert "1 passed" in finished.stdout


def test_a_flow_with_an_unknown_action_fails_with_its_rule_and_its_transcript(project):
    finished = run(project, "test_support.py")
    assert finished.returncode == pytest.ExitCode.TESTS_FAILED, finished.stdout
    assert "1 failed" in finished.stdout
    assert re.search(r"\bMV1\d\d\b", finished.stdout)
    assert "hangup" in finished.stdout
    assert "Press 1 for sales or 2 for support." in finished.stdout

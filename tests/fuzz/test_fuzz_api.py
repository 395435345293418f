"""Schemathesis asks the server of the mocked API what its description allows, and what it does not. See `.ci/fuzz`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pytest_minivoice.cloud.rest.openapi import FILE

PROGRAM = Path(sys.executable).with_name("schemathesis")
NOT_CHECKED = (
    "unsupported_method",  # which status another method gets is not documented
    "ensure_resource_availability",  # AI results of a call that was just created are missing, as documented
)


@pytest.fixture
def minivoice_app():
    return lambda _: {"actions": [{"say": {"text": "Hello."}}]}


@pytest.mark.skipif(not PROGRAM.exists(), reason="schemathesis is not installed here; .ci/fuzz installs it")
@pytest.mark.minivoice(strict=False)
def test_schemathesis_finds_nothing(minivoice_api, tmp_path):
    command = [
        str(PROGRAM),
        "run",
        str(FILE),
        f"--url={minivoice_api.url}",
        f"--header=Authorization: Bearer {minivoice_api.api_key}",
        f"--exclude-checks={','.join(NOT_CHECKED)}",
        "--max-examples=15",
        "--seed=1",
        "--no-color",
    ]
    run = subprocess.run(command, check=False, capture_output=True, text=True, cwd=tmp_path)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "Tested: 17" in run.stdout

"""Checks the options for locks, coverage and pictures before a run begins, and reads the lock files that they name."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_minivoice._explored import LOCKS
from pytest_minivoice.errors import SettingError
from pytest_minivoice.explore import lock
from pytest_minivoice.explore.greeting import greeting_of

if TYPE_CHECKING:
    from pytest_minivoice.explore.graph import Graph

_OPTION = "--minivoice-cov-lock"
_ALL = 100
_BEGINS = re.compile(r"(inbound|outbound) \S+ \S+")


def check_options(config: pytest.Config) -> None:
    """Refuse options that cannot be used, and keep the lock files.

    Args:
        config: pytest's.

    Raises:
        pytest.UsageError: For the first such option.
    """
    option = config.option
    if option.minivoice_update and option.minivoice_update_new:
        message = "give --minivoice-update, which writes all changes, or --minivoice-update-new, which writes additions"
        raise pytest.UsageError(message)
    under = option.minivoice_cov_fail_under
    if under is not None and not 0 <= under <= _ALL:
        message = f"--minivoice-cov-fail-under={under:g} must be from 0 to {_ALL}"
        raise pytest.UsageError(message)
    if under is not None and not option.minivoice_cov:
        message = "--minivoice-cov-fail-under needs --minivoice-cov"
        raise pytest.UsageError(message)
    for path in option.minivoice_graph or ():
        if Path(path).suffix not in {".svg", ".dot", ".mmd", ".md"}:
            message = f"--minivoice-graph={path}: the name must end in .svg, .dot, .mmd or .md"
            raise pytest.UsageError(message)
    if option.minivoice_cov_lock and not hasattr(config, "workerinput"):
        config.stash[LOCKS] = _locks(config)


def _locks(config: pytest.Config) -> dict[str, Graph]:
    option = config.option
    if not option.minivoice_cov:
        message = f"{_OPTION}={option.minivoice_cov_lock[0]} needs --minivoice-cov"
        raise pytest.UsageError(message)
    found: dict[str, Graph] = {}
    for path in dict.fromkeys(option.minivoice_cov_lock):
        graph = _read(path, config.invocation_params.dir)
        greeting = greeting_of(graph)
        for other, one in found.items():
            if one.begins != graph.begins or not greeting_of(one).is_like(greeting):
                continue
            message = f"{_OPTION}={path}: {other} begins the same way, with {graph.begins}; name one of them"
            raise pytest.UsageError(message)
        found[path] = graph
    return found


def _read(path: str, folder: Path) -> Graph:
    try:
        graph = lock.read((folder / path).read_bytes(), path).graph
    except FileNotFoundError:
        message = (
            f"{_OPTION}={path}: there is no such file in {folder}; "
            "pytest --minivoice-update writes it where a test compares with it"
        )
        raise pytest.UsageError(message) from None
    except OSError as error:
        message = f"{_OPTION}={path}: {error.strerror}"
        raise pytest.UsageError(message) from None
    except SettingError as error:
        message = f"{_OPTION}={error}"
        raise pytest.UsageError(message) from None
    if not _BEGINS.fullmatch(graph.begins):
        message = f"{_OPTION}={path}: no line tells how calls begin, such as: begins inbound POST /minivoice/answer"
        raise pytest.UsageError(message)
    return graph

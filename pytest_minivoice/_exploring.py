"""What a test run adds to exploring: the marker, progress on the terminal, lock options, coverage and pictures."""

from __future__ import annotations

import os
import sys
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from pytest_minivoice.explore.explorer import Surroundings
from pytest_minivoice.explore.matching import Matcher, Update

if TYPE_CHECKING:
    from pytest_minivoice.cloud.switchboard import Switchboard
    from pytest_minivoice.explore.exploration import Exploration


EXPLORED = pytest.StashKey[list["Exploration"]]()
SAID = pytest.StashKey[list[str]]()


def surroundings(item: pytest.Item, app: object, board: Switchboard) -> Surroundings:
    """Give an exploration what it needs of the test run.

    Args:
        item: The test that explores.
        app: The application under test.
        board: The account's, for its settings.

    Returns:
        The surroundings.
    """
    said = item.stash.setdefault(SAID, [])
    option = item.config.option
    update: Update = "all" if option.minivoice_update else "new" if option.minivoice_update_new else "none"
    matcher = Matcher(
        folder=item.path.parent,
        update=update,
        fail_on=option.minivoice_fail_on_change,
        ci=bool(os.environ.get("CI")),
        today=datetime.now(tz=timezone.utc).date(),
        say=said.append,
        ignored="MV404" in board.settings.ignore,
    )
    return Surroundings(
        app=app,
        root=item.config.rootpath,
        matcher=matcher,
        tell=None,
        done=item.stash.setdefault(EXPLORED, []).append,
    )

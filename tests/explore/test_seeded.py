from __future__ import annotations

import pytest
from phone import codes, open_account
from seeded import DEFECTS, RIGHT


@pytest.mark.parametrize("case", DEFECTS, ids=lambda case: case.name)
def test_the_defect_is_found_and_nothing_else(case):
    exploration = open_account(case.make(), **case.settings).explore(**case.options)
    assert sorted(set(codes(exploration.findings))) == sorted(case.codes)


@pytest.mark.parametrize("case", RIGHT, ids=lambda case: case.name)
def test_nothing_is_found_where_nothing_is_wrong(case):
    exploration = open_account(case.make(), **case.settings).explore(**case.options)
    exploration.assert_clean()
    assert exploration.complete

"""Uses the public names as a test suite would: mypy checks this file, nothing runs it."""

from __future__ import annotations

from pytest_minivoice import ContractViolation


def a_violation_can_be_caught_as_a_failed_assertion(violation: ContractViolation) -> AssertionError:
    return violation

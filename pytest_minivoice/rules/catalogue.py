"""All rules in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_minivoice.rules import answer_rules, flow_rules, webhook_rules

if TYPE_CHECKING:
    from pytest_minivoice.rules.rule import Rule

CATALOGUE: tuple[Rule, ...] = (*answer_rules.RULES, *flow_rules.RULES, *webhook_rules.RULES)

CHAPTERS = {
    "MV1": "the answer document",
    "MV2": "the flow of a call",
    "MV3": "webhooks",
}

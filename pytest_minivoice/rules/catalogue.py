"""All rules in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_minivoice.rules import answer_rules, explore_rules, flow_rules, rest_rules, webhook_rules

if TYPE_CHECKING:
    from pytest_minivoice.rules.rule import Rule

_RULES = (
    *answer_rules.RULES,
    *flow_rules.RULES,
    *webhook_rules.RULES,
    *explore_rules.RULES,
    *rest_rules.RULES,
)
CATALOGUE: tuple[Rule, ...] = tuple(sorted(_RULES, key=lambda rule: rule.code))

CHAPTERS = {
    "MV1": "the answer document",
    "MV2": "the flow of a call",
    "MV3": "webhooks",
    "MV4": "exploring",
    "MV5": "the REST API",
}

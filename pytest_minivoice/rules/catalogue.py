"""All rules in one place, and how to find one by its code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_minivoice.rules import answer_rules, flow_rules, rest_rules, webhook_rules

if TYPE_CHECKING:
    from pytest_minivoice.rules.rule import Rule

CATALOGUE: tuple[Rule, ...] = (*answer_rules.RULES, *flow_rules.RULES, *webhook_rules.RULES, *rest_rules.RULES)

CHAPTERS = {
    "MV1": "the answer document",
    "MV2": "the flow of a call",
    "MV3": "webhooks",
    "MV5": "the REST API",
}


def docs_url(rule: Rule) -> str:
    """Return the address of a built-in rule's page.

    Args:
        rule: A rule of the catalogue.

    Returns:
        The page's URL in the published documentation, or an empty string for a team's own rule.
    """
    if rule not in CATALOGUE:
        return ""
    return f"https://pytest-minivoice.readthedocs.io/rules/{rule.code}.html"

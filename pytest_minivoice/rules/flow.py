"""Checks of a valid document that need no call: what can never run, leads nowhere, or contradicts itself."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from pytest_minivoice.rules import flow_rules
from pytest_minivoice.spec.actions import ALIASES, LEAVES_DOCUMENT, STEERS, defaults

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pytest_minivoice.rules.rule import Finding
    from pytest_minivoice.spec.actions import Action

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def check_flow(actions: Sequence[Action], *, webhooks: bool, plain_hosts: frozenset[str]) -> Iterator[Finding]:
    """Check the actions of one valid document.

    Args:
        actions: The actions, in order.
        webhooks: Whether the application learns digits by webhook.
        plain_hosts: Hosts for which a plain http redirect is right.

    Yields:
        The findings, in the order of the actions.
    """
    last = next((action for action in actions if action.name in LEAVES_DOCUMENT), None)
    redirect = max((action.index for action in actions if action.name == "redirect"), default=-1)
    for action in actions:
        if last is not None and action.index > last.index:
            yield _never_runs(action, last)
        elif action.name == "gather":
            if redirect < action.index:
                yield from _leads_nowhere(action, last=action is actions[-1], webhooks=webhooks)
            yield from _limits(action)
        elif action.name == "redirect":
            yield from _plain_http(action, plain_hosts)
        elif action.name in {"transfer", "bridge"}:
            yield from _alias(action)


def _never_runs(action: Action, last: Action) -> Finding:
    rule = flow_rules.UNREACHABLE_STEP if action.name in STEERS else flow_rules.UNREACHABLE_ACTION
    return rule.found_in(action, f"{action.name} never runs: {last.name} at {last.where()} ends the document")


def _leads_nowhere(action: Action, *, last: bool, webhooks: bool) -> Iterator[Finding]:
    if not webhooks:
        reason = "nothing follows it" if last else "no redirect follows it, and no webhook_url is set"
        yield flow_rules.GATHER_LEADS_NOWHERE.found_in(action, f"the digits of this gather lead nowhere: {reason}")


def _limits(action: Action) -> Iterator[Finding]:
    given = cast("dict[str, int]", action.parameters)
    low, exact, high = given.get("min_digits"), given.get("num_digits"), given.get("max_digits")
    exact = cast("int", defaults("gather")["num_digits"]) if exact is None and high is None else exact
    limits = {"min_digits": low, "num_digits": exact, "max_digits": high}
    ordered = [(name, value) for name, value in limits.items() if value is not None]
    for (small, small_value), (large, large_value) in itertools.pairwise(ordered):
        if small_value > large_value:
            yield flow_rules.CONTRADICTORY_LIMITS.found_in(
                action, f"{small} {small_value} is larger than {large} {large_value}", parameter=small
            )
            return
    limit = high if high is not None else exact
    if "finish_on_key" in given and low is not None and low == limit:
        yield flow_rules.UNREACHABLE_FINISH_KEY.found_in(
            action,
            f"the gather ends by itself at {limit} digits, and {given['finish_on_key']} before that is too early",
            parameter="finish_on_key",
        )


def _plain_http(action: Action, plain_hosts: frozenset[str]) -> Iterator[Finding]:
    url = str(action.parameters["url"])
    host = urlsplit(url).hostname or ""
    if url.lower().startswith("http://") and host not in _LOOPBACK | plain_hosts:
        yield flow_rules.PLAIN_HTTP.found_in(action, f"{url} is not https", parameter="url")


def _alias(action: Action) -> Iterator[Finding]:
    for alias, documented in ALIASES.items():
        if alias in action.parameters:
            yield flow_rules.UNDOCUMENTED_ALIAS.found_in(
                action,
                f"{action.name}.{alias} stands in one sample only; the parameter tables say destination",
                parameter=alias,
                did_you_mean=documented,
            )

"""What a flow is, and how a call differs from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypedDict, Union
from urllib.parse import urlsplit

from pytest_minivoice.cloud.dids import PERSON
from pytest_minivoice.errors import CallerError, ExpectationError
from pytest_minivoice.render import expectation

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pytest_minivoice.cloud.account import Account
    from pytest_minivoice.cloud.call import Call


Item = Union[str, Mapping[str, str]]  # noqa: UP007 - evaluated, and | of it needs Python 3.10's types
"""An item of a caller script."""


class Expected(TypedDict, total=False):
    """Hold what a flow expects of its call; what is not given is not compared."""

    terminal: str
    status: str
    destination: str
    room: str
    hears: Sequence[str]
    actions: Sequence[str]
    events: Sequence[str]
    requests: Sequence[str]
    variables: Mapping[str, str]
    recordings: Sequence[str]
    findings: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Describe a caller's script and the call expected of it.

    Args:
        caller: What the caller does.
        expected: What is compared at the end.
        direction: `inbound` or `outbound`.
        from_: The number that calls, or None for the default.
        to: The number that is called, or None for the default.
        destinations: Outcomes of transfers and bridges by number.
        dids: Route modes of the account's numbers.
        variables: Call variables of an inbound call from the start.
        metadata: What an outbound call is created with.
        places: Where each expectation is written, for messages.
    """

    caller: tuple[Item, ...]
    expected: Expected
    direction: str = "inbound"
    from_: str | None = None
    to: str | None = None
    destinations: Mapping[str, str] = field(default_factory=dict)
    dids: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    metadata: Mapping[str, object] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)


def route(account: Account, dids: Mapping[str, str]) -> None:
    """Route numbers of an account.

    Args:
        account: The account.
        dids: Route modes by number.
    """
    __tracebackhide__ = True
    for number, mode in dids.items():
        account.dids.add(number, mode)  # type: ignore[arg-type]  # checked by the DID


def play(flow: Flow, account: Account) -> Call:
    """Make the call of a flow and play its script.

    Args:
        flow: The flow.
        account: The account to call from.

    Returns:
        The finished call, not compared yet.

    Raises:
        ContractViolation: If the script does not fit the call, or the application breaks a rule.
    """
    __tracebackhide__ = True
    for number, outcome in flow.destinations.items():
        account.destinations[number] = outcome  # type: ignore[assignment]  # checked by the destinations
    route(account, flow.dids)
    if flow.direction == "outbound":
        call = account.outbound_call(flow.to or PERSON, flow.from_, metadata=flow.metadata)
    else:
        call = account.inbound_call(flow.from_, flow.to, variables=flow.variables)
    try:
        return call.run(flow.caller)
    except CallerError as error:
        expected = ", ".join(f"{name}={value!r}" for name, value in flow.expected.items())
        error.message += f"\n- expected of the call: {expected}"
        raise


def compare(flow: Flow, call: Call) -> None:
    """Compare a finished call with what its flow expects.

    Args:
        flow: The flow.
        call: The call.

    Raises:
        ExpectationError: With each difference, expected against actual.
    """
    __tracebackhide__ = True
    differences = []
    for name, wanted in flow.expected.items():
        actual = _ACTUAL[name](call)
        if not _MATCH.get(name, _equal)(wanted, actual):
            differences.append((name, wanted, actual))
    if differences:
        text = expectation(differences, flow.caller, flow.places)
        raise ExpectationError(text, transcript=call.transcript(), names=[name for name, *_ in differences])


_ACTUAL: Mapping[str, Callable[[Call], object]] = {
    "terminal": lambda call: call.terminal,
    "status": lambda call: call.status,
    "destination": lambda call: call.destination,
    "room": lambda call: call.room,
    "hears": lambda call: call.heard,
    "actions": lambda call: [str(each) for each in call.actions],
    "events": lambda call: [str(each) for each in call.events],
    "requests": lambda call: [f"{each.method} {each.url.partition('?')[0]}" for each in call.requests],
    "variables": lambda call: call.variables,
    "recordings": lambda call: [each.status for each in call.recordings],
    "findings": lambda call: sorted({each.code for each in call.findings}),
}


def _equal(wanted: object, actual: object) -> bool:
    return list(wanted) == actual if isinstance(wanted, tuple) else wanted == actual


def _in_order(wanted: Sequence[str], actual: Sequence[str]) -> bool:
    """Say whether each wanted text is part of a heard one, in this order."""
    heard = iter(actual)
    return all(any(text in each for each in heard) for text in wanted)


def _requests(wanted: Sequence[str], actual: Sequence[str]) -> bool:
    return len(wanted) == len(actual) and all(map(_same_request, wanted, actual))


def _same_request(wanted: str, actual: str) -> bool:
    """Compare `POST https://example.com/a` with itself, or with fewer words: `POST /a`, `/a`, or the URL alone."""
    method, _, url = actual.partition(" ")
    wanted_method, _, wanted_url = wanted.rpartition(" ")
    return wanted_method in {"", method} and wanted_url in {url, urlsplit(url).path}


def _subset(wanted: Mapping[str, str], actual: Mapping[str, str]) -> bool:
    return all(actual.get(name) == value for name, value in wanted.items())


def _same_codes(wanted: Sequence[str], actual: Sequence[str]) -> bool:
    return set(wanted) == set(actual)


_MATCH: Mapping[str, Callable[..., bool]] = {
    "hears": _in_order,
    "requests": _requests,
    "variables": _subset,
    "findings": _same_codes,
}

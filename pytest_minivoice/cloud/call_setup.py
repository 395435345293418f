"""How a call is set up: its numbers and variables are checked, and its conversation is made.

Nothing begins here, and no list of calls is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pytest_minivoice.call.actions import variable_problem
from pytest_minivoice.cloud.application import owner
from pytest_minivoice.cloud.conversation import Conversation
from pytest_minivoice.cloud.dids import FIRST, PERSON, Did, Dids, check_number
from pytest_minivoice.cloud.payloads import Facts
from pytest_minivoice.errors import SettingError

if TYPE_CHECKING:
    from pytest_minivoice.cloud.application import Application
    from pytest_minivoice.cloud.dids import RouteMode
    from pytest_minivoice.cloud.switchboard import Switchboard
    from pytest_minivoice.spec.calls import Direction


def inbound(
    board: Switchboard,
    dids: Dids,
    from_: str | None,
    to: str | None,
    *,
    variables: Mapping[str, str] | None,
    did: Did | str | None,
) -> Conversation:
    """Set an inbound call up.

    Args:
        board: What the account's calls share.
        dids: The account's numbers.
        from_: The caller's number, E.164.
        to: The number called, E.164.
        variables: Call variables from the start.
        did: The DID called, in place of `to`.

    Returns:
        The call, which has not begun.

    Raises:
        SettingError: If a number or a variable cannot be one.
    """
    __tracebackhide__ = True
    if did is not None and to is not None:
        raise SettingError("inbound_call takes `to` or `did`, not both")
    named = did if to is None else to
    number = named.number if isinstance(named, Did) else FIRST if named is None else named
    called = did if isinstance(did, Did) else dids.find(check_number("did" if did else "to", number))
    given = _variables({} if variables is None else variables)
    caller = check_number("from_", PERSON if from_ is None else from_)
    application = owner(called, board.applications)
    return _conversation(
        board, "inbound", caller, called.number, application, variables=given, route_mode=called.route_mode
    )


def outbound(
    board: Switchboard,
    to: str,
    from_: str | None,
    *,
    metadata: Mapping[str, object] | None,
    record: bool,
    application: Application | None = None,
) -> Conversation:
    """Set an outbound call up.

    Args:
        board: What the account's calls share.
        to: The number to call, E.164.
        from_: The number that calls, E.164.
        metadata: The application's own data.
        record: Stores `record: true` in the metadata.
        application: Which application it belongs to; the first by default.

    Returns:
        The call, which has not begun.

    Raises:
        SettingError: If a number cannot be one.
    """
    __tracebackhide__ = True
    if metadata is not None and not isinstance(metadata, Mapping):
        raise SettingError(f"metadata is {metadata!r}; it must be a dict")
    if not isinstance(record, bool):
        raise SettingError(f"record is {record!r}; it must be True or False")
    kept = dict(metadata or {})
    if record:
        kept["record"] = True
    called = check_number("to", to)
    caller = check_number("from_", FIRST if from_ is None else from_)
    return _conversation(board, "outbound", caller, called, application or board.applications[0], metadata=kept)


def _conversation(
    board: Switchboard,
    direction: Direction,
    from_: str,
    to: str,
    app: Application,
    *,
    variables: dict[str, str] | None = None,
    metadata: dict[str, object] | None = None,
    route_mode: RouteMode = "webhook",
) -> Conversation:
    __tracebackhide__ = True
    if app.answer_url is None:
        raise SettingError(f"the application {app.name!r} was created without an answer_url; a call needs one")
    facts = Facts(
        id=board.new_id("call"),
        customer_id=app.customer_id,
        application_id=app.id,
        direction=direction,
        from_=from_,
        to=to,
        route_mode=route_mode,
    )
    return Conversation(
        facts,
        application=app,
        answer_url=app.answer_url,
        metadata=metadata or {},
        variables=variables or {},
        board=board,
    )


def _variables(given: object) -> dict[str, str]:
    __tracebackhide__ = True
    checked = {}
    if not isinstance(given, Mapping):
        raise SettingError(f"variables is {given!r}; it must be a dict")
    for name, value in given.items():
        if not isinstance(name, str) or not isinstance(value, str):
            message = f"variables: {name!r}: {value!r} must be a string with a string value"
            raise SettingError(message)
        problem = variable_problem(name, value)
        if problem:
            message = f"variables: {problem}"
            raise SettingError(message)
        checked[name] = value
    return checked

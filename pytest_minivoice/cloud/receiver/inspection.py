"""The check of an account's own receiver: what it needs to be set, and where its findings go.

The check itself knows no account.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pytest_minivoice.cloud.receiver.check import ReceiverCheck
from pytest_minivoice.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from pytest_minivoice.cloud.account import Account
    from pytest_minivoice.cloud.call_record import CallRecord
    from pytest_minivoice.cloud.receiver.report import ReceiverReport
    from pytest_minivoice.spec.http import Request, Response


def inspect(
    account: Account, state: Callable[[str], object] | None, *, signatures: bool, call: CallRecord | None
) -> Generator[Request, Response, ReceiverReport]:
    """Do what `Account.check_receiver` does, request by request; see there."""
    __tracebackhide__ = True
    app = account.applications[0]
    if app.webhook_url is None:
        raise SettingError("there is no receiver to check; set minivoice_webhook_url = /minivoice/webhooks")
    if signatures and not app.webhook_secret:
        raise SettingError(
            "signatures are checked by a secret; set minivoice_webhook_secret, or say signatures=False "
            "if the receiver does not check them"
        )
    board = account.operator.board
    check = ReceiverCheck(
        lambda: account.webhooks.lifecycle(call, call_id=board.new_id("call")),
        state=state,
        asked=account.rest_requests,
        catch_up=board.catch_up,
    )
    report = yield from check.run(signatures=signatures)
    findings = tuple(each for each in report.findings if each.code not in account.settings.ignore)
    account.findings += findings
    return replace(report, findings=findings)

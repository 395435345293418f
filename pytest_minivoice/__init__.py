"""A MiniVoice in memory for test suites. This module only names what is public, and loads it when asked."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_minivoice.call.actions import CustomAction as CustomAction
    from pytest_minivoice.cloud.account import Account as Account
    from pytest_minivoice.cloud.aio import AsyncAccount as AsyncAccount
    from pytest_minivoice.cloud.aio import AsyncCall as AsyncCall
    from pytest_minivoice.cloud.application import Application as Application
    from pytest_minivoice.cloud.call import Call as Call
    from pytest_minivoice.cloud.factory import WebhookFactory as WebhookFactory
    from pytest_minivoice.cloud.rest.api import MockedApi as MockedApi
    from pytest_minivoice.cloud.rest.recorded import RecordedRequest as RecordedRequest
    from pytest_minivoice.cloud.signing import sign as sign
    from pytest_minivoice.cloud.signing import verify as verify
    from pytest_minivoice.cloud.webhook import Webhook as Webhook
    from pytest_minivoice.errors import CallerError as CallerError
    from pytest_minivoice.errors import ContractViolation as ContractViolation
    from pytest_minivoice.errors import ExpectationError as ExpectationError
    from pytest_minivoice.errors import MiniVoiceError as MiniVoiceError
    from pytest_minivoice.errors import SettingError as SettingError
    from pytest_minivoice.explore.exploration import Exploration as Exploration
    from pytest_minivoice.rules.rule import Finding as Finding
    from pytest_minivoice.rules.rule import Rule as Rule
    from pytest_minivoice.settings import Settings as Settings
    from pytest_minivoice.spec.assumptions import Assumptions as Assumptions
    from pytest_minivoice.spec.http import Request as Request

_HOME = {
    "Account": "cloud.account",
    "Application": "cloud.application",
    "Assumptions": "spec.assumptions",
    "AsyncAccount": "cloud.aio",
    "AsyncCall": "cloud.aio",
    "Call": "cloud.call",
    "CallerError": "errors",
    "ContractViolation": "errors",
    "CustomAction": "call.actions",
    "ExpectationError": "errors",
    "Exploration": "explore.exploration",
    "Finding": "rules.rule",
    "MiniVoiceError": "errors",
    "MockedApi": "cloud.rest.api",
    "RecordedRequest": "cloud.rest.recorded",
    "Request": "spec.http",
    "Rule": "rules.rule",
    "SettingError": "errors",
    "Settings": "settings",
    "Webhook": "cloud.webhook",
    "WebhookFactory": "cloud.factory",
    "sign": "cloud.signing",
    "verify": "cloud.signing",
}

__all__ = sorted(_HOME)  # noqa: PLE0605 - one table, not two


def __getattr__(name: str) -> object:
    if name not in _HOME:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return __all__

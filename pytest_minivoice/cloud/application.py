"""An application of the account: where its documents come from, where its webhooks go, and its API key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_minivoice.choices import did_you_mean
from pytest_minivoice.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_minivoice.cloud.dids import Did


@dataclass(slots=True, kw_only=True)
class Application:
    """Hold an application [applications/create-application].

    Args:
        id: Its id.
        customer_id: The customer that it belongs to.
        name: Its name.
        answer_url: Absolute, or None where it was created without one.
        webhook_url: Absolute, or None: no webhooks are sent.
        webhook_secret: What webhooks are signed with, or None; never told by the API.
        api_key: What its REST requests carry.
        created_at: UTC, RFC 3339.
    """

    id: str
    customer_id: str
    name: str
    answer_url: str | None
    webhook_url: str | None
    webhook_secret: str | None
    api_key: str
    created_at: str


def owner(did: Did, applications: Sequence[Application]) -> Application:
    """Find the application that a DID belongs to.

    Args:
        did: The DID.
        applications: All applications, the default one first.

    Returns:
        The application.

    Raises:
        SettingError: If it names one that does not exist.
    """
    __tracebackhide__ = True
    if did.application_id is None:
        return applications[0]
    found = next((each for each in applications if each.id == did.application_id), None)
    if found is None:
        hint = did_you_mean(did.application_id, [each.id for each in applications])
        named = f"the DID {did.number} belongs to the application {did.application_id!r}"
        raise SettingError(f"{named}, which does not exist{hint}")
    return found

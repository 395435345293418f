"""What each endpoint does with the account. Errors come from the account's state."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple, cast

from pytest_minivoice.cloud import billing
from pytest_minivoice.cloud.clock import rfc3339
from pytest_minivoice.cloud.rest import bodies
from pytest_minivoice.cloud.rest.messages import ApiResponse, RestError, answer
from pytest_minivoice.cloud.rest.period import period

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pytest_minivoice.cloud.account import Account
    from pytest_minivoice.cloud.application import Application
    from pytest_minivoice.cloud.conversation import Conversation


class Visit(NamedTuple):
    """Hold a request that was let in: who asks, for what, with which body.

    Args:
        account: The account.
        application: The application of the API key.
        names: The parts of the path that are names, such as a call's id.
        query: The query.
        body: The body, valid by its schema; empty for a GET.
    """

    account: Account
    application: Application
    names: Mapping[str, str]
    query: Mapping[str, str]
    body: Mapping[str, object]

    def talk(self, error: str) -> Conversation:
        """Find the call that the path names, among those of the application.

        Args:
            error: The code where there is none.

        Returns:
            The call.
        """
        talk = self.account.talks.get(self.names["id"])
        if talk is None or talk.facts.application_id != self.application.id:
            raise RestError(error)
        return talk

    def mine(self) -> list[Conversation]:
        """List the calls of the application; the test may make others meanwhile.

        Returns:
            The calls.
        """
        talks = list(self.account.talks.values())
        return [talk for talk in talks if talk.facts.application_id == self.application.id]


def create_application(visit: Visit) -> ApiResponse:
    """POST /v1/applications."""
    text = cast("Mapping[str, str]", visit.body)
    app = visit.account.add_application(
        text["name"], text.get("answer_url"), text.get("webhook_url"), text.get("webhook_secret")
    )
    return answer(visit.account.settings.created_status, bodies.application(app, with_key=True))


def list_applications(visit: Visit) -> ApiResponse:
    """GET /v1/applications."""
    return _listed(visit, [bodies.application(app, with_key=False) for app in visit.account.applications])


def create_call(visit: Visit) -> ApiResponse:
    """POST /v1/calls."""
    account, body = visit.account, visit.body
    to = str(body["to"])
    if not any(trunk.is_active for trunk in account.trunks):
        raise RestError("no_active_trunk")
    refused = billing.refusal(account, to)
    if refused is not None:
        raise RestError(refused)
    if visit.application.answer_url is None:
        raise RestError("invalid_request", f"the application {visit.application.name!r} has no answer_url")
    talk = account.new_outbound(
        to,
        str(body["from"]),
        metadata=cast("Mapping[str, object]", body.get("metadata", {})),
        record=bool(body.get("record", False)),
        application=visit.application,
    )
    account.operator.originate(talk)
    return answer(account.settings.created_status, bodies.created_call(talk))


def read_call(visit: Visit) -> ApiResponse:
    """GET /v1/calls/:id."""
    return answer(200, bodies.call(visit.talk("call_not_found")))


def control_recording(visit: Visit) -> ApiResponse:
    """POST /v1/calls/:id/recordings."""
    talk = visit.talk("active_call_not_found")
    if talk.engine.status != "in_progress":
        raise RestError("active_call_not_found")
    action = str(visit.body.get("action", "start"))
    if action == "stop" and not talk.engine.course.features.recording:
        raise RestError("recording_not_started")
    if action == "start" and talk.engine.course.features.recording:
        raise RestError("recording_start_failed", "a recording runs already")
    recording = talk.control_recording(start=action == "start")
    data = {
        "call_id": talk.facts.id,
        "provider_call_id": bodies.created_call(talk)["provider_call_id"],
        "action": action,
        "recording": bodies.recording(talk, recording),
    }
    return answer(200, {"data": data})


def list_recordings(visit: Visit) -> ApiResponse:
    """GET /v1/calls/:id/recordings."""
    talk = visit.talk("call_not_found")
    return _listed(visit, [bodies.recording(talk, each) for each in talk.recordings])


def read_recording(visit: Visit) -> ApiResponse:
    """GET /v1/recordings/:id."""
    for talk in visit.mine():
        for each in talk.recordings:
            if each.id == visit.names["id"]:
                return answer(200, {"data": bodies.recording(talk, each)})
    raise RestError("not_found", "recording not found")


def read_ai(visit: Visit) -> ApiResponse:
    """GET /v1/calls/:id/ai."""
    talk = _completed(visit, "call_not_found")
    told = bodies.call(talk)
    known = {name: told[name] for name in ("id", "direction", "from", "to", "status")}
    known["duration_seconds"] = talk.billsec
    parts = visit.account.ai_results.ready(talk.facts.id)
    return answer(200, {"data": {"call": known, **parts}})


def read_ai_part(part: str, code: str) -> Callable[[Visit], ApiResponse]:
    """Make the endpoint of one kind of AI result.

    Args:
        part: The part of the results.
        code: The error's code where it is missing.

    Returns:
        The endpoint.
    """

    def read(visit: Visit) -> ApiResponse:
        found = visit.account.ai_results.ready(_completed(visit, code).facts.id).get(part)
        if found is None:
            raise RestError(code)
        if part == "topics":
            topics = cast("Sequence[object]", found)
            return answer(200, {"count": len(topics), "data": list(topics)})
        return answer(200, {"data": found})

    return read


def read_did(visit: Visit) -> ApiResponse:
    """GET /v1/dids/:id and GET /v1/dids/by-number/:number."""
    wanted = visit.names.get("number") or visit.names["id"]
    for each in visit.account.dids:
        if wanted in {each.number, each.id} and each.customer_id in {None, visit.application.customer_id}:
            owner = each.application_id or visit.account.applications[0].id
            return answer(200, bodies.did(each, visit.application.customer_id, owner))
    raise RestError("not_found")


def create_trunk(visit: Visit) -> ApiResponse:
    """POST /v1/trunks."""
    for name in ("gateway_name", "inbound_ip"):
        given = visit.body.get(name)
        if given is not None and any(getattr(trunk, name) == given for trunk in visit.account.trunks):
            raise RestError(f"{name}_exists")
    kept = {
        name: value
        for name, value in visit.body.items()
        if name in {"name", "proxy", "gateway_name", "inbound_ip", "username", "is_active"}
    }
    trunk = visit.account.add_trunk(**kept)
    return answer(visit.account.settings.created_status, trunk.body())


def list_trunks(visit: Visit) -> ApiResponse:
    """GET /v1/trunks."""
    return _listed(visit, [trunk.body() for trunk in visit.account.trunks])


def read_usage(visit: Visit) -> ApiResponse:
    """GET /v1/usage."""
    start, end = period(visit.query)
    mine = [talk for talk in visit.mine() if talk.engine.terminal is not None and start <= talk.began < end]
    summary = {
        "calls": len(mine),
        "billsec_seconds": sum(talk.billsec for talk in mine),
        "cost_amount": billing.cents(sum((talk.cost for talk in mine), Fraction(0))),
        "cost_currency": billing.CURRENCY,
    }
    told = {"application_id": visit.application.id, "from": rfc3339(start), "to": rfc3339(end), "summary": summary}
    return answer(200, told)


def _completed(visit: Visit, code: str) -> Conversation:
    talk = visit.talk(code)
    if talk.engine.status != "completed":
        raise RestError(code)
    return talk


def _listed(visit: Visit, items: Sequence[object]) -> ApiResponse:
    if visit.account.settings.list_shape == "array":
        return answer(200, list(items))
    return answer(200, {"count": len(items), "data": list(items)})

"""MV5xx: how the application uses MiniVoice's REST API."""

from __future__ import annotations

from pytest_minivoice.rules.rule import Rule

UNKNOWN_ENDPOINT = Rule(
    code="MV501",
    name="unknown-endpoint",
    severity="error",
    summary="MiniVoice has no such endpoint.",
    why="In production the request fails; there is no endpoint for transfers, bridges, conferences or streams.",
    fix="Use a documented endpoint. What happens in a call is driven by the actions of your answer_url.",
)
INVALID_BODY = Rule(
    code="MV502",
    name="invalid-request-body",
    severity="error",
    summary="The body of a request does not fit its documented schema.",
    why="MiniVoice answers 400 invalid_json, invalid_request or invalid_action, and nothing happens.",
    fix="Send the documented fields with their types. The setting unknown_fields=ignored accepts others.",
)
NO_KEY = Rule(
    code="MV503",
    name="api-key-missing",
    severity="error",
    summary="The request has no valid API key in the Authorization header.",
    why="MiniVoice answers 401 unauthorized.",
    fix="Send Authorization: Bearer <application API key>. In tests the key is minivoice_api.api_key.",
)
NOT_E164 = Rule(
    code="MV504",
    name="number-not-e164",
    severity="error",
    summary="from or to is not an E.164 number.",
    why="MiniVoice answers 400 invalid_request, and nobody is called.",
    fix="Send the number with + and country code, without spaces: +15551230002.",
)
APPLICATION_ID_IGNORED = Rule(
    code="MV505",
    name="application-id-ignored",
    severity="warning",
    summary="application_id in the body of POST /v1/calls is ignored.",
    why="The API key selects the application; a body that names another one misleads whoever reads the code.",
    fix="Remove it, and use the API key of the application you mean.",
)
WRONG_HOST = Rule(
    code="MV506",
    name="wrong-api-host",
    severity="error",
    summary="A request goes to a MiniVoice host or scheme that is not the API's.",
    why="In production it reaches nobody, or sends the API key unencrypted.",
    fix="Use the base of the setting api_base; it is https://api.minivoice.eu by default.",
)
REAL_NETWORK = Rule(
    code="MV507",
    name="real-network",
    severity="error",
    summary="The application asks the real MiniVoice API in a test.",
    why="A test would create real calls and cost real money. The request was stopped on this machine.",
    fix="Add the fixture minivoice_api to the test, or fixtures: [minivoice_api] to the contract: "
    "it answers requests and httpx; others ask minivoice_api.url.",
)
INVALID_QUERY = Rule(
    code="MV508",
    name="invalid-request-query",
    severity="error",
    summary="The query of a request lacks what the endpoint needs, or holds what it cannot be asked for.",
    why="MiniVoice answers 400 invalid_request, or the totals of no calls at all.",
    fix="Ask GET /v1/usage?from=2026-05-01T00:00:00Z&to=2026-06-01T00:00:00Z: two times in UTC, from before to.",
)

RULES = (
    UNKNOWN_ENDPOINT,
    INVALID_BODY,
    NO_KEY,
    NOT_E164,
    APPLICATION_ID_IGNORED,
    WRONG_HOST,
    REAL_NETWORK,
    INVALID_QUERY,
)

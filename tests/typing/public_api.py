"""Uses the public names as a test suite would: mypy checks this file, nothing runs it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pytest_minivoice import (
    Account,
    Application,
    Assumptions,
    AsyncAccount,
    AsyncCall,
    Call,
    CallerError,
    ContractViolation,
    CustomAction,
    ExpectationError,
    Exploration,
    Finding,
    MiniVoiceError,
    MockedApi,
    RecordedRequest,
    Request,
    Rule,
    SettingError,
    Settings,
    Webhook,
    WebhookFactory,
    sign,
    verify,
)
from pytest_minivoice.spec.actions import Action
from pytest_minivoice.strategies import caller_scripts, lifecycles, webhooks


def an_inbound_call_is_played(minivoice: Account) -> str | None:
    minivoice.destinations["+15551230099"] = "busy"
    call: Call = minivoice.inbound_call(from_="+15551230001", to="+15551230002", variables={"lang": "en"})
    call.press("1").wait().hang_up()
    call.run(["timeout", {"when": "Press 1", "press": "1"}])
    text: str = call.to_yaml("sales")
    assert text
    heard: list[str] = call.heard
    events: Sequence[str] = call.events
    assert heard
    assert events
    return call.terminal


def an_outbound_call_is_played(minivoice: Account) -> None:
    call = minivoice.outbound_call("+15551230001", metadata={"campaign": "spring"}, record=True)
    call.answer()
    minivoice.calls[-1].run(["1", "timeout", "hang_up"])


def a_did_refuses_calls(minivoice: Account) -> None:
    did = minivoice.dids.add("+15551230003", route_mode="reject")
    did.route_mode = "webhook"
    minivoice.inbound_call(did=did)


def every_branch_is_tried(minivoice: Account) -> list[str]:
    sessions: dict[str, str] = {}
    exploration: Exploration = minivoice.explore(
        samples={"/minivoice/pin": ["4711"]},
        loops=3,
        state=lambda call: sessions.get(call.id),
        snapshot=lambda: dict(sessions),
        restore=sessions.update,
        max_states=100,
    )
    exploration.assert_clean()
    exploration.assert_matches("shop.callflow.lock")
    script: tuple[str, ...] = exploration.assert_reaches("+15551230099").caller
    findings: Sequence[Finding] = exploration.findings
    assert findings or exploration.complete
    contract: str = exploration.to_yaml()
    assert contract or exploration.flows()[0].title
    picture: str = exploration.to_mermaid() + exploration.to_dot() + exploration.to_svg()
    return [picture, exploration.assurance, *script, *(state.name for state in exploration.states)]


async def a_flow_is_explored_in_an_async_test(minivoice: Account) -> list[str]:
    async def reset() -> None: ...

    async with minivoice.asynchronous() as phone:
        exploration: Exploration = await phone.explore(samples=["4711"], reset=reset, max_seconds=5)
        return [flow.name for flow in await phone.flows(exploration)]


async def an_async_call_is_played(minivoice: Account) -> None:
    async with minivoice.asynchronous() as phone:
        account: AsyncAccount = phone
        call: AsyncCall = await account.inbound_call()
        await call.press("1")
        await (await account.outbound_call("+15551230001")).no_answer()


def the_api_is_asked(minivoice: Account, minivoice_api: MockedApi) -> str:
    minivoice.balance = 0
    minivoice.balance = "12.50"
    minivoice.limits.calls_per_second = 1
    minivoice.limits.rates = {"+1": "0.01"}
    minivoice.limits.rates["+44"] = 0.02
    minivoice.ai_results[minivoice.calls[-1].id] = {"summary": minivoice.ai_results.summary()}
    minivoice_api.fail_next("POST", "/v1/calls", "originate_failed", times=2)
    minivoice_api.slow_next("POST", "/v1/calls", 30)
    requests: list[RecordedRequest] = minivoice_api.assert_requested("POST", "/v1/calls", json={"to": "+1"}, times=1)
    assert requests[0].status
    application: Application = minivoice.applications[0]
    return application.api_key + minivoice_api.url


def webhooks_are_made_and_forged(minivoice_webhooks: WebhookFactory) -> bool:
    hook: Webhook = minivoice_webhooks.call_gathered(digits="1", timed_out=False, variables={"lang": "en"})
    answered: Webhook = minivoice_webhooks.call_answered(call=hook, status="in_progress", force=True)
    hooks: list[Webhook] = minivoice_webhooks.lifecycle(["call.created", "call.failed"], from_="+15551230001")
    body: bytes = hook.tampered().unsigned().body
    headers: dict[str, str] = answered.stale(seconds=600).signed_with("secret").headers
    status: int = hooks[0].with_event("call.unknown").with_extra_field().without("variables").deliver().status
    assert status
    return verify("secret", headers["X-MiniVoice-Timestamp"], body, sign("secret", "1780056000", body))


def deliveries_go_wrong(minivoice: Account) -> None:
    minivoice.deliveries.duplicate("call.gathered", times=2)
    minivoice.deliveries.reorder("call.created", "call.answered")
    minivoice.deliveries.lose_acknowledgement("call.completed")
    minivoice.deliveries.hold()
    minivoice.deliveries.release()


def a_receiver_is_checked(minivoice: Account) -> Sequence[Finding]:
    known: dict[str, str] = {}
    report = minivoice.check_receiver(state=known.get, signatures=False)
    report.assert_clean()
    return report.findings


def strategies_are_drawn() -> object:
    return webhooks("call.created", secret="secret"), lifecycles(), caller_scripts(digits=4)


def settings_hold_the_assumptions(minivoice: Account) -> Assumptions:
    settings: Settings = minivoice.settings
    seconds: float = settings.answer_timeout_seconds
    assert seconds
    return settings


def a_violation_can_be_caught_as_a_failed_assertion(violation: ContractViolation) -> AssertionError:
    finding: Finding | None = violation.finding
    assert finding is not None
    assert finding.code
    assert violation.transcript
    return violation


def errors_have_one_base(caller: CallerError, expectation: ExpectationError, setting: SettingError) -> MiniVoiceError:
    assert isinstance(caller, ContractViolation)
    assert isinstance(expectation, ContractViolation)
    return setting


def pytest_minivoice_rules() -> list[Rule]:
    def check(actions: Sequence[Action]) -> Iterable[tuple[Action, str]]:
        return [(each, "no transfer abroad") for each in actions if each.name == "transfer"]

    return [
        Rule(code="ACME1", name="no-abroad", severity="warning", summary="Abroad.", why="Cost.", fix="No.", check=check)
    ]


def pytest_minivoice_actions() -> list[CustomAction]:
    return [CustomAction(name="tag", schema={"type": "object"}, variables=lambda given, _: {"tag": str(given)})]


def pytest_minivoice_answer_request(request: Request) -> None:
    request.headers["X-Forwarded-For"] = "203.0.113.7"

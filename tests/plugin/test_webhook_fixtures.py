"""What pytest shows of `minivoice_webhooks`, `check_receiver` and the marker `minivoice_receiver`."""

from __future__ import annotations

import pytest
from shown import shown

RECEIVER = """
import hashlib, hmac, json, time

import pytest

SECRET = "change-me"
STATE = {}


def receive(body, headers, event, call_id):
    timestamp = headers.get("X-MiniVoice-Timestamp", "0")
    signed = timestamp.encode() + b"." + body
    expected = "v1=" + hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    if headers.get("X-MiniVoice-Signature") != expected or abs(time.time() - float(timestamp)) > 300:
        return 401
    STATE.setdefault(call_id, set()).add(event)
    return 204


def app(environ, start_response):
    body = environ["wsgi.input"].read()
    payload = json.loads(body)
    status, answer = 200, {"actions": [{"say": {"text": "Hello."}}]}
    if environ["PATH_INFO"] == "/minivoice/webhooks":
        names = ("X-MiniVoice-Timestamp", "X-MiniVoice-Signature")
        keys = {name: "HTTP_" + name.upper().replace("-", "_") for name in names}
        headers = {name: environ[key] for name, key in keys.items() if key in environ}
        status, answer = receive(body, headers, payload["event"], payload["call"]["id"]), {}
    start_response(f"{status} -", [("Content-Type", "application/json")])
    return [json.dumps(answer).encode()]
"""
APP = (
    RECEIVER
    + """

@pytest.fixture
def minivoice_app():
    return app


@pytest.fixture
def known():
    return STATE.get
"""
)
INI = """
[pytest]
minivoice_webhook_url = /minivoice/webhooks
minivoice_webhook_secret = change-me
"""


@pytest.fixture
def receiver(pytester):
    pytester.makeini(INI)
    pytester.makeconftest(APP)
    return pytester


def test_the_factory_needs_no_application_until_a_webhook_is_delivered(pytester):
    pytester.makeini(INI)
    pytester.makeconftest(RECEIVER)
    pytester.makepyfile("""
        from conftest import receive

        def status(hook):
            return receive(hook.body, hook.headers, hook.event, hook.call_id)

        def test_webhook(minivoice_webhooks):
            hook = minivoice_webhooks.call_completed(direction="inbound")
            assert status(hook) == 204
            assert {status(each) for each in (hook.tampered(), hook.unsigned(), hook.stale())} == {401}

        def test_delivery(minivoice_webhooks):
            minivoice_webhooks.call_completed().deliver()
    """)
    result = pytester.runpytest()
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*there is no application to call. Either override the fixture minivoice_app*"])


def test_a_webhook_is_delivered_to_the_application_of_the_test(receiver):
    receiver.makepyfile("""
        from datetime import timedelta

        import pytest
        from conftest import STATE
        from pytest_minivoice.cloud.clock import rfc3339

        def test_alone(minivoice_webhooks):
            hook = minivoice_webhooks.call_completed()
            assert hook.deliver().status == 204
            assert STATE[hook.call_id] == {"call.completed"}
            assert hook.tampered().deliver().status == 401

        def test_with_an_account(minivoice_webhooks, minivoice):
            call = minivoice.inbound_call()
            hook = minivoice_webhooks.call_completed(call=call)
            assert hook.payload == call.webhooks[-1].payload
            minivoice.clock.advance(1000)
            late = minivoice_webhooks.call_completed(call=call)
            assert late.deliver().status == 204
            assert late.stale(seconds=400).deliver().status == 401

        def test_a_long_call(minivoice):
            minivoice.clock.advance(1000)
            call = minivoice.inbound_call()
            assert [each.accepted for each in call.webhooks] == [True] * len(call.events)
            assert call.events[0].created_at == rfc3339(minivoice.clock.seconds)

        @pytest.mark.minivoice(strict=False)
        def test_a_clock_that_was_set_back(minivoice):
            minivoice.clock.set(minivoice.clock.now - timedelta(minutes=10))
            call = minivoice.inbound_call()
            assert [each.status for each in call.webhooks] == [401] * len(call.events)
    """)
    receiver.runpytest().assert_outcomes(passed=4)


def test_settings_of_a_test_hold_for_the_factory(receiver):
    receiver.makepyfile("""
        import pytest

        @pytest.mark.minivoice(webhook_secret="a stranger's")
        def test_stranger(minivoice_webhooks):
            assert minivoice_webhooks.call_completed().deliver().status == 401

        @pytest.mark.minivoice(webhook_secret=None, event_key="none")
        def test_unsigned(minivoice_webhooks):
            hook = minivoice_webhooks.call_created()
            assert hook.payload["data"] == {}
            assert hook.deliver().status == 401
    """)
    receiver.runpytest().assert_outcomes(passed=2)


def test_a_mistake_in_a_field_is_shown_at_the_users_line_alone(receiver):
    receiver.makepyfile("""
        def test_mistake(minivoice_webhooks):
            minivoice_webhooks.call_failed(stauts="failed")
    """)
    result = receiver.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        shown("""
            >       minivoice_webhooks.call_failed(stauts="failed")
            E       pytest_minivoice.SettingError: call_failed() has no field 'stauts'; did you mean 'status'?
            E       - fields: call, force, ...
        """)
    )
    result.stdout.no_fnmatch_line("*webhook_fields.py*")


def test_a_receiver_that_keeps_its_promises_passes_by_call_and_by_marker(receiver):
    receiver.makepyfile(
        """
        import pytest
        from conftest import STATE

        def test_call(minivoice):
            minivoice.check_receiver(state=STATE.get).assert_clean()

        @pytest.mark.minivoice_receiver(state="known")
        def test_marker_and_fixture():
            pass

        @pytest.mark.minivoice_receiver(state=STATE.get)
        class TestAll:
            def test_marker_of_a_class(self):
                pass

        async def test_async(minivoice):
            pass
    """.replace("async def test_async(minivoice):\n            pass", "")
    )
    receiver.runpytest("--strict-markers").assert_outcomes(passed=3)


def test_a_broken_receiver_fails_the_marked_test_with_each_finding(receiver):
    receiver.makepyfile("""
        import pytest
        from conftest import STATE

        @pytest.fixture
        def minivoice_app():
            def app(request):
                STATE.setdefault(request.json["call"]["id"], []).append(request.json["event"])
            return app

        @pytest.mark.minivoice_receiver(state="known", signatures=False)
        def test_marker():
            raise SystemError("the body of the test is not run")
    """)
    result = receiver.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        shown("""
            >   @pytest.mark.minivoice_receiver(state="known", signatures=False)
            E   pytest_minivoice.ContractViolation: the webhooks call.created, ... were delivered in ...
            E   - seen: the answers, REST requests, and what state(call_id) returned
            E...
            E   MV311 duplicate-does-harm: [1] is ...; shortest schedule: call.created, then call.created (again)
            E   - at: https://example.com/minivoice/webhooks
            E   - why: MiniVoice documents that receivers must expect duplicates: ...
            ...MV312 order-does-harm...
        """)
    )
    result.stdout.no_fnmatch_line("*SystemError*")


def test_a_receiver_that_checks_no_signatures_is_summed_up_as_a_warning(receiver):
    receiver.makepyfile("""
        def test_unsigned(minivoice):
            minivoice.check_receiver(signatures=False).assert_clean()
    """)
    receiver.makeconftest(APP.replace("return 401", "pass  # signatures are not checked"))
    result = receiver.runpytest()
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(
        ["MV310 signatures-not-checked (warning): once, first test_*::test_unsigned at https:*"]
    )


@pytest.mark.parametrize(
    ("marker", "said"),
    [
        ('minivoice_receiver("known")', "*minivoice_receiver takes keywords only, such as*"),
        ("minivoice_receiver(stat=None)", "*minivoice_receiver has no keyword 'stat'; did you mean 'state'?"),
        ('minivoice_receiver(state="knwon")', "*fixture 'knwon' not found"),
        ("minivoice_receiver(state=7)", "*state is 7; it must be a function of the call's id, or name such a fixture"),
    ],
)
def test_a_mistake_in_the_marker_is_named(receiver, marker, said):
    receiver.makepyfile(f"""
        import pytest

        @pytest.mark.{marker}
        def test_marker():
            pass
    """)
    result = receiver.runpytest()
    assert result.ret
    result.stdout.fnmatch_lines([said])


def test_async_tests_deliver_release_and_check_too(receiver):
    receiver.makepyfile("""
        import asyncio
        from conftest import STATE

        def test_async(minivoice, minivoice_webhooks):
            async def play():
                async with minivoice.asynchronous() as phone:
                    assert (await phone.deliver(minivoice_webhooks.call_created())).status == 204
                    minivoice.deliveries.hold("call.completed")
                    call = await phone.inbound_call()
                    assert "call.completed" not in STATE[call.id]
                    await phone.release_webhooks()
                    assert "call.completed" in STATE[call.id]
                    (await phone.check_receiver(STATE.get)).assert_clean()
            asyncio.run(play())
    """)
    receiver.runpytest().assert_outcomes(passed=1)

from __future__ import annotations

import django_ivr
import pytest
from django.test import override_settings

from pytest_minivoice import ContractViolation


@pytest.fixture(params=["wsgi", "asgi"])
def minivoice_app(request):
    return getattr(django_ivr, request.param)()


@pytest.mark.minivoice(answer_url="/broken")
def test_an_exception_that_django_turned_into_a_page_is_the_cause(minivoice):
    with pytest.raises(ContractViolation) as raised:
        minivoice.inbound_call()
    assert raised.value.finding.code == "MV108"
    assert "the handler raised KeyError: 'sales'" in str(raised.value)
    cause = raised.value.__cause__
    assert isinstance(cause, KeyError)
    traceback = cause.__traceback__
    while traceback.tb_next:
        traceback = traceback.tb_next
    assert traceback.tb_frame.f_code.co_name == "broken"


@pytest.mark.minivoice(answer_url="/protected")
def test_a_csrf_refusal_says_what_to_do(minivoice):
    with pytest.raises(ContractViolation) as raised:
        minivoice.inbound_call()
    assert raised.value.finding.code == "MV101"
    assert "answered 403" in str(raised.value)
    assert "decorate the view with @csrf_exempt" in str(raised.value)


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.minivoice(base_url="https://unknown.example.net", answer_url="/slash/")
def test_a_refused_host_says_what_to_do(minivoice, debug):
    with override_settings(DEBUG=debug), pytest.raises(ContractViolation) as raised:
        minivoice.inbound_call()
    text = str(raised.value)
    assert "ALLOWED_HOSTS" in text
    assert "base_url" in text
    assert "unknown.example.net" in text
    assert "csrf" not in text.lower()


@pytest.mark.minivoice(answer_url="/slash", answer_method="GET", base_url="https://ivr.example.com")
def test_a_missing_slash_is_a_redirect_that_is_not_followed(minivoice):
    with pytest.raises(ContractViolation) as raised:
        minivoice.inbound_call()
    assert raised.value.finding.code == "MV102"
    assert "answered 301, a redirect to /slash/" in str(raised.value)
    assert "often a trailing slash is missing" in str(raised.value)


@pytest.mark.minivoice(answer_url="/nothing")
def test_a_url_that_no_view_serves_is_told(minivoice):
    with pytest.raises(ContractViolation, match=r"MV101 answer-not-2xx: .*answered 404.*Not Found"):
        minivoice.inbound_call()

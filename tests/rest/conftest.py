"""Gives an account's API, opened and asked without any HTTP client."""

from __future__ import annotations

import phone
import pytest
from asking import Api


@pytest.fixture
def make_api():
    def make(pages: object = (), **settings: object) -> Api:
        return Api(phone.open_account(pages or [phone.gather()], **settings))

    return make


@pytest.fixture
def api(make_api):
    return make_api()

"""The API of an account, asked without any HTTP client: `api.ask("POST", "/v1/calls", {...})`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pytest_minivoice.cloud.rest.api import MockedApi

if TYPE_CHECKING:
    from pytest_minivoice import Account
    from pytest_minivoice.cloud.rest.messages import ApiResponse

BASE = "https://api.minivoice.eu"
CALL = {"from": "+15551230001", "to": "+15551230002"}


class Api(MockedApi):
    """Be the API, opened unless told otherwise, with a shorter way to ask it."""

    def __init__(self, account: Account, *, opened: bool = True) -> None:
        super().__init__(account, serve=lambda _: "http://127.0.0.1:1")
        self.account = account
        if opened:
            self.open()

    def ask(
        self, method: str, path: str, body: object = None, *, key: str | None = None, base: str = BASE, **headers: str
    ) -> ApiResponse:
        sent = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        bearer = {"Authorization": f"Bearer {self.api_key if key is None else key}"}
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.answer(method, base + path, bearer | given, sent)

    def code(self, method: str, path: str, body: object = None, **more: str) -> tuple[int, str]:
        response = self.ask(method, path, body, **more)
        assert set(response.data) == {"error"}
        assert set(response.data["error"]) == {"code", "message"}
        return response.status, response.data["error"]["code"]

"""Answers a request out of the account: where it goes, who asks for what, and what the test planned for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from pytest_minivoice.cloud.rest.checks import check_body, check_key, wrong_host
from pytest_minivoice.cloud.rest.endpoints import Visit
from pytest_minivoice.cloud.rest.failures import NETWORK
from pytest_minivoice.cloud.rest.messages import NetworkFailure, RestError, answer
from pytest_minivoice.cloud.rest.period import check_period
from pytest_minivoice.cloud.rest.table import find, nearest_endpoint
from pytest_minivoice.rules import rest_rules
from pytest_minivoice.spec.api_errors import BY_CODE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pytest_minivoice.cloud.account import Account
    from pytest_minivoice.cloud.application import Application
    from pytest_minivoice.cloud.rest.failures import Failures
    from pytest_minivoice.cloud.rest.messages import ApiRequest, ApiResponse
    from pytest_minivoice.cloud.rest.table import Endpoint
    from pytest_minivoice.rules.rule import Finding


class Answering:
    """Turn requests into answers; one at a time."""

    def __init__(
        self, account: Account, failures: Failures, report: Callable[..., None], *, earlier: Mapping[str, str]
    ) -> None:
        """Keep the parts.

        Args:
            account: The account.
            failures: What the test planned.
            report: Takes the findings.
            earlier: The API keys of earlier tests, and whose they are.
        """
        self.account = account
        """Where answers come from; another one while calls are explored."""
        self._failures = failures
        self._report: Callable[..., None] = report
        self._earlier = earlier
        self._base = urlsplit(account.settings.api_base)

    def answer(self, request: ApiRequest, *, own: bool) -> ApiResponse:
        """Answer a request.

        Args:
            request: The request.
            own: Whether it came to the server on this machine, which is no wrong host.

        Returns:
            The answer.

        Raises:
            NetworkFailure: If the test wants the network to fail.
        """
        __tracebackhide__ = True
        seconds = self._failures.delay(request.method, request.path)
        if seconds:
            self.account.clock.advance(seconds)
        found = find(request.method, request.path)
        try:
            response = self._respond(request, found, own=own)
        except RestError as error:
            assumed = found is not None and found[0].assumes_status(error.code)
            status = self.account.settings.ai_missing_status if assumed else BY_CODE[error.code].status
            response = answer(status, {"error": {"code": error.code, "message": error.message}})
        response.seconds = seconds
        return response

    def _respond(
        self, request: ApiRequest, found: tuple[Endpoint, Mapping[str, str]] | None, *, own: bool
    ) -> ApiResponse:
        __tracebackhide__ = True
        settings = self.account.settings
        url = urlsplit(request.url)
        strayed = None if own else wrong_host(url, self._base, settings.api_base)
        if strayed is not None:
            self._report(strayed)
            if not settings.strict and url.hostname != self._base.hostname:
                raise NetworkFailure("network_error")  # as in production, where this host reaches nobody
        if found is None:
            near = nearest_endpoint(request.method, request.path)
            message = f"there is no {request.method} {request.path}"
            self._report(rest_rules.UNKNOWN_ENDPOINT.at(request.url.partition("?")[0], message, did_you_mean=near))
            raise RestError("not_found", f"no such endpoint; the nearest is {near}")
        endpoint, names = found
        application = self._let_in(request)
        planned = self._failures.first(request.method, request.path)
        if planned is not None and planned.what in NETWORK:
            planned.left -= 1
            raise NetworkFailure(planned.what)
        findings, error = self._check(request, endpoint)
        if findings:
            self._report(*findings)
        if error is not None:
            raise error
        if planned is not None:  # only now: a request that is refused as it is does not use it up
            planned.left -= 1
            raise RestError(planned.what)
        body = cast("Mapping[str, object]", request.json or {}) if endpoint.takes is not None else {}
        visit = Visit(account=self.account, application=application, names=names, query=request.query, body=body)
        return endpoint.run(visit)

    def _check(self, request: ApiRequest, endpoint: Endpoint) -> tuple[Sequence[Finding], RestError | None]:
        if endpoint.takes is not None:
            closed = self.account.settings.unknown_fields == "refused"
            return check_body(request, endpoint.takes, closed=closed)
        return check_period(request) if endpoint.path == "/v1/usage" else ((), None)

    def _let_in(self, request: ApiRequest) -> Application:
        given = request.headers.get("authorization")
        for app in self.account.applications:
            if given == f"Bearer {app.api_key}":
                return app
        keys = {app.api_key: app for app in self.account.applications}
        finding = check_key(request, keys, self._earlier)
        if finding is not None:
            self._report(finding)
            raise RestError("unauthorized")
        return keys[request.headers["authorization"].partition(" ")[2]]

"""The mocked API: it answers a request out of the account, records it, and says what production would not forgive."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import contextmanager
from http import HTTPStatus
from threading import RLock
from types import MappingProxyType
from typing import TYPE_CHECKING, NoReturn, cast
from urllib.parse import urlsplit

from pytest_minivoice.cloud.quantities import check_whole
from pytest_minivoice.cloud.rest.answering import Answering
from pytest_minivoice.cloud.rest.broken import Broken
from pytest_minivoice.cloud.rest.checks import is_minivoices, maker_of_key, real_network
from pytest_minivoice.cloud.rest.failures import Failures
from pytest_minivoice.cloud.rest.messages import ApiResponse, read_request
from pytest_minivoice.cloud.rest.named import named_endpoint
from pytest_minivoice.cloud.rest.origin import Origin, origin
from pytest_minivoice.cloud.rest.recorded import RecordedRequest, without_secrets
from pytest_minivoice.errors import ContractViolation, SettingError
from pytest_minivoice.render import requests as rendered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytest_minivoice.cloud.account import Account
    from pytest_minivoice.cloud.rest.failures import Planner
    from pytest_minivoice.rules.rule import Finding

    Answerer = Callable[[str, str, Mapping[str, str], bytes], ApiResponse]

_PLACES = 100
"""So many calls have the line that made them: to look for it costs a campaign more than it tells."""
_log = logging.getLogger("pytest_minivoice")


class MockedApi:
    """Be the MiniVoice API that the application under test talks to; its state is the account's."""

    def __init__(
        self, account: Account, serve: Callable[[Answerer], str], *, earlier: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        """Open the API of an account.

        Args:
            account: The account.
            serve: Starts a server on a free port of this machine that answers by a function; returns its URL.
            earlier: The API keys of earlier tests of the run, and whose they are.
        """
        self._account = account
        self._base = urlsplit(account.settings.api_base)
        self._serve = serve
        self._earlier = earlier
        self._url: str | None = None
        self.is_open = False
        """Whether requests are answered; until then each is refused."""
        self._failures = Failures()
        self._answering = Answering(account, self._failures, self.report, earlier=earlier)
        self._one_at_a_time = RLock()
        self._requests: list[RecordedRequest] = account.rest_requests
        self.findings: list[Finding] = account.rest_findings
        self.broken = Broken()
        """The errors among them that are still to be raised."""
        self._made_at: dict[str, Origin | None] = {}

    @property
    def requests(self) -> list[RecordedRequest]:
        """The requests so far, as they were made and answered; a new list each time."""
        return list(self._requests)

    @property
    def api_key(self) -> str:
        """The API key of the default application."""
        return self._account.applications[0].api_key

    @property
    def url(self) -> str:
        """The URL of the API on this machine, for clients that cannot be patched; started when first asked for."""
        if self._url is None:
            self._url = self._serve(self.answer)
        return self._url

    def open(self) -> None:
        """Answer requests from now on; until then each is refused, and never leaves the machine."""
        self.is_open = True

    @contextmanager
    def lent(self) -> Iterator[Callable[[Account], None]]:
        """Let requests be answered out of other accounts for a while, such as those of explored calls.

        Yields:
            A function that takes the account to answer out of from now on.
        """
        account, kept = self._account, (self.broken, self._made_at)
        self.broken, self._made_at = Broken(), {}
        try:
            yield self._serve_account
        finally:
            self._serve_account(account)
            self.broken, self._made_at = kept

    def _serve_account(self, account: Account) -> None:
        self._account = self._answering.account = account
        self._requests, self.findings = account.rest_requests, account.rest_findings

    def handles(self, host: str, port: int | None = None) -> bool:
        """Say whether a host is MiniVoice's.

        Args:
            host: In lower case.
            port: The port, or None for that of the scheme.

        Returns:
            Whether requests to it are answered or refused here.
        """
        return is_minivoices(host, port, self._base)

    def wait(self, seconds: float) -> None:
        """Let virtual time pass, where a client waits before it tries again.

        Args:
            seconds: How long it would sleep.
        """
        self._account.clock.advance(seconds)

    def refuse(self, what: str, maker: str | None = None) -> NoReturn:
        """Refuse a request that nobody answers.

        Args:
            what: The request, or the host.
            maker: The earlier test whose API key it carries, or None.

        Raises:
            ContractViolation: Always.
        """
        __tracebackhide__ = True
        finding = real_network(what, mocked=self.is_open, maker=maker)
        self.report(finding)
        raise ContractViolation(findings=[finding])

    def fail_next(self, method: str, path: str, code: str, times: int = 1) -> None:
        """Let the next requests to an endpoint fail.

        Args:
            method: `GET` or `POST`.
            path: Such as `/v1/calls`, `/v1/calls/:id` (or `/v1/calls/{id}`) for any call, or the path of one call.
            code: A documented error code of that endpoint, or `network_error` or `timeout`.
            times: How many requests.

        Raises:
            SettingError: If there is no such endpoint or code, with those that exist.
        """
        __tracebackhide__ = True
        self._failures.add(method, path, code, times)

    def slow_next(self, method: str, path: str, seconds: float, times: int = 1) -> None:
        """Let the next requests to an endpoint take virtual time. Nothing sleeps.

        A client of `requests` or `httpx` whose own timeout is shorter gets its timeout error, although MiniVoice did
        what it was asked.

        Args:
            method: `GET` or `POST`.
            path: Such as `/v1/calls`.
            seconds: How far the virtual clock moves before the answer.
            times: How many requests.

        Raises:
            SettingError: If there is no such endpoint.
        """
        __tracebackhide__ = True
        self._failures.slow(method, path, seconds, times)

    def assert_requested(
        self,
        method: str,
        path: str,
        *,
        json: Mapping[str, object] | None = None,
        status: int | None = None,
        times: int | None = None,
    ) -> list[RecordedRequest]:
        """Assert that the application made a request.

        Args:
            method: `GET` or `POST`.
            path: Such as `/v1/calls`, `/v1/calls/:id` (or `/v1/calls/{id}`) for any call, or the path of one call.
            json: Fields that its body must have, with their values.
            status: The HTTP status that it got.
            times: How often; at least once where it is not given.

        Returns:
            The requests that match.

        Raises:
            ContractViolation: If they are not as many, with all requests that were made.
            SettingError: If there is no such endpoint, or what is asserted can never hold.
        """
        __tracebackhide__ = True
        endpoint, path = named_endpoint(method, path)
        _check_wanted(json, status, times)
        found = [each for each in self.requests if each.fits(endpoint.method, path, json, status)]
        if (times is None and not found) or (times is not None and len(found) != times):
            body = "" if json is None else f" with {dict(json)}"
            wanted = f"{endpoint.method} {path}{body}" + ("" if status is None else f" answered {status}")
            raise ContractViolation(rendered(wanted, times, len(found), self.requests))
        return found

    def unused_failures(self) -> list[tuple[Planner, str, Origin | None]]:
        """List the failures that were asked for and never happened.

        Returns:
            For each `fail_next` or `slow_next`, a line, and where it was planned.
        """
        return self._failures.unused()

    def report(self, *findings: Finding) -> None:
        """Note broken rules, unless they are ignored.

        Args:
            findings: The findings.
        """
        found = [each for each in findings if each.code not in self._account.settings.ignore]
        self.findings += found
        failing = self._account.operator.board.failing
        self.broken.keep([each for each in found if each.severity in failing])

    def take_over(self, broken: Broken) -> None:
        """Go on with what was broken before the account was there.

        Args:
            broken: Where errors are kept from now on.
        """
        self.broken = broken
        self.findings += broken.findings

    def made_at(self, call_id: str) -> Origin | None:
        """Find the line that made a call.

        Args:
            call_id: The call's id.

        Returns:
            The line; None for a call that was not made over REST, by another process or thread, or after many others.
        """
        return self._made_at.get(call_id)

    def answer(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> ApiResponse:
        """Answer one request.

        Args:
            method: The HTTP method.
            url: Absolute, with its query.
            headers: Names and values.
            body: The bytes sent.

        Returns:
            The answer.

        Raises:
            ContractViolation: If the fixture `minivoice_api` is not in use.
            NetworkFailure: If the test wants the network to fail.
        """
        __tracebackhide__ = True
        if not self.is_open:
            self.refuse(f"{method.upper()} {url.partition('?')[0]}", maker_of_key(headers, self._earlier))
        request = read_request(method, url, headers, body)
        record = RecordedRequest(request)
        # Threads of the application may ask at once: what one request checks holds until it has changed the account.
        with self._one_at_a_time:
            self._requests.append(record)
            response = self._answering.answer(request, own=self._url is not None and url.startswith(self._url))
            record.status, record.answer = response.status, response.data
            made = request.path == "/v1/calls" and response.status in {HTTPStatus.OK, HTTPStatus.CREATED}
            if made and len(self._made_at) < _PLACES:
                self._made_at[cast("dict[str, str]", response.data)["id"]] = origin()
        if _log.isEnabledFor(logging.INFO):
            _log.info("API %s", record)
            _log.debug("API %s answers %s", record.path, without_secrets(response.data))
        return response


def _check_wanted(json: object, status: object, times: object) -> None:
    __tracebackhide__ = True
    if json is not None and not isinstance(json, Mapping):
        raise SettingError(f"json is {json!r}; it must be a dict of fields that the body must have, with their values")
    if status is not None and (isinstance(status, bool) or not isinstance(status, int)):
        raise SettingError(f"status is {status!r}; it must be a whole number, such as 201")
    if times is not None:
        check_whole("times", times, least=0, otherwise=", or None for at least once")

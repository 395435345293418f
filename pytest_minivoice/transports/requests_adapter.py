"""An adapter of `requests` that asks the gate where others open a connection, and twins of the application's own.

It retries as urllib3 would by the adapter's `max_retries`, and never sleeps: the virtual clock moves instead.
"""

from __future__ import annotations

import re
from types import SimpleNamespace, new_class
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from requests.adapters import HTTPAdapter
from requests.exceptions import ConnectionError as NoConnection
from requests.exceptions import ReadTimeout, RetryError
from urllib3 import HTTPConnectionPool, Retry, Timeout, connection_from_url
from urllib3.connection import HTTPConnection
from urllib3.exceptions import MaxRetryError, NewConnectionError, ReadTimeoutError, ResponseError

from pytest_minivoice.cloud.rest.messages import NetworkFailure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from requests import PreparedRequest, Response

    from pytest_minivoice.transports.patching import Gate

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
_ONE_ATTEMPT = Retry(0, respect_retry_after_header=False)


class Attempt(Protocol):
    """Make one attempt at a request."""

    def __call__(
        self, adapter: HTTPAdapter, request: PreparedRequest, *, timeout: float | None, retries: Retry
    ) -> Response:
        """Answer, or raise what urllib3 raises for one attempt."""


class Answering(HTTPAdapter):
    """Answer every request by the gate."""

    minivoice_gate: ClassVar[Gate]
    minivoice_attempt: ClassVar[Attempt]

    def send(self, request: Any, *given: Any, **named: Any) -> Any:  # noqa: ANN401 - as requests has it
        """Answer a request, as often as `max_retries` says."""
        __tracebackhide__ = True
        options = dict(zip(("stream", "timeout", "verify", "cert", "proxies"), given, strict=False)) | named
        self.add_headers(request, **options)
        try:
            return self._retried(request, _read_timeout(options.get("timeout")))
        except ReadTimeoutError as error:
            raise ReadTimeout(error, request=request) from None
        except MaxRetryError as error:
            kind = RetryError if isinstance(error.reason, ResponseError) else NoConnection
            raise kind(error, request=request) from None

    def get_connection_with_tls_context(self, request: PreparedRequest, *_: Any, **__: Any) -> Any:  # noqa: ANN401 - the same
        """Stand for the connection, where an adapter calls `HTTPAdapter.send` by its name and so misses ours."""

        def urlopen(*, timeout: Timeout, **_: object) -> object:
            __tracebackhide__ = True
            return self._retried(request, _read_timeout(timeout)).raw

        return SimpleNamespace(urlopen=urlopen)

    def _retried(self, request: PreparedRequest, patience: float | None) -> Response:
        __tracebackhide__ = True
        body: Any = request.body
        if body is not None and not isinstance(body, str | bytes):
            request.body = _read(body)  # a stream can be read once, and may be sent again
        retries = self.max_retries
        while True:
            asked: dict[str, Any] = {"method": request.method, "url": request.path_url}
            try:
                response = type(self).minivoice_attempt(self, request, timeout=patience, retries=_ONE_ATTEMPT)
            except (NewConnectionError, ReadTimeoutError) as error:
                retries = retries.increment(**asked, error=error, _pool=_pool(request))
            else:
                if not retries.is_retry(str(request.method), response.status_code):
                    return response
                try:
                    retries = retries.increment(**asked, response=response.raw, _pool=_pool(request))
                except MaxRetryError:
                    if retries.raise_on_status:
                        raise
                    return response
            self.minivoice_gate.wait(retries.get_backoff_time())


class Twins:
    """Give each adapter of the application a twin: all it does but the connection, which is the gate's."""

    def __init__(self, gate: Gate) -> None:
        """Prepare the answers.

        Args:
            gate: What answers.
        """
        self._shared = {"minivoice_gate": gate, "minivoice_attempt": staticmethod(_attempts(gate))}
        self._kinds: dict[type[HTTPAdapter], type[Answering]] = {}

    def of(self, adapter: HTTPAdapter) -> Answering:
        """Return the twin of an adapter; they share their attributes.

        Args:
            adapter: The application's.

        Returns:
            The twin. What the application's own `send` hands to `super().send` arrives at `Answering.send`.
        """
        kind = type(adapter)
        if kind not in self._kinds:
            bases = (Answering,) if kind is HTTPAdapter else (kind, Answering)
            self._kinds[kind] = new_class(kind.__name__, bases, {}, lambda names: names.update(self._shared))
        twin = object.__new__(self._kinds[kind])
        twin.__dict__ = adapter.__dict__
        return twin


def _attempts(gate: Gate) -> Attempt:
    import responses  # noqa: PLC0415 - 30 ms that suites without REST must not cost

    def call(request: Any) -> Any:  # noqa: ANN401 - responses' own types
        __tracebackhide__ = True
        patience = request.req_kwargs["timeout"]
        try:
            answer = gate.answer(request.method, request.url, _texts(request.headers), _read(request.body))
        except NetworkFailure as failure:
            if failure.kind == "timeout":
                raise _timeout(request, "MiniVoice did not answer (fail_next)") from None
            connection = HTTPConnection(_pool(request).host)
            raise NewConnectionError(connection, "MiniVoice cannot be reached (fail_next)") from None
        if patience is not None and answer.seconds > patience:
            raise _timeout(request, "MiniVoice was too slow (slow_next)")
        return answer.status, answer.headers, b"" if request.method == "HEAD" else answer.body

    mock = responses.RequestsMock(assert_all_requests_are_fired=False)
    for method in _METHODS:
        mock.add_callback(method, re.compile(".*"), callback=call, content_type=None)
    return mock.unbound_on_send()


def _texts(headers: Mapping[str, str | bytes]) -> dict[str, str]:
    """Return headers as texts; requests sends values of bytes too."""
    return {name: each.decode("latin-1") if isinstance(each, bytes) else each for name, each in headers.items()}


def _timeout(request: PreparedRequest, message: str) -> ReadTimeoutError:
    return ReadTimeoutError(_pool(request), request.path_url, message)


def _pool(request: PreparedRequest) -> HTTPConnectionPool:
    """Return what errors of urllib3 name; nothing connects."""
    return connection_from_url(str(request.url))


def _read_timeout(given: Any) -> float | None:  # noqa: ANN401 - what requests takes: a number, a pair, a Timeout
    if isinstance(given, Timeout):
        started = given.clone()
        started.start_connect()
        given = started.read_timeout
    read: float | None = given[1] if isinstance(given, tuple) else given
    return read


def _read(given: Any) -> bytes:  # noqa: ANN401 - what requests was given: text, bytes, a file, a generator
    if given is None:
        return b""
    if isinstance(given, str):
        return given.encode()
    if hasattr(given, "read"):
        return _read(given.read())
    return bytes(given) if isinstance(given, bytes | bytearray) else b"".join(given)

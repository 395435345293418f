"""Answers `requests` through the library `responses`, for MiniVoice's hosts alone.

The adapter is chosen by the session, above the place that `responses` itself patches: mocks of the user's own, begun
before or after, go on to work for all other hosts.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from pytest_minivoice.cloud.rest.messages import NetworkFailure

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_minivoice.transports.patching import Gate, Patches

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")


class MiniVoiceAdapter(HTTPAdapter):
    """Answer every request by the gate."""

    def __init__(self, gate: Gate) -> None:
        """Prepare the answers.

        Args:
            gate: What answers.
        """
        import responses  # noqa: PLC0415 - 30 ms that suites without REST must not cost

        super().__init__()
        mock = responses.RequestsMock(assert_all_requests_are_fired=False)

        def call(request: Any) -> Any:  # noqa: ANN401 - responses' own types
            __tracebackhide__ = True
            patience = _read_timeout(request.req_kwargs.get("timeout"))
            try:
                answer = gate.answer(request.method, request.url, request.headers, _body(request.body))
            except NetworkFailure as failure:
                if failure.kind == "timeout":
                    return requests.exceptions.ReadTimeout("MiniVoice did not answer (fail_next)", request=request)
                return requests.exceptions.ConnectionError("MiniVoice cannot be reached (fail_next)", request=request)
            if patience is not None and answer.seconds > patience:
                return requests.exceptions.ReadTimeout("MiniVoice was too slow (slow_next)", request=request)
            return answer.status, answer.headers, answer.body

        for method in _METHODS:
            mock.add_callback(method, re.compile(".*"), callback=call, content_type=None)
        self._mocked = mock.unbound_on_send()

    def send(self, request: Any, *args: Any, **keywords: Any) -> Any:  # noqa: ANN401 - as requests has it
        """Answer a request."""
        __tracebackhide__ = True
        return self._mocked(self, request, *args, **keywords)


def _read_timeout(given: float | tuple[float | None, float | None] | None) -> float | None:
    return given[1] if isinstance(given, tuple) else given


def _body(given: Any) -> bytes:  # noqa: ANN401 - what requests was given: text, bytes, a file, a generator
    if given is None:
        return b""
    if isinstance(given, str):
        return given.encode()
    if hasattr(given, "read"):
        return _body(given.read())
    return bytes(given) if isinstance(given, bytes | bytearray) else b"".join(given)


class _Choice:
    """Stand for `Session.get_adapter`: MiniVoice's hosts before whatever a session is given by others.

    requests-mock sets the attribute on the session itself for the time of a request.
    """

    def __init__(self, gate: Gate, others: Any) -> None:  # noqa: ANN401 - a method of requests
        self._gate = gate
        self._others = others
        self._made: MiniVoiceAdapter | None = None

    def __get__(self, session: requests.Session | None, owner: type) -> Any:  # noqa: ANN401 - as requests has it
        if session is None:
            return lambda session, url: self._choose(url, lambda url: self._others(session, url))
        given = vars(session).get("get_adapter")
        return lambda url: self._choose(url, given or (lambda url: self._others(session, url)))

    def __set__(self, session: requests.Session, given: object) -> None:
        vars(session)["get_adapter"] = given

    def _choose(self, url: str, others: Callable[[str], object]) -> object:
        parts = urlsplit(url)
        if not self._gate.handles(parts.hostname or "", parts.port):
            return others(url)
        if self._made is None:
            self._made = MiniVoiceAdapter(self._gate)
        return self._made


def install(gate: Gate, patches: Patches) -> None:
    """Lead requests to MiniVoice's hosts to the gate.

    Args:
        gate: Says which hosts these are, and answers.
        patches: Keeps what was there.
    """
    patches.set(requests.Session, "get_adapter", _Choice(gate, requests.Session.get_adapter))

"""Answers `requests` for MiniVoice's hosts alone, by the application's own adapters as far as it has some.

The adapter is chosen by the session, above the place that `responses` itself patches: mocks of the user's own, begun
before or after, go on to work for all other hosts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from pytest_minivoice.transports.requests_adapter import Answering, Twins

if TYPE_CHECKING:
    from pytest_minivoice.transports.patching import Gate, Patches


class _Choice:
    """Stand for `Session.get_adapter`: MiniVoice's hosts before whatever a session is given by others.

    requests-mock sets the attribute on the session itself for the time of a request.
    """

    def __init__(self, gate: Gate, others: Any) -> None:  # noqa: ANN401 - a method of requests
        self._gate = gate
        self._others = others
        self._twins: Twins | None = None

    def __get__(self, session: requests.Session | None, owner: type) -> Any:  # noqa: ANN401 - as requests has it
        if session is None:
            return self._choose
        return lambda url: self._choose(session, url)

    def __set__(self, session: requests.Session, given: object) -> None:
        vars(session)["get_adapter"] = given

    def _choose(self, session: requests.Session, url: str) -> object:
        parts = urlsplit(url)
        if not self._gate.handles(parts.hostname or "", parts.port):
            given = vars(session).get("get_adapter")
            return self._others(session, url) if given is None else given(url)
        adapter = self._others(session, url)
        if isinstance(adapter, Answering):
            return adapter
        if self._twins is None:
            self._twins = Twins(self._gate)
        return self._twins.of(adapter if isinstance(adapter, HTTPAdapter) else HTTPAdapter())


def install(gate: Gate, patches: Patches) -> None:
    """Lead requests to MiniVoice's hosts to the gate.

    Args:
        gate: Says which hosts these are, and answers.
        patches: Keeps what was there.
    """
    if not patches.is_on_top(requests.Session, "get_adapter"):
        patches.set(requests.Session, "get_adapter", _Choice(gate, requests.Session.get_adapter))

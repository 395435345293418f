"""A webhook: what it says, the exact bytes, its signature, and the attempts to deliver it. Also its forgeries."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast

from pytest_minivoice.cloud import variants
from pytest_minivoice.cloud.attempt import Attempt
from pytest_minivoice.cloud.clock import lead
from pytest_minivoice.cloud.payloads import USER_AGENT
from pytest_minivoice.cloud.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER, signature_headers
from pytest_minivoice.errors import SettingError
from pytest_minivoice.spec.http import Request, Response

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

    from pytest_minivoice.cloud.application import Application
    from pytest_minivoice.spec.assumptions import Assumptions

_UNSIGNED = {"Content-Type": "application/json", "User-Agent": USER_AGENT}


@dataclass(slots=True, kw_only=True)
class Webhook:
    """Hold a webhook, and the attempts to deliver it.

    Args:
        event: Such as `call.gathered`.
        call_id: The call's id.
        url: Where it goes, or None where no webhook_url is set.
        payload: What it says.
        body: The exact bytes, which are signed.
        secret: What it is signed with, or None.
        seconds: When it is signed, Unix seconds of the virtual clock.
        assumptions: For the assumption `signature_timestamp`.
        post: Sends a request to the application under test.
        attempts: Each try, in order.
    """

    event: str
    call_id: str
    url: str | None
    payload: Mapping[str, object]
    body: bytes
    secret: str | None = field(repr=False)
    seconds: float
    assumptions: Assumptions = field(repr=False)
    post: Callable[[Request], Response] = field(repr=False, compare=False)
    attempts: list[Attempt] = field(default_factory=list)
    _headers: dict[str, str] | None = field(default=None, repr=False, compare=False)
    _lead: float = field(default=0.0, repr=False, compare=False)

    @property
    def headers(self) -> dict[str, str]:
        """The headers that it is sent with; those of the first attempt, where there were several."""
        if self._headers is None:
            self._headers = self.headers_at(self.seconds)
        return self._headers

    @property
    def status(self) -> int:
        """The HTTP status of the last attempt; 0 before the first."""
        return self.attempts[-1].status if self.attempts else 0

    @property
    def accepted(self) -> bool:
        """Whether the application accepted it in the end."""
        return bool(self.attempts) and self.attempts[-1].accepted

    def headers_at(self, seconds: float) -> dict[str, str]:
        """Sign it at another time.

        Args:
            seconds: Unix seconds of the signature.

        Returns:
            The headers to send then.
        """
        return _UNSIGNED | signature_headers(self.secret, seconds - self._lead, self.body, self.assumptions)

    def request(self, headers: Mapping[str, str] | None = None) -> Request:
        """Return the request that delivers it.

        Args:
            headers: Others than `headers`.

        Returns:
            A POST of `body`.

        Raises:
            SettingError: If there is no webhook_url.
        """
        __tracebackhide__ = True
        if self.url is None:
            message = "there is no webhook_url to deliver to; set minivoice_webhook_url = /minivoice/webhooks"
            raise SettingError(message)
        return Request(method="POST", url=self.url, headers=dict(headers or self.headers), body=self.body)

    def deliver(self) -> Response:
        """Deliver it to the application under test, once, as it is.

        Returns:
            What the application answered; an exception of its handler is in `error`.

        Raises:
            SettingError: If there is no webhook_url.
        """
        __tracebackhide__ = True
        response = self.post(self.request())
        self.attempts.append(Attempt(seconds=self.seconds, headers=self.headers, response=response))
        return response

    def delivering(self) -> Generator[Request, Response, Response]:
        """Do what `deliver` does, request by request."""
        __tracebackhide__ = True
        response = yield self.request()
        self.attempts.append(Attempt(seconds=self.seconds, headers=self.headers, response=response))
        return response

    def tampered(self) -> Webhook:
        """Change who called, and keep the signature of the original.

        Returns:
            A webhook that a receiver must refuse.
        """
        return self._forged(payload=variants.from_another(self.payload))

    def re_encoded(self) -> Webhook:
        """Write the same JSON in other bytes, and keep the signature of the original.

        Returns:
            A webhook that a receiver must refuse: the raw bytes are signed, not the values.
        """
        return self._forged(body=json.dumps(self.payload, separators=(",", ":")).encode())

    def unsigned(self) -> Webhook:
        """Leave both signature headers out.

        Returns:
            A webhook that a receiver must refuse.
        """
        gone = {TIMESTAMP_HEADER, SIGNATURE_HEADER}
        return self._forged(headers={name: value for name, value in self.headers.items() if name not in gone})

    def signed_with(self, secret: str) -> Webhook:
        """Sign it with a secret.

        Args:
            secret: Such as one that a stranger might guess.

        Returns:
            The same webhook, signed with it.
        """
        return self._anew(secret=secret)

    def stale(self, seconds: float = 600) -> Webhook:
        """Sign it in the past, correctly.

        Args:
            seconds: How long ago.

        Returns:
            A webhook that a receiver should refuse, as a stranger might replay it.

        Raises:
            SettingError: If there is no webhook_secret, since only a signature has a time.
        """
        __tracebackhide__ = True
        if not self.secret:
            message = "only a signed webhook can be stale; set minivoice_webhook_secret, or use signed_with(secret)"
            raise SettingError(message)
        return self._anew(seconds=self.seconds - seconds)

    def with_event(self, event: str) -> Webhook:
        """Name another event, signed correctly.

        Args:
            event: Any name, such as `call.unknown`.

        Returns:
            A genuine webhook with that event.
        """
        return self._genuine({**self.payload, "event": event})

    def with_extra_field(self, name: str = "added_later", value: object = "by MiniVoice") -> Webhook:
        """Add a field that no page documents to the webhook, its call and its data, signed correctly.

        Args:
            name: The field's name.
            value: Its value.

        Returns:
            A webhook that a receiver must tolerate.
        """
        return self._genuine(variants.extended(self.payload, name, value))

    def without(self, field: str) -> Webhook:
        """Leave a field out, signed correctly.

        Args:
            field: Its path, such as `variables`, `call.provider_call_id` or `data.event_key`.

        Returns:
            The webhook without it.

        Raises:
            SettingError: If it has no such field.
        """
        __tracebackhide__ = True
        payload = variants.without(self.payload, field)
        if payload is None:
            known = ", ".join(variants.paths(self.payload))
            raise SettingError(f"without({field!r}): this {self.event} has no such field; fields: {known}")
        return self._genuine(payload)

    def _anew(self, **changed: object) -> Webhook:
        return replace(self, attempts=[], _headers=None, **changed)  # type: ignore[arg-type]  # its own fields

    def _genuine(self, payload: Mapping[str, object]) -> Webhook:
        return self._anew(payload=payload, body=json.dumps(payload).encode(), event=str(payload.get("event", "")))

    def _forged(
        self,
        *,
        payload: Mapping[str, object] | None = None,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Webhook:
        said = self.payload if payload is None else payload
        raw = body or (self.body if payload is None else json.dumps(said).encode())
        return replace(self, attempts=[], payload=said, body=raw, _headers=headers or dict(self.headers))


def webhook_of(
    payload: Mapping[str, object],
    application: Application,
    *,
    seconds: float,
    assumptions: Assumptions,
    post: Callable[[Request], Response],
) -> Webhook:
    """Make a webhook that was not sent yet.

    Args:
        payload: What it says.
        application: Where it goes, and what it is signed with.
        seconds: When it is signed, Unix seconds.
        assumptions: For the assumption `signature_timestamp`.
        post: Sends a request to the application under test.

    Returns:
        The webhook.
    """
    return Webhook(
        event=str(payload["event"]),
        call_id=cast("Mapping[str, str]", payload["call"])["id"],
        url=application.webhook_url,
        payload=payload,
        body=json.dumps(payload).encode(),
        secret=application.webhook_secret,
        seconds=seconds,
        assumptions=assumptions,
        post=post,
        _lead=lead(seconds),
    )

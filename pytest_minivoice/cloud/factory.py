"""Makes webhooks for tests of a receiver: documented payloads, sensible defaults, every field changeable."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, cast

from pytest_minivoice.call.effects import Emit
from pytest_minivoice.choices import check_choice
from pytest_minivoice.cloud.call_record import CallRecord
from pytest_minivoice.cloud.clock import rfc3339
from pytest_minivoice.cloud.dids import FIRST, PERSON
from pytest_minivoice.cloud.ids import provider_call_id
from pytest_minivoice.cloud.payloads import Facts, envelope
from pytest_minivoice.cloud.possible import impossible_order, statuses
from pytest_minivoice.cloud.webhook import Webhook, webhook_of
from pytest_minivoice.cloud.webhook_fields import GATHERED, gathered, known
from pytest_minivoice.errors import SettingError
from pytest_minivoice.spec.calls import EVENTS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from typing_extensions import Unpack

    from pytest_minivoice.cloud.application import Application
    from pytest_minivoice.cloud.clock import Clock
    from pytest_minivoice.cloud.webhook_fields import Fields, GatheredFields
    from pytest_minivoice.settings import Settings
    from pytest_minivoice.spec.http import Request, Response

_SOMETIMES = ("provider_call_id", "route_mode", "routing_target")
_LIFECYCLE = ("call.created", "call.answered", "call.gathered", "call.completed")
_NUMBERS = {"inbound": (PERSON, FIRST), "outbound": (FIRST, PERSON)}


class WebhookFactory:
    """Make webhooks: one method for each event, and `lifecycle` for all of a call."""

    def __init__(
        self,
        application: Application,
        *,
        settings: Settings,
        clock: Clock,
        new_id: Callable[[str], str],
        post: Callable[[Request], Response],
    ) -> None:
        """Make a factory.

        Args:
            application: Where webhooks go, and what they are signed with.
            settings: For the assumptions.
            clock: Tells the time of webhooks and signatures.
            new_id: Makes ids.
            post: Sends a request to the application under test.
        """
        self._application = application
        self._settings = settings
        self._clock = clock
        self._new_id = new_id
        self._post = post

    def call_created(self, **fields: Unpack[Fields]) -> Webhook:
        """Make call.created [webhooks/call-created].

        Args:
            fields: What differs from the defaults; see `Fields`.

        Returns:
            The webhook, of a new call unless `call` or `call_id` is given.

        Raises:
            SettingError: For an unknown field, or what no MiniVoice would say; `force=True` makes it nevertheless.
        """
        __tracebackhide__ = True
        return self._make("call.created", fields)

    def call_answered(self, **fields: Unpack[Fields]) -> Webhook:
        """Make call.answered; see `call_created`."""
        __tracebackhide__ = True
        return self._make("call.answered", fields)

    def call_gathered(self, **fields: Unpack[GatheredFields]) -> Webhook:
        """Make call.gathered [actions/gather]: `digits` is `"1"` by default, or empty with `timed_out=True`.

        See `call_created`, and `GatheredFields`.
        """
        __tracebackhide__ = True
        return self._make("call.gathered", fields)

    def call_completed(self, **fields: Unpack[Fields]) -> Webhook:
        """Make call.completed; see `call_created`."""
        __tracebackhide__ = True
        return self._make("call.completed", fields)

    def call_failed(self, **fields: Unpack[Fields]) -> Webhook:
        """Make call.failed; see `call_created`."""
        __tracebackhide__ = True
        return self._make("call.failed", fields)

    def call_canceled(self, **fields: Unpack[Fields]) -> Webhook:
        """Make call.canceled, of an outbound call by default; see `call_created`."""
        __tracebackhide__ = True
        return self._make("call.canceled", fields)

    def recording_started(self, **fields: Unpack[Fields]) -> Webhook:
        """Make recording.started; see `call_created`."""
        __tracebackhide__ = True
        return self._make("recording.started", fields)

    def recording_completed(self, **fields: Unpack[Fields]) -> Webhook:
        """Make recording.completed; see `call_created`."""
        __tracebackhide__ = True
        return self._make("recording.completed", fields)

    def recording_failed(self, **fields: Unpack[Fields]) -> Webhook:
        """Make recording.failed; see `call_created`."""
        __tracebackhide__ = True
        return self._make("recording.failed", fields)

    def lifecycle(
        self, of: CallRecord | Sequence[str] | None = None, **fields: Unpack[GatheredFields]
    ) -> list[Webhook]:
        """Make the webhooks of one whole call, a second apart, the last one now.

        Args:
            of: A call of `minivoice`, whose webhooks are made as it sent them; or the names of events. By default
                call.created, call.answered, call.gathered and call.completed.
            fields: What differs from the defaults in all of them; those of a gather go to call.gathered.

        Returns:
            The webhooks, in order.

        Raises:
            SettingError: For an unknown field, an order that no call has, or what no MiniVoice would say;
                `force=True` makes them nevertheless.
        """
        __tracebackhide__ = True
        call = of if isinstance(of, CallRecord) else fields.get("call")
        if isinstance(call, CallRecord) and (of is call or of is None):
            others = sorted(fields.keys() - {"call", "call_id"})
            if others:
                raise SettingError(f"lifecycle(call) makes what the call sent; it takes no {', '.join(others)}")
            return self._of_call(call, fields.get("call_id") or call.id)
        return self._of_events(_LIFECYCLE if of is None else tuple(of), fields)  # type: ignore[arg-type]  # no call, as seen above

    def _of_events(self, events: Sequence[str], fields: GatheredFields) -> list[Webhook]:
        __tracebackhide__ = True
        for event in events:
            check_choice("lifecycle", event, EVENTS)
        reason = impossible_order(events)
        if reason and not fields.get("force"):
            raise SettingError(f"lifecycle({list(events)}): {reason}; force=True makes it nevertheless")
        common = cast("dict[str, object]", {"call_id": self._new_id("call"), **fields})
        if "call" in common:
            del common["call_id"]
        if "call.canceled" in events:
            common.setdefault("direction", "outbound")
        made = []
        for number, event in enumerate(events):
            mine = {name: value for name, value in common.items() if event == "call.gathered" or name not in GATHERED}
            made.append(self._make(event, mine, seconds=self._clock.seconds - (len(events) - 1 - number)))
        return made

    def _of_call(self, call: CallRecord, call_id: str) -> list[Webhook]:
        payloads = [json.loads(json.dumps(event.payload).replace(call.id, call_id)) for event in call.events]
        if call_id != call.id:
            for payload in payloads:
                if "provider_call_id" in payload["call"]:
                    payload["call"]["provider_call_id"] = provider_call_id(call_id)
        return [self._webhook(payload, self._clock.seconds) for payload in payloads]

    def _make(self, event: str, given: Mapping[str, object], *, seconds: float | None = None) -> Webhook:
        __tracebackhide__ = True
        method = event.replace(".", "_")
        checked = not given.get("force")
        fields = known(method, event, given, checked=checked)
        facts, direction = self._facts(event, fields)
        status = str(fields.get("status", statuses(event, direction)[0]))
        if checked:
            self._check_status(method, event, status, direction)
        seconds = self._clock.seconds if seconds is None else seconds
        data: dict[str, object] = (
            gathered(method, fields, self._settings, checked=checked) if event == "call.gathered" else {}
        )
        emit = Emit(event, status, data)  # type: ignore[arg-type]  # checked above
        variables: Mapping[str, str] = fields.get("variables", {})  # type: ignore[assignment]  # checked by known()
        payload = envelope(
            facts, emit, variables, created_at=_moment(fields.get("created_at"), seconds), settings=self._settings
        )
        call = {name: fields[name] for name in _SOMETIMES if name in fields}
        if call:
            payload["call"] = {**payload["call"], **call}  # type: ignore[dict-item]  # the envelope's call
        if "data" in fields:
            payload["data"] = {**data, **payload["data"], **fields["data"]}  # type: ignore[dict-item]  # the same
        return self._webhook(payload, seconds)

    def _webhook(self, payload: Mapping[str, object], seconds: float) -> Webhook:
        return webhook_of(payload, self._application, seconds=seconds, assumptions=self._settings, post=self._post)

    def _facts(self, event: str, fields: Mapping[str, object]) -> tuple[Facts, str]:
        direction = str(fields.get("direction", "outbound" if event == "call.canceled" else "inbound"))
        from_, to = _NUMBERS.get(direction, _NUMBERS["inbound"])
        application = self._application
        facts = Facts(
            id=str(fields.get("call_id") or self._new_id("call")),
            customer_id=str(fields.get("customer_id", application.customer_id)),
            application_id=str(fields.get("application_id", application.id)),
            direction=direction,  # type: ignore[arg-type]  # checked by known()
            from_=fields.get("from_", from_),  # type: ignore[arg-type]  # the same
            to=fields.get("to", to),  # type: ignore[arg-type]  # the same
            route_mode=str(fields.get("route_mode", "webhook")),
        )
        return facts, direction

    def _check_status(self, method: str, event: str, status: str, direction: str) -> None:
        __tracebackhide__ = True
        possible = statuses(event, direction)
        if status not in possible:
            has = " or ".join(possible)
            raise SettingError(
                f"{method}(status={status!r}): an {direction} call has the status {has} at {event}; "
                "force=True makes it nevertheless"
            )
        if event == "call.canceled" and direction == "inbound" and self._settings.caller_hangup != "canceled":
            raise SettingError(
                f"{method}(direction='inbound'): only an outbound call is canceled (assumptions canceled and "
                "caller_hangup); force=True makes it nevertheless"
            )


def _moment(given: object, seconds: float) -> str:
    if isinstance(given, datetime):
        return rfc3339(given.timestamp())
    return rfc3339(seconds) if given is None else str(given)

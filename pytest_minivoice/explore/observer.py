"""Looks at one explored call each time it has settled, and writes down canonically where it stands.

It makes no request. What differs from call to call is replaced by placeholders, numbered anew for each thing that is
written down: a token that is made for each page must not make each page a state of its own.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from pytest_minivoice.call.effects import Dial, Idle, Listen, Over, Ring
from pytest_minivoice.cloud.call_record import CallRecord
from pytest_minivoice.cloud.ids import provider_call_id
from pytest_minivoice.explore.mask import Mask
from pytest_minivoice.explore.seen import Kind, Seen, canonical_url
from pytest_minivoice.explore.volatile import Leaves, leaves

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from pytest_minivoice.call.gather import Gather
    from pytest_minivoice.cloud.account import Account
    from pytest_minivoice.cloud.conversation import Conversation
    from pytest_minivoice.cloud.records import RanAction
    from pytest_minivoice.explore.line import Phone
    from pytest_minivoice.rules.rule import Finding
    from pytest_minivoice.spec.actions import Action

_SHOWN: Mapping[str, AbstractSet[str]] = {
    "say": {"text"},
    "gather": {"prompt", "num_digits", "min_digits", "max_digits", "timeout_seconds", "finish_on_key"},
    "redirect": {"url"},
    "transfer": {"destination", "to"},
    "bridge": {"destination", "to"},
    "conference": {"room"},
}
"""The parameters that show elsewhere: in what is heard, or in the state that an action leads to."""
_KINDS: dict[type, Kind] = {Ring: "ring", Listen: "gather", Dial: "dial", Idle: "idle", Over: "end"}


class Observer:
    """Look at one call."""

    def __init__(self, talk: Conversation, account: Account, phone: Phone) -> None:
        """Begin.

        Args:
            talk: The call.
            account: Its account.
            phone: Knows the options, and the volatile fields.
        """
        self._talk = talk
        self._account = account
        self._phone = phone
        self._actions: Sequence[Action] = ()
        self._method = ""
        facts = talk.facts
        self._mask = Mask(
            {
                facts.id: "<call>",
                provider_call_id(facts.id): "<provider_call>",
                facts.customer_id: "<customer>",
                facts.application_id: "<application>",
            }
        )

    def look(self) -> Seen:
        """Write down where the call stands, and what came of the last input.

        Returns:
            What is seen.
        """
        talk, mask = self._talk, self._mask
        kind = _KINDS[type(talk.engine.waiting)]
        waiting = talk.engine.waiting
        gather = waiting.gather if isinstance(waiting, Listen) else None
        mask.begin()
        documents = self._documents()
        mask.begin()
        menu = canonical_url(mask.text(talk.engine.course.url), self._phone.settings.base_url)
        end = self._end() if kind == "end" else None
        probe = "" if end else self._probe()
        place = [kind, *end] if end else [kind, self._method, menu, *self._where(gather), *([probe] if probe else [])]
        key = json.dumps(place, ensure_ascii=False)
        texts = self._texts(gather)
        reached = self._reached()
        mask.begin()
        heard = tuple(map(mask.text, talk.heard))
        did = tuple(filter(None, map(self._deed, talk.actions)))
        findings = self._findings()
        events = [str(each) for each in talk.events]
        broken = [f"{each.code} {each.where}" for each in findings]
        return Seen(
            key=key,
            label=json.dumps([key, heard, did, events, broken], ensure_ascii=False),
            kind=kind,
            menu=f"{self._method} {menu}".strip(),
            heard=heard,
            did=did,
            texts=texts,
            gather=gather,
            end=end or ("", "", "", *reached),
            findings=findings,
            documents=documents,
            probe=probe,
        )

    def _end(self) -> tuple[str, str, str, str, str]:
        engine = self._talk.engine
        return (str(engine.terminal), str(engine.status), str(engine.reason), *self._reached())

    def _deed(self, ran: RanAction) -> str:
        """Write down an action that ran, apart from what the caller hears, and where the call then stands or goes."""
        shown = _SHOWN.get(ran, frozenset())
        given = {name: value for name, value in ran.parameters.items() if name not in shown}
        if ran in _SHOWN and not given:
            return ""
        plain = (f"{name}={value if isinstance(value, str) else json.dumps(value)}" for name, value in given.items())
        return " ".join([str(ran), *sorted(map(self._mask.text, plain))])

    def _findings(self) -> tuple[Finding, ...]:
        talks = tuple(self._account.talks.values())  # another thread of the application may make one
        found = (*(each for talk in talks for each in talk.findings), *self._account.rest_findings)
        mask = self._mask.text
        return tuple(
            replace(each, where=mask(each.where), request=mask(each.request), message=mask(each.message))
            for each in found
        )

    def _documents(self) -> tuple[tuple[str, Leaves], ...]:
        found = []
        reader, fields = self._account.operator.board.reader, self._phone.fields
        for exchange in self._talk.requests:
            document = reader.read(exchange.response.body) if exchange.response.accepted else None
            self._actions = document.actions if document else ()
            self._method = exchange.method
            strings = leaves("", self._actions) | {"\0": str(exchange.status)}
            path = self._mask.text(exchange.path)
            named = {pointer: self._mask.named(text) for pointer, text in strings.items()}
            for value, text in fields.values(path, named, self._talk.facts.id):
                self._mask.add(value, text)
            found.append((path, {name: self._mask.text(text) for name, text in strings.items()}))
        return tuple(found)

    def _reached(self) -> tuple[str, str]:
        course = self._talk.engine.course
        return self._mask.text(course.destination or ""), self._mask.text(course.room or "")

    def _where(self, gather: Gather | None) -> list[object]:
        """Return what decides how the call goes on, apart from what the application keeps to itself."""
        features = self._talk.engine.course.features
        mask = self._mask.text
        strings = leaves("", self._actions)
        return [
            sorted((pointer, mask(text)) for pointer, text in strings.items()),
            -1 if gather is None else gather.action.index,
            self._reached(),
            sorted((name, mask(value)) for name, value in features.variables.items()),
            [features.held, sorted(features.muted), features.recording, [list(each) for each in features.streams]],
        ]

    def _texts(self, gather: Gather | None) -> tuple[str, ...]:
        until = len(self._actions) if gather is None else gather.action.index
        said = [str(each.parameters["text"]) for each in self._actions if each.name == "say" and each.index < until]
        if gather is not None and gather.prompt:
            said.append(gather.prompt)
        return tuple(map(self._mask.text, said))

    def _probe(self) -> str:
        options = self._phone.options
        if options.state is None:
            return ""
        found = options.state(CallRecord(self._talk)) if options.probe_takes_call else options.state()
        return self._mask.text(json.dumps(found, sort_keys=True, default=repr, ensure_ascii=False))

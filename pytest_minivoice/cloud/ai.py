"""AI results of calls, as a test puts them in: whole or in part, late or failed [ai/*]."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from pytest_minivoice.choices import check_choice, did_you_mean
from pytest_minivoice.cloud.ai_parts import KINDS, ReadOnlyDict, checked
from pytest_minivoice.cloud.quantities import is_number
from pytest_minivoice.errors import SettingError

if TYPE_CHECKING:
    from pytest_minivoice.cloud.clock import Clock
    from pytest_minivoice.cloud.conversation import Conversation

Data = Mapping[str, object]

_SENTIMENTS = ("positive", "neutral", "negative", "mixed")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """Hold one part: what it says, and when it can be read; `since` None stands for the end of the call."""

    data: object
    since: float | None
    after_seconds: float


class AiResults(MutableMapping[str, Data]):
    """Hold the AI results of calls by call id: `ai_results[call.id] = {"summary": {...}}`.

    A part that is not given is missing: its endpoint answers 404. `transcription`, `summary`, `score` and `topics` make
    parts with sensible defaults. What was put in is read-only; put it in anew to change it.
    """

    def __init__(self, clock: Clock, talks: Mapping[str, Conversation]) -> None:
        """Begin with none.

        Args:
            clock: The account's.
            talks: The account's calls.
        """
        self._clock = clock
        self._talks = talks
        self._kept: dict[str, dict[str, tuple[_Part, ...]]] = {}

    def __setitem__(self, call_id: str, data: Data) -> None:
        """Put the results of a call in, at once, in place of those that it had.

        Args:
            call_id: The call's id.
            data: The `data` of `GET /v1/calls/:id/ai`, whole or in part.
        """
        __tracebackhide__ = True
        talk = self._talk(call_id)
        parts = checked(data)
        self._kept[call_id] = {name: (_part(talk, part, self._clock, 0),) for name, part in parts.items()}

    def __getitem__(self, call_id: str) -> Data:
        """Return the results of a call, ready or not, to be read."""
        __tracebackhide__ = True
        return ReadOnlyDict({name: parts[-1].data for name, parts in self._of(call_id).items()})

    def __delitem__(self, call_id: str) -> None:
        """Take the results of a call away."""
        __tracebackhide__ = True
        self._of(call_id)
        del self._kept[call_id]

    def __iter__(self) -> Iterator[str]:
        """Give the ids of the calls that have results."""
        return iter(list(self._kept))

    def __len__(self) -> int:
        """Count the calls that have results."""
        return len(self._kept)

    def put(self, call_id: str, data: Data, *, after_seconds: float = 0) -> None:
        """Put parts of the results of a call in, beside those that it has; each is ready by itself.

        A part that was put in before stays readable until the new one is ready.

        Args:
            call_id: The call's id.
            data: The `data` of `GET /v1/calls/:id/ai`, whole or in part. A `call` in it is checked and left out: the
                API answers the call as it is.
            after_seconds: Seconds of the virtual clock until they can be read, from the end of the call, or from now
                where it has ended.

        Raises:
            SettingError: If there is no such call, or the results do not fit the documented shape.
        """
        __tracebackhide__ = True
        talk = self._talk(call_id)
        parts = checked(data)
        if not is_number(after_seconds) or after_seconds < 0:
            raise SettingError(f"after_seconds is {after_seconds!r}; it must be a number of seconds, 0 or more")
        kept = dict(self._kept.get(call_id, {}))
        for name, part in parts.items():
            kept[name] = (*kept.get(name, ()), _part(talk, part, self._clock, after_seconds))
        self._kept[call_id] = kept

    def ready(self, call_id: str) -> Data:
        """Return the results of a call that can be read by now.

        Args:
            call_id: The call's id.

        Returns:
            Copies of the parts; empty where there are none yet.
        """
        kept, ended, now = self._kept.get(call_id, {}), self._talks[call_id].ended, self._clock.seconds
        told = {}
        for name in KINDS:
            for part in reversed(kept.get(name, ())):
                since = ended if part.since is None else part.since
                # Rounded as the clock is: a float may differ by less than a microsecond.
                if since is not None and round(since + part.after_seconds - now, 6) <= 0:
                    told[name] = deepcopy(part.data)
                    break
        return told

    def _of(self, call_id: str) -> Mapping[str, tuple[_Part, ...]]:
        __tracebackhide__ = True
        _check_id(call_id)
        if call_id not in self._kept:
            raise KeyError(f"ai_results has nothing of the call {call_id!r}")
        return self._kept[call_id]

    def _talk(self, call_id: str) -> Conversation:
        __tracebackhide__ = True
        _check_id(call_id)
        talk = self._talks.get(call_id)
        if talk is None:
            hint = did_you_mean(call_id, list(self._talks))
            raise SettingError(
                f"ai_results[{call_id!r}]: there is no such call; use call.id of a call that was made{hint}"
            )
        return talk

    @staticmethod
    def transcription(
        full_text: str = "I need help with billing.",
        *,
        language: str = "en",
        segments: Sequence[Data] = (),
        status: str = "completed",
    ) -> dict[str, object]:
        """Make a transcription.

        Args:
            full_text: What was said.
            language: Its language.
            segments: Its parts: speaker, text, start_ms, end_ms.
            status: `completed`, or another, such as of one that failed.

        Returns:
            The part, to put in under `transcription`.
        """
        return {"status": status, "language": language, "full_text": full_text, "segments": list(segments)}

    @staticmethod
    def summary(
        summary: str = "The caller asked for billing help.",
        *,
        outcome: str = "follow_up_needed",
        sentiment: str = "neutral",
        action_items: Sequence[str] = ("Review invoice",),
        key_points: Sequence[str] = ("Billing question",),
        status: str = "completed",
    ) -> dict[str, object]:
        """Make a summary.

        Args:
            summary: The text.
            outcome: What came of the call.
            sentiment: `positive`, `neutral`, `negative` or `mixed`.
            action_items: What is to be done.
            key_points: What was said.
            status: `completed`, or another, such as of one that failed.

        Returns:
            The part, to put in under `summary`.
        """
        __tracebackhide__ = True
        check_choice("sentiment", sentiment, _SENTIMENTS)
        return {
            "status": status,
            "summary": summary,
            "outcome": outcome,
            "sentiment": sentiment,
            "action_items": list(action_items),
            "key_points": list(key_points),
        }

    @staticmethod
    def score(
        total_score: float = 17, max_score: float = 20, *, items: Sequence[Data] = (), status: str = "completed"
    ) -> dict[str, object]:
        """Make a score; its percentage is calculated.

        Args:
            total_score: Points reached.
            max_score: Points that can be reached.
            items: Its parts: name, score, max_score, reason, evidence.
            status: `completed`, or another, such as of one that failed.

        Returns:
            The part, to put in under `score`.
        """
        __tracebackhide__ = True
        for name, points in (("total_score", total_score), ("max_score", max_score)):
            if not is_number(points):
                raise SettingError(f"ai_results.score: {name} is {points!r}; it must be a number of points")
        return {
            "status": status,
            "total_score": total_score,
            "max_score": max_score,
            "percentage": round(100 * total_score / max_score) if max_score else 0,
            "items": list(items),
        }

    @staticmethod
    def topics(*topics: str, confidence: float = 0.92) -> list[dict[str, object]]:
        """Make topics.

        Args:
            topics: Their names, such as `Billing`.
            confidence: How sure the analysis is of each, from 0 to 1.

        Returns:
            The part, to put in under `topics`.
        """
        __tracebackhide__ = True
        for each in cast("tuple[object, ...]", topics):
            if not isinstance(each, str):
                example = 'ai_results.topics("Billing", "Refund")'
                raise SettingError(f"ai_results.topics takes names, not {each!r}; write {example}")
        return [
            {"topic": each, "raw_topic": each.lower(), "normalized_topic": each, "confidence": confidence}
            for each in topics or ("Billing",)
        ]


def _part(talk: Conversation, data: object, clock: Clock, after_seconds: float) -> _Part:
    since = None if talk.ended is None else clock.seconds
    return _Part(data=data, since=since, after_seconds=after_seconds)


def _check_id(call_id: object) -> None:
    __tracebackhide__ = True
    if not isinstance(call_id, str):
        hint = "; did you mean ai_results[call.id]?" if isinstance(getattr(call_id, "id", None), str) else ""
        raise SettingError(f"ai_results takes the id of a call: use call.id, not {call_id!r}{hint}")

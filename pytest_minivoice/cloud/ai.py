"""AI results of calls, as a test puts them in: whole or in part, late or failed [ai/*]."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from pytest_minivoice.choices import check_choice
from pytest_minivoice.errors import SettingError
from pytest_minivoice.spec.schema import Schema, schema

if TYPE_CHECKING:
    from pytest_minivoice.cloud.clock import Clock

Data = Mapping[str, object]

KINDS = ("transcription", "summary", "score", "topics")
_SENTIMENTS = ("positive", "neutral", "negative", "mixed")


@dataclass(frozen=True, slots=True)
class _Kept:
    data: Data
    ready: float


class AiResults(MutableMapping[str, Data]):
    """Hold the AI results of calls by call id: `ai_results[call.id] = {"summary": {...}}`.

    A part that is not given is missing: its endpoint answers 404. `transcription`, `summary`, `score` and `topics` make
    parts with sensible defaults.
    """

    def __init__(self, clock: Clock) -> None:
        """Begin with none.

        Args:
            clock: The account's.
        """
        self._clock = clock
        self._kept: dict[str, _Kept] = {}

    def __setitem__(self, call_id: str, data: Data) -> None:
        """Put the results of a call in, at once.

        Args:
            call_id: The call's id.
            data: The `data` of `GET /v1/calls/:id/ai`, whole or in part.
        """
        __tracebackhide__ = True
        self.put(call_id, data)

    def __getitem__(self, call_id: str) -> Data:
        """Return the results of a call, ready or not."""
        return self._kept[call_id].data

    def __delitem__(self, call_id: str) -> None:
        """Take the results of a call away."""
        del self._kept[call_id]

    def __iter__(self) -> Iterator[str]:
        """Give the ids of the calls that have results."""
        return iter(self._kept)

    def __len__(self) -> int:
        """Count the calls that have results."""
        return len(self._kept)

    def put(self, call_id: str, data: Data, *, after_seconds: float = 0) -> None:
        """Put the results of a call in.

        Args:
            call_id: The call's id.
            data: The `data` of `GET /v1/calls/:id/ai`, whole or in part.
            after_seconds: Seconds of the virtual clock until they can be read.

        Raises:
            SettingError: If they do not fit the documented shape.
        """
        __tracebackhide__ = True
        _check(data)
        self._kept[call_id] = _Kept(dict(data), self._clock.seconds + after_seconds)

    def ready(self, call_id: str) -> Data:
        """Return the results of a call that can be read by now.

        Args:
            call_id: The call's id.

        Returns:
            The parts; empty where there are none yet.
        """
        kept = self._kept.get(call_id)
        return kept.data if kept is not None and kept.ready <= self._clock.seconds else {}

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
        return [
            {"topic": each, "raw_topic": each.lower(), "normalized_topic": each, "confidence": confidence}
            for each in topics or ("Billing",)
        ]


def _check(data: object) -> None:
    __tracebackhide__ = True
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - 60 ms that unused plugins must not cost

    if not isinstance(data, Mapping):
        raise SettingError(f"ai_results takes a dict of {', '.join(KINDS)}, not {data!r}")
    definitions = cast("dict[str, Schema]", schema("rest")["$defs"])
    body = cast("dict[str, Schema]", definitions["ai_results"]["properties"])["data"]
    known = cast("dict[str, Schema]", body["properties"])
    for name, part in data.items():
        check_choice("ai_results, a part,", name, known)
        rule: Schema = {"$defs": cast("Schema", definitions), **known[name]}
        for error in Draft202012Validator(rule).iter_errors(cast("dict[str, object]", part)):
            place = "".join(f".{each}" for each in (name, *error.absolute_path))
            raise SettingError(f"ai_results{place}: {error.message}")

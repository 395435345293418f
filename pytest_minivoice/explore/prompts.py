"""Which keys a prompt offers, and which of its words belong to each, as far as the words tell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_NAMES = {
    "star": "*", "asterisk": "*", "pound": "#", "hash": "#", "zero": "0", "one": "1", "two": "2", "three": "3",
    "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
}  # fmt: skip
_VERB = (
    r"(?:press|dial|hit|push|choose|select|enter|type|touch"  # English
    r"|drücken sie|wählen sie|appuyez sur|tapez|pulse|marque|oprima|presione|druk|kies|toets|premi|prema)"
)
_KEY = rf"(?:the |key |die |le |la |el |op |il )*(\d|[*#]|{'|'.join(_NAMES)})"
_FIRST = re.compile(rf"\b{_VERB} {_KEY}(?!\w|\.\d)", re.IGNORECASE)
_LIST = re.compile(
    rf"(?:,|;|\.|\bor\b|\band\b|\boder\b|\bou\b|\bo\b|\bof\b) (?:{_VERB} )?{_KEY} "
    r"(?=for\b|to\b|if\b|für\b|um\b|pour\b|para\b|voor\b|per\b)",
    re.IGNORECASE,
)
_OR = re.compile(rf"\b{_VERB} {_KEY}(?:, (?:or )?{_KEY})*,? or {_KEY}(?!\w)", re.IGNORECASE)
_PAIR = r"(?:(\d) (?:to|through|bis|à|a|tot) (\d)|(?:between|zwischen|entre) (\d) (?:and|und|et|y) (\d))"
_RANGE = re.compile(
    rf"\b(?:(?:{_VERB}|rate|bewerten sie|notez|valore)(?: [^\W\d]+){{0,4}}?"
    rf"|(?:scale|number|digit|key|zahl|note|número)(?: from| of)?) {_PAIR}\b"
    r"(?!:| ?(?:[ap]\.?m\b|minutes?|hours?|days?|weeks?|o'clock|uhr|percent|%))",  # a time, and not a grade
    re.IGNORECASE,
)


_ONE = re.compile(rf"(?<!\w)(?:\d|[*#]|{'|'.join(_NAMES)})(?!\w)", re.IGNORECASE)
_SENTENCE = re.compile(r".+?(?:[.!?](?=\s)|$)", re.DOTALL)
_PURPOSE = re.compile(r"\b(?:for|to|if|für|um|pour|para|voor|per)\b", re.IGNORECASE)
_WORD = re.compile(r"[\w*#]+")
_JOINING = frozenset({"or", "and", "oder", "und", "ou", "et", "o", "y", "of", "en"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """Hold what a prompt offers, in words without case, punctuation and joining words.

    Args:
        keys: The words that belong to each offered key.
        rest: The words that belong to none.
        sentences: The sentences that offer keys, as they are said.
        question: The question before such a sentence, or an empty string.
    """

    keys: Mapping[str, tuple[str, ...]]
    rest: tuple[str, ...]
    sentences: str
    question: str


class _Mention(NamedTuple):
    start: int
    end: int
    key: str


def offered_keys(prompt: str) -> frozenset[str]:
    """Find the keys that a prompt offers.

    Args:
        prompt: What the caller hears.

    Returns:
        The keys; empty when the words do not tell.
    """
    return frozenset(each.key for each in _mentions(prompt))


@lru_cache(maxsize=4096)  # states are many, and the prompts of a call flow few
def offers(prompt: str) -> Offers:
    """Take a prompt apart.

    Args:
        prompt: What the caller hears.

    Returns:
        The offered keys with their words, and the rest.
    """
    mentions = _mentions(prompt)
    keys: dict[str, tuple[str, ...]] = {}
    rest: list[str] = []
    offering: list[str] = []
    before = question = ""
    for sentence in _SENTENCE.finditer(prompt):
        inside = [each for each in mentions if sentence.start() < each.end <= sentence.end()]
        if not inside:
            rest += _words(sentence[0])
            before = sentence[0]
            continue
        lead, clauses = _clauses(prompt[: sentence.end()], sentence.start(), inside)
        rest += lead
        question = before.strip() if before.endswith("?") else question
        following = () if any(clauses) or not before.endswith("?") else _words(before)
        for mention, clause in reversed([*zip(inside, clauses, strict=True)]):
            following = clause or following
            keys[mention.key] = (*keys.get(mention.key, ()), *following)
        offering.append(sentence[0].strip())
        before = ""
    return Offers(keys=keys, rest=tuple(rest), sentences=" ".join(offering), question=question)


def menu_words(prompt: str) -> str:
    """Return what is the same whenever a menu asks again: without words such as "Sorry.".

    Args:
        prompt: What the caller hears.

    Returns:
        The sentences that offer keys, or the last one where none does.
    """
    return offers(prompt).sentences or ["", *sentences(prompt)][-1]


def sentences(prompt: str) -> list[str]:
    """Split a prompt.

    Args:
        prompt: What the caller hears.

    Returns:
        Its sentences.
    """
    return [text for each in _SENTENCE.finditer(prompt) if (text := each[0].strip())]


def _mentions(prompt: str) -> list[_Mention]:
    """Find each mention of an offered key, in the order of the words; a range mentions all its keys at one place."""
    found: dict[tuple[int, str], _Mention] = {}
    for match in _RANGE.finditer(prompt):
        first, last = filter(None, match.groups())
        for digit in range(int(first), int(last) + 1):
            found[match.start(), str(digit)] = _Mention(match.start(), match.end(), str(digit))
    for pattern in (_FIRST, _LIST, _OR) if _FIRST.search(prompt) else ():
        for match in pattern.finditer(prompt):
            start = match.start()
            for one in _ONE.finditer(prompt, match.start(), match.end()):
                key = _NAMES.get(one[0].lower(), one[0])
                found.setdefault((one.start(), key), _Mention(start, one.end(), key))
                start = one.end()
    return sorted(found.values(), key=lambda each: each.end)


def _clauses(prompt: str, start: int, inside: Sequence[_Mention]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Split the sentence with which a prompt ends: the words before its mentions, and those of each mention."""
    lead = prompt[start : inside[0].start]
    gaps = [_words(prompt[one.end : other.start]) for one, other in pairwise(inside)]
    last = _words(prompt[inside[-1].end :])
    if _PURPOSE.search(lead) and not last:  # "To repeat, press star."
        return (), [_words(lead), *gaps]
    return _words(lead), [*gaps, last]


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word in _WORD.findall(text.lower()) if word not in _JOINING)

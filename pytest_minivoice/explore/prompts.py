"""Which keys a prompt offers, as far as its words tell."""

from __future__ import annotations

import re

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
_RANGE = re.compile(rf"\b{_VERB} (\d) (?:to|through|bis) (\d)\b", re.IGNORECASE)


def offered_keys(prompt: str) -> frozenset[str]:
    """Find the keys that a prompt offers.

    Args:
        prompt: What the caller hears.

    Returns:
        The keys; empty when the words do not tell.
    """
    found = {match[1] for match in _FIRST.finditer(prompt)}
    if not found:
        return frozenset()
    found.update(match[1] for match in _LIST.finditer(prompt))
    for match in _OR.finditer(prompt):
        found.update(key for key in match.groups() if key)
    for match in _RANGE.finditer(prompt):
        found.update(str(key) for key in range(int(match[1]), int(match[2]) + 1))
    return frozenset(_NAMES.get(key.lower(), key) for key in found)

"""Why a caller cannot do something, in one sentence that names the move and the state of the call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn

from pytest_minivoice.call.effects import Idle, Listen, Over, Ring, Wanted
from pytest_minivoice.choices import nearest
from pytest_minivoice.errors import CallerError
from pytest_minivoice.spec.calls import KEYS

WORDS = ("timeout", "hang_up", "answer", "no_answer", "busy", "cancel")
"""What a caller script may hold besides keys; the last four are for an outbound call that rings."""

_SYNONYMS = {"wait": "timeout", "silence": "timeout", "nothing": "timeout", "no_input": "timeout", "hangup": "hang_up"}
_VERBS = {word: f"{word}()" for word in WORDS} | {"timeout": "wait()"}


def refuse(move: str, situation: str) -> NoReturn:
    """Refuse a move.

    Args:
        move: What the test wanted, such as `press 5`.
        situation: Why it cannot be.

    Raises:
        CallerError: Always.
    """
    message = f"the caller cannot {move}: {situation}"
    raise CallerError(message)


def situation(waiting: Wanted | None, terminal: str | None) -> str:
    """Say in which state the call is.

    Args:
        waiting: What the engine waits for.
        terminal: The terminal state of a call that ended.

    Returns:
        One clause.
    """
    if isinstance(waiting, Over):
        return f"the call has ended ({terminal})"
    if isinstance(waiting, Ring):
        return "the call was not answered yet; call.answer() first"
    if isinstance(waiting, Listen):
        return "the call is answered already, and a gather listens"
    if isinstance(waiting, Idle):
        return "nothing listens; the actions ran out and the call stays up until the caller hangs up"
    return "nothing listens; an earlier failure stopped the call in the middle"


def check_item(item: object) -> None:
    """Check one item of a caller script.

    Args:
        item: A word, keys, or `{"when": text, "press": keys}`.

    Raises:
        CallerError: If no caller can do it, with what was meant.
    """
    if item in WORDS:
        return
    if not isinstance(item, Mapping):
        check_keys(item)
    elif set(item) != {"when", "press"} or not isinstance(item["when"], str) or not item["when"]:
        message = f'{item!r} is not an item of a caller script; write {{"when": "a text heard", "press": "1"}}'
        raise CallerError(message)
    else:
        check_keys(item["press"])


def check_keys(keys: object) -> None:
    """Check that keys exist on a telephone.

    Args:
        keys: What the test wants to press.

    Raises:
        CallerError: The first key that does not exist, with what was meant.
    """
    if not isinstance(keys, str):
        refuse(f"press {keys!r}", f'digits are a string, such as press("{keys}")')
    if not keys:
        refuse("press ''", "there is no key in it; wait(), in a script 'timeout', lets the gather give up")
    for key in keys:
        if key not in KEYS:
            hint = f"; did you mean {key.upper()!r}?" if key.upper() in KEYS else ""
            word = _SYNONYMS.get(keys.lower()) or nearest(keys, WORDS, cutoff=0.7)
            if word is not None:
                hint = f"; did you mean {_VERBS[word] if word == keys else repr(word)}?"
            refuse(f"press {keys!r}", f"a telephone has no key {key!r}, only {KEYS}{hint}")

"""Plays a caller's script: a list of keys, `timeout` and `hang_up`, and for an outbound call how it is taken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pytest_minivoice.call.effects import Listen, Over, Ring
from pytest_minivoice.call.moves import check_item
from pytest_minivoice.errors import CallerError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_minivoice.cloud.conversation import Conversation, Talk

    Item = str | Mapping[str, str]

_TAKEN = ("answer", "no_answer", "busy", "cancel")


def press(talk: Conversation, keys: str) -> Talk:
    """Let the caller press keys; see `Call.press`."""
    __tracebackhide__ = True
    return talk.move("caller", f"presses {keys}", lambda: talk.engine.press(keys), item=keys)


def wait(talk: Conversation) -> Talk:
    """Let the caller press nothing; see `Call.wait`."""
    __tracebackhide__ = True
    return talk.move("caller", "presses nothing until the gather gives up", talk.engine.time_out, item="timeout")


def hang_up(talk: Conversation) -> Talk:
    """Let the caller hang up; see `Call.hang_up`."""
    __tracebackhide__ = True
    return talk.move("caller", "hangs up", talk.engine.hang_up, item="hang_up")


def answer(talk: Conversation) -> Talk:
    """Let the callee answer; see `Call.answer`."""
    __tracebackhide__ = True
    return talk.move("callee", "answers", talk.engine.answered, item="answer")


def no_answer(talk: Conversation) -> Talk:
    """Let nobody answer; see `Call.no_answer`."""
    __tracebackhide__ = True
    return talk.move("callee", "does not answer", lambda: talk.engine.unanswered("no_answer"), item="no_answer")


def busy(talk: Conversation) -> Talk:
    """Let the callee be busy; see `Call.busy`."""
    __tracebackhide__ = True
    return talk.move("callee", "is busy", lambda: talk.engine.unanswered("busy"), item="busy")


def cancel(talk: Conversation) -> Talk:
    """Give the call up; see `Call.cancel`."""
    __tracebackhide__ = True
    return talk.move("MiniVoice", "gives the call up", talk.engine.cancel, item="cancel")


_MOVES = {
    "timeout": wait,
    "hang_up": hang_up,
    "answer": answer,
    "no_answer": no_answer,
    "busy": busy,
    "cancel": cancel,
}


def one(talk: Conversation, item: str) -> Talk:
    """Play one item of a script.

    Args:
        talk: The call.
        item: Keys, or a word such as `timeout`.

    Returns:
        The requests to make.
    """
    __tracebackhide__ = True
    made = _MOVES.get(item)
    return press(talk, item) if made is None else made(talk)


def play(talk: Conversation, caller: Sequence[Item]) -> Talk:
    """Play a whole script; see `Call.run`.

    Args:
        talk: The call.
        caller: The script.

    Yields:
        The requests to make.

    Raises:
        CallerError: If an item cannot be done, input is left over, or the script ends too early.
    """
    __tracebackhide__ = True
    if not isinstance(caller, list | tuple) or not all(isinstance(item, str | Mapping) for item in caller):
        wanted = f"[{caller!r}]" if isinstance(caller, str) else '["1", "timeout", "hang_up"]'
        raise talk.refuse(f"a caller script is a list of strings, not {caller!r}; write {wanted}")
    if isinstance(talk.engine.waiting, Ring) and not (caller and caller[0] in _TAKEN):
        yield from answer(talk)
    heard = 0
    for number, item in enumerate(caller):
        if isinstance(talk.engine.waiting, Over):
            left = ", ".join(map(repr, caller[number:]))
            raise talk.refuse(f"input is left over: {left}; the call has ended ({talk.engine.terminal})")
        before, heard = heard, len(talk.heard)
        yield from _do(talk, item, talk.heard[before:])
    _check_end(talk)


def _do(talk: Conversation, item: Item, heard: Sequence[str]) -> Talk:
    __tracebackhide__ = True
    if isinstance(item, str):
        return one(talk, item)
    try:
        check_item(item)
    except CallerError as error:
        raise talk.refuse(error.message) from None
    if not any(item["when"] in each for each in heard):
        listed = "".join(f"\n- {each!r}" for each in heard) or " nothing"
        raise talk.refuse(
            f"the caller presses {item['press']} when hearing {item['when']!r}, and heard since the last input:{listed}"
        )
    return press(talk, item["press"])


def _check_end(talk: Conversation) -> None:
    """Refuse a script that ends while somebody must still do something."""
    __tracebackhide__ = True
    waiting = talk.engine.waiting
    if isinstance(waiting, Listen):
        prompt = f' "{waiting.gather.prompt}"' if waiting.gather.prompt else ""
        pressed = f" after {talk.engine.digits}" if talk.engine.digits else ""
        raise talk.refuse(
            f"the script ends while MiniVoice still listens{pressed}: the gather{prompt} waits for digits. "
            "Either the script lacks an item (digits, 'timeout' or 'hang_up'), "
            "or the application asks again where it should go on"
        )
    if isinstance(waiting, Ring):
        raise talk.refuse("the script ends while the call still rings; add 'answer', 'no_answer', 'busy' or 'cancel'")

"""Plays a caller's script: a list of keys, `timeout` and `hang_up`, and for an outbound call how it is taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_minivoice.call.effects import Listen, Over, Ring

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_minivoice.cloud.conversation import Conversation, Talk

_TAKEN = frozenset({"answer", "no_answer", "busy", "cancel"})


def press(talk: Conversation, keys: str) -> Talk:
    """Let the caller press keys; see `Call.press`."""
    __tracebackhide__ = True
    return talk.move("caller", f"presses {keys}", lambda: talk.engine.press(keys))


def wait(talk: Conversation) -> Talk:
    """Let the caller press nothing; see `Call.wait`."""
    __tracebackhide__ = True
    return talk.move("caller", "presses nothing until the gather gives up", talk.engine.time_out)


def hang_up(talk: Conversation) -> Talk:
    """Let the caller hang up; see `Call.hang_up`."""
    __tracebackhide__ = True
    return talk.move("caller", "hangs up", talk.engine.hang_up)


def answer(talk: Conversation) -> Talk:
    """Let the callee answer; see `Call.answer`."""
    __tracebackhide__ = True
    return talk.move("callee", "answers", talk.engine.answered)


def no_answer(talk: Conversation) -> Talk:
    """Let nobody answer; see `Call.no_answer`."""
    __tracebackhide__ = True
    return talk.move("callee", "does not answer", lambda: talk.engine.unanswered("no_answer"))


def busy(talk: Conversation) -> Talk:
    """Let the callee be busy; see `Call.busy`."""
    __tracebackhide__ = True
    return talk.move("callee", "is busy", lambda: talk.engine.unanswered("busy"))


def cancel(talk: Conversation) -> Talk:
    """Give the call up; see `Call.cancel`."""
    __tracebackhide__ = True
    return talk.move("MiniVoice", "gives the call up", talk.engine.cancel)


_MOVES = {
    "timeout": wait,
    "hang_up": hang_up,
    "answer": answer,
    "no_answer": no_answer,
    "busy": busy,
    "cancel": cancel,
}


def play(talk: Conversation, caller: Sequence[str]) -> Talk:
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
    if not isinstance(caller, list | tuple) or not all(isinstance(item, str) for item in caller):
        wanted = f"[{caller!r}]" if isinstance(caller, str) else '["1", "timeout", "hang_up"]'
        raise talk.refuse(f"a caller script is a list of strings, not {caller!r}; write {wanted}")
    if isinstance(talk.engine.waiting, Ring) and not (caller and caller[0] in _TAKEN):
        yield from answer(talk)
    for number, item in enumerate(caller):
        if isinstance(talk.engine.waiting, Over):
            left = ", ".join(map(repr, caller[number:]))
            raise talk.refuse(f"input is left over: {left}; the call has ended ({talk.engine.terminal})")
        made = _MOVES.get(item)
        yield from press(talk, item) if made is None else made(talk)
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

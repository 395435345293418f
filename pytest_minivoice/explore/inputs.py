"""What a caller, a callee or a destination can do next, in a fixed order so that reports never vary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_minivoice.explore.options import ANYWHERE
from pytest_minivoice.spec.calls import OUTCOMES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pytest_minivoice.call.gather import Gather
    from pytest_minivoice.explore.options import Options

_PAD = "1234567890*#"
_GUESSES = 20
"""How many of the application's own constants are tried at one gather."""


@dataclass(frozen=True, slots=True)
class Input:
    """Be one thing that somebody does.

    Args:
        label: Its name in the graph, without spaces.
        items: The items of a caller's script; empty for the outcome of a destination.
        sample: Whether the user gave it, or it stands in the application's code: what it leads to is looked at closely.
        guess: Whether it is a guess, which counts only if it brings something else than a wrong entry does.
    """

    label: str
    items: tuple[str, ...]
    sample: bool = False
    guess: bool = False

    @property
    def outcome(self) -> str | None:
        """What a destination does, or None."""
        return None if self.items else self.label


HANG_UP = Input("hang_up", ("hang_up",))
TIMEOUT = Input("timeout", ("timeout",))
RING = tuple(Input(each, (each,)) for each in ("answer", "no_answer", "busy", "cancel"))
REACHED = tuple(Input(each, ()) for each in OUTCOMES)


def at_gather(gather: Gather, path: str, options: Options, constants: Sequence[str]) -> tuple[Input, ...]:
    """List what a caller can do at a gather.

    Args:
        gather: The gather.
        path: The path of the page that asks.
        options: For the samples.
        constants: Digits that stand in the application's code.

    Returns:
        Hanging up, silence, then keys; or a wrong entry, other representatives, samples and guesses.
    """
    if gather.limit == 1:
        return (HANG_UP, TIMEOUT, *(Input(key, (key,)) for key in _PAD))
    given = [
        each for each in (*options.samples.get(path, ()), *options.samples.get(ANYWHERE, ())) if fits(gather, each)
    ]
    guesses = [each for each in constants if len(each) <= gather.limit and each not in given][:_GUESSES]
    known = [*given, *guesses]
    samples = [_entered(gather, each) for each in given]
    entries = dict.fromkeys([*_wrong(gather, known), *samples])
    tried = (_entered(gather, each) for each in guesses)
    return (
        HANG_UP,
        TIMEOUT,
        *(Input("+".join(items), items, sample=items in samples) for items in entries),
        *(Input("+".join(items), items, sample=True, guess=True) for items in tried if items not in entries),
    )


def fits(gather: Gather, digits: str) -> bool:
    """Say whether a gather takes all of some digits, which may end on its finish key.

    Args:
        gather: The gather.
        digits: A sample.

    Returns:
        Whether nothing would be left over.
    """
    finish = gather.finish_on_key
    plain = digits.removesuffix(finish) if finish else digits
    return len(plain) <= gather.limit and not (finish and finish in plain)


def _entered(gather: Gather, digits: str) -> tuple[str, ...]:
    """Write how a caller enters digits that fit."""
    plain, finish = digits[: gather.limit], gather.finish_on_key
    if finish and finish in plain:
        return (plain[: plain.index(finish) + 1],)
    if len(plain) == gather.limit:
        return (plain,)
    return (plain + finish,) if finish else (plain, "timeout")


def _wrong(gather: Gather, known: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Give representatives of what callers enter wrongly, first one of the full length; one is not of digits alone."""
    finish, enough = gather.finish_on_key, min(gather.enough, gather.limit)
    yield (_stranger(gather.limit, finish, known),)
    if enough < gather.limit:
        yield (_stranger(enough, finish, known), "timeout")
    if enough > 1:
        yield (_stranger(enough - 1, finish, known), "timeout")
    signs = "".join(sign for sign in "*#" if sign != finish)[: gather.limit]
    yield (f"{signs:0>{gather.limit}}",)
    if finish:
        yield (finish,)
        short = _stranger(max(1, enough - 1), finish, known)
        if len(short) < gather.limit:
            yield (short + finish,)


def _stranger(length: int, finish: str | None, known: Sequence[str]) -> str:
    """Return digits of a length that nobody knows."""
    for key in "0987654321":
        digits = key * length
        if key != finish and digits not in known:
            return digits
    return "0" * length

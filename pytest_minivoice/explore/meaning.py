"""What a difference between two states, or between what one input brings in both, means for callers."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from pytest_minivoice.explore.keys import KEYS
from pytest_minivoice.explore.prompts import menu_words, offers, sentences
from pytest_minivoice.render import many

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_minivoice.explore.graph import Branch, State
    from pytest_minivoice.explore.sides import Side

Weight = Literal["breaking", "to judge", "additive"]
WEIGHTS: tuple[Weight, ...] = get_args(Weight)
"""The gravest first."""

WRONG_KEY = "a wrong key"
"""Stands for each input that brought the answer to a wrong key, and still does."""
GIVING_UP = "giving up"
"""Stands for each input after which one flow asks again and the other gives up."""


class Difference(NamedTuple):
    """Hold one difference.

    Args:
        weight: What it means for callers.
        given: The input, or what stands for several; empty for a state. It groups, and is not shown.
        message: What is different, without a name that depends on the path.
    """

    weight: Weight
    given: str
    message: str


def of_states(old: Side, new: Side) -> Iterator[Difference]:
    """Compare two states, apart from where their branches lead.

    Args:
        old: As it was agreed to.
        new: As it is.

    Yields:
        The differences.
    """
    before, after = old.state, new.state
    if before.kind != after.kind:
        return  # another place, which is told where it is met
    yield from _of_gathers(before, after)
    if before.prompt != after.prompt:
        weight: Weight = "additive" if _only_offers_more(old, new) else "to judge"
        yield Difference(weight, "", _says(before.prompt, after.prompt))
    if before.menu != after.menu:
        yield Difference("to judge", "", f"comes from {after.menu}, not {before.menu}")


def _of_gathers(before: State, after: State) -> Iterator[Difference]:
    """Compare what two states listen for, where both listen."""
    if not (before.digits and after.digits):
        return
    if after.digits < before.digits:
        yield Difference("breaking", "", f"takes {after.digits} digits, not {before.digits} any more")
    elif after.digits > before.digits:
        yield Difference("to judge", "", f"takes {after.digits} digits, not {before.digits}")
    least, enough = before.min_digits or before.digits, after.min_digits or after.digits
    if enough != least and (before.min_digits or after.min_digits):
        weight: Weight = "breaking" if enough > least else "to judge"
        yield Difference(weight, "", f"takes at least {many(enough, 'digit')}, not {least}")
    if before.timeout_seconds != after.timeout_seconds:
        yield Difference("to judge", "", f"waits {after.timeout_seconds} s, not {before.timeout_seconds} s")
    if before.finish_on_key != after.finish_on_key:
        now, was = (f"with {each}" if each else "without a key" for each in (after.finish_on_key, before.finish_on_key))
        yield Difference("to judge", "", f"an entry ends {now}, not {was}")


def of_beginnings(old: Side, new: Side) -> Iterator[Difference]:
    """Compare what happens before anybody does anything.

    Args:
        old: Where calls began.
        new: Where they begin.

    Yields:
        The differences.
    """
    before, after = old.graph.beginning, new.graph.beginning
    yield from _broken(before, after)
    message = elsewhere(old.state, new.state)
    if message:
        yield Difference("breaking", "", message)
        return
    yield from _met(before, after, new.state, "")


def of_branches(old: Side, new: Side, before: Branch, after: Branch) -> Iterator[Difference]:
    """Compare what one input brings in two states.

    Args:
        old: The state as it was agreed to.
        new: The state as it is.
        before: The branch of the old one.
        after: The branch of the new one.

    Yields:
        The differences.
    """
    broken = [*_broken(before, after)]
    yield from broken
    handled = handling(old, new, before, after)
    if handled == "added":
        yield Difference("additive", before.input, f"{before.input} is handled now: {brings(new, after)}")
        return
    if handled == "removed":
        did = brings(old, before, past=True)
        yield Difference("breaking", before.input, f"{before.input} is not handled any more: it {did}")
        return
    first, second = old.target(before), new.target(after)
    given = WRONG_KEY if old.is_wrong(before) and new.is_wrong(after) else before.input
    message = elsewhere(first, second)
    if message and not broken and _is_retry(old, new, before, after):
        yield Difference("to judge", GIVING_UP, f"the number of tries has changed: {message}")
    elif message:
        yield Difference("breaking", given, message)
    else:
        yield from _met(before, after, second, given)


def _broken(before: Branch, after: Branch) -> Iterator[Difference]:
    fresh = sorted(set(after.codes) - set(before.codes))
    if fresh:
        yield Difference("breaking", before.input, f"breaks a rule now: {', '.join(fresh)}")


def _met(before: Branch, after: Branch, target: State, given: str) -> Iterator[Difference]:
    """Compare what is heard on the way to an end, which has no prompt, and what is done that nobody hears."""
    if before.heard != after.heard and target.kind == "end":
        yield Difference("to judge", given, _says(" ".join(before.heard), " ".join(after.heard)))
    more, less = Counter(after.did) - Counter(before.did), Counter(before.did) - Counter(after.did)
    now, was = (", ".join(each.elements()) for each in (more, less))
    if now and was:
        yield Difference("to judge", given, f"does {now}, not {was}")
    elif now:
        yield Difference("to judge", given, f"does {now} besides")
    elif was:
        yield Difference("to judge", given, f"does not do {was} any more")


def handling(old: Side, new: Side, before: Branch, after: Branch) -> Literal["", "added", "removed"]:
    """Say whether a key is handled in one flow, and brings the answer to a wrong key in the other.

    Args:
        old: The state as it was agreed to.
        new: The state as it is.
        before: The branch of the old one.
        after: The branch of the new one.

    Returns:
        `added` or `removed`; empty where the key is handled in both or in none, or brings the same as before.
    """
    if before.input not in KEYS or old.wrong is None or new.wrong is None:
        return ""
    same = before.heard == after.heard and before.did == after.did
    if same and not elsewhere(old.target(before), new.target(after)):
        return ""
    was, now = before.input in old.handled, after.input in new.handled
    return "" if was == now else "added" if now else "removed"


def elsewhere(first: State, second: State) -> str:
    """Say that two states are not the same place.

    Args:
        first: As it was agreed to.
        second: As it is.

    Returns:
        A clause, empty where they are the same place.
    """
    if first.kind != second.kind:
        return f"{_named(second)}, not {_named(first)}"
    if first.kind == "end":
        return "" if first.name == second.name else f"{_named(second)}, not {_named(first)}"
    if first.kind == "dial":
        same = first.destination == second.destination
        return "" if same else f"reaches {second.destination}, not {first.destination}"
    same = first.menu == second.menu or first.prompt == second.prompt
    return "" if same else f"{_named(second)}, not {_named(first)}"


def brings(at: Side, branch: Branch, *, past: bool = False) -> str:
    """Write what a branch brings.

    Args:
        at: The state that it leaves.
        branch: The branch.
        past: Whether it did so.

    Returns:
        Such as `says "Goodbye." and ends as completed`.
    """
    target = at.target(branch)
    words = " ".join(branch.heard) if target.kind == "end" else ""
    said = f'{"said" if past else "says"} "{words}" and ' if words else ""
    return f"{said}{_named(target, past=past)}"


def _named(state: State, *, past: bool = False) -> str:
    if state.kind == "end":
        return f"{'ended' if past else 'ends'} as {state.name}"
    if state.kind == "dial":
        return f"{'reached' if past else 'reaches'} {state.destination}"
    words = offers(state.prompt).sentences or state.prompt
    there = f'"{words}"' if words else state.menu or state.kind
    return f"{'led' if past else 'leads'} to {there}"


def _only_offers_more(old: Side, new: Side) -> bool:
    """Say whether a prompt only adds the offer of keys that are handled now and were not before."""
    before, after = offers(old.state.prompt), offers(new.state.prompt)
    added = after.keys.keys() - before.keys.keys()
    kept = {key: words for key, words in after.keys.items() if key not in added}
    was, now = old.graph.out[old.state.name], new.graph.out[new.state.name]
    return (
        (before.rest, before.keys) == (after.rest, kept)
        and bool(added)
        and all(key in was and key in now and handling(old, new, was[key], now[key]) == "added" for key in added)
    )


def _is_retry(old: Side, new: Side, before: Branch, after: Branch) -> bool:
    """Say whether one flow asks again where the other one gives up, as it does when nothing is pressed."""
    asks = [_asks_again(at, each) for at, each in ((old, before), (new, after))]
    gives_up = [_gives_up(at, each) for at, each in ((old, before), (new, after))]
    return asks in ([True, False], [False, True]) and gives_up == [not each for each in asks]


def _gives_up(at: Side, branch: Branch) -> bool:
    silent = at.graph.out[at.state.name].get("timeout")
    return silent is not None and silent.target == branch.target and not _asks_again(at, branch)


def _asks_again(at: Side, branch: Branch) -> bool:
    target = at.target(branch)
    same = target.menu == at.state.menu or menu_words(target.prompt) == menu_words(at.state.prompt)
    return target.kind == "gather" and target.digits == at.state.digits and same


def _says(before: str, after: str) -> str:
    """Write how a text has changed, without the sentences before and after that are the same."""
    old, new = sentences(before), sentences(after)
    for at in (0, -1):
        while old and new and old[at] == new[at]:
            old.pop(at)
            new.pop(at)
    was, now = " ".join(old), " ".join(new)
    if was and now:
        return f'says "{now}", not "{was}"'
    if was:
        return f'does not say "{was}" any more'
    return f'says "{now}" besides' if now else f'says "{after}", not "{before}"'

"""What is wrong with a finished graph: traps, endless silence, keys on which prompts and handlers do not agree."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_minivoice.explore.keys import Keys, asks_the_same, key_branches, outcome
from pytest_minivoice.explore.prompts import menu_words, offers
from pytest_minivoice.rules import explore_rules

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from pytest_minivoice.explore.graph import Branch, Graph, State
    from pytest_minivoice.explore.keys import Outcome
    from pytest_minivoice.rules.rule import Finding, Rule

_SORRY = re.compile(
    r"\b(sorry|invalid|incorrect|wrong|not (?:valid|understood)|did not|didn't|try again"
    r"|ungültig|leider|falsch|erneut|désolé|invalide|lo siento|no válid\w*)\b"
)
_DECLINES = re.compile(
    r"\b(no|not|keep|leave|stay|skip|decline|reject|nothing|continue|otherwise|nein|nicht|behalten|non|garder|conservar)\b"
)
_REPEATS = re.compile(
    r"\b(repeat|again|hear|listen|back|return|main menu|wiederhol\w*|zurück|réécout\w*|retour|repetir|volver)\b"
)
_ENDS = re.compile(
    r"\b(end|hang up|finish|exit|quit|cancel|goodbye|beenden|auflegen|quitter|terminer|salir|terminar)\b"
)
_FURTHER = 3
"""So many times as often a cycle is to be repeated, if the limit of its tries is higher."""
_TELLING = 4
"""Letters of a word that says what a key is for."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Hold a finding.

    Args:
        finding: What is wrong.
        shown_by: The branch or state that shows it.
        identity: Equal for the same problem at other states.
    """

    finding: Finding
    shown_by: Branch | State
    identity: tuple[str, ...]


def check_graph(graph: Graph, loops: int) -> Iterator[Problem]:
    """Check a graph.

    Args:
        graph: States and branches.
        loops: How often each cycle was repeated.

    Yields:
        The problems, in the order of the graph.
    """
    yield from _traps(graph)
    yield from _silence(graph, loops + 1)
    keys = Keys(graph)
    for state in graph.states:
        yield from _keys(graph, state, keys)


def _traps(graph: Graph) -> Iterator[Problem]:
    order = {state.name: number for number, state in enumerate(graph.states)}
    left = frozenset({"hang_up"})
    for component in graph.components(without=left):
        inside = set(component)
        members = sorted(inside, key=order.__getitem__)
        if any(graph.by_name[name].kind in {"end", "ring"} for name in members):
            continue
        branches = [each for name in members for each in graph.out[name].values() if each.input not in left]
        if all(each.target in inside for each in branches) and (branches or graph.by_name[members[0]].kind == "idle"):
            first = graph.by_name[members[0]]
            states = f"{len(members)} states" if len(members) > 1 else "one state"
            message = f'after {first.name} only hanging up ends the call ({states}); the caller hears "{first.prompt}"'
            yield Problem(explore_rules.NO_WAY_OUT.at(first.name, message), first, (first.name,))


def _silence(graph: Graph, rounds: int) -> Iterator[Problem]:
    after = {name: out["timeout"].target for name, out in graph.out.items() if "timeout" in out}
    reported: set[str] = set()
    for start in after:
        path: dict[str, None] = {}
        name = start
        while name in after and name not in path and name not in reported:
            path[name] = None
            name = after[name]
        if name in path:
            cycle = list(path)[list(path).index(name) :]
            way = " -> ".join([*cycle, name])
            seen = f"{rounds} times in a row" if rounds > 1 else "once"
            further = f"if a later time ends it, explore with loops={_FURTHER * rounds}"
            message = f"a caller who presses nothing goes round and round: {way} ({seen}; {further})"
            yield Problem(explore_rules.SILENCE_FOR_EVER.at(name, message), graph.by_name[name], (name,))
        reported.update(path)


def _keys(graph: Graph, state: State, keys: Keys) -> Iterator[Problem]:
    offered = {key: " ".join(words) for key, words in offers(state.prompt).keys.items()}
    wrong = keys.wrong(state)
    if not offered or wrong is None:
        return
    silent = outcome(graph.out[state.name]["timeout"])
    forgotten = _forgotten(graph, state, keys, wrong, offered)
    for key, branch in key_branches(graph, state).items():
        if key in forgotten:
            words = f"offers {key}, which brings the same as a key that it does not offer"
            yield _of_key(explore_rules.KEY_NOT_HANDLED, branch, state, f'the prompt "{state.prompt}" {words}')
        elif key not in offered and wrong != outcome(branch) != silent and not branch.codes:
            words = f'{key} leads to {branch.target}, and the prompt "{state.prompt}" does not offer it'
            yield _of_key(explore_rules.KEY_NOT_OFFERED, branch, state, words)


def _forgotten(graph: Graph, state: State, keys: Keys, wrong: Outcome, offered: Mapping[str, str]) -> AbstractSet[str]:
    """Choose those of the offered keys that bring what a wrong key brings, and by their words should not."""
    unhandled = {key: words for key, words in offered.items() if key not in keys.handled(state)}
    repeat = {key for key, words in unhandled.items() if _REPEATS.search(words)}
    if graph.by_name[wrong.target].kind != "end":
        return unhandled.keys() - repeat if _is_refusal(graph, state, wrong) else set()
    wrongly_ended = {key for key in repeat if not keys.repeats(state, key)}
    if unhandled == offered:
        return wrongly_ended  # whatever is pressed, the call ends
    return wrongly_ended | {key for key, words in unhandled.items() if key not in repeat and not _may_end(words, wrong)}


def _is_refusal(graph: Graph, state: State, wrong: Outcome) -> bool:
    """Say whether the answer to a wrong key asks for another one, and does not go on with a choice of its own."""
    after = graph.by_name[wrong.target]
    if after.kind != "gather":
        return False
    back = asks_the_same(state, after) or state.name.startswith(f"{after.name}/")
    return back or bool(_SORRY.search(" ".join(wrong.heard).lower()))


def _of_key(rule: Rule, branch: Branch, state: State, message: str) -> Problem:
    identity = branch.input, menu_words(state.prompt)
    return Problem(rule.at(branch.place, message), branch, identity)


def _may_end(offer: str, wrong: Outcome) -> bool:
    """Say whether a key may be meant to end the call as a wrong key does: by its own words, or those that are heard."""
    said = " ".join(wrong.heard).lower()
    shared = any(len(word) >= _TELLING and word in said for word in offer.split())
    return shared or bool(_ENDS.search(offer) or _DECLINES.search(offer))

"""What the keys of a menu bring, and which answer is the one to a wrong key."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from pytest_minivoice.explore.prompts import menu_words, offered_keys, offers

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from pytest_minivoice.explore.graph import Branch, Graph, State

KEYS = "1234567890*#"
_WRONG = 3
"""So many keys that the prompt does not offer must bring the same, to be taken for the answer to a wrong key."""


class Outcome(NamedTuple):
    """Hold what an input brings.

    Args:
        target: The name of the state that it leads to.
        heard: What the caller hears on the way.
        did: What MiniVoice is told to do on the way that nobody hears.
        codes: The rules that are broken on the way.
    """

    target: str
    heard: tuple[str, ...]
    did: tuple[str, ...]
    codes: tuple[str, ...]


def outcome(branch: Branch) -> Outcome:
    """Return what a branch brings.

    Args:
        branch: The branch.

    Returns:
        Equal for branches of one state that bring the same.
    """
    return Outcome(branch.target, branch.heard, branch.did, branch.codes)


def key_branches(graph: Graph, state: State) -> dict[str, Branch]:
    """Return the branches of a menu's keys.

    Args:
        graph: States and branches.
        state: The state.

    Returns:
        A branch for each of the twelve keys; empty where one key is not what the caller enters.
    """
    branches = {key: graph.out[state.name][key] for key in KEYS if key in graph.out[state.name]}
    whole = state.kind == "gather" and state.digits == 1 and len(branches) == len(KEYS)
    return branches if whole else {}


class Keys:
    """Tell what the keys of a graph's menus bring."""

    def __init__(self, graph: Graph) -> None:
        """Look at every menu.

        Args:
            graph: States and branches.
        """
        self._wrong = {state.name: _wrong_key(graph, state) for state in graph.states}
        self._handled: dict[tuple[str, str], set[str]] = {}
        self._repeating = {
            (menu_words(state.prompt), key)
            for state in graph.states
            for key, branch in key_branches(graph, state).items()
            if asks_the_same(state, graph.by_name[branch.target])
        }
        for state in graph.states:
            wrong = self._wrong[state.name]
            keys = {key for key, branch in key_branches(graph, state).items() if wrong and outcome(branch) != wrong}
            self._handled.setdefault(_asked(state), set()).update(keys)

    def wrong(self, state: State) -> Outcome | None:
        """Return the answer to a wrong key.

        Args:
            state: The state.

        Returns:
            The answer; None where too few keys bring the same.
        """
        return self._wrong[state.name]

    def repeats(self, state: State, key: str) -> bool:
        """Say whether a key repeats a menu.

        Args:
            state: The state.
            key: The key.

        Returns:
            Whether it does there, or where the same menu is asked at another time: its last try may end the call.
        """
        return (menu_words(state.prompt), key) in self._repeating

    def handled(self, state: State) -> AbstractSet[str]:
        """Return the keys that are told apart from a wrong key.

        Args:
            state: The state.

        Returns:
            Those that bring something else there, or where the same menu is asked at another time: at the last try
            a key may bring what giving up brings.
        """
        return self._handled[_asked(state)]


def _asked(state: State) -> tuple[str, str]:
    """Return what a menu asks: two questions may offer the same keys in the same words."""
    return menu_words(state.prompt), offers(state.prompt).question


def asks_the_same(state: State, other: State) -> bool:
    """Say whether a state asks what another one asks.

    Args:
        state: A menu.
        other: Where an input leads.

    Returns:
        Whether it is the same menu.
    """
    return other.kind == "gather" and menu_words(other.prompt) == menu_words(state.prompt)


def _wrong_key(graph: Graph, state: State) -> Outcome | None:
    """Find what most of the keys bring that the prompt does not offer.

    Where the words of the prompt do not tell which keys are offered, it is only taken for the answer to a wrong key if
    the menu asks again or does as after silence.
    """
    offered = offered_keys(state.prompt)
    branches = key_branches(graph, state)
    counts = Counter(outcome(branch) for key, branch in branches.items() if key not in offered)
    if not counts:
        return None
    found, number = counts.most_common(1)[0]
    target = graph.by_name[found.target]
    silent = graph.out[state.name].get("timeout")
    as_silence = silent is not None and outcome(silent) == found
    refuses = as_silence or asks_the_same(state, target)
    return found if number >= _WRONG and (offered or refuses) else None

"""What only exploring finds, since it takes more than one call: MV218, MV219 and MV4xx."""

from __future__ import annotations

from pytest_minivoice.rules.rule import Rule

DIFFERENT_ANSWER = Rule(
    code="MV218",
    name="different-answer",
    severity="error",
    summary="Two calls that did the same got different answers.",
    why="Answers must be deterministic, as MiniVoice documents; what depends on chance cannot be relied on.",
    fix="Keep what belongs to a call under its call id, and decide by the request and by that alone. Where calls share "
    "data on purpose, such as a table that fills, give explore a function that empties it: reset=.",
)
SILENCE_FOR_EVER = Rule(
    code="MV219",
    name="silence-for-ever",
    severity="warning",
    summary="A caller who presses nothing stays in the call for ever.",
    why="A telephone put down beside its cradle, or a machine that answered, keeps the call open and costs money.",
    fix="Count the timeouts, and after a few of them say goodbye or transfer the call.",
)
NO_WAY_OUT = Rule(
    code="MV401",
    name="no-way-out",
    severity="error",
    summary="From here on, hanging up is the only way to end the call.",
    why="Whatever the caller does, nobody is reached and the call never ends by itself.",
    fix="Add a key, or an answer to silence, that leads to a person or to the end of the call.",
)
KEY_NOT_HANDLED = Rule(
    code="MV402",
    name="offered-key-not-handled",
    severity="error",
    summary="The prompt offers a key that brings the same as a wrong key.",
    why="The caller does as told, and is sent back or cut off.",
    fix="Handle the key, or remove it from the prompt.",
)
KEY_NOT_OFFERED = Rule(
    code="MV403",
    name="handled-key-not-offered",
    severity="warning",
    summary="A key does something, and the prompt does not offer it.",
    why="Callers cannot know of it; often a prompt was changed and its key forgotten.",
    fix="Name the key in the prompt, or remove what it does. A hidden key that is on purpose can be ignored.",
)
CHANGED = Rule(
    code="MV404",
    name="changed-against-the-lock",
    severity="error",
    summary="The call flow is not the one that the lock file holds.",
    why="Somebody agreed to the flow in the lock file. A change that nobody meant breaks a caller's path.",
    fix="Mend the application, or accept the change with pytest --minivoice-update and commit the lock file.",
)
CROSS_TALK = Rule(
    code="MV405",
    name="cross-talk",
    severity="error",
    summary="Two calls at the same time get other answers than each of them alone.",
    why="One caller hears what belongs to another: a name, a balance, a language.",
    fix="Keep what belongs to a call under its call id, not in a variable that all calls share. Where they share it on "
    "purpose, give explore a function that empties it: reset=.",
)

RULES = (
    DIFFERENT_ANSWER,
    SILENCE_FOR_EVER,
    NO_WAY_OUT,
    KEY_NOT_HANDLED,
    KEY_NOT_OFFERED,
    CHANGED,
    CROSS_TALK,
)

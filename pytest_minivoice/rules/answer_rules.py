"""MV1xx: the answer document, from the HTTP response that carries it down to one parameter."""

from __future__ import annotations

from pytest_minivoice.rules.rule import Rule

NOT_2XX = Rule(
    code="MV101",
    name="answer-not-2xx",
    severity="error",
    summary="The application answered with a status that is not 2xx.",
    why="MiniVoice gets no instructions: the call fails, or the redirect does.",
    fix="Return 200 with the answer document. For 404 and 405 compare path and method with your "
    "routes; for others read the application's log.",
)
REDIRECTED = Rule(
    code="MV102",
    name="answer-http-redirect",
    severity="error",
    summary="The application answered with an HTTP redirect (3xx).",
    why="An answer must be 2xx; nothing is documented of MiniVoice following HTTP redirects.",
    fix="Answer at the exact URL (often a trailing slash is missing), or return a redirect action.",
)
NOT_JSON = Rule(
    code="MV103",
    name="answer-not-json",
    severity="error",
    summary="The body of the answer is not valid JSON.",
    why="The document cannot be read, so nothing of it runs and the call fails.",
    fix='Return JSON such as {"actions": [{"say": {"text": "Hello."}}]}.',
    bad="{'actions': []}",
    good='{"actions": [{"say": {"text": "Hello."}}]}',
)
NOT_UTF8 = Rule(
    code="MV104",
    name="answer-not-utf8",
    severity="error",
    summary="The body of the answer is not UTF-8.",
    why="JSON between systems is UTF-8; other encodings are unreadable to the other side.",
    fix="Encode the body as UTF-8, as every JSON library does by default.",
)
CONTENT_TYPE = Rule(
    code="MV105",
    name="answer-content-type",
    severity="warning",
    summary="The answer is JSON but its Content-Type does not say so.",
    why="An answer must be JSON; a client that trusts the header would not read this one.",
    fix="Send Content-Type: application/json, with the framework's own JSON response.",
)
TOO_LARGE = Rule(
    code="MV106",
    name="answer-too-large",
    severity="error",
    summary="The body of the answer is larger than 1 MiB.",
    why="No call needs that many actions; it is usually a wrong page or a loop that builds the document.",
    fix="Return a short document and use redirects for what comes later.",
)
TOO_SLOW = Rule(
    code="MV107",
    name="answer-too-slow",
    severity="error",
    summary="The application took longer to answer than MiniVoice is assumed to wait.",
    why="The caller hears nothing meanwhile, and MiniVoice gives up on the answer.",
    fix="Answer at once and do slow work elsewhere. The limit is the setting answer_timeout_seconds.",
)
HANDLER_RAISED = Rule(
    code="MV108",
    name="handler-raised",
    severity="error",
    summary="The application's handler raised an exception.",
    why="MiniVoice gets an error page in place of instructions, and the caller a dead line.",
    fix="Mend the handler; its own traceback is shown above this message.",
)
UNUSABLE = Rule(
    code="MV109",
    name="no-usable-answer",
    severity="error",
    summary="What came from the application is no HTTP answer, or nothing came at all.",
    why="Without an answer MiniVoice has no instructions for the call.",
    fix="A running server must be started before the test, under the address in minivoice_app; a function must return "
    "a dict that JSON can hold.",
)
NO_ACTIONS = Rule(
    code="MV110",
    name="no-actions-array",
    severity="error",
    summary="The document is not an object with an actions array.",
    why="MiniVoice reads the instructions from actions; without the array there is nothing to run.",
    fix='Return {"actions": [...]}, with an array even for a single action.',
    bad='{"action": {"say": {"text": "Hello."}}}',
    good='{"actions": [{"say": {"text": "Hello."}}]}',
)
UNKNOWN_FIELD = Rule(
    code="MV111",
    name="unknown-document-field",
    severity="error",
    summary="The document has a field beside actions.",
    why="No other field is documented, so it has no effect; most often it is a typo or a misplaced action.",
    fix="Remove the field, or move it into an action. The setting unknown_fields=ignored accepts it.",
    bad='{"actions": [{"say": {"text": "Hello."}}], "hangup": true}',
    good='{"actions": [{"say": {"text": "Hello."}}]}',
)
NOT_AN_ACTION = Rule(
    code="MV112",
    name="not-an-action",
    severity="error",
    summary="An entry of actions is not an object with one action.",
    why="The whole document is refused, and nothing of it runs.",
    fix='Write each action as {"say": {...}} or {"type": "say", ...}.',
    bad='{"actions": [{"say": {"text": "Wait."}}, "hold"]}',
    good='{"actions": [{"say": {"text": "Wait."}}, {"hold": {}}]}',
)
TWO_ACTIONS = Rule(
    code="MV113",
    name="two-actions-in-one-object",
    severity="error",
    summary="One object of the array holds more than one action.",
    why="An object has no order, so it is not clear what runs first; the document is refused.",
    fix="Give each action an object of its own.",
    bad='{"actions": [{"say": {"text": "Goodbye."}, "hold": {}}]}',
    good='{"actions": [{"say": {"text": "Goodbye."}}, {"hold": {}}]}',
)
UNKNOWN_ACTION = Rule(
    code="MV114",
    name="unknown-action",
    severity="error",
    summary="MiniVoice has no action of this name.",
    why="The list of actions is closed; the document is refused and the call fails.",
    fix="Use one of say, gather, send_digits, redirect, transfer, bridge, conference, hold, resume, mute, unmute, "
    "start_recording, stop_recording, start_stream, stop_stream. An action that only your account has is registered by "
    "a hook.",
    bad='{"actions": [{"tranfer": {"destination": "+15551230002"}}]}',
    good='{"actions": [{"transfer": {"destination": "+15551230002"}}]}',
)
MISSING_PARAMETER = Rule(
    code="MV115",
    name="missing-parameter",
    severity="error",
    summary="A required parameter is missing.",
    why="The action cannot run without it; the document is refused.",
    fix="Add the parameter.",
    bad='{"actions": [{"say": {}}]}',
    good='{"actions": [{"say": {"text": "Hello."}}]}',
)
WRONG_TYPE = Rule(
    code="MV116",
    name="wrong-type",
    severity="error",
    summary="A parameter has a value of the wrong type.",
    why="The document is validated before it runs, and is refused.",
    fix="Give the documented type; numbers and booleans take no quotes.",
    bad='{"actions": [{"gather": {"prompt": "Your PIN?", "num_digits": "4"}}, {"redirect": {"url": "https://example.com/pin"}}]}',
    good='{"actions": [{"gather": {"prompt": "Your PIN?", "num_digits": 4}}, {"redirect": {"url": "https://example.com/pin"}}]}',
)
INVALID_VALUE = Rule(
    code="MV117",
    name="invalid-value",
    severity="error",
    summary="A parameter has a value out of its documented range or form.",
    why="The document is validated before it runs, and is refused.",
    fix="Give a value of the form or range that the message names.",
    bad='{"actions": [{"gather": {"prompt": "1 or 2?", "timeout_seconds": 60}}, {"redirect": {"url": "https://example.com/menu"}}]}',
    good='{"actions": [{"gather": {"prompt": "1 or 2?", "timeout_seconds": 30}}, {"redirect": {"url": "https://example.com/menu"}}]}',
)
UNKNOWN_PARAMETER = Rule(
    code="MV118",
    name="unknown-parameter",
    severity="error",
    summary="The action has no parameter of this name.",
    why="A parameter that MiniVoice does not know has no effect; most often it is a typo of one that has.",
    fix="Use a documented parameter. The setting unknown_fields=ignored accepts others.",
    bad='{"actions": [{"say": {"text": "Hello.", "voice": "anna"}}]}',
    good='{"actions": [{"say": {"text": "Hello."}}]}',
)

RULES = (
    NOT_2XX,
    REDIRECTED,
    NOT_JSON,
    NOT_UTF8,
    CONTENT_TYPE,
    TOO_LARGE,
    TOO_SLOW,
    HANDLER_RAISED,
    UNUSABLE,
    NO_ACTIONS,
    UNKNOWN_FIELD,
    NOT_AN_ACTION,
    TWO_ACTIONS,
    UNKNOWN_ACTION,
    MISSING_PARAMETER,
    WRONG_TYPE,
    INVALID_VALUE,
    UNKNOWN_PARAMETER,
)

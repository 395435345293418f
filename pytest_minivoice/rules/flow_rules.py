"""MV2xx: the flow of a call, as far as one document or one call shows it."""

from __future__ import annotations

from pytest_minivoice.rules.rule import Rule

UNREACHABLE_STEP = Rule(
    code="MV201",
    name="unreachable-step",
    severity="error",
    summary="A gather, redirect, transfer, bridge or conference stands where it can never run.",
    why="The step that should decide where the call goes is lost: the caller is never asked, or never gets there.",
    fix="Put it before the action that ends the document, or into a document of its own behind a redirect.",
    bad='{"actions": [{"transfer": {"destination": "+15551230002"}}, {"redirect": {"url": "https://example.com/busy"}}]}',
    good='{"actions": [{"transfer": {"destination": "+15551230002"}}]}',
)
UNREACHABLE_ACTION = Rule(
    code="MV202",
    name="unreachable-action",
    severity="warning",
    summary="An action stands behind a redirect, transfer, bridge or conference, and never runs.",
    why="The caller never hears it. MiniVoice documents that later actions do not run.",
    fix="Move it before the action that ends the document, or remove it.",
    bad='{"actions": [{"transfer": {"destination": "+15551230002"}}, {"say": {"text": "All agents are busy."}}]}',
    good='{"actions": [{"say": {"text": "We connect you."}}, {"transfer": {"destination": "+15551230002"}}]}',
)
GATHER_LEADS_NOWHERE = Rule(
    code="MV203",
    name="gather-leads-nowhere",
    severity="warning",
    summary="What the caller presses at this gather changes nothing.",
    why="A gather has no URL of its own. Without a redirect behind it the application cannot act on the digits.",
    fix="Put a redirect behind the gather; it brings the digits to the application.",
    bad='{"actions": [{"gather": {"prompt": "Press 1 or 2."}}]}',
    good='{"actions": [{"gather": {"prompt": "Press 1 or 2."}}, {"redirect": {"url": "https://example.com/menu"}}]}',
)
STOP_WITHOUT_RECORDING = Rule(
    code="MV204",
    name="stop-without-recording",
    severity="error",
    summary="stop_recording runs while nothing is recorded.",
    why="MiniVoice cannot complete it and reports recording.failed: the recording you expect does not exist.",
    fix="Start the recording earlier in the same call, or remove the stop.",
    bad='{"actions": [{"say": {"text": "Goodbye."}}, {"stop_recording": {}}]}',
    good='{"actions": [{"start_recording": {}}, {"say": {"text": "Goodbye."}}, {"stop_recording": {}}]}',
)
RESUME_WITHOUT_HOLD = Rule(
    code="MV205",
    name="resume-without-hold",
    severity="error",
    summary="resume runs while the call is not on hold.",
    why="The call is not in a resumable state, so the action fails.",
    fix="Hold the call before, or remove the resume.",
    bad='{"actions": [{"say": {"text": "Welcome back."}}, {"resume": {}}]}',
    good='{"actions": [{"hold": {}}, {"say": {"text": "Welcome back."}}, {"resume": {}}]}',
)
UNMUTE_WITHOUT_MUTE = Rule(
    code="MV206",
    name="unmute-without-mute",
    severity="warning",
    summary="unmute runs for a direction that is not muted.",
    why="It has no effect; most often the mute named another direction.",
    fix="Name the direction that was muted, or remove the unmute.",
    bad='{"actions": [{"mute": {"direction": "read"}}, {"say": {"text": "Hi."}}, {"unmute": {"direction": "write"}}]}',
    good='{"actions": [{"mute": {"direction": "read"}}, {"say": {"text": "Hi."}}, {"unmute": {"direction": "read"}}]}',
)
STOP_WITHOUT_STREAM = Rule(
    code="MV207",
    name="stop-without-stream",
    severity="warning",
    summary="stop_stream matches no running stream.",
    why="It may have no visible effect, and the stream you meant goes on.",
    fix="Give the same stream_url and track as in start_stream, or leave them out.",
    bad='{"actions": [{"stop_stream": {"stream_url": "wss://media.example.com/a"}}, {"say": {"text": "Hello."}}]}',
    good='{"actions": [{"start_stream": {"stream_url": "wss://media.example.com/a"}}, {"say": {"text": "Hello."}}, '
    '{"stop_stream": {"stream_url": "wss://media.example.com/a"}}]}',
)
REDIRECT_LOOP = Rule(
    code="MV208",
    name="redirect-loop",
    severity="error",
    summary="Redirects lead back to where they came from, and the caller can do nothing about it.",
    why="The caller hears nothing new until MiniVoice gives up, and then the call fails.",
    fix="End the cycle: ask the caller by a gather, transfer the call, or let the actions run out.",
)
TOO_MANY_REDIRECTS = Rule(
    code="MV209",
    name="too-many-redirects",
    severity="error",
    summary="More redirects follow each other than max_redirects allows.",
    why="MiniVoice gives up at the limit, and the redirect fails.",
    fix="Answer with the final document. The limit is the redirect's max_redirects, else the setting of that name.",
)
DEAD_AIR = Rule(
    code="MV210",
    name="dead-air",
    severity="warning",
    summary="The caller hears nothing.",
    why="People who hear silence hang up; they do not know that they should press a key.",
    fix="Give the gather a prompt, or say something before it or before the call ends.",
    bad='{"actions": [{"gather": {"num_digits": 1}}, {"redirect": {"url": "https://example.com/menu"}}]}',
    good='{"actions": [{"gather": {"prompt": "Press 1.", "num_digits": 1}}, {"redirect": {"url": "https://example.com/menu"}}]}',
)
UNDOCUMENTED_ALIAS = Rule(
    code="MV211",
    name="undocumented-alias",
    severity="warning",
    summary="A transfer or bridge uses to, from or timeout_seconds, which no parameter table lists.",
    why="They stand in one JSON sample only; the tables and all other examples say destination.",
    fix="Write destination and remove the others. The setting destination_alias=refused makes them errors.",
    bad='{"actions": [{"transfer": {"to": "+15551230099", "from": "+15551230001"}}]}',
    good='{"actions": [{"transfer": {"destination": "+15551230099"}}]}',
)
PLAIN_HTTP = Rule(
    code="MV212",
    name="plain-http-redirect",
    severity="warning",
    summary="A redirect goes to a plain http URL.",
    why="The digits and the caller's number cross the network readable to others.",
    fix="Use https. Behind a proxy, tell the framework to trust X-Forwarded-Proto.",
    bad='{"actions": [{"say": {"text": "Wait."}}, {"redirect": {"url": "http://example.com/menu"}}]}',
    good='{"actions": [{"say": {"text": "Wait."}}, {"redirect": {"url": "https://example.com/menu"}}]}',
)
CONTRADICTORY_LIMITS = Rule(
    code="MV213",
    name="contradictory-digit-limits",
    severity="error",
    summary="The limits of a gather contradict each other.",
    why="No input can satisfy all of them: the caller can only run into the timeout, or is cut off too early.",
    fix="Keep min_digits <= num_digits <= max_digits; for a fixed length give num_digits alone.",
    bad='{"actions": [{"gather": {"prompt": "PIN?", "min_digits": 6, "max_digits": 4}}, {"redirect": {"url": "https://example.com/pin"}}]}',
    good='{"actions": [{"gather": {"prompt": "PIN?", "min_digits": 4, "max_digits": 6}}, {"redirect": {"url": "https://example.com/pin"}}]}',
)
UNREACHABLE_FINISH_KEY = Rule(
    code="MV214",
    name="unreachable-finish-key",
    severity="warning",
    summary="finish_on_key can never finish a complete input.",
    why="min_digits equals the length at which the gather ends by itself, so the key can only cut the input short.",
    fix="Remove finish_on_key, or give a max_digits above min_digits.",
    bad='{"actions": [{"gather": {"prompt": "PIN?", "min_digits": 4, "max_digits": 4, "finish_on_key": "#"}}, '
    '{"redirect": {"url": "https://example.com/pin"}}]}',
    good='{"actions": [{"gather": {"prompt": "PIN?", "min_digits": 4, "max_digits": 6, "finish_on_key": "#"}}, '
    '{"redirect": {"url": "https://example.com/pin"}}]}',
)
UNSERVED_HOST = Rule(
    code="MV215",
    name="unserved-host",
    severity="error",
    summary="A redirect goes to a host that no application of this test serves.",
    why="A real request never leaves the machine, so what happens there cannot be tested; often the host is wrong.",
    fix="Mend the URL, set base_url to the host under which your application builds its URLs, "
    "or name the host and its application in the setting hosts.",
)
ALREADY_RECORDING = Rule(
    code="MV216",
    name="already-recording",
    severity="warning",
    summary="start_recording runs while the call is already recorded.",
    why="The second recording is assumed not to start; MiniVoice reports recording.failed for one that cannot.",
    fix="Start the recording once, or stop it before you start another.",
    bad='{"actions": [{"start_recording": {}}, {"say": {"text": "Hello."}}, {"start_recording": {}}]}',
    good='{"actions": [{"start_recording": {}}, {"say": {"text": "Hello."}}]}',
)
VARIABLE_TOO_LONG = Rule(
    code="MV217",
    name="variable-too-long",
    severity="error",
    summary="A call variable has a name over 128 characters or a value over 4096.",
    why="These are the documented limits; the variable is not set.",
    fix="Keep the data in your application and store its key in the variable.",
)

RULES = (
    UNREACHABLE_STEP,
    UNREACHABLE_ACTION,
    GATHER_LEADS_NOWHERE,
    STOP_WITHOUT_RECORDING,
    RESUME_WITHOUT_HOLD,
    UNMUTE_WITHOUT_MUTE,
    STOP_WITHOUT_STREAM,
    REDIRECT_LOOP,
    TOO_MANY_REDIRECTS,
    DEAD_AIR,
    UNDOCUMENTED_ALIAS,
    PLAIN_HTTP,
    CONTRADICTORY_LIMITS,
    UNREACHABLE_FINISH_KEY,
    UNSERVED_HOST,
    ALREADY_RECORDING,
    VARIABLE_TOO_LONG,
)

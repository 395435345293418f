"""Checks the HTTP response that carries an answer document, before anyone looks at the document."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pytest_minivoice.rules import answer_rules, flow_rules
from pytest_minivoice.spec.http import MAX_BODY_BYTES, Response

if TYPE_CHECKING:
    from pytest_minivoice.rules.rule import Finding
    from pytest_minivoice.spec.assumptions import Assumptions

_REDIRECTION = 3
"""The class of 3xx statuses."""

_TAG = re.compile(r"<[^>]*>")
_UNSEEN = re.compile(r"<(style|script|title)\b.*?</\1>", re.DOTALL | re.IGNORECASE)
_EXCERPT = 120
"""Characters of a page that are shown: about a line and a half."""

_STATUS_HINTS = {
    400: " (often a parameter that was not sent: print(call.timeline) shows what was, app.debug = True names it)",
    404: " (the path comes from the setting answer_url or webhook_url, or from your redirect)",
    405: " (answer_url is requested by the setting answer_method, a redirect by GET unless it names a method)",
}

_JSON_TYPE = re.compile(r"application/(?:[\w.+-]+\+)?json\s*(?:;|$)", re.IGNORECASE)


def check_response(url: str, request: str, response: Response, assumptions: Assumptions) -> list[Finding]:
    """Check status, headers, size and time of an answer.

    Args:
        url: What was asked, as the application gave it: without the query that MiniVoice adds.
        request: The method and that URL.
        response: What came back.
        assumptions: For `answer_timeout_seconds`.

    Returns:
        The findings. With an error among them MiniVoice has no document to execute.
    """
    found = _no_answer(url, request, response) or _bad_status(url, request, response)
    if found:
        return [found]
    findings = []
    if response.elapsed > assumptions.answer_timeout_seconds:
        findings.append(_too_slow(url, request, response, assumptions))
    if len(response.body) > MAX_BODY_BYTES:
        findings.append(answer_rules.TOO_LARGE.at(url, f"the answer is over {MAX_BODY_BYTES} bytes", request=request))
    content_type = response.header("content-type")
    if not _JSON_TYPE.match(content_type):
        said = f"Content-Type is {content_type}" if content_type else "the answer has no Content-Type"
        findings.append(answer_rules.CONTENT_TYPE.at(url, said, request=request))
    return findings


def _no_answer(url: str, request: str, response: Response) -> Finding | None:
    if response.error is not None:
        error = response.error
        text = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        message = response.detail or f"the handler raised {text}"
        return answer_rules.HANDLER_RAISED.at(url, message, request=request, cause=error)
    if response.failure == "unserved":
        return flow_rules.UNSERVED_HOST.at(url, response.detail, request=request)
    if response.failure == "slow":
        return answer_rules.TOO_SLOW.at(url, response.detail, request=request)
    if response.failure is not None:
        return answer_rules.UNUSABLE.at(url, response.detail, request=request)
    return None


def _bad_status(url: str, request: str, response: Response) -> Finding | None:
    if response.accepted:
        return None
    if response.status // 100 == _REDIRECTION:
        target = response.header("location") or "nowhere"
        return answer_rules.REDIRECTED.at(url, f"answered {response.status}, a redirect to {target}", request=request)
    message = f"{request} was answered {response.status}{refusal(response)}"
    return answer_rules.NOT_2XX.at(url, message, request=request)


def _too_slow(url: str, request: str, response: Response, assumptions: Assumptions) -> Finding:
    return answer_rules.TOO_SLOW.at(
        url,
        f"took {response.elapsed:.1f} s; answer_timeout_seconds is {assumptions.answer_timeout_seconds:g}",
        request=request,
    )


def refusal(response: Response) -> str:
    """Say more on an answer that is not 2xx: what it is known to mean, and what its page says.

    Args:
        response: The answer.

    Returns:
        A clause in brackets and an excerpt of the page, either or both, or an empty string.
    """
    body = response.body[:20_000].decode("utf-8", "replace")
    text = " ".join(_TAG.sub(" ", _UNSEEN.sub(" ", body)).split())
    said = f": {text[:_EXCERPT]}{'...' if len(text) > _EXCERPT else ''}" if text else ""
    return f"{_meaning(response.status, text)}{said}"


def _meaning(status: int, text: str) -> str:
    if "DisallowedHost" in text or text.startswith("Bad Request (400)"):
        return " (Django refuses the host: add the host of the setting base_url to ALLOWED_HOSTS)"
    if "CSRF verification failed" in text:
        return " (MiniVoice sends no CSRF token: decorate the view with @csrf_exempt)"
    return _STATUS_HINTS.get(status, "")

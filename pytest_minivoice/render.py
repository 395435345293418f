"""Every text of several lines that a person reads: findings, violations, transcripts, the rule catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pytest_minivoice.cloud.timeline import Entry
    from pytest_minivoice.rules.rule import Finding, Rule

_LINE = 160
_HIDDEN = "***"
_ANSWER = "MV1"
"""Rules of the answer document: MiniVoice refuses it, whether the finding is ignored or not."""


def finding(found: Finding) -> str:
    """Write one finding: what and where, then evidence, cure and how to silence it.

    Args:
        found: The finding.

    Returns:
        Several lines.
    """
    lines = [f"{found.code} {found.rule.name}: {found.message}", f"- at: {found.where}"]
    if found.pointer is not None:
        lines.append(f"- pointer: {found.pointer or '(the whole document)'}")
    if found.request and not found.request.endswith(f" {found.where}"):
        lines.append(f"- answered to: {found.request}")
    if found.did_you_mean:
        lines.append(f"- did you mean: {found.did_you_mean}")
    lines += [f"- why: {found.why}", f"- fix: {found.fix}"]
    return "\n".join(lines)


def violation(message: str, findings: Sequence[Finding]) -> str:
    """Write what a broken contract says.

    Args:
        message: What is wrong, when no rule says it.
        findings: The broken rules, the first in full.

    Returns:
        Several lines.
    """
    blocks = [message] if message else []
    blocks += [finding(each) for each in findings]
    codes = sorted({each.code for each in findings})
    if any(code.startswith(_ANSWER) for code in codes):
        blocks.append("To test how MiniVoice itself reacts to it: @pytest.mark.minivoice(strict=False).")
    elif codes:
        listed = " ".join(codes)
        blocks.append(f"If this is on purpose: minivoice_ignore = {listed}, or @pytest.mark.minivoice(ignore={codes}).")
    return printable("\n\n".join(blocks))


def transcript(title: str, entries: Iterable[Entry], *, full: bool) -> str:
    """Write the transcript of a call.

    Args:
        title: One line that names the call.
        entries: What happened.
        full: Whether bodies are written whole; else each entry is one line.

    Returns:
        A title and one line or more for each entry.
    """
    lines = [title]
    for entry in entries:
        what = " ".join(entry.what.split("\n")) if not full else entry.what
        line = f"  {_minutes(entry.seconds)}  {entry.who:<11}  {what}"
        if entry.body and full:
            lines += [line, *(f"{'':23}{part}" for part in entry.body.splitlines())]
        else:
            lines.append(_cut(f"{line}  {_one_line(entry)}".rstrip()))
    return printable("\n".join(lines))


def masked(text: str, secrets: Iterable[str | None]) -> str:
    """Hide secrets in a text.

    Args:
        text: What will be read.
        secrets: What must not be read.

    Returns:
        The text with `***` in place of each secret.
    """
    for secret in secrets:
        if secret:
            text = text.replace(secret, _HIDDEN)
    return text


def catalogue(rules: Iterable[Rule]) -> str:
    """Write the rule catalogue for the terminal.

    Args:
        rules: The rules, in order.

    Returns:
        Three lines for each rule.
    """
    return "\n".join(
        f"{rule.code} {rule.name} ({rule.severity})\n    {rule.summary}\n    fix: {rule.fix}" for rule in rules
    )


def summary(counts: Mapping[tuple[str, str, str], int], places: Mapping[tuple[str, str, str], str]) -> list[str]:
    """Write the findings of a run that failed no test.

    Args:
        counts: How often each (code, name, severity) was found.
        places: Where each was found first.

    Returns:
        One line for each rule.
    """
    return [
        f"{code} {name} ({severity}): {_times(number)}, first {places[code, name, severity]}"
        for (code, name, severity), number in sorted(counts.items())
    ]


def expectation(
    differences: Sequence[tuple[str, object, object]], script: Sequence[object], places: Mapping[str, str]
) -> str:
    """Write how a call differs from what a flow expected.

    Args:
        differences: Name, expected value and actual value of each.
        script: What the caller did.
        places: Where an expectation is written, by its name.

    Returns:
        Several lines.
    """
    lines = [f"the call with caller {list(script)!r} did not go as expected"]
    for name, expected, actual in differences:
        at = f" ({places[name]})" if name in places else ""
        lines += [f"- {name}{at}", f"    expected: {expected!r}", f"    got:      {actual!r}"]
    return printable("\n".join(lines))


def printable(text: str) -> str:
    """Escape what a terminal or file cannot encode, such as half a surrogate pair.

    Args:
        text: Any text.

    Returns:
        The text, encodable as UTF-8.
    """
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _minutes(seconds: float) -> str:
    return f"{int(seconds) // 60:02d}:{int(seconds) % 60:02d}"


def _one_line(entry: Entry) -> str:
    return " ".join(entry.body.split()) if entry.who == "application" and entry.what.startswith("answers ") else ""


def _cut(line: str) -> str:
    return line if len(line) <= _LINE else line[: _LINE - 3] + "..."


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"

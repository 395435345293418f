"""Every text of several lines that a person reads: findings, violations, transcripts, the rule catalogue."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pytest_minivoice.cloud.rest.recorded import RecordedRequest
    from pytest_minivoice.cloud.timeline import Entry
    from pytest_minivoice.rules.rule import Finding, Rule

_WIDTH = 160
"""Characters of a line of a brief transcript."""
_LONGEST_CYCLE = 25
"""A block of fewer lines is recognized when it comes again."""
_WORTH_FOLDING = 3
"""Times that a block stands there before it is written once."""
_LONGEST = 1000
"""Characters of a message or a place; what an application sends may be a megabyte."""
_PLACES = 3
"""Places of one finding that are named one by one."""
_MOST = 10
"""Findings of one failure that are written in full."""
_LATEST = 50
"""REST requests that are listed, the last ones."""
_HIDDEN = "***"
_SECRET_MIN = 4
"""Shorter secrets are not hidden: they would take letters out of every word."""
_REFUSED = "MV507"
"""A request to the real MiniVoice; nothing lets it through."""
_ANSWER = "MV1"
"""Rules of the answer document: MiniVoice refuses it, whether the finding is ignored or not."""


def finding(found: Finding, places: Mapping[str, int]) -> str:
    """Write one finding: what and where, then evidence and cure.

    Args:
        found: The finding.
        places: Where it was found, and how often.

    Returns:
        Several lines.
    """
    lines = [f"{found.code} {found.rule.name}: {_short(found.message)}"]
    lines += [
        f"- at: {_short(where)}" + (f" ({_times(number)})" if number > 1 else "")
        for where, number in list(places.items())[:_PLACES]
    ]
    lines += [f"- at: {many(len(places) - _PLACES, 'more place')}"] if len(places) > _PLACES else []
    if found.pointer is not None:
        lines.append(f"- pointer: {found.pointer or '(the whole document)'}")
    if found.request and not found.request.endswith(f" {found.where}"):
        lines.append(f"- answered to: {found.request}")
    if found.did_you_mean:
        lines.append(f"- did you mean: {found.did_you_mean}")
    lines += [f"- why: {found.why}", f"- fix: {found.fix}", *(f"- {each}" for each in found.evidence)]
    return "\n".join(lines)


def violation(message: str, findings: Sequence[Finding]) -> str:
    """Write what a broken contract says.

    Args:
        message: What is wrong, when no rule says it.
        findings: The broken rules; those that differ in their place alone are written once.

    Returns:
        Several lines.
    """
    blocks = [message] if message else []
    explored = any(each.evidence for each in findings)
    grouped = _grouped(findings)
    most = len(grouped) if explored else _MOST
    blocks += [finding(each, places) for each, places in grouped[:most]]
    blocks += _more(grouped[most:])
    codes = sorted({each.code for each in findings})
    if explored:
        codes = [code for code in codes if not code.startswith(_ANSWER)]
    if any(code.startswith(_ANSWER) for code in codes):
        blocks.append("To test how MiniVoice itself reacts to it: @pytest.mark.minivoice(strict=False).")
    elif codes and codes != [_REFUSED]:
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
    if full:
        return printable("\n".join([title, *(line for entry in entries for line in _whole(entry))]))
    return printable("\n".join([title, *_folded([_brief(entry) for entry in entries])]))


def masked(text: str, secrets: Iterable[str | None]) -> str:
    """Hide secrets in a text.

    Args:
        text: What will be read.
        secrets: What must not be read.

    Returns:
        The text with `***` in place of each secret.
    """
    for secret in secrets:
        if secret and len(secret) >= _SECRET_MIN:
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
        f"{code} {name} ({severity}): {_times(number)}, first {_short(places[code, name, severity])}"
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


def requests(wanted: str, times: int | None, found: int, made: Sequence[RecordedRequest]) -> str:
    """Write that a REST request was not made as often as expected.

    Args:
        wanted: The request.
        times: How often it was expected; None for at least once.
        found: How often it was made.
        made: All requests that were made.

    Returns:
        Several lines.
    """
    often = "at least once" if times is None else _times(times)
    lines = [f"expected {_short(wanted)} {often}; it was made {_times(found)}"]
    lines += ["- requests made:", *_latest(made, "    ")] if made else ["- no requests were made at all"]
    return printable("\n".join(lines))


def unmet(plans: Sequence[tuple[str, str]]) -> str:
    """Write what was planned for REST requests that nobody made.

    Args:
        plans: Who planned it, `fail_next` or `slow_next`, and a line for it.

    Returns:
        Several lines.
    """
    by = " and ".join(sorted({each for each, _ in plans}))
    return printable("\n".join([f"{by} planned what no request met:", *(f"- {line}" for _, line in plans)]))


def api(made: Sequence[RecordedRequest], findings: Sequence[Finding]) -> str:
    """Write the REST requests of a failing test, whatever it failed by.

    Args:
        made: The requests.
        findings: The rules that they broke.

    Returns:
        A line for each; below a finding its cure.
    """
    lines = list(map(_cut, _latest(made, "  ")))
    grouped = _grouped(findings)
    for each, places in grouped[:_MOST]:
        lines.append(f"  {each.severity} {each.code} at {_spot(places)}: {_short(each.message)}")
        lines += [f"      did you mean: {each.did_you_mean}"] if each.did_you_mean else []
        lines.append(f"      fix: {each.fix}")
    lines += [f"  {each}" for each in _more(grouped[_MOST:])]
    return printable("\n".join(lines))


def receiver(events: Sequence[str], schedules: int, *, saw_state: bool, volatile: Sequence[str]) -> str:
    """Write what was delivered to a receiver, and what of its reaction could be seen.

    Args:
        events: The events of the call.
        schedules: How many schedules were delivered.
        saw_state: Whether a function told what the application knows.
        volatile: Places of that state which were not compared.

    Returns:
        Several lines.
    """
    lines = [f"the webhooks {', '.join(events)} were delivered in {schedules} schedules, each to a call of its own"]
    if saw_state:
        lines.append("- seen: the answers, REST requests, and what state(call_id) returned")
    else:
        lines.append("- seen: the answers and REST requests; what the application remembers is seen with state= alone")
    if volatile:
        lines.append(f"- not compared, as two equal runs differ there: {', '.join(volatile)}")
    return printable("\n".join(lines))


def many(number: int, word: str) -> str:
    """Write a number of things.

    Args:
        number: How many.
        word: What one of them is called.

    Returns:
        Such as `1 call` or `2 calls`.
    """
    return f"{number} {word}" if number == 1 else f"{number} {word}es" if word.endswith("ch") else f"{number} {word}s"


def printable(text: str) -> str:
    """Escape what a terminal or file cannot encode, such as half a surrogate pair.

    Args:
        text: Any text.

    Returns:
        The text, encodable as UTF-8.
    """
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _grouped(findings: Sequence[Finding]) -> list[tuple[Finding, Counter[str]]]:
    """Put findings together that differ in their place alone.

    Args:
        findings: The findings.

    Returns:
        The first of each kind, with all places and how often it was found there.
    """
    found: dict[tuple[object, ...], tuple[Finding, Counter[str]]] = {}
    for each in findings:
        same = (each.code, each.message, each.pointer, each.request, each.did_you_mean, each.fix, each.evidence)
        found.setdefault(same, (each, Counter()))[1][each.where] += 1
    return list(found.values())


def _more(grouped: Sequence[tuple[Finding, Counter[str]]]) -> list[str]:
    """Sum up what is not written in full."""
    counts: Counter[str] = Counter()
    for each, places in grouped:
        counts[f"{each.code} {each.rule.name}"] += places.total()
    listed = ", ".join(f"{name} ({_times(number)})" for name, number in counts.items())
    return [f"and {many(counts.total(), 'more finding')}: {listed}"] if grouped else []


def _spot(places: Counter[str]) -> str:
    more = f" and {many(len(places) - 1, 'more place')}" if len(places) > 1 else ""
    return _short(next(iter(places))) + more + (f", {_times(places.total())}" if places.total() > 1 else "")


def _latest(made: Sequence[RecordedRequest], indent: str) -> list[str]:
    left_out = len(made) - _LATEST
    first = [f"{indent}{many(left_out, 'earlier request')} left out"] if left_out > 0 else []
    return [*first, *_folded([f"{indent}{each}" for each in made[-_LATEST:]])]


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}... ({len(text)} characters)"


def _whole(entry: Entry) -> list[str]:
    return [_line(entry), *(f"{'':22}{part}" for part in entry.body.splitlines())]


def _brief(entry: Entry) -> str:
    return _cut(" ".join(f"{_line(entry)}  {entry.tail}".split("\n")).rstrip())


def _cut(line: str) -> str:
    return line if len(line) <= _WIDTH else line[: _WIDTH - 3] + "..."


def _line(entry: Entry) -> str:
    seconds = int(entry.seconds)
    return f"  {seconds // 60:02d}:{seconds % 60:02d}  {entry.who:<11}  {entry.what}"


def _folded(lines: list[str]) -> list[str]:
    """Write lines that come again and again once, as those of a redirect loop."""
    folded: list[str] = []
    at = 0
    while at < len(lines):
        period, times = _repeats(lines, at)
        folded += lines[at : at + period]
        if times > 1:
            folded.append(f"         ... the same {period} lines {times - 1} times more")
        at += period * times
    return folded


def _repeats(lines: list[str], at: int) -> tuple[int, int]:
    for period in range(2, _LONGEST_CYCLE):
        block = lines[at : at + period]
        times = 1
        while lines[at + period * times : at + period * (times + 1)] == block:
            times += 1
        if times >= _WORTH_FOLDING:
            return period, times
    return 1, 1


def _times(number: int) -> str:
    return {0: "never", 1: "once"}.get(number, f"{number} times")

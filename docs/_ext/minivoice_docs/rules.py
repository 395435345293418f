"""Makes the pages of the rules from the catalogue."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sphinx.errors import ExtensionError

from pytest_minivoice.rules.catalogue import CATALOGUE, CHAPTERS

if TYPE_CHECKING:
    from pytest_minivoice.rules.rule import Rule

SEVERITIES = {
    "error": "error: it fails the test, unless the setting [strict](../reference/settings.md#strict) is false",
    "warning": "warning: it fails no test; the end of the run sums warnings up",
}
PAGE = """# {rule.code} {rule.name}

{rule.summary}

Severity
: {severity}

Why it matters
: {rule.why}

What to do
: {rule.fix}
{example}
{purpose}"""
ON_PURPOSE = """## If it is on purpose

Ignore the rule for all tests in the pytest configuration, or for some by a marker; see
[how to ignore a rule](../how-to/ignore-a-rule.md).

```ini
[pytest]
minivoice_ignore = {code}
```

```python
@pytest.mark.minivoice(ignore=["{code}"])
```
"""
NO_DOCUMENT = """## To go on after it

MiniVoice does not run such an answer. To test what your application makes of the failed call, let the test
[go on after the error](../how-to/ignore-a-rule.md#go-on-after-an-error).

```python
@pytest.mark.minivoice(strict=False)
```
"""
EXAMPLE = """
## Example

This breaks the rule:

{bad}

This does not:

{good}
"""
CHAPTER = """
## {title}

| code | name | severity | what is wrong |
| --- | --- | --- | --- |
{rows}
"""
INDEX = """# Rules

What the plugin checks, one page for each rule. An error fails the test where it occurs; warnings are summed up at the
end of the run. `pytest --minivoice-rules` prints the same list, with the rules that your project adds.
{chapters}
```{{toctree}}
:hidden:

{names}
```
"""


def pages() -> dict[str, str]:
    """Return the pages by file name."""
    codes = [rule.code for rule in CATALOGUE]
    if len(codes) != len(set(codes)):
        message = f"rules: a code is used twice: {sorted(codes)}"
        raise ExtensionError(message)
    return {f"{rule.code}.md": page(rule) for rule in CATALOGUE} | {"index.md": index()}


def page(rule: Rule) -> str:
    """Return the page of a rule."""
    lacking = [name for name in ("name", "summary", "why", "fix") if not getattr(rule, name)]
    if lacking or bool(rule.bad) != bool(rule.good):
        message = f"rules: {rule.code} lacks {', '.join(lacking) or 'one of its two examples'}"
        raise ExtensionError(message)
    example = EXAMPLE.format(bad=block(rule, rule.bad), good=block(rule, rule.good)) if rule.bad else ""
    unusable = rule.code.startswith("MV1") and rule.severity == "error"
    purpose = (NO_DOCUMENT if unusable else ON_PURPOSE).format(code=rule.code)
    return PAGE.format(rule=rule, severity=SEVERITIES[rule.severity], example=example, purpose=purpose)


def block(rule: Rule, text: str) -> str:
    """Return an example as a block of code, an action a line."""
    try:
        document = json.loads(text)
    except ValueError:
        if rule.name != "answer-not-json":
            message = f"rules: an example of {rule.code} is not JSON: {text}"
            raise ExtensionError(message) from None
        return f"```text\n{text}\n```"
    if isinstance(document, dict) and isinstance(document.get("actions"), list):
        actions = ",\n".join(f"  {json.dumps(action)}" for action in document["actions"])
        rest = "".join(f",\n {json.dumps(key)}: {json.dumps(document[key])}" for key in document if key != "actions")
        text = f'{{"actions": [\n{actions}\n]{rest}}}'
    return f"```json\n{text}\n```"


def index() -> str:
    """Return the page that lists the rules by chapter."""
    chapters = ""
    for prefix, title in CHAPTERS.items():
        rules = [rule for rule in CATALOGUE if rule.code.startswith(prefix)]
        rows = [f"| [{rule.code}]({rule.code}.md) | {rule.name} | {rule.severity} | {rule.summary} |" for rule in rules]
        chapters += CHAPTER.format(title=f"{prefix}xx: {title}", rows="\n".join(rows))
    missing = [rule.code for rule in CATALOGUE if rule.code[:3] not in CHAPTERS]
    if missing:
        message = f"rules: no chapter for {', '.join(missing)}"
        raise ExtensionError(message)
    return INDEX.format(chapters=chapters, names="\n".join(rule.code for rule in CATALOGUE))

"""Makes the reference of the settings, and the page of the assumptions, from the settings' JSON Schema."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import cast

from sphinx.errors import ExtensionError

from pytest_minivoice.settings import Settings
from pytest_minivoice.spec.assumptions import Assumptions
from pytest_minivoice.spec.schema import Schema, schema

ASSUMPTIONS = """# Assumptions

None of what stands on this page is documented by the vendor. These are points that the documentation of MiniVoice
leaves open, and that a simulation must decide all the same. Each has a name, a default and a reason. If your account
behaves otherwise, [change the assumption](../how-to/change-an-assumption.md): it is an ini option `minivoice_<name>`,
and a keyword of the marker `minivoice`.

| name | what it decides | default |
| --- | --- | --- |
{rows}

{sections}
"""
WITHOUT_DEFAULT = {"app", "webhook_url", "webhook_secret"}


def properties(*, assumed: bool) -> dict[str, Schema]:
    """Return the schemas of the settings, or of the assumptions among them, checked against the code."""
    known = cast("dict[str, Schema]", schema("settings")["properties"])
    marked = {name for name, rule in known.items() if rule.get("x-assumption")}
    differing = set(known) ^ {each.name for each in fields(Settings)}
    differing |= marked ^ {each.name for each in fields(Assumptions)}
    if differing:
        message = f"settings: the schema and the classes differ in {', '.join(sorted(differing))}"
        raise ExtensionError(message)
    for name, rule in known.items():
        check_default(name, rule)
    return {name: rule for name, rule in known.items() if (name in marked) is assumed}


def check_default(name: str, rule: Schema) -> None:
    """Refuse a default of the schema that the code does not have."""
    real = getattr(Settings(), name)
    stated = rule.get("default")
    if (real or None) != (stated or None):  # an empty list of the schema may be an empty dict or tuple here
        message = f"settings: the default of {name} is {real!r}, and its schema says {stated!r}"
        raise ExtensionError(message)
    if (stated is None) != (name in WITHOUT_DEFAULT):
        message = f"settings: the schema of {name} says nothing of its default"
        raise ExtensionError(message)


def reference() -> str:
    """Return a section for each setting that is no assumption, and a list of the assumptions."""
    sections = [section(name, rule) for name, rule in properties(assumed=False).items()]
    names = ", ".join(f"[{name}](assumptions.md#{name})" for name in properties(assumed=True))
    sections.append(
        f"## The assumptions\n\nEach has a section on the page of the [assumptions](assumptions.md):\n{names}.\n"
    )
    return "\n".join(sections)


def assumptions() -> str:
    """Return the page of the assumptions."""
    known = properties(assumed=True)
    rows = [f"| [{name}](#{name}) | {rule['title']} | {written(rule['default'])} |" for name, rule in known.items()]
    sections = [section(name, rule) for name, rule in known.items()]
    return ASSUMPTIONS.format(rows="\n".join(rows), sections="\n".join(sections))


def section(name: str, rule: Schema) -> str:
    """Return the section of one setting."""
    text = str(rule["description"]).removeprefix("Assumption: ")
    default = written(rule["default"]) if "default" in rule else "none"
    facts = f"- values: {values(rule)}\n- default: {default}"
    return "\n\n".join([f"## `{name}`", f"{rule['title']}.", text[:1].upper() + text[1:], facts]) + "\n"


def values(rule: Schema) -> str:
    """Say which values a setting takes."""
    if "enum" in rule:
        return ", ".join(f"`{each}`" for each in rule["enum"])
    low, high = rule.get("minimum"), rule.get("maximum")
    kind = {
        "boolean": "`true`, `false`",
        "integer": "a whole number",
        "number": "a number",
        "string": "a text",
        "array": "a list; in an ini file one item a line",
    }[rule["type"]]
    if low is not None and high is not None:
        return f"{kind} from {low} to {high}"
    if "exclusiveMinimum" in rule:
        return f"{kind} above {rule['exclusiveMinimum']}"
    return f"{kind} of at least {low}" if low is not None else kind


def written(value: object) -> str:
    """Write a default as the configuration has it."""
    if value in ("", []):
        return "empty"
    return f"`{value if isinstance(value, str) else json.dumps(value)}`"

"""Makes the reference of the actions from the JSON Schema of answer documents."""

from __future__ import annotations

from typing import cast

from sphinx.errors import ExtensionError

from pytest_minivoice.spec.actions import action_names, parameters
from pytest_minivoice.spec.schema import Schema, schema


def reference() -> str:
    """Return a section for each action."""
    known = cast("dict[str, Schema]", schema("answer")["$defs"])
    return "\n".join(section(name, known[name]) for name in action_names())


def section(name: str, rule: Schema) -> str:
    """Return the section of one action."""
    rows = [row(each, resolved(parameter), required(rule)) for each, parameter in parameters(name).items()]
    table = "| parameter | value | what it is |\n| --- | --- | --- |\n" + "\n".join(rows)
    return "\n\n".join([f"## {name}", str(rule["description"]), *([table] if rows else [])]) + "\n"


def required(rule: Schema) -> dict[str, str]:
    """Say which parameters of an action must be given."""
    always = cast("list[str]", rule.get("required", []))
    alias = cast("dict[str, list[str]]", rule.get("if", {})).get("required", [])
    unless = cast("dict[str, list[str]]", rule.get("else", {})).get("required", [])
    return dict.fromkeys(always, ", required") | dict.fromkeys(unless, f", required without {' '.join(alias)}")


def resolved(parameter: Schema) -> Schema:
    """Add to a parameter what its reference says."""
    reference = parameter.get("$ref")
    if reference is None:
        return parameter
    found: object = schema("answer")
    for part in str(reference).removeprefix("#/").split("/"):
        if not isinstance(found, dict) or part not in found:
            message = f"actions: the schema has no {reference}"
            raise ExtensionError(message)
        found = found[part]
    return parameter | cast("Schema", found) | {"description": parameter["description"]}


def row(name: str, parameter: Schema, needed: dict[str, str]) -> str:
    """Return the row of one parameter."""
    default = f", default {parameter['default']}" if "default" in parameter else ""
    return f"| `{name}` | {value(parameter)}{needed.get(name, '')}{default} | {cell(parameter['description'])} |"


def value(parameter: Schema) -> str:
    """Say which values a parameter takes."""
    if "enum" in parameter:
        return ", ".join(f"`{each}`" for each in cast("list[object]", parameter["enum"]))
    low, high = parameter.get("minimum"), parameter.get("maximum")
    text = str(parameter["type"])
    if "pattern" in parameter:  # then the title says what the pattern asks for
        title = str(parameter["title"])
        text = title[:1].lower() + title[1:]
    if low is not None and high is not None:
        return f"{text}, {low} to {high}"
    return cell(f"{text}, at least {low}" if low is not None else text)


def cell(text: object) -> str:
    """Escape what would end a cell of a table, or begin emphasis in it."""
    return str(text).replace("|", "\\|").replace("*", "\\*")

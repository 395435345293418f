"""Makes the reference of flow contracts from their JSON Schema."""

from __future__ import annotations

from typing import cast

from pytest_minivoice.spec.schema import Schema, schema

_KINDS = {
    "string": "text",
    "object": "a mapping",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
}
OWN = {"caller", "expect", "each"}


def reference() -> str:
    """Return a table of the keys of a document, of a flow, and of what is expected."""
    whole = schema("flow")
    definitions = cast("dict[str, Schema]", whole["$defs"])
    flow = cast("dict[str, Schema]", definitions["flow"]["properties"])
    shared = {name: resolved(rule, definitions) for name, rule in flow.items() if name not in OWN}
    own = {name: resolved(flow[name], definitions) for name in ("caller", "expect")}
    own["each"] = cast("dict[str, Schema]", definitions["pattern"]["properties"])["each"]
    expected = cast("dict[str, Schema]", definitions["expect"]["properties"])
    keys = cast("dict[str, Schema]", definitions["explore"]["properties"])
    explored = {name: resolved(rule, definitions) for name, rule in keys.items() if name not in flow}
    return "\n\n".join(
        [
            f"## Keys of a document and of a flow\n\n{whole['description']}\n\n{table(shared)}",
            f"## Keys of a flow\n\n{table(own)}\n\n{definitions['pattern']['description']}",
            f"## Keys of explore\n\n{definitions['explore']['description']}\n\n{table(explored)}",
            f"## Keys of expect\n\n{definitions['expect']['description']}\n\n{table(expected)}",
        ]
    )


def resolved(rule: Schema, definitions: dict[str, Schema]) -> Schema:
    """Add to a key what its reference says."""
    reference = rule.get("$ref")
    if reference is None:
        return rule
    return {**resolved(definitions[str(reference).rpartition("/")[2]], definitions), **rule}


def table(rules: dict[str, Schema]) -> str:
    """Return a table of keys."""
    rows = [f"| `{name}` | {title(rule)} | {values(rule)} |" for name, rule in rules.items()]
    return "\n".join(["| key | what it is | values |", "| --- | --- | --- |", *rows])


def title(rule: Schema) -> str:
    """Say what a key is."""
    text = ". ".join(str(rule[part]).rstrip(".") for part in ("title", "description") if part in rule) + "."
    return text.replace("|", "\\|")


def values(rule: Schema) -> str:
    """Say which values a key takes."""
    if "enum" in rule:
        return ", ".join(f"`{each}`" for each in cast("list[str]", rule["enum"]))
    if isinstance(rule["type"], list):
        return " or ".join(values({**rule, "type": each}) for each in rule["type"])
    if rule["type"] == "array":
        items = cast("Schema", rule.get("items", {}))
        return f"a list: {values(items) if 'enum' in items else str(items.get('title', '')).replace('|', ' ')}"
    return _KINDS[str(rule["type"])]

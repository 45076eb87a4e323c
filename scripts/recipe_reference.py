"""Write docs/recipe.md, the reference of recipes, from the recipe's own models."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from brevviz.recipe import Recipe

PAGE = Path(__file__).parents[1] / "docs" / "recipe.md"

_HEAD = """\
# The recipe

One file describes a whole job: YAML or JSON, at most 1 MiB, data only. What is left out has the value that stands in
the table. `brevviz schema` prints the JSON Schema; with the line
`# yaml-language-server: $schema=recipe.schema.json` an editor completes and checks while you type.
This page is made from the code.

Recipes carry the version of their schema, now `schema: {schema}`. Older ones are read and mean what they meant; a newer one is refused
with the version to install.
"""


def reference() -> str:
    """The page as Markdown."""
    schema = Recipe.model_json_schema()
    text = [_HEAD.replace("{schema}", str(schema["properties"]["schema"]["default"]))]
    for name, field in schema["properties"].items():
        section = _section(field, schema)
        if section is None:
            if name != "schema":
                text.append(
                    f"\n## {name}\n\n{field.get('description', '')}\n\nDefault: {_show(field)}.\n"
                )
            continue
        text.append(f"\n## {name}\n\n{section['description'].splitlines()[0]}\n")
        text.append("\n| field | value | default | |\n|---|---|---|---|\n")
        for field_name, one in section["properties"].items():
            about = " ".join(str(one.get("description", "")).split()).replace("|", "\\|")
            text.append(f"| `{field_name}` | {_kind(one, schema)} | {_show(one)} | {about} |\n")
    return "".join(text)


def _section(field: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any] | None:
    reference_ = field.get("$ref") or next((r["$ref"] for r in field.get("allOf", ())), None)
    found: dict[str, Any] | None = (
        schema["$defs"].get(reference_.split("/")[-1]) if reference_ else None
    )
    return found


def _kind(one: dict[str, Any], schema: dict[str, Any]) -> str:
    if "anyOf" in one:
        return " or ".join(dict.fromkeys(_kind(branch, schema) for branch in one["anyOf"]))
    if "enum" in one:
        return ", ".join(f"`{value}`" for value in one["enum"])
    if "const" in one:
        return f"`{one['const']}`"
    kind = one.get("type", "")
    low, high = one.get("minimum"), one.get("maximum")
    span = f" {low:g}..{high:g}" if low is not None and high is not None else ""
    if low is not None and high is None:
        span = f" from {low:g}"
    words = {
        "string": "text",
        "integer": "whole number",
        "number": "number",
        "boolean": "true, false",
        "array": "list",
        "object": "mapping",
        "null": "null",
    }
    return words.get(kind, kind) + span


def _show(one: dict[str, Any]) -> str:
    if "default" not in one:
        return "`{}`" if one.get("type") == "object" else "must be given"
    return f"`{json.dumps(one['default'])}`".replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(reference(), "utf-8")

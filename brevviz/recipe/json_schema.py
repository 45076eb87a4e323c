"""The JSON Schema of recipes: a file beside the code, for editors and other programs."""

from __future__ import annotations

import json
from pathlib import Path

from brevviz.recipe.model import Recipe

__all__ = ["JSON_SCHEMA", "json_schema"]

JSON_SCHEMA = Path(__file__).with_name("recipe.schema.json")
"""The file. A test holds that it is what `json_schema` gives; after a change of the recipe write it
anew: `python -m brevviz.recipe.json_schema`."""


def json_schema() -> str:
    """The schema as JSON text, ASCII and sorted, from the recipe's own models."""
    about = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return json.dumps(about | Recipe.model_json_schema(), indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    JSON_SCHEMA.write_text(json_schema(), "ascii")

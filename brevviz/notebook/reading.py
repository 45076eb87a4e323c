"""Notebook → recipe: the literals are read, and nothing is run."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from brevviz.errors import EvidenceError
from brevviz.notebook.literals import read_assignments
from brevviz.notebook.parts import EXPECTED, RECIPE, RECIPE_DIGEST, TAGS
from brevviz.recipe import Recipe

__all__ = ["Exported", "load", "read"]

_MOST_BYTES = 64 * 2**20
"""An executed notebook holds pictures; a recipe does not."""

_OVERRIDES = "injected-parameters"
"""papermill's tag for the cell that it puts behind the parameters."""

_NAMES = {RECIPE, RECIPE_DIGEST, *EXPECTED.values()}


@dataclass(frozen=True)
class Exported:
    """What a notebook says.

    recipe : as it stands now. recipe_sha256 : of the recipe that was exported.
    expected : name of a digest → its value when the notebook was exported; unknown ones left out.
    """

    recipe: Recipe
    recipe_sha256: str
    expected: dict[str, str]

    @property
    def edited(self) -> bool:
        """Is the recipe another one than was exported?"""
        return self.recipe.digest() != self.recipe_sha256


def load(path: str | Path) -> Recipe:
    """The recipe of an exported notebook. Raises EvidenceError and RecipeError; runs nothing."""
    return read(path).recipe


def read(path: str | Path) -> Exported:
    """All that an exported notebook says. Raises EvidenceError and RecipeError; runs nothing."""
    path = Path(path)
    values: dict[str, Any] = {}
    for source in _sources(_cells(path), str(path)):
        found = read_assignments(source, str(path))
        unknown = sorted(found.keys() - _NAMES)
        if unknown:
            raise EvidenceError(
                str(path),
                f"{unknown[0]} is not a name that a recipe's cell has",
                f"Known are {', '.join(sorted(_NAMES))}",
            )
        values |= found
    if RECIPE not in values:
        raise EvidenceError(str(path), f"its recipe's cell does not assign {RECIPE}")
    expected = {name: values.get(variable) for name, variable in EXPECTED.items()}
    return Exported(
        recipe=Recipe.build(values[RECIPE]),
        recipe_sha256=_digest(values.get(RECIPE_DIGEST), RECIPE_DIGEST, path),
        expected={
            name: _digest(value, EXPECTED[name], path)
            for name, value in expected.items()
            if value is not None
        },
    )


def _cells(path: Path) -> list[dict[str, Any]]:
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise EvidenceError(str(path), f"cannot be read: {error.strerror}") from None
    if len(data) > _MOST_BYTES:
        raise EvidenceError(str(path), f"is larger than {_MOST_BYTES} bytes")
    try:
        notebook = json.loads(data)
    except (ValueError, RecursionError):
        raise EvidenceError(str(path), "is not a notebook: it is not JSON") from None
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list):
        raise EvidenceError(str(path), "is not a notebook: it has no cells")
    return [cell for cell in cells if isinstance(cell, dict)]


def _sources(cells: list[dict[str, Any]], where: str) -> list[str]:
    """The source of the recipe's cell, then of papermill's overrides."""
    marked = [cell for cell in cells if TAGS[1] in _tags(cell)]
    if len(marked) != 1:
        raise EvidenceError(
            where,
            f"has {len(marked)} cells with the tag {TAGS[1]!r}; one is allowed",
            "Export the notebook from brevviz",
        )
    return [_source(cell) for cell in [*marked, *(c for c in cells if _OVERRIDES in _tags(c))]]


def _tags(cell: dict[str, Any]) -> list[Any]:
    metadata = cell.get("metadata")
    tags = metadata.get("tags") if isinstance(metadata, dict) else None
    return tags if isinstance(tags, list) and cell.get("cell_type") == "code" else []


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source", "")
    return "".join(map(str, source)) if isinstance(source, list) else str(source)


def _digest(value: Any, name: str, path: Path) -> str:
    if isinstance(value, str) and re.fullmatch(r"[0-9a-f]{64}", value):
        return value
    raise EvidenceError(str(path), f"{name} is not a SHA-256 of 64 hex digits")

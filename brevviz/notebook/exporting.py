"""Recipe → notebook: the same recipe gives the same bytes."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

from brevviz.errors import EvidenceError
from brevviz.files import write_atomic
from brevviz.notebook.literals import write_literal
from brevviz.notebook.parts import CELLS, EXPECTED, RECIPE, RECIPE_DIGEST, TAGS, Cell, Expected
from brevviz.recipe import Recipe

__all__ = ["export", "to_text"]


def export(recipe: Recipe, path: str | Path, expected: Expected | None = None) -> Path:
    """Write a notebook that derives the whole job again and compares it with `expected`.

    Parameters
    ----------
    path : ends in `.ipynb`; an old file stays until all of the new one is written.
    expected : the job's digests (`job.digests()`); None: the notebook only states its own.

    Returns the path. Raises EvidenceError when it cannot be written.
    """
    path = Path(path)
    if path.suffix.lower() != ".ipynb":
        raise EvidenceError("notebook", f"{path.name!r} does not end in .ipynb")
    return write_atomic(path, to_text(recipe, expected).encode("ascii"))


def to_text(recipe: Recipe, expected: Expected | None = None) -> str:
    """The notebook as JSON text (nbformat 4.5), ASCII."""
    literals = _literals(recipe, expected)
    notebook = {
        "cells": [_cell(cell, literals) for cell in CELLS],
        "metadata": {
            "brevviz": {"recipe_sha256": recipe.digest(), "schema": recipe.schema_version},
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=True) + "\n"


def _literals(recipe: Recipe, expected: Expected | None) -> str:
    known = expected.data() if expected is not None else {}
    if known and known["recipe"] != recipe.digest():
        raise EvidenceError("notebook", "the expected digests are those of another recipe")
    data = recipe.data()
    values: dict[str, Any] = {RECIPE: data, RECIPE_DIGEST: recipe.digest()}
    values |= {variable: known.get(name) for name, variable in EXPECTED.items()}
    lines = [f"{name} = {write_literal(value)}" for name, value in values.items()]
    # The proof that a notebook is what it says costs a millisecond: it is made for each.
    if ast.literal_eval(lines[0].partition(" = ")[2]) != data:
        raise EvidenceError("notebook", "the recipe does not survive being written as a literal")
    return "\n".join(lines)


def _cell(cell: Cell, literals: str) -> dict[str, Any]:
    source = cell.source or literals
    made: dict[str, Any] = {
        "cell_type": cell.kind,
        "id": cell.id,
        "metadata": {} if cell.source else {"tags": list(TAGS)},
        "source": source.splitlines(keepends=True),
    }
    if cell.kind == "code":
        made |= {"execution_count": None, "outputs": []}
    return made

"""Recipes of earlier schemas as today's, and back: pure functions from plain data to plain data.

A migration writes down what its schema meant where today's says more, so that a default that
changes later cannot change what an old recipe means. The way back is for digests: a recipe that
an older schema can say has the digest that it had there, so what was written years ago is found.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from brevviz.errors import RecipeError

__all__ = ["OLDEST", "SCHEMA", "migrate", "oldest"]

OLDEST = 1
SCHEMA = 2


def migrate(data: Mapping[str, Any]) -> dict[str, Any]:
    """Bring a recipe's plain data to today's schema; data of today's comes back as it is.

    Parameters
    ----------
    data : a recipe as plain data. Without `schema` it is taken for today's. Not changed.

    Raises RecipeError when the schema is newer than this brevviz reads, or when the data sets
    what its schema does not know.
    """
    current = dict(data)
    schema = current.get("schema", SCHEMA)
    if not isinstance(schema, int) or isinstance(schema, bool) or schema < OLDEST:
        return current  # the model says what is wrong with it
    if schema > SCHEMA:
        raise RecipeError(
            "schema",
            f"{schema} is newer than {SCHEMA}, the newest that this brevviz reads",
            "Install a newer one: pip install --upgrade brevviz",
        )
    for step in range(schema, SCHEMA):
        current = _STEPS[step](current)
    return current


def oldest(data: Mapping[str, Any]) -> dict[str, Any]:
    """The same recipe in the oldest schema that can say it; `migrate` brings it back.

    Parameters
    ----------
    data : a whole recipe of today's schema as plain data. Not changed.
    """
    current = dict(data)
    for schema in range(SCHEMA, OLDEST, -1):
        earlier = _STEPS_BACK[schema](current)
        if earlier is None:
            break
        current = earlier
    return current


_ADDED_IN_2: Mapping[str, Mapping[str, Any]] = {
    "split": {"tied": []},
    "triage": {"excluded": {}},
    "sampling": {"weights": {}, "shares": {}},
    "view": {
        "roi_mode": "concatenate_height",
        "bayer_pattern": "rggb",
        "window": None,
        "resize_method": "area",
        "padding_mode": "constant",
    },
    "augmentation": {
        **{
            f"{change}_chance": 1.0
            for change in (
                *("rotate", "scale", "shear", "translate", "brightness", "contrast"),
                *("saturation", "hue", "noise", "blur", "emboss", "salt_and_pepper", "elastic"),
            )
        },
        **dict.fromkeys(("blur", "emboss", "salt_and_pepper", "elastic"), 0.0),
        "own": {},
        "purposes": ["train"],
        "reason": "",
    },
}


def _from_1(data: dict[str, Any]) -> dict[str, Any]:
    """Schema 2 added exclusions, ties, weights, 16 bits, padding, chances and further changes."""
    result = {**data, "schema": 2}
    for section, added in _ADDED_IN_2.items():
        given = data.get(section, {})
        if not isinstance(given, Mapping):
            continue  # the model says what is wrong with it
        for field in given:
            if field in added:
                raise RecipeError(f"{section}.{field}", "is not a setting of schema 1", "Say 2")
        result[section] = {**given, **added}
    return result


def _to_1(data: dict[str, Any]) -> dict[str, Any] | None:
    """None: it says what schema 1 has no words for."""
    view = data["view"]
    if view["color_mode"] == "bayer" or not isinstance(view["rescale"], str):
        return None
    result = {**data, "schema": 1}
    for section, added in _ADDED_IN_2.items():
        given = data[section]
        if any(given[field] != value for field, value in added.items()):
            return None
        kept = {field: value for field, value in given.items() if field not in added}
        if kept:
            result[section] = kept
        else:
            del result[section]  # the section itself is newer
    return result


_STEPS: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = {1: _from_1}
_STEPS_BACK: Mapping[int, Callable[[dict[str, Any]], dict[str, Any] | None]] = {2: _to_1}

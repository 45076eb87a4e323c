"""What a form's field may look like, and which values a browser may send for it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from brevviz.widgets import check
from brevviz.widgets.check import Refused

__all__ = ["KINDS", "check_field", "check_value", "choices"]

KINDS = ("choice", "flag", "number", "pair", "pattern", "range", "tags", "text")
"""The kinds of field."""

_REQUIRED = ("name", "label", "kind")
_OPTIONAL = frozenset(
    {"beside", "ends", "folded", "group", "help", "lazy", "line", "longest", "max", "min"}
    | {"optional", "options", "placeholder", "step", "unit"}
)
_LONGEST = {"pattern": 500, "text": 4096}
_MOST_TAGS, _LONGEST_TAG = 200, 256


def check_field(field: Mapping[str, Any]) -> None:
    """Raise ValueError when `field` is not one that a form can show."""
    where = f"field {field.get('name', '?')!r}"
    for needed in _REQUIRED:
        if not isinstance(field.get(needed), str) or not field[needed]:
            raise ValueError(f"{where}: {needed} is missing or no text")
    unknown = sorted(set(field) - _OPTIONAL - set(_REQUIRED))
    if unknown:
        raise ValueError(f"{where}: {unknown} is not known; allowed: {sorted(_OPTIONAL)}")
    kind = field["kind"]
    if kind not in KINDS:
        raise ValueError(f"{where}: kind {kind!r} is not one of {KINDS}")
    if kind == "choice" and not choices(field):
        raise ValueError(f"{where}: a choice needs options")
    if kind == "range" and not {"min", "max"} <= set(field):
        raise ValueError(f"{where}: a range needs min and max")
    for bound in ("min", "max", "step"):
        value = field.get(bound)
        if value is not None and not (isinstance(value, int | float) and math.isfinite(value)):
            raise ValueError(f"{where}: {bound} is {value!r}, and not a finite number")


def choices(field: Mapping[str, Any]) -> list[Any]:
    """Return the values of a field's options, each given as the value or as {value, label}."""
    return [o["value"] if isinstance(o, Mapping) else o for o in field.get("options") or ()]


def check_value(field: Mapping[str, Any], value: Any) -> Any:
    """Return `value` when its JSON type fits the kind of `field`; raise Refused otherwise.

    Limits that a person can exceed (`min`, `max`, a pattern's syntax) are not checked here: the
    follower says so in words, under the field.
    """
    kind = field["kind"]
    if value is None and field.get("optional"):
        return None
    if kind in {"number", "range"}:
        return check.number(value)
    if kind in {"pattern", "text"}:
        return check.text(value, field.get("longest") or _LONGEST[kind])
    if kind == "flag":
        return check.boolean(value)
    if kind == "choice":
        return check.one_of(value, choices(field))
    if kind == "pair":
        return _pair(value)
    return _tags(value, choices(field))


def _pair(value: Any) -> list[float]:
    if not isinstance(value, list) or len(value) != 2:
        raise Refused("something else than a list of two numbers")
    return [check.number(part) for part in value]


def _tags(value: Any, allowed: list[Any]) -> list[Any]:
    if not isinstance(value, list) or len(value) > _MOST_TAGS:
        raise Refused(f"something else than a list of at most {_MOST_TAGS} texts")
    if allowed:
        return [check.one_of(tag, allowed) for tag in value]
    return [check.text(tag, _LONGEST_TAG) for tag in value]

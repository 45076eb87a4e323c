"""What is different between two recipes, in words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

__all__ = ["changes"]

_LONGEST = 80
_NONE = object()  # a table has no such entry


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[str, ...]:
    """One sentence for each setting that differs: "split.ratio: 0.8 -> 0.7".

    Parameters
    ----------
    old, new : recipes as plain data, with the same names.
    """
    before, after = _flat(old), _flat(new)
    return tuple(
        f"{where}: {_show(before.get(where, _NONE))} -> {_show(after.get(where, _NONE))}"
        for where in dict.fromkeys([*before, *after])
        if before.get(where, _NONE) != after.get(where, _NONE)
    )


def _flat(data: Mapping[str, Any], where: str = "") -> dict[str, Any]:
    """Each setting by its place; entries of a table (`triage.excluded`) are settings too."""
    flat: dict[str, Any] = {}
    for name, value in data.items():
        depth = where.count(".") + 1 if where else 0
        place = f"{where}[{json.dumps(name)}]" if depth > 1 else f"{where}.{name}".strip(".")
        if isinstance(value, Mapping):
            flat |= _flat(value, place)
        else:
            flat[place] = value
    return flat


def _show(value: Any) -> str:
    if value is _NONE:
        return "none"
    text = json.dumps(value, ensure_ascii=True)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."

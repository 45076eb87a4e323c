"""What is different between two recipes, in words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

__all__ = ["changes"]

_LONGEST = 80


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[str, ...]:
    """One sentence for each setting that differs: "split.ratio: 0.8 -> 0.7".

    Parameters
    ----------
    old, new : recipes as plain data, with the same names.
    """
    return tuple(
        f"{where}: {_show(before)} -> {_show(after)}"
        for (where, before), (_, after) in zip(_flat(old), _flat(new), strict=True)
        if before != after
    )


def _flat(data: Mapping[str, Any]) -> list[tuple[str, Any]]:
    flat: list[tuple[str, Any]] = []
    for name, value in data.items():
        if isinstance(value, Mapping):  # a section; its fields are not taken apart
            flat += [(f"{name}.{field}", item) for field, item in value.items()]
        else:
            flat.append((name, value))
    return flat


def _show(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=True)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."

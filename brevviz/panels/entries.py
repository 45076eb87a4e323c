"""What people type for values that are more than one number or word, and back.

Each pair of functions is a reader (text → plain data, ValueError with a sentence that says what is
allowed) and a writer (the recipe's value → text).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

__all__ = [
    "read_classes",
    "read_key",
    "read_rois",
    "read_scale",
    "read_size",
    "write_classes",
    "write_key",
    "write_numbers",
    "write_rois",
    "write_scale",
    "write_size",
]

_SIZE = re.compile(r"(\d+)\s*(?:[x\u00d7,*\s]\s*(\d+))?", re.IGNORECASE)

# A word that is one of these names a column; any other text is a regular expression.
COLUMNS = ("category", "folder", "path", "etag", "bucket", "dataset", "dataset_id", "url")


def read_key(text: str) -> str | list[str]:
    """`folder, etag` → columns; anything else → a regular expression on the path."""
    names = [name for name in re.split(r"[,\s]+", text.strip()) if name]
    if all(name in COLUMNS for name in names):
        return names
    if all(name.isidentifier() for name in names):
        # A plain word would match itself at most, and is likelier a column's name with a slip.
        raise ValueError(
            f"{text.strip()!r} is no column and captures nothing; columns are "
            f"{', '.join(COLUMNS)}, and a regular expression has ( ) round what it captures"
        )
    return text


def write_key(value: str | Sequence[str]) -> str:
    """A regular expression as it is; columns joined by commas."""
    return value if isinstance(value, str) else ", ".join(value)


def read_size(text: str) -> list[int] | None:
    """`128 x 96` → [128, 96] (height, width); `128` → [128, 128]; nothing → None."""
    if not text.strip():
        return None
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not a size such as 128 x 128 (height x width)")
    height = int(match[1])
    return [height, int(match[2]) if match[2] else height]


def write_size(value: Sequence[int] | None) -> str:
    """(height, width) → `height x width`; None → nothing."""
    return "" if value is None else " x ".join(str(side) for side in value)


def read_rois(text: str) -> list[list[list[int]]]:
    """`x1 y1 x2 y2; …` → [[[x1, y1], [x2, y2]], …]; nothing → []."""
    regions = []
    for part in filter(str.strip, re.split(r"[;\n]", text)):
        numbers = re.findall(r"\d+", part)
        rest = re.sub(r"[\d\s,()\[\]]", "", part)
        if len(numbers) != 4 or rest:
            raise ValueError(
                f"{part.strip()!r} is not a region such as 10 20 110 220 (x1 y1 x2 y2)"
            )
        x1, y1, x2, y2 = (int(number) for number in numbers)
        regions.append([[x1, y1], [x2, y2]])
    return regions


def write_rois(value: Iterable[Any]) -> str:
    """((x1, y1), (x2, y2)), … → `x1 y1 x2 y2; …`."""
    return "; ".join(f"{x1} {y1} {x2} {y2}" for (x1, y1), (x2, y2) in value)


OWN = "own"
"""Stands for a scale and an offset of one's own, where the others are names."""


def read_scale(choice: str) -> str | list[float]:
    """A named scale as it is; `own` → [1/255, 0], to start from: it gives 0..1."""
    return [1 / 255, 0.0] if choice == OWN else choice


def write_scale(value: str | Sequence[float]) -> str:
    """A name as it is; (scale, offset) → `own`."""
    return value if isinstance(value, str) else OWN


def write_numbers(value: str | Sequence[float]) -> list[float] | None:
    """(scale, offset) as a list; a name → None."""
    return None if isinstance(value, str) else list(value)


def read_classes(text: str) -> list[str] | None:
    """`good, bad_cap` → a list of names; nothing → None: all classes."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    return names or None


def write_classes(value: Sequence[str] | None) -> str:
    """Names joined by commas; None → nothing."""
    return ", ".join(value or ())

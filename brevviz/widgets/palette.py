"""The colours that carry meaning, the same in every table, chart and badge.

Found by search: of calm blues, oranges and violets the three that stay furthest apart for people
with each form of colour blindness (at least 25 in CIE Lab), and stand out 3 : 1 from a light and a
dark page. `tests/panels/widgets/test_palette.py` measures both. No meaning rests on colour alone:
a word or a shape always stands beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["CLASSES", "PURPOSES", "class_colour", "variables"]

PURPOSES: Mapping[str, str] = MappingProxyType(
    {"train": "#3a8fb7", "devel": "#e07b1a", "test": "#8d3fd0"}
)
"""The colour of each purpose."""

CLASSES: tuple[str, ...] = (
    "#00876a",
    "#b59b00",
    "#b8405e",
    "#4b5a9b",
    "#6f9e2e",
    "#c46fa0",
    "#7a6652",
    "#5f7f8a",
)
"""The colours of the classes, in the order of the classes' names; they repeat after the last."""


def class_colour(number: int) -> str:
    """Return the colour of class `number`, counted from 0."""
    return CLASSES[number % len(CLASSES)]


def variables() -> str:
    """Return the CSS rule that gives the stylesheet these colours: `--bv-train` and so on."""
    rules = [f"--bv-{purpose}: {colour};" for purpose, colour in PURPOSES.items()]
    rules += [f"--bv-class-{number}: {colour};" for number, colour in enumerate(CLASSES)]
    return f":root {{ {' '.join(rules)} }}\n"

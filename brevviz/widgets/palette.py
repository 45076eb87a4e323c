"""The colours that carry meaning, the same in every table, chart and badge.

Chosen from Okabe and Ito's set (jfly.uni-koeln.de/color, 2008), which people with any of the
common forms of colour blindness can tell apart; `tests/panels/widgets/test_palette.py` measures
it. No meaning rests on colour alone: a word or a shape always stands beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["CLASSES", "PURPOSES", "class_colour", "variables"]

PURPOSES: Mapping[str, str] = MappingProxyType(
    {"train": "#0072b2", "devel": "#e69f00", "test": "#cc79a7"}
)
"""The colour of each purpose."""

CLASSES: tuple[str, ...] = (
    "#56b4e9",
    "#d55e00",
    "#009e73",
    "#8a63b8",
    "#c9b300",
    "#7f6a55",
    "#4d8f91",
    "#b0485b",
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

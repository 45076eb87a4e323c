"""Checks of what a browser sends: each returns the value, or raises `Refused`.

Whoever can send to the kernel can run code in it, so these are not a wall; they keep a broken or
outdated page from putting a value of the wrong type, size or range where Python code relies on it.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping
from typing import Any

__all__ = [
    "Refused",
    "Stale",
    "boolean",
    "fields",
    "integer",
    "integers",
    "number",
    "one_of",
    "text",
]

_LARGEST = 2**53  # JavaScript's numbers count by ones up to here


class Refused(ValueError):
    """A message from the browser is not one that its widget sends; logged at `level`."""

    level = logging.WARNING


class Stale(Refused):
    """A message is about something that has changed since it was sent: no fault of anybody."""

    level = logging.DEBUG


def fields(content: Mapping[str, Any], *names: str) -> tuple[Any, ...]:
    """Return the values of exactly `names` from a message, beside its `kind`."""
    if set(content) != {"kind", *names}:
        raise Refused(f"holds {sorted(map(str, content))[:8]}, and not kind, {', '.join(names)}")
    return tuple(content[name] for name in names)


def boolean(value: object) -> bool:
    """Return true or false."""
    if not isinstance(value, bool):
        raise Refused(f"{type(value).__name__} where true or false is allowed")
    return value


def integer(value: object, low: int, high: int) -> int:
    """Return an integer of `low`..`high`, both included."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise Refused(f"{type(value).__name__} where an integer is allowed")
    if not low <= value <= high:
        raise Refused(f"an integer outside {low}..{high}")
    return value


def integers(value: object, low: int, high: int, most: int) -> list[int]:
    """Return a list of at most `most` integers of `low`..`high`, both included."""
    if not isinstance(value, list) or len(value) > most:
        raise Refused(f"something else than a list of at most {most} integers")
    return [integer(item, low, high) for item in value]


def number(value: object) -> float:
    """Return a finite int or float, as it came, of a size that JavaScript can hold exactly."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Refused(f"{type(value).__name__} where a number is allowed")
    if not math.isfinite(value) or abs(value) > _LARGEST:
        raise Refused("a number that is not finite, or too large")
    return value


def text(value: object, longest: int) -> str:
    """Return a text of at most `longest` characters that UTF-8 can hold."""
    if not isinstance(value, str):
        raise Refused(f"{type(value).__name__} where a text is allowed")
    if len(value) > longest:
        raise Refused(f"a text of {len(value)} characters where {longest} are allowed")
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise Refused("a text with half a character")
    return value


def one_of(value: object, allowed: list[Any]) -> Any:
    """Return the one of `allowed` that equals `value` and is of its type (1 is not true)."""
    for choice in allowed:
        if type(choice) is type(value) and choice == value:
            return choice
    raise Refused("a value that is not among the choices")

"""Annotations in JSON: labelled shapes, checked before anything is drawn.

{"annotations": [{"type": "polygon", "label": "crack", "points": [{"x": 1, "y": 2}, …]}, …]}, with
points as {"x", "y"} or [x, y], in pixels of the picture as it stands upright. The picture's size,
{"image": {"width", "height"}}, may be said.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any, Literal

from brevviz.errors import ImageRejected
from brevviz.images.formats.header import Malformed

__all__ = ["Annotation", "Shape", "read_annotation"]

_BYTES = 16 << 20
_SHAPES = 10_000
_POINTS = 200_000
_FARTHEST = 1e6
"""Pixels from the picture's corner."""
_LEAST = {"polygon": 3, "rectangle": 2, "line": 2, "point": 1}
"""Kind of shape → points that it needs."""


@dataclass(frozen=True, slots=True)
class Shape:
    """One shape; `points` are (x, y), pixels, where pixel (0, 0) spans 0..1."""

    kind: Literal["polygon", "rectangle", "line", "point"]
    label: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Annotation:
    """The shapes of a picture, in the order they are drawn; `size` is (height, width) or None."""

    shapes: tuple[Shape, ...]
    size: tuple[int, int] | None


def read_annotation(data: bytes, where: str = "annotation") -> Annotation:
    """Read a JSON annotation. Raises ImageRejected with the reason when it is none."""
    try:
        return _annotation(data)
    except (Malformed, ValueError) as reason:  # JSON's own errors are the latter
        raise ImageRejected(where, f"the annotation cannot be read: {reason}") from None
    except RecursionError:
        raise ImageRejected(where, "the annotation is nested too deeply") from None


def _annotation(data: bytes) -> Annotation:
    if len(data) > _BYTES:
        raise Malformed(f"{len(data):,} bytes are more than {_BYTES:,}")
    content = json.loads(data)
    listed = content.get("annotations") if isinstance(content, dict) else None
    if not isinstance(listed, list):
        raise Malformed('it has no list "annotations"')
    if len(listed) > _SHAPES:
        raise Malformed(f"{len(listed):,} shapes are more than {_SHAPES:,}")
    shapes = tuple(_shape(number, one) for number, one in enumerate(listed, start=1))
    if (count := sum(len(shape.points) for shape in shapes)) > _POINTS:
        raise Malformed(f"{count:,} points are more than {_POINTS:,}")
    return Annotation(shapes, _size(content.get("image")))


def _shape(number: int, given: Any) -> Shape:
    if not isinstance(given, dict):
        raise Malformed(f"shape {number} is no object")
    kind, label, points = given.get("type"), given.get("label"), given.get("points")
    if kind not in _LEAST:
        raise Malformed(f"shape {number} is of type {kind!r}; known: {', '.join(_LEAST)}")
    if not isinstance(label, str):
        raise Malformed(f"shape {number} has no label")
    if not isinstance(points, list) or len(points) < _LEAST[kind]:
        raise Malformed(f"shape {number}, a {kind}, needs {_LEAST[kind]} points or more")
    return Shape(kind, label, tuple(_point(number, point) for point in points))


def _point(number: int, given: Any) -> tuple[float, float]:
    pair = [given.get("x"), given.get("y")] if isinstance(given, dict) else given
    if not isinstance(pair, list) or len(pair) != 2 or not all(map(_is_number, pair)):
        raise Malformed(f"a point of shape {number} is not two numbers")
    return float(pair[0]), float(pair[1])


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return math.isfinite(value) and abs(value) <= _FARTHEST


def _size(image: Any) -> tuple[int, int] | None:
    if not isinstance(image, dict):
        return None
    height, width = image.get("height"), image.get("width")
    if not isinstance(height, int) or not isinstance(width, int) or min(height, width) < 1:
        raise Malformed("the size of its picture is not two whole numbers")
    return height, width

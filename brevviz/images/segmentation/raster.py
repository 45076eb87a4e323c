"""Shapes as pixels, in numpy: the same pixels on every machine and with every library.

A pixel belongs to a polygon or rectangle when its middle lies inside (even-odd rule), to a point
when it holds it, and to a line when one of the line's steps, a pixel apart at most, lies in it.
"""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

from brevviz.images.segmentation.shapes import Shape

__all__ = ["inside"]

_Mask = NDArray[np.bool_]


def inside(shape: Shape, size: tuple[int, int]) -> _Mask:
    """Which pixels of a picture of (height, width) belong to a shape; bool (height, width)."""
    points = np.array(shape.points, np.float64)
    if shape.kind == "polygon":
        return _polygon(points, size)
    if shape.kind == "rectangle":
        (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
        corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
        return _polygon(np.array(corners), size)
    places = points if shape.kind == "point" else _steps(points)
    mask = np.zeros(size, np.bool_)
    x, y = np.floor(places).astype(np.int64).T
    seen = (x >= 0) & (x < size[1]) & (y >= 0) & (y < size[0])
    mask[y[seen], x[seen]] = True
    return mask


def _polygon(points: NDArray[np.float64], size: tuple[int, int]) -> _Mask:
    height, width = size
    crossings = np.zeros((height, width + 1), np.int64)
    for (x1, y1), (x2, y2) in zip(points, np.roll(points, -1, axis=0), strict=True):
        if y1 == y2:
            continue
        if y1 > y2:
            x1, y1, x2, y2 = x2, y2, x1, y1  # noqa: PLW2901  # each edge downwards: once for both directions
        # Rows whose middle lies in [y1, y2): an edge's upper end is its own, its lower one is not.
        first, last = (min(max(int(np.ceil(y - 0.5)), 0), height) for y in (y1, y2))
        rows = np.arange(first, last)
        across = x1 + (rows + 0.5 - y1) * ((x2 - x1) / (y2 - y1))
        columns = np.clip(np.ceil(across - 0.5), 0, width).astype(np.int64)
        np.add.at(crossings, (rows, columns), 1)
    # A pixel is inside when an odd number of edges crosses its row to the left of its middle.
    odd: _Mask = (np.cumsum(crossings[:, :width], axis=1) & 1).astype(np.bool_)
    return odd


def _steps(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Places on the lines from point to point, at most a pixel apart along either axis."""
    parts = []
    for begin, end in itertools.pairwise(points):
        count = int(np.ceil(np.abs(end - begin).max())) + 1
        parts.append(begin + np.linspace(0, 1, count)[:, None] * (end - begin))
    return np.concatenate(parts)

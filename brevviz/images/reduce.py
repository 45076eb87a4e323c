"""Shrinking by exact area: each result pixel is the mean of what it covers, in whole numbers.

The weight of a source pixel is the length of its overlap with the result pixel, in units that
make every length a whole number: source pixel i of n spans [i·o, (i+1)·o), result pixel j of o
spans [j·n, (j+1)·n), and what all lengths have in common is divided out. Floating point holds
whole numbers below 2²⁴ or 2⁵³ exactly, so any order of adding gives the same bytes and BLAS may
do the work: a few result rows at a time as a product of small matrices, then a few columns; or,
where the weights repeat, all of them at once (`brevviz.images.blocks`).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from math import gcd
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from brevviz.images.blocks import block_sums, repeats

__all__ = ["reduce_area"]

_Pixels = NDArray[np.uint8]
_Real = Any  # np.float32 or np.float64

# Measured on 1280 x 1024 and 640 x 480 to 192 x 192: a band of sums stays in the second cache.
_ROWS = 4
_COLUMNS = 8
_BAND = 64
_KEPT = 300_000
_SCRATCH = 1 << 20
"""Numbers in a band, or in the source rows of one window, where that can be helped."""

_EXACT = {np.float32: 2**12, np.float64: 2**40}
"""Largest areas by which a division may be a product: see `_means`."""


class _Window(NamedTuple):
    """Result places `first`..`last` are sums of source places `low`..`high`, by `weights`."""

    first: int
    last: int
    low: int
    high: int
    weights: NDArray[np.floating]


def reduce_area(image: _Pixels, size: tuple[int, int]) -> _Pixels:
    """Shrink a picture to `size`.

    Parameters
    ----------
    image : uint8 (height, width, channels).
    size : (height, width) of the result, each at most the image's, pixels.

    Returns uint8 (*size, channels): the means of what its pixels cover, halves rounded up.
    Raises ValueError when `size` is larger than the image.
    """
    height, width, channels = image.shape
    if size[0] > height or size[1] > width:
        raise ValueError(f"{image.shape[:2]} is smaller than {size}: enlarge it")
    if size == (height, width):
        return image
    if channels > 1 and image.strides[2] == 0:
        # A grey picture of equal channels: one is reduced.
        return np.broadcast_to(reduce_area(image[:, :, :1], size), (*size, channels))
    if image.strides[2] < 0:
        # The channels of a BMP: reduced as they lie in memory, turned round when few are left.
        return np.ascontiguousarray(reduce_area(image[:, :, ::-1], size)[:, :, ::-1])
    if not image[0].flags.c_contiguous:
        image = np.ascontiguousarray(image)
    area = (height // gcd(height, size[0])) * (width // gcd(width, size[1]))
    real: _Real = np.float32 if 256 * area < 2**24 else np.float64
    if repeats(height, width, channels, size):
        sums = block_sums(image, size, real)
    else:
        sums = _sums(image.reshape(height, width * channels), size, channels, real)
        sums = sums.reshape(*size, channels)
    return _means(sums, area)


def _means(sums: NDArray[np.floating], area: int) -> _Pixels:
    """Sums by the area, halves up: (2Σ + area) // 2·area, or (Σ + area // 2) // area.

    A quotient in floating point, and half a unit more than the whole dividend: the result is then
    at least 1 / 2·area from a whole number. Its error is below 512 of the type's own steps
    at 1, since it is below 256 and rounded twice; up to the limit here that is less.
    """
    real = sums.dtype.type
    if area <= _EXACT[real]:
        sums += real(area // 2 + 0.5)
        sums *= real(1) / real(area)
        return sums.astype(np.uint8)
    sums += area // 2
    whole = np.uint32 if real is np.float32 else np.uint64
    means: NDArray[Any] = sums.astype(whole)
    means //= whole(area)
    return means.astype(np.uint8)


def _sums(rows: _Pixels, size: tuple[int, int], channels: int, real: _Real) -> NDArray[np.floating]:
    """Weighted sums over rows and columns: (height, width · channels) to `size`."""
    height, columns = rows.shape
    # A picture far larger or wider than its result is taken in smaller steps.
    step = max(1, min(_ROWS, _SCRATCH * size[0] // (height * columns)))
    depth = max(step, min(_BAND, size[0], _SCRATCH // columns))
    down = _windows(height, size[0], step, 1, real)
    across = _windows(columns // channels, size[1], _COLUMNS, channels, real)
    sums = np.empty((size[0], size[1] * channels), real)
    band = np.empty((depth, columns), real)
    taken = np.empty((max(w.high - w.low for w in down), columns), real)
    start = 0
    for window in down:
        source = taken[: window.high - window.low]
        source[...] = rows[window.low : window.high]
        np.matmul(window.weights, source, out=band[window.first - start : window.last - start])
        if window.last == size[0] or window.last + step - start > depth:
            full = band[: window.last - start]
            for first, last, low, high, weights in across:
                np.matmul(full[:, low:high], weights.T, out=sums[start : window.last, first:last])
            start = window.last
    return sums


def _windows(n: int, o: int, step: int, channels: int, real: _Real) -> tuple[_Window, ...]:
    """Cut o result places into windows of `step`; places and weights count single channels.

    All weights together are n · step · channels² numbers; those of usual sizes are kept.
    """
    if n * step * channels**2 > _KEPT:
        return tuple(_make_windows(n, o, 1, channels, real))
    return _kept_windows(n, o, step, channels, real)


@lru_cache(maxsize=16)
def _kept_windows(n: int, o: int, step: int, channels: int, real: _Real) -> tuple[_Window, ...]:
    return tuple(_make_windows(n, o, step, channels, real))


def _make_windows(n: int, o: int, step: int, channels: int, real: _Real) -> Iterator[_Window]:
    for begin in range(0, o, step):
        first, last = begin, min(begin + step, o)
        low, high = first * n // o, -(-last * n // o)
        starts = np.arange(first, last, dtype=np.int64)[:, None] * n
        edges = np.clip(np.arange(low, high + 1, dtype=np.int64) * o, starts, starts + n)
        weights = np.diff(edges, axis=1) // gcd(n, o)
        spread = np.kron(weights, np.eye(channels, dtype=np.int64)).astype(real)
        first, last, low, high = (place * channels for place in (first, last, low, high))
        yield _Window(first, last, low, high, spread)

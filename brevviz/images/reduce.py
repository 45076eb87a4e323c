"""Shrinking by exact area: each result pixel is the mean of what it covers, in whole numbers.

The weight of a source pixel is the length of its overlap with the result pixel, in units that
make every length a whole number: source pixel i of n spans [i·o, (i+1)·o), result pixel j of o
spans [j·n, (j+1)·n). Sums stay below 2⁵³, so floating point holds them exactly, any order of
adding gives the same bytes, and BLAS may do the work.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["reduce_area"]

_Pixels = NDArray[np.uint8]


def reduce_area(image: _Pixels, size: tuple[int, int]) -> _Pixels:
    """Shrink a picture to `size`.

    Parameters
    ----------
    image : uint8 (height, width, 3).
    size : (height, width) of the result, each at most the image's, pixels.

    Returns uint8 (*size, 3): (2Σ + nm) // 2nm, with Σ the weighted sum and nm the image's pixels.
    Raises ValueError when `size` is larger than the image.
    """
    height, width = image.shape[:2]
    if size[0] > height or size[1] > width:
        raise ValueError(f"{image.shape[:2]} is smaller than {size}: enlarge it")
    if size == (height, width):
        return image
    if image.strides[2] < 0:
        # The channels of a BMP: reduced as they lie in memory, turned round when few are left.
        return np.ascontiguousarray(reduce_area(image[:, :, ::-1], size)[:, :, ::-1])
    rows = image if image.strides[1:] == (3, 1) else np.ascontiguousarray(image)
    # Sums down a column stay below 255 · 65,535 < 2²⁴; only the second pass needs 53 bits.
    down = _sum_rows(rows.reshape(height, width * 3), size[0], np.float32)
    across = down.reshape(size[0], width, 3).transpose(1, 0, 2).reshape(width, size[0] * 3)
    sums = _sum_rows(across, size[1], np.float64).reshape(size[1], size[0], 3)
    area = height * width
    exact = sums.transpose(1, 0, 2).astype(np.int64)
    result: _Pixels = ((2 * exact + area) // (2 * area)).astype(np.uint8)
    return result


def _sum_rows(
    rows: NDArray[np.generic], count: int, dtype: type[np.floating]
) -> NDArray[np.floating]:
    """Weighted sums of neighbouring rows: (n, m) to (count, m)."""
    result = np.empty((count, rows.shape[1]), dtype)
    for j, (first, last, weights) in enumerate(_windows(len(rows), count)):
        np.dot(weights.astype(dtype), rows[first:last].astype(dtype), out=result[j])
    return result


@lru_cache(maxsize=64)
def _windows(n: int, o: int) -> tuple[tuple[int, int, NDArray[np.int64]], ...]:
    """For each of o result rows: the first and last of n source rows, and their weights."""
    windows = []
    for j in range(o):
        low, high = j * n, (j + 1) * n
        first, last = low // o, -(-high // o)
        edges = np.clip(np.arange(first, last + 1, dtype=np.int64) * o, low, high)
        windows.append((first, last, np.diff(edges)))
    return tuple(windows)

"""Weighted sums of a shrinking whose weights repeat: many small products of one matrix.

When n source rows become o, every n / gcd of them become the same o / gcd result rows by the same
weights. One call of BLAS's batched product then does what a loop over windows would, and after the
rows the channels are laid apart, so that columns need no zeros between them. Whole numbers in
floating point, as `brevviz.images.reduce` has it: the same sums to the bit.
"""

from __future__ import annotations

import threading
from functools import lru_cache
from math import gcd, prod
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["block_sums", "repeats"]

_Real = Any  # np.float32 or np.float64

_LARGEST = 7
"""Result places of a block: above, most of its weights are zeros."""
_ACROSS = 12
"""Result columns of one product, where blocks are smaller."""
_CACHED = 1 << 18
"""Numbers under way, where that can be helped: they stay in the second cache."""
_MOST = 1 << 22
"""Source numbers of one row of blocks; beyond, memory would matter."""


class _Room(threading.local):
    """A thread's memory for what is under way: new memory would cost more than the sums."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, _Real], NDArray[np.floating]] = {}

    def array(
        self, name: str, shape: tuple[int, ...], real: _Real
    ) -> NDArray[np.floating]:
        """An array of any content; the same memory whenever it is large enough."""
        count = prod(shape)
        flat = self._kept.get((name, real))
        if flat is None or flat.size < count:
            flat = np.empty(count, real)
            if count <= _CACHED:
                self._kept[name, real] = flat
        return flat[:count].reshape(shape)


_room = _Room()


class _Blocks(NamedTuple):
    """`number` times, `source` places become `result` places, by weights (result, source)."""

    number: int
    source: int
    result: int
    weights: NDArray[np.floating]


def repeats(height: int, width: int, channels: int, size: tuple[int, int]) -> bool:
    """Do the weights from (height, width) to `size` repeat often enough for this way?"""
    down, across = gcd(height, size[0]), gcd(width, size[1])
    if max(size[0] // down, size[1] // across) > _LARGEST:
        return False
    return height // down * width * channels <= _MOST


def block_sums(
    image: NDArray[np.uint8], size: tuple[int, int], real: _Real
) -> NDArray[np.floating]:
    """Weighted sums over what each result pixel covers.

    Parameters
    ----------
    image : uint8 (height, width, channels), its rows contiguous.
    size : (height, width) of the result, such that `repeats` says yes.
    real : a type that holds the sums exactly.

    Returns real (*size, channels); each channel lies by itself in memory, and the memory is this
    thread's next call's.
    """
    height, width, channels = image.shape
    down = _blocks(height, size[0], 2, real)
    across = _blocks(width, size[1], _ACROSS, real)
    rows = image.reshape(down.number, down.source, width * channels)
    step = min(down.number, max(1, _CACHED // (down.source * width * channels)))
    sums = _room.array("sums", (size[0], channels, size[1]), real)
    taken = _room.array("taken", (step, down.source, width * channels), real)
    band = _room.array("band", (step, down.result, width * channels), real)
    apart = _room.array("apart", (step * down.result, channels, width), real)
    for first in range(0, down.number, step):
        count = min(step, down.number - first)
        lines = count * down.result
        taken[:count] = rows[first : first + count]
        np.matmul(down.weights, taken[:count], out=band[:count])
        apart[:lines] = band[:count].reshape(lines, width, channels).transpose(0, 2, 1)
        top = first * down.result
        np.matmul(
            _columns(apart[:lines], across.number),
            across.weights.T,
            out=_columns(sums[top : top + lines], across.number),
        )
    return sums.transpose(0, 2, 1)


def _columns(lines: NDArray[np.floating], count: int) -> NDArray[np.floating]:
    """View lines, (rows, channels, columns), as blocks of columns: (count, lines, columns)."""
    width = lines.shape[2] // count
    return lines.reshape(-1, count, width).transpose(1, 0, 2)


@lru_cache(maxsize=16)
def _blocks(n: int, o: int, least: int, real: _Real) -> _Blocks:
    """Blocks of `least` result places or more, where their number can be divided so."""
    count = gcd(n, o)
    source, result = n // count, o // count
    starts = np.arange(result, dtype=np.int64)[:, None] * source
    edges = np.clip(np.arange(source + 1, dtype=np.int64) * result, starts, starts + source)
    together = next(
        (k for k in range(max(1, least // result), 0, -1) if count % k == 0),
        1,
    )
    weights = np.kron(np.eye(together, dtype=np.int64), np.diff(edges, axis=1))
    return _Blocks(count // together, source * together, result * together, weights.astype(real))

"""Weighted sums of a shrinking whose weights repeat: many small products of one matrix.

When n source rows become o, every n / gcd of them become the same o / gcd result rows by the same
weights. One call of a batched product then does what a loop over windows would. Whole numbers in
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

_LARGEST = 16
"""Result places of a block: above, most of its weights are zeros."""
_CACHED = 1 << 18
"""Numbers under way, where that can be helped: they stay in the second cache."""
_MOST = 1 << 22
"""Source numbers of one row of blocks; beyond, memory would matter."""


class _Room(threading.local):
    """A thread's memory for what is under way: new memory would cost more than the sums."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, _Real], NDArray[np.floating]] = {}

    def array(self, name: str, shape: tuple[int, ...], real: _Real) -> NDArray[np.floating]:
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

    Returns real (*size, channels); the memory is this thread's next call's.
    """
    height, width, channels = image.shape
    down = _blocks(height, size[0], 1, real)
    across = _blocks(width, size[1], channels, real)
    rows = image.reshape(down.number, down.source, width * channels)
    step = min(down.number, max(1, _CACHED // (down.source * width * channels)))
    sums = _room.array("sums", (size[0], across.number, across.result), real)
    taken = _room.array("taken", (step, down.source, width * channels), real)
    band = _room.array("band", (step, down.result, width * channels), real)
    for first in range(0, down.number, step):
        count = min(step, down.number - first)
        top, lines = first * down.result, count * down.result
        taken[:count] = rows[first : first + count]
        np.matmul(down.weights, taken[:count], out=band[:count])
        # All blocks of these lines are one tall matrix: one product, not one for each block.
        columns = band[:count].reshape(lines * across.number, across.source)
        blocks = sums[top : top + lines].reshape(lines * across.number, across.result)
        np.matmul(columns, across.weights.T, out=blocks)
    return sums.reshape(*size, channels)


@lru_cache(maxsize=16)
def _blocks(n: int, o: int, channels: int, real: _Real) -> _Blocks:
    """Blocks of two result places or more; their places and weights count single channels."""
    number = gcd(n, o)
    if number == o and o % 2 == 0:
        number //= 2  # one place alone makes a slow product
    source, result = n // number, o // number
    starts = np.arange(result, dtype=np.int64)[:, None] * n
    edges = np.clip(np.arange(source + 1, dtype=np.int64) * o, starts, starts + n)
    weights = np.diff(edges, axis=1) // gcd(n, o)
    spread = np.kron(weights, np.eye(channels, dtype=np.int64)).astype(real)
    return _Blocks(number, source * channels, result * channels, spread)

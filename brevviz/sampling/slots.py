"""In which order the slots of an epoch are drawn."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from brevviz.hashing import G
from brevviz.sampling.bijection import Bijections
from brevviz.sampling.floor_sum import floor_sum

__all__ = ["Golden", "shuffled"]

_Counts = npt.NDArray[np.int64]


def shuffled(places: _Counts, size: int, key: int) -> _Counts:
    """The slots at some places of a random order of [0, size); another order for each key."""
    order = Bijections([size], np.array([key], np.uint64))
    return order.apply(np.zeros(1, np.int64), places).astype(np.int64)


class Golden:
    """The slots in steps of the golden ratio: each stretch of slots comes up evenly.

    Any run of draws visits a stretch in proportion to its length, to within a few draws: groups
    are as evenly spread over an epoch as they can be. Slot = (step·place + first) mod size.
    """

    def __init__(self, size: int, key: int) -> None:
        self._size = size
        self._first = key * size >> 64
        self._step = _coprime(G * size >> 64, size)

    def slots(self, places: _Counts) -> _Counts:
        """The slot drawn at each place: int64 (n,)."""
        words = places.astype(np.uint64) * np.uint64(self._step) + np.uint64(self._first)
        return (words % np.uint64(self._size)).astype(np.int64)

    def visits(self, stop: int, borders: list[int]) -> list[int]:
        """How many of the places before `stop` visit a slot below each border.

        Exact, in a time that grows with the logarithm of the size.
        """
        whole = floor_sum(stop, self._size, self._step, self._first)
        return [
            stop
            + whole
            - floor_sum(stop, self._size, self._step, self._first + self._size - border)
            for border in borders
        ]


def _coprime(near: int, size: int) -> int:
    """The number nearest to `near` that shares no divisor with `size`."""
    for distance in range(size + 1):
        for candidate in (near - distance, near + distance):
            if candidate >= 1 and math.gcd(candidate, size) == 1:
                return candidate
    raise AssertionError("1 is coprime to every size")

"""Permutations that are computed, not stored: any place of [0, n) in constant memory.

A Feistel network over the smallest number of bits that holds n - 1, walked until the result is
inside [0, n) again (Black and Rogaway, "Ciphers with arbitrary finite domains", 2002).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from brevviz.hashing import G, mix

__all__ = ["Bijections"]

_Words = npt.NDArray[np.uint64]

_ROUNDS = 8


class Bijections:
    """One fixed permutation of [0, size) for each (size, key).

    Parameters
    ----------
    sizes : (k,) whole numbers, 1..2³².
    keys : uint64 (k,).
    """

    def __init__(self, sizes: Sequence[int] | npt.NDArray[np.int64], keys: _Words) -> None:
        bits = [max(2, (int(size) - 1).bit_length()) for size in sizes]
        high = np.array([count // 2 for count in bits], np.uint64)
        low = np.array([count - count // 2 for count in bits], np.uint64)
        one = np.uint64(1)
        self._low = low
        self._masks = ((one << high) - one, (one << low) - one)
        self._sizes = np.asarray(sizes, np.uint64)
        self._keys = keys

    def apply(self, which: npt.NDArray[np.int64], places: npt.NDArray[np.int64]) -> _Words:
        """Where each place goes.

        Parameters
        ----------
        which : int64 (n,), the permutation that each place is of.
        places : int64 (n,), each inside its permutation's [0, size).

        Returns uint64 (n,), each inside the same [0, size).
        """
        if len(self._keys) == 1:  # scalars broadcast: no gathering for every place
            which = np.zeros(1, np.int64)
        return self._walk(
            places.astype(np.uint64),
            self._low[which],
            (self._masks[0][which], self._masks[1][which]),
            self._sizes[which],
            self._keys[which],
        )

    def _walk(
        self, places: _Words, low: _Words, masks: tuple[_Words, _Words], sizes: _Words, keys: _Words
    ) -> _Words:
        result = _rounds(places, low, masks, keys)
        outside = np.flatnonzero(result >= sizes)
        while len(outside):
            # Fewer than half are outside: the domain is less than twice the size.
            part = [a if len(a) == 1 else a[outside] for a in (low, *masks, keys, sizes)]
            moved = _rounds(result[outside], part[0], (part[1], part[2]), part[3])
            result[outside] = moved
            outside = outside[moved >= part[4]]
        return result


def _rounds(places: _Words, low: _Words, masks: tuple[_Words, _Words], keys: _Words) -> _Words:
    """Eight rounds over two halves; after an even number each half has its own width again."""
    left, right = places >> low, places & masks[1]
    for number in range(_ROUNDS):
        scrambled = mix(right * np.uint64(G) + (keys + np.uint64(number)))
        left, right = right, left ^ (scrambled & masks[number % 2])
    return (left << low) | right

"""Seeded numbers for the drawing that are the same on every machine and library version.

Hashes and counters only: NumPy's own generators may change between versions.
"""

from __future__ import annotations

import hashlib
import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["Chance"]

_GOLDEN: Final = 0x9E3779B97F4A7C15  # splitmix64's step


class Chance:
    """Numbers drawn from a name: the same name gives the same numbers, whatever is drawn before.

    Parameters
    ----------
    seed : any text: what the numbers belong to.
    """

    def __init__(self, seed: str) -> None:
        self._seed = seed

    def _key(self, name: str) -> int:
        digest = hashlib.sha256(f"{self._seed}/{name}".encode()).digest()
        return int.from_bytes(digest[:8], "little")

    def uniform(self, name: str, low: float, high: float) -> float:
        """One number in [low, high)."""
        return low + (high - low) * ((self._key(name) >> 11) / 2**53)

    def normal(self, name: str, *shape: int) -> NDArray[np.float64]:
        """Numbers of mean 0 and variance 1, near to normal: the sum of four 16-bit uniforms."""
        count = int(np.prod(shape))
        with np.errstate(over="ignore"):
            bits = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(_GOLDEN)
            bits += np.uint64(self._key(name))
            # The finaliser of splitmix64 (Steele, Lea, Flood 2014).
            bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            bits ^= bits >> np.uint64(31)
        total = np.zeros(count, dtype=np.int64)
        for part in range(4):
            total += ((bits >> np.uint64(16 * part)) & np.uint64(0xFFFF)).astype(np.int64)
        # Four uniforms of width 65,536 have the variance 65,536² / 3.
        values = (total.astype(np.float64) - 4 * 32767.5) * (math.sqrt(3.0) / 65536)
        return values.reshape(shape)

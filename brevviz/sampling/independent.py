"""Independent draws: each one a fresh choice of group, then of sample, for those who want it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from brevviz.hashing import G, mix
from brevviz.sampling.quotas import cumulated
from brevviz.sampling.streams import Stream, key, keys

__all__ = ["independent"]

_Counts = npt.NDArray[np.int64]


def independent(
    sizes: _Counts, p: npt.NDArray[np.float64], seed: int | str, epoch: int, places: _Counts
) -> tuple[_Counts, _Counts]:
    """Draw with replacement: what `sample_from_datasets` and `WeightedRandomSampler` do.

    Parameters
    ----------
    sizes : int64 (k,), samples in each group, 1..2³².
    p : float64 (k,), weights above 0.
    places : int64 (n,), places in the epoch.

    Returns the group and the member of each place: int64 (n,) both.
    """
    words = keys(key(seed, Stream.SINGLE, epoch), Stream.SINGLE, places)
    borders = np.array(cumulated(p), np.uint64)
    group = np.searchsorted(borders, words, side="right").astype(np.int64)
    return group, _scaled(mix(words + np.uint64(G)), sizes[group].astype(np.uint64))


def _scaled(words: npt.NDArray[np.uint64], sizes: npt.NDArray[np.uint64]) -> _Counts:
    """⌊word · size / 2⁶⁴⌋, by halves of the word."""
    half = np.uint64(32)
    low = (words & np.uint64(0xFFFFFFFF)) * sizes >> half
    return ((words >> half) * sizes + low >> half).astype(np.int64)

"""How many draws each group gets in each epoch: its expected count, rounded down or up.

An epoch is a row of T slots. Group g owns a stretch of it, from ⌊T·P_g + θ⌋ to ⌊T·P_g₊₁ + θ⌋, where
P is the cumulated weight and the phase θ moves on by the golden ratio from epoch to epoch: so
what rounding takes from a group in one epoch it gives back in the next ones. Weights and phases
are fractions of 2⁶⁴ in whole numbers: no float decides a draw.
"""

from __future__ import annotations

import itertools

import numpy as np
import numpy.typing as npt

from brevviz.hashing import G
from brevviz.sampling.floor_sum import floor_sum
from brevviz.sampling.streams import Stream, key

__all__ = ["Quotas", "cumulated"]

_Counts = npt.NDArray[np.int64]

_ONE = 1 << 64


def cumulated(p: npt.NDArray[np.float64]) -> list[int]:
    """The inner borders P₁ … P_k₋₁ of k weights, as fractions of 2⁶⁴.

    Division and rounding to 52 bits are exact in IEEE arithmetic, so the same weights give the
    same borders on every machine.
    """
    parts = [max(1, int(part)) for part in np.rint(p / p.max() * 2.0**52)]
    sums = list(itertools.accumulate(parts))
    return [(part << 64) // sums[-1] for part in sums[:-1]]


class Quotas:
    """The quotas of groups, for any epoch.

    Parameters
    ----------
    p : float64 (k,), weights above 0; only their proportions count.
    epoch_samples : T, draws an epoch.
    seed : int or text; sets the first phase.
    """

    def __init__(self, p: npt.NDArray[np.float64], epoch_samples: int, seed: int | str) -> None:
        self.epoch_samples = epoch_samples
        self._phase = key(seed, Stream.PHASE)
        exact = [divmod(epoch_samples * border, _ONE) for border in cumulated(p)]
        self._whole = np.array([whole for whole, _ in exact], np.int64)
        self._part = np.array([part for _, part in exact], np.uint64)
        self._latest = (0, np.zeros(len(p), np.int64))

    def starts(self, epoch: int) -> _Counts:
        """The first slot of each group, and T: int64 (k + 1,)."""
        phase = np.uint64((self._phase + epoch * G) % _ONE)
        carried = self._part + phase < self._part
        return np.concatenate(([0], self._whole + carried, [self.epoch_samples])).astype(np.int64)

    def of(self, epoch: int) -> _Counts:
        """Draws of each group in one epoch: int64 (k,), each within one of T·p."""
        starts = self.starts(epoch)
        return starts[1:] - starts[:-1]

    def before(self, epoch: int) -> _Counts:
        """Draws of each group in all epochs before this one: int64 (k,).

        The time is that of one epoch, whatever the epoch; the next one only adds.
        """
        latest, counts = self._latest
        if epoch == latest + 1:
            counts = counts + self.of(latest)
        elif epoch != latest:
            counts = self._sum(epoch)
        # One assignment: a thread that reads it meanwhile sees one epoch or the other, whole.
        self._latest = (epoch, counts)
        return counts.copy()

    def _sum(self, epochs: int) -> _Counts:
        # Σ ⌊whole + part + θ⌋ = whole a time, and one more as often as part + θ reaches 1.
        wraps = floor_sum(epochs, _ONE, G, self._phase)
        borders = [
            int(whole) * epochs + floor_sum(epochs, _ONE, G, self._phase + int(part)) - wraps
            for whole, part in zip(self._whole, self._part, strict=True)
        ]
        sums: _Counts = np.array([0, *borders, self.epoch_samples * epochs], np.int64)
        return sums[1:] - sums[:-1]

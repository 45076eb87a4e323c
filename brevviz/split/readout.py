"""Counts at any ratio, by binary search: no row and no item is touched."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from brevviz.errors import SplitError
from brevviz.split.arrays import Floats, Ints
from brevviz.split.order import by_group, radix_order
from brevviz.split.ranks import Cells

__all__ = ["ReadOut", "cuts_of", "read_out"]


@dataclass(frozen=True, eq=False)
class ReadOut:
    """The free cells of a plan, sorted by stratum and tau, with their images cumulated.

    key : float64 (cells,), stratum + tau, rising.
    tau : float64 (cells,), in the same order.
    before : int64 (cells + 1,), images in the cells before each place.
    start, end : int64 (strata,), the places of each stratum.
    """

    key: Floats
    tau: Floats
    before: Ints
    start: Ints
    end: Ints

    def places(self, cut: float) -> Ints:
        """For each stratum the place after its last cell with tau <= cut, int64 (strata,)."""
        strata = np.arange(len(self.start))
        place = np.searchsorted(self.key, strata + cut, side="right")
        place = np.clip(place, self.start, self.end)
        # A sum of a large stratum number and tau has fewer bits than tau: it can lift cells just
        # above the cut on to it, and never the other way.
        while True:
            over = place > self.start
            over[over] = self.tau[place[over] - 1] > cut
            if not over.any():
                return place
            place = place - over

    def between(self, cuts: tuple[float, ...]) -> tuple[Ints, Ints]:
        """Images and cells in the intervals that the cuts make: each int64 (strata, cuts + 1)."""
        ends = np.stack([self.start, *(self.places(cut) for cut in cuts), self.end])
        return np.diff(self.before[ends], axis=0).T, np.diff(ends, axis=0).T

    def at(self, images: Floats) -> Ints:
        """Images of the cell that holds the given image of each stratum; 0 where none is free."""
        if not len(self.tau):
            return np.zeros(len(self.start), np.int64)
        place = np.searchsorted(self.before, self.before[self.start] + images, side="right") - 1
        place = np.clip(place, self.start, np.maximum(self.start, self.end - 1))
        last = np.minimum(place, len(self.tau) - 1)  # empty strata at the end have no cell
        size = self.before[last + 1] - self.before[last]
        return np.where(self.end > self.start, size, 0)


def read_out(cells: Cells, tau: Floats, strata: int) -> ReadOut:
    """Sort the cells once. `tau`: float64, one for each cell, 0 or more."""
    order = by_group(cells.stratum, strata)
    stratum, ranked = cells.stratum[order], tau[order]
    if ((ranked[1:] < ranked[:-1]) & (stratum[1:] == stratum[:-1])).any():
        # Cells come in the seed's order, which tau follows but for pinned, last and spanning ones.
        # Floats of 0 or more order as their bits do.
        order = radix_order((tau + 0.0).view(np.uint64))
        order = order[by_group(cells.stratum[order], strata)]
    sizes = np.bincount(cells.stratum, minlength=strata)
    end = np.cumsum(sizes)
    before = np.concatenate([[0], np.cumsum(cells.images[order])])
    return ReadOut(cells.stratum[order] + tau[order], tau[order], before, end - sizes, end)


def cuts_of(ratio: float, test_ratio: float = 0.0) -> tuple[float, ...]:
    """The values of tau up to which each purpose but the last reaches. Raises SplitError."""
    for name, value in (("ratio", ratio), ("test_ratio", test_ratio)):
        if not 0 <= value <= 1:
            raise SplitError(f"split.{name}", f"{value:g} is outside 0..1")
    if ratio + test_ratio > 1 + 1e-12:
        raise SplitError(
            "split.test_ratio", f"{test_ratio:g} is more than the ratio of {ratio:g} leaves"
        )
    if test_ratio == 0:
        return (ratio,)
    # 1 - 0.3 - 0.7 is not always 0 in floats: no item shall fall into that crack.
    return (ratio, max(ratio, 1 - test_ratio) if ratio + test_ratio < 1 - 1e-12 else ratio)

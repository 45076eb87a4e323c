"""How many images and items each stratum has for each purpose at one ratio, and why."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from brevviz.split.arrays import Bools, Floats, Ints

__all__ = ["Counts", "error_bound"]

_FAR = 0.02


def error_bound(items: Ints, confidence: float = 0.95) -> Floats:
    """The error rate that can still hide when none of n items fails.

    Parameters
    ----------
    items : int64, any shape. Items and not images: images of one item are no separate trials.
    confidence : 0..1.

    Returns float64: the upper one-sided bound 1 - (1 - confidence)^(1/n), 1 where n is 0
    (Clopper and Pearson, 1934, with no failure).
    """
    none_fails = np.where(items > 0, 1 / np.maximum(items, 1), np.inf)
    bound: Floats = 1 - (1 - confidence) ** none_fails
    return bound


@dataclass(frozen=True, eq=False)
class Counts:
    """The read-out of a plan at one ratio; a spanning item counts in each of its strata.

    strata, purposes : labels of the two axes.
    images, items : int64 (strata, purposes).
    target : float64 (strata, purposes), the images that the ratio asks for.
    locked : int64 (strata, purposes), the images that had their purpose before.
    at_cut : int64 (strata,), images of the free item at the cut: half of it is the most that a
        stratum with neither spanning items nor locks misses its ratio by.
    """

    strata: tuple[str, ...]
    purposes: tuple[str, ...]
    images: Ints
    items: Ints
    target: Floats
    locked: Ints
    at_cut: Ints

    @property
    def deviation(self) -> Floats:
        """Images above (or, negative, below) the target: float64 (strata, purposes)."""
        return self.images - self.target

    @property
    def smallest(self) -> int:
        """The number of the stratum with the fewest items."""
        return int(np.argmin(self.items.sum(axis=1)))

    def table(self) -> pd.DataFrame:
        """One row for each stratum and purpose that has images, or a target.

        Columns: stratum, purpose; items, images; share (of the stratum's images); target and
        deviation, images; bound, the error rate that can still hide when no item of this cell
        fails (95 %; empty for the first purpose, which is no trial); note, why a cell is not
        as asked, or empty text.
        """
        shown = (self.images > 0) | (self.target > 0)
        rows, columns = np.nonzero(shown)
        whole = np.maximum(1, self.images.sum(axis=1))
        notes = self._notes()
        bound = error_bound(self.items)
        bound[:, 0] = np.nan
        return pd.DataFrame(
            {
                "stratum": [self.strata[row] for row in rows],
                "purpose": [self.purposes[column] for column in columns],
                "items": self.items[rows, columns],
                "images": self.images[rows, columns],
                "share": self.images[rows, columns] / whole[rows],
                "target": self.target[rows, columns],
                "deviation": self.deviation[rows, columns],
                "bound": bound[rows, columns],
                "note": [
                    notes.get(cell, "")
                    for cell in zip(rows.tolist(), columns.tolist(), strict=True)
                ],
            }
        )

    def _notes(self) -> dict[tuple[int, int], str]:
        """Why cells are not as asked, for those that are not."""
        whole = np.maximum(1, self.images.sum(axis=1))
        far: Bools = np.abs(self.deviation) > _FAR * whole[:, None]
        empty = (self.images == 0) & (self.target > 0)
        return {(s, p): self._note(s, p) for s, p in np.argwhere(far | empty).tolist()}

    def _note(self, s: int, p: int) -> str:
        wanted = int(np.count_nonzero(self.target[s] > 0))
        if self.locked[s, p] > self.target[s, p]:
            return f"{self.locked[s, p]:,} images are locked, more than the ratio asks for"
        items = int(self.items[s].sum())
        if items == 1:
            return "one item, so one purpose"
        if self.images[s, p] == 0 and items < wanted:
            return f"{items} items are too few for {wanted} purposes"
        share = self.images[s, p] / max(1, int(self.images[s].sum()))
        return f"nearest is {share:.0%}: the item at the cut has {self.at_cut[s]:,} images"

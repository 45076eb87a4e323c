"""How many images and items each stratum has for each purpose at one ratio."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from brevviz.split.arrays import Floats, Ints

__all__ = ["Counts"]


@dataclass(frozen=True, eq=False)
class Counts:
    """The read-out of a plan at one ratio; a spanning item counts in each of its strata.

    strata, purposes : labels of the two axes.
    images, items : int64 (strata, purposes).
    target : float64 (strata, purposes), the images that the ratio asks for.
    """

    strata: tuple[str, ...]
    purposes: tuple[str, ...]
    images: Ints
    items: Ints
    target: Floats

    @property
    def deviation(self) -> Floats:
        """Images above (or, negative, below) the target: float64 (strata, purposes)."""
        return self.images - self.target

    def table(self) -> pd.DataFrame:
        """One row for each stratum and purpose that has images, or a target.

        Columns: stratum, purpose; items, images; share (of the stratum's images); target and
        deviation, images.
        """
        rows, columns = np.nonzero((self.images > 0) | (self.target > 0))
        whole = np.maximum(1, self.images.sum(axis=1))
        return pd.DataFrame(
            {
                "stratum": [self.strata[row] for row in rows],
                "purpose": [self.purposes[column] for column in columns],
                "items": self.items[rows, columns],
                "images": self.images[rows, columns],
                "share": self.images[rows, columns] / whole[rows],
                "target": self.target[rows, columns],
                "deviation": self.deviation[rows, columns],
            }
        )

"""The mid-rank of `split.ranks`, range by range: what is kept is by stratum, never by item.

Items come in the order of their hashes, so the images before an item in its stratum are a running
sum. What needs the whole stratum is gathered in a first pass: its images, how many items have
which size, the large items (more than 2 % of a stratum: at most 50 of it), its last and its
smallest. Items that span strata are kept, and ranked by `split.spanning` itself.
"""

from __future__ import annotations

from collections import Counter

import numpy as np

from brevviz.errors import SplitError
from brevviz.index.partitions import Part
from brevviz.split.arrays import Bools, Ints
from brevviz.split.ranks import Cells, size_bucket

__all__ = ["SPANNING", "Gathered"]

SPANNING = 20_000_000
"""Cells of spanning items that are kept, at most: 24 bytes each, and as much again to rank them."""


class Gathered:
    """What the first pass over the items keeps.

    Parameters
    ----------
    total : int64 (strata,), images.
    pin : as `split.pin_outliers`.
    """

    def __init__(self, total: Ints, *, pin: bool) -> None:
        count = len(total)
        self.total, self.pin = total, pin
        self.items = 0
        self.singles = np.zeros(count, np.int64)
        self.single_images = np.zeros(count, np.int64)
        self._sizes: Counter[int] = Counter()
        self._width = int(total.max(initial=0)) + 1
        self._large: list[Cells] = []
        self._spanning: list[Cells] = []
        self._kept = 0
        self._last = Cells(np.full(count, -1), np.arange(count), np.zeros(count, np.int64))
        self.smallest = Cells(np.full(count, -1), np.arange(count), total + 1)

    def add(self, part: Part) -> Ints:
        """Take note of the items of one range.

        Returns the stratum of each, int64 (items,), -1 for one that spans strata.
        """
        if not len(part.first):
            return np.empty(0, np.int64)
        low = np.minimum.reduceat(part.stratum, part.first)
        spans = low != np.maximum.reduceat(part.stratum, part.first)
        number = self.items + np.arange(len(low))
        self.items += len(low)
        if spans.any():
            self._keep_spanning(part, spans, number)
        self._note(Cells(number[~spans], low[~spans], part.images[~spans]))
        return np.where(spans, -1, low)

    def _keep_spanning(self, part: Part, spans: Bools, number: Ints) -> None:
        of_row = np.repeat(np.arange(len(spans)), part.images)
        mine = spans[of_row]
        count = len(self.total)
        pairs, images = np.unique(of_row[mine] * count + part.stratum[mine], return_counts=True)
        self._kept += len(pairs)
        if self._kept > SPANNING:
            raise SplitError(
                "split.uniqueness",
                f"more than {SPANNING:,} times an item has images in one of several strata",
                "Make keys restart in each folder (split.per_folder), or choose other strata",
            )
        self._spanning.append(Cells(number[pairs // count], pairs % count, images))

    def _note(self, cells: Cells) -> None:
        count = len(self.total)
        self.singles += np.bincount(cells.stratum, minlength=count)
        np.add.at(self.single_images, cells.stratum, cells.images)
        if self.pin:
            sizes, times = np.unique(cells.stratum * self._width + cells.images, return_counts=True)
            self._sizes.update(dict(zip(sizes.tolist(), times.tolist(), strict=True)))
        large = cells.images * 50 > self.total[cells.stratum]
        if large.any():
            self._large.append(cells.where(large))
        _put(self._last, cells.where(~large))
        # Of equal places the last assignment stands: the smallest, and of those the last.
        falling = cells.where(np.argsort(-cells.images, kind="stable"))
        best = Cells(np.full(count, -1), np.arange(count), self.total + 1)
        _put(best, falling)
        _put(self.smallest, best.where((best.item >= 0) & (best.images <= self.smallest.images)))

    @property
    def spanning(self) -> Cells:
        """The cells of the items that span strata, by item, then stratum."""
        return _joined(self._spanning)

    def outliers(self) -> tuple[Cells, Ints]:
        """The unusually large items, and the bucket of each, in the order of their strata."""
        large = _joined(self._large)
        if not self.pin or not len(large.item):
            return large.where(np.empty(0, np.int64)), np.empty(0, np.int64)
        medians = self._upper_medians(np.unique(large.stratum))
        bucket = size_bucket(large.images // medians[large.stratum])
        order = np.lexsort((large.item, -bucket, large.stratum))
        order = order[bucket[order] > 0]
        return large.where(order), bucket[order]

    def last_images(self, outliers: Ints) -> Ints:
        """Images of the last item of each stratum that is no outlier: int64 (strata,)."""
        large = _joined(self._large)
        last = Cells(self._last.item.copy(), self._last.stratum, self._last.images.copy())
        plain = large.where(~np.isin(large.item, outliers))
        _put(last, plain.where(plain.item > last.item[plain.stratum]))
        return last.images

    def _upper_medians(self, strata: Ints) -> Ints:
        """The upper median of the sizes of the items of some strata; 1 elsewhere."""
        keys = np.array(sorted(self._sizes), np.int64)
        times = np.array([self._sizes[key] for key in keys.tolist()], np.int64)
        median = np.ones(len(self.total), np.int64)
        for stratum in strata.tolist():
            here = slice(*np.searchsorted(keys // self._width, [stratum, stratum + 1]))
            ends = np.cumsum(times[here])
            middle = np.searchsorted(ends, ends[-1] // 2, side="right")
            median[stratum] = keys[here][middle] % self._width
        return median


def _put(into: Cells, cells: Cells) -> None:
    """Write each cell over its stratum's; the last of a stratum stands."""
    into.item[cells.stratum] = cells.item
    into.images[cells.stratum] = cells.images


def _joined(cells: list[Cells]) -> Cells:
    none = np.empty(0, np.int64)
    return Cells(
        np.concatenate([none, *(c.item for c in cells)]),
        np.concatenate([none, *(c.stratum for c in cells)]),
        np.concatenate([none, *(c.images for c in cells)]),
    )

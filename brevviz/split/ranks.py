"""Where each item stands between 0 and 1: its weighted mid-rank inside its stratum.

An item trains when its number tau is at most the ratio. With items in seeded order, tau is the
middle of the item's own stretch of the stratum's images. So raising the ratio moves items one way
only, a stratum misses its ratio by at most half of the item at the cut, and no nested assignment
can promise less: the largest item has to enter somewhere. (Permanent random numbers: Ohlsson,
1995; the mid-rank cut and its bound are derived in docs/split.md.)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from brevviz.split.arrays import Bools, Floats, Ints
from brevviz.split.order import by_group

__all__ = [
    "EDGE",
    "Cells",
    "Strata",
    "images_before",
    "mid_rank",
    "order_items",
    "single_ranks",
    "size_bucket",
]

EDGE = 1e-9
"""How near to 0 and 1 the first and the last item of a small stratum are moved."""


@dataclass(frozen=True)
class Cells:
    """Pairs of a free item and a stratum, in the order of the items' numbers.

    item, stratum, images : int64 (cells,); images counts the item's rows in the stratum.
    """

    item: Ints
    stratum: Ints
    images: Ints

    def where(self, chosen: Bools | Ints) -> Cells:
        """The chosen cells."""
        return Cells(self.item[chosen], self.stratum[chosen], self.images[chosen])


@dataclass(frozen=True)
class Strata:
    """What each stratum has before anything is assigned; locked test images are outside of it.

    total, trained, kept : int64 (strata,): images in all, locked to the first purpose, and
        locked to another.
    """

    total: Ints
    trained: Ints
    kept: Ints


def single_ranks(cells: Cells, strata: Strata, *, pin: bool) -> tuple[Floats, Ints]:
    """Rank the items that lie in one stratum each.

    Parameters
    ----------
    cells : one for each such item.
    pin : True: unusually large items come first.

    Returns tau, float64 (cells,), and the cells of the outliers, int64.
    """
    order, outliers = order_items(cells, strata, pin=pin)
    tau = np.empty(len(order))
    tau[order] = mid_rank(cells.where(order), strata)
    _cover(cells, strata, order, tau)
    return tau, outliers


def order_items(cells: Cells, strata: Strata, *, pin: bool) -> tuple[Ints, Ints]:
    """Order cells by stratum, outliers first (the largest before), then by item number.

    An outlier holds more than 2 % of its stratum and at least four times the upper median. At
    the front its jump lies at small ratios, which nobody asks for.
    """
    bucket = np.zeros(len(cells.item), np.int64)
    if pin:
        large = np.flatnonzero(cells.images * 50 > strata.total[cells.stratum])
        if len(large):
            median = _upper_medians(cells, cells.stratum[large])
            times = cells.images[large] // median[cells.stratum[large]]
            bucket[large] = size_bucket(times)
    group = cells.stratum * 16 + (15 - bucket)
    order = by_group(group, len(strata.total) * 16)
    return order, np.flatnonzero(bucket)


def size_bucket(times: Ints) -> Ints:
    """Bucket of an item `times` (whole) the median: 0 below 4, then one for each doubling."""
    # ⌊log₂⌋ of a whole number is the exponent of its float: exact, and in whole arrays.
    power = np.frexp(times.astype(np.float64))[1].astype(np.int64) - 1
    return np.where(times >= 4, np.minimum(14, power - 1), 0)


def _upper_medians(cells: Cells, needed: Ints) -> Ints:
    """The upper median of the item sizes of each stratum that is needed; 1 elsewhere."""
    wanted = np.zeros(int(cells.stratum.max()) + 1, np.bool_)
    wanted[needed] = True
    mine = wanted[cells.stratum]
    stratum, images = cells.stratum[mine], cells.images[mine]
    key = np.sort(stratum * (int(images.max()) + 1) + images)
    sizes = np.bincount(stratum, minlength=len(wanted))
    starts = np.cumsum(sizes) - sizes
    median = np.ones(len(wanted), np.int64)
    median[wanted] = key[(starts + sizes // 2)[wanted]] % (int(images.max()) + 1)
    return median


def images_before(stratum: Ints, images: Ints) -> Ints:
    """Images of the same stratum in the cells before each; strata must be together."""
    before = np.cumsum(images) - images
    first = np.flatnonzero(np.r_[True, stratum[1:] != stratum[:-1]][: len(stratum)])
    lengths = np.diff(np.r_[first, len(stratum)])
    return before - np.repeat(before[first], lengths)


def mid_rank(cells: Cells, strata: Strata) -> Floats:
    """Tau of cells in order: (locked + before + half of its own images) / all images."""
    before = images_before(cells.stratum, cells.images)
    # Halves of whole numbers until the one division: equal on every machine.
    twice = 2 * (strata.trained[cells.stratum] + before) + cells.images
    result: Floats = twice / (2 * strata.total[cells.stratum])
    return result


def _cover(cells: Cells, strata: Strata, order: Ints, tau: Floats) -> None:
    """Give small strata both sides at every ratio between 0 and 1; changes `tau`.

    Where the last item would train at 0.9 already, the smallest item goes to the end, and the
    first and the last move to the very edges.
    """
    count = len(strata.total)
    stratum = cells.stratum[order]
    sizes = np.bincount(stratum, minlength=count)
    last = np.cumsum(sizes) - 1
    covered = (sizes >= 2) & (strata.trained == 0) & (strata.kept == 0)
    covered[covered] = tau[order[last[covered]]] < 0.9
    if not covered.any():
        return
    mine = order[covered[stratum]]
    stratum, images = cells.stratum[mine], cells.images[mine]
    first = np.flatnonzero(np.r_[True, stratum[1:] != stratum[:-1]])
    # The smallest, and of those the last: one number holds size and place.
    places = np.arange(len(mine))
    key = images * len(mine) + (len(mine) - 1 - places)
    smallest = len(mine) - 1 - np.minimum.reduceat(key, first) % len(mine)
    late = np.zeros(len(mine), np.bool_)
    late[smallest] = True
    mine = mine[np.lexsort((places, late, stratum))]
    new = mid_rank(cells.where(mine), strata)
    new[first] = np.minimum(new[first], EDGE)
    new[np.r_[first[1:], len(mine)] - 1] = 1 - EDGE
    tau[mine] = new

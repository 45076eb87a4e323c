"""Items that lie in several strata at once: placed first, while the others absorb the error."""

from __future__ import annotations

import numpy as np

from brevviz.split.arrays import Floats, Ints
from brevviz.split.balance import balanced_order
from brevviz.split.ranks import Cells, Strata, images_before, order_items, size_bucket

__all__ = ["Passage", "absorbing_ranks", "spanning_ranks"]

_GREEDY_ITEMS = 50_000
_GREEDY_CELLS = 2_000_000
"""Beyond these the seed's order serves as it is: balancing looks at items one by one."""


def spanning_ranks(cells: Cells, strata: Strata, *, pin: bool) -> tuple[Ints, Floats]:
    """Rank the items that span strata, each by its mean share of the strata's spanning images.

    Parameters
    ----------
    cells : all cells of such items, by item, then stratum.
    pin : True: unusually large items come first.

    Returns the items, int64 rising, and their tau, float64.
    """
    items, local = np.unique(cells.item, return_inverse=True)
    in_stratum = np.bincount(cells.stratum, weights=cells.images, minlength=len(strata.total))
    touched, narrow = np.unique(cells.stratum, return_inverse=True)
    share = cells.images / in_stratum[cells.stratum]
    mean = np.bincount(local, weights=share) / len(touched)
    order = _outliers_first(cells, strata, local, pin=pin)
    if len(items) <= _GREEDY_ITEMS and len(items) * len(touched) <= _GREEDY_CELLS:
        order = balanced_order(
            Cells(local, narrow, cells.images), mean, strata.total[touched], order
        )
    middle = np.empty(len(items))
    middle[order] = np.cumsum(mean[order]) - mean[order] / 2
    return items, _past_locks(np.clip(middle, 0, 1), strata, touched)


def _outliers_first(cells: Cells, strata: Strata, local: Ints, *, pin: bool) -> Ints:
    """The spanning items in the seed's order, but the unusually large ones before the others."""
    sizes = np.bincount(local, weights=cells.images).astype(np.int64)
    bucket = np.zeros(len(sizes), np.int64)
    if pin:
        times = sizes // np.sort(sizes)[len(sizes) // 2]
        large = np.zeros(len(sizes), np.bool_)
        large[local[cells.images * 50 > strata.total[cells.stratum]]] = True
        bucket = size_bucket(times) * large
    return np.argsort(-bucket, kind="stable")


def _past_locks(wanted: Floats, strata: Strata, touched: Ints) -> Floats:
    """The smallest ratio at which the mean free share that trains reaches each wanted share.

    Without locks that is the share itself. With them the mean over strata of
    clip((ratio·N - L) / U, 0, 1) is piecewise linear and rises with the ratio.
    """
    total, trained = strata.total[touched], strata.trained[touched]
    free = total - trained - strata.kept[touched]
    if (free == total).all():
        return wanted
    at = np.concatenate([trained / total, (trained + free) / total])
    slope = np.concatenate([total / free, -total / free]) / len(touched)
    order = np.argsort(at, kind="stable")
    at, slope = at[order], np.cumsum(slope[order])
    value = np.concatenate([[0.0], np.cumsum(slope[:-1] * np.diff(at))])
    k = np.clip(np.searchsorted(value, wanted, side="left"), 1, len(at) - 1)
    rise = value[k] - value[k - 1]
    part = np.divide(wanted - value[k - 1], rise, out=np.zeros_like(wanted), where=rise > 0)
    result: Floats = np.clip(at[k - 1] + part * (at[k] - at[k - 1]), 0, 1)
    return result


def absorbing_ranks(
    cells: Cells,
    strata: Strata,
    spanning: Cells,
    spanning_tau: Floats,
    *,
    pin: bool,
) -> Floats:
    """Rank the one-stratum items of strata that also hold spanning items.

    An item whose mid-rank among its stratum's own images is y enters at the first ratio where
    the images that ought to train, less those that spanning items bring, reach y. A first
    passage only ever moves one way, so the family stays nested.

    Parameters
    ----------
    cells : the one-stratum items of such strata.
    spanning : the cells of the spanning items; `spanning_tau` float64, one a cell.

    Returns tau, float64 (cells,).
    """
    order, _ = order_items(cells, strata, pin=pin)
    own = cells.where(order)
    middle = images_before(own.stratum, own.images) + own.images / 2

    passage = Passage(strata, spanning, spanning_tau)
    tau = np.empty(len(order))
    for s in np.unique(own.stratum).tolist():
        mine = slice(*np.searchsorted(own.stratum, [s, s + 1]))
        tau[order[mine]] = passage.tau(s, middle[mine])
    return tau


class Passage:
    """The first ratio at which a stratum has room for the item at a mid-rank of its own images.

    Parameters
    ----------
    strata, spanning, spanning_tau : as in `absorbing_ranks`.
    """

    def __init__(self, strata: Strata, spanning: Cells, spanning_tau: Floats) -> None:
        entry = np.lexsort((spanning.item, spanning_tau, spanning.stratum))
        self._strata = strata
        self._other, when = spanning.where(entry), spanning_tau[entry]
        self._brought = images_before(self._other.stratum, self._other.images)
        total, trained = strata.total[self._other.stratum], strata.trained[self._other.stratum]
        self._room = when * total - trained - self._brought

    def tau(self, stratum: int, middle: Floats) -> Floats:
        """Tau of items of a stratum by their mid-ranks: float64, as long as `middle`."""
        theirs = slice(*np.searchsorted(self._other.stratum, [stratum, stratum + 1]))
        brought = self._brought[theirs]
        passed = np.searchsorted(np.maximum.accumulate(self._room[theirs]), middle)
        inside = np.append(brought, brought[-1] + self._other.images[theirs][-1])[passed]
        trained, total = self._strata.trained[stratum], self._strata.total[stratum]
        tau: Floats = (trained + middle + inside) / total
        return tau

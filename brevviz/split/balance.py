"""Order items that lie in several strata so that all strata fill evenly."""

from __future__ import annotations

import numpy as np

from brevviz.split.arrays import Floats, Ints
from brevviz.split.ranks import Cells

__all__ = ["balanced_order"]

_POOL = 16
_PATIENCE = 64
"""Picks after which the oldest of the pool is taken whatever it costs: near the seed's order."""


def balanced_order(cells: Cells, mean: Floats, total: Ints, order: Ints) -> Ints:
    """Take, again and again, the item of a small pool after which the strata are most even.

    Parameters
    ----------
    cells : items and strata numbered from 0 without gaps, by item.
    mean : float64 (items,), the part of the whole that each item is.
    total : int64 (strata,), images of each stratum, spanning or not.
    order : int64 (items,), the order that the pool is filled in.

    Returns the items in their new order, int64. The cost of an item is the sum over strata of
    ((images taken with it - share taken with it · images there are) / images of the stratum)²;
    of equal costs the earliest entered wins.
    """
    strata = len(total)
    ends = np.searchsorted(cells.item, np.arange(len(mean) + 1))
    # Everything in parts of the stratum; one column for each place of the pool. Sums run over
    # rows one by one, so that their rounding is the same on every machine.
    part = cells.images / total[cells.stratum]
    there = np.bincount(cells.stratum, weights=cells.images, minlength=strata) / total
    lead = np.zeros((strata, _POOL))  # the item's own part, less its mean of what there is
    excess = np.zeros(strata)  # taken so far, less what ought to be
    held = np.full(_POOL, -1)
    entered = np.full(_POOL, np.iinfo(np.int64).max)
    result = np.empty(len(order), np.int64)

    def fill(place: int, number: int) -> None:
        item = order[number]
        own = slice(ends[item], ends[item + 1])
        lead[:, place] = -mean[item] * there
        lead[cells.stratum[own], place] += part[own]
        held[place], entered[place] = item, number

    waiting = min(_POOL, len(order))
    for place in range(waiting):
        fill(place, place)
    since = np.zeros(_POOL, np.int64)  # the pick at which each place was filled
    for pick in range(len(order)):
        cost = np.square(excess[:, None] + lead).sum(axis=0)
        cost[held < 0] = np.inf
        least = np.flatnonzero(cost == cost.min())
        place = int(least[np.argmin(entered[least])])
        oldest = int(np.argmin(entered))
        if pick - since[oldest] >= _PATIENCE:
            place = oldest
        result[pick] = held[place]
        excess += lead[:, place]
        if waiting < len(order):
            fill(place, waiting)
            since[place] = pick + 1
            waiting += 1
        else:
            held[place], entered[place] = -1, np.iinfo(np.int64).max
    return result

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
    # An empty place costs infinitely much.
    lead = np.full((strata, _POOL), np.inf)  # the item's own part, less its mean of what there is
    excess = np.zeros((strata, 1))  # taken so far, less what ought to be
    after, cost = np.empty((strata, _POOL)), np.empty(_POOL)
    # The loop below reads and writes single numbers: lists do that faster than arrays.
    start, falling, waiting_line = ends.tolist(), (-mean).tolist(), order.tolist()
    entered = [len(waiting_line)] * _POOL  # numbers in the line; its end where a place is empty
    since = [0] * _POOL  # the pick at which each place was filled
    result = []

    def fill(place: int, number: int) -> None:
        item = waiting_line[number]
        own = slice(start[item], start[item + 1])
        column = falling[item] * there
        column[cells.stratum[own]] += part[own]
        lead[:, place] = column
        entered[place] = number

    waiting = min(_POOL, len(waiting_line))
    for place in range(waiting):
        fill(place, place)
    for pick in range(len(waiting_line)):
        np.add(excess, lead, out=after)
        np.multiply(after, after, out=after)
        np.add.reduce(after, axis=0, out=cost)
        costs = cost.tolist()
        least = min(costs)
        place = costs.index(least)
        if costs.count(least) > 1:
            place = min((entered[k], k) for k in range(_POOL) if costs[k] == least)[1]
        oldest = entered.index(min(entered))
        if pick - since[oldest] >= _PATIENCE:
            place = oldest
        result.append(waiting_line[entered[place]])
        excess[:, 0] += lead[:, place]
        if waiting < len(waiting_line):
            fill(place, waiting)
            since[place] = pick + 1
            waiting += 1
        else:
            lead[:, place] = np.inf
            entered[place] = len(waiting_line)
    return np.array(result, np.int64)

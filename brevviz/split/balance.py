"""Order items that lie in several strata so that all strata fill evenly."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np

from brevviz.split.arrays import Floats, Ints
from brevviz.split.ranks import Cells

__all__ = ["balanced_order"]

_POOL = 16
_NUMBERS = 1 << 16
"""Numbers of the line's rows that are made at once."""
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
    strata, end = len(total), len(order)
    # One column for each place of the pool. Sums run over rows one by one, so that their rounding
    # is the same on every machine. An empty place costs infinitely much.
    lead = np.full((strata, _POOL), np.inf)
    excess = np.zeros((strata, 1))  # taken so far, less what ought to be
    after, cost = np.empty((strata, _POOL)), np.empty(_POOL)
    # The loop below reads and writes single numbers: lists do that faster than arrays.
    entered = [end] * _POOL  # numbers in the line; its end where a place is empty
    since = [0] * _POOL  # the pick at which each place was filled
    taken = []

    line = enumerate(_leads(cells, mean, total, order))
    for number, row in islice(line, _POOL):
        lead[:, number], entered[number] = row, number
    nothing = (end, np.full(strata, np.inf))
    for pick in range(end):
        np.add(excess, lead, after)
        np.multiply(after, after, after)
        np.add.reduce(after, axis=0, out=cost)
        costs = cost.tolist()
        least = min(costs)
        place = costs.index(least)
        if costs.count(least) > 1:
            place = min((entered[k], k) for k in range(_POOL) if costs[k] == least)[1]
        oldest = entered.index(min(entered))
        if pick - since[oldest] >= _PATIENCE:
            place = oldest
        taken.append(entered[place])
        column = lead[:, place]
        excess[:, 0] += column
        entered[place], column[:] = next(line, nothing)
        since[place] = pick + 1
    result: Ints = order[np.array(taken, np.int64)]
    return result


def _leads(cells: Cells, mean: Floats, total: Ints, order: Ints) -> Iterator[Floats]:
    """What taking each item in turn changes, in parts of each stratum: float64 (strata,).

    That is the item's own part of the stratum, less its mean of what is there. Some thousands are
    made at once, which takes a tenth of the time of one by one.
    """
    ends = np.searchsorted(cells.item, np.arange(len(mean) + 1))
    part = cells.images / total[cells.stratum]
    there = np.bincount(cells.stratum, weights=cells.images, minlength=len(total)) / total
    at_once = max(1, _NUMBERS // len(total))
    for start in range(0, len(order), at_once):
        items = order[start : start + at_once]
        rows = -mean[items, None] * there
        begin, count = ends[items], np.diff(ends)[items]
        row = np.repeat(np.arange(len(items)), count)
        cell = np.arange(len(row)) + np.repeat(begin - (np.cumsum(count) - count), count)
        rows[row, cells.stratum[cell]] += part[cell]
        yield from rows

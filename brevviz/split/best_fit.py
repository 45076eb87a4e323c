"""The nearest reachable split at one ratio: better than the nested one there, and not nested."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from brevviz.split.arrays import Bools, Floats, Ints
from brevviz.split.ranks import Cells, Strata

__all__ = ["fitted_tau"]

_CANDIDATES = 300
_MOVES = 60
_SWAP_CELLS = 4_000_000
_GAIN = 1e-12


def fitted_tau(
    cells: Cells, tau: Floats, strata: Strata, ratio: float, upper: float = 1.0
) -> Floats:
    """Move items over the cut while that brings the worst stratum nearer to its ratio.

    Parameters
    ----------
    cells : the free cells of a plan.
    tau : float64 (items,). Not changed.
    ratio : the cut; `upper` : the next one, whose items are left alone.

    Returns a new tau, that holds at this ratio only. Local search from the nested split: each
    step takes the best of all single moves and all swaps among the 300 items nearest the cut.
    The aim is the largest relative deviation, and the root of the sum of squares to break ties.
    """
    if upper <= ratio:
        return tau
    items = _nearest(cells, tau, ratio, upper)
    if not len(items):
        return tau
    search = _start(cells, tau, strata, ratio, items)
    for _ in range(_MOVES):
        flipped = search.best_move()
        if flipped is None:
            break
        search.apply(flipped)
    new = tau.copy()
    was = tau[items] <= ratio
    new[items[search.inside & ~was]] = ratio
    new[items[~search.inside & was]] = np.nextafter(ratio, 2)
    return new


def _nearest(cells: Cells, tau: Floats, ratio: float, upper: float) -> Ints:
    items = np.unique(cells.item)
    items = items[tau[items] <= upper]
    far = np.abs(tau[items] - ratio)
    if len(items) > _CANDIDATES:
        near = far <= np.partition(far, _CANDIDATES - 1)[_CANDIDATES - 1]
        items, far = items[near], far[near]
    order = np.lexsort((items, far))[:_CANDIDATES]
    return np.sort(items[order])


@dataclass
class _Search:
    """Where a search stands; strata are those only that a candidate lies in.

    inside : bool (candidates,); error : float64 (strata,); step : float64 (candidates,
    strata), what the candidate adds to the error when it enters; rest : largest error and sum of
    squares of all the other strata.
    """

    inside: Bools
    error: Floats
    step: Floats
    rest: tuple[float, float]

    def best_move(self) -> list[int] | None:
        """The candidates to flip, or None when nothing gains."""
        signed = np.where(self.inside[:, None], -self.step, self.step)
        singles = self._aim(self.error + signed)
        best, found = self._aim(self.error[None])[0] - _GAIN, None
        if singles.min() < best:
            place = _first(singles)
            best, found = singles[place] - _GAIN, [place]
        inside, outside = np.flatnonzero(self.inside), np.flatnonzero(~self.inside)
        if 0 < len(inside) * len(outside) * len(self.error) <= _SWAP_CELLS:
            both = self.error + signed[inside, None] + signed[None, outside]
            pairs = self._aim(both.reshape(-1, len(self.error)))
            if pairs.min() < best:
                one, other = divmod(_first(pairs), len(outside))
                found = [int(inside[one]), int(outside[other])]
        return found

    def apply(self, flipped: list[int]) -> None:
        for place in flipped:
            self.error += self.step[place] * (-1 if self.inside[place] else 1)
            self.inside[place] = not self.inside[place]

    def _aim(self, errors: Floats) -> Floats:
        """The aim of each row of errors."""
        largest = np.maximum(np.abs(errors).max(axis=1), self.rest[0])
        aims: Floats = largest + 1e-3 * np.sqrt((errors**2).sum(axis=1) + self.rest[1])
        return aims


def _start(cells: Cells, tau: Floats, strata: Strata, ratio: float, items: Ints) -> _Search:
    total = np.maximum(1, strata.total)
    trains = tau[cells.item] <= ratio
    taken = np.bincount(cells.stratum[trains], cells.images[trains], len(total)) + strata.trained
    error = (taken - ratio * strata.total) / total
    mine = cells.where(np.isin(cells.item, items))
    touched, column = np.unique(mine.stratum, return_inverse=True)
    step = np.zeros((len(items), len(touched)))
    step[np.searchsorted(items, mine.item), column] = mine.images / total[mine.stratum]
    others = np.delete(error, touched)
    rest = float(np.abs(others).max(initial=0)), float((others**2).sum())
    return _Search(tau[items] <= ratio, error[touched], step, rest)


def _first(aims: Floats) -> int:
    """The first of those that are best but for rounding: the same on every machine."""
    return int(np.flatnonzero(aims <= aims.min() + _GAIN)[0])

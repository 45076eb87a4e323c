"""The second pass: every item's tau, from running sums and from what the first pass gathered."""

from __future__ import annotations

import numpy as np

from brevviz.index.ranking import Gathered
from brevviz.split.arrays import Floats, Ints
from brevviz.split.order import by_group
from brevviz.split.ranks import EDGE, Strata, images_before
from brevviz.split.spanning import Passage, spanning_ranks

__all__ = ["Taus"]


class Taus:
    """Tau of the items of one range after the other, in order.

    The numbers are those of `split.ranks` and `split.spanning`, bit for bit: halves of whole
    numbers, and one division.
    """

    def __init__(self, gathered: Gathered) -> None:
        count = len(gathered.total)
        none = np.zeros(count, np.int64)
        self._total = gathered.total
        strata = Strata(gathered.total, none, none)
        spanning = gathered.spanning
        self._touched = np.zeros(count, np.bool_)
        self._touched[spanning.stratum] = True
        self._passage = None
        special, tau = [np.empty(0, np.int64)], [np.empty(0)]
        if len(spanning.item):
            items, when = spanning_ranks(spanning, strata, pin=gathered.pin)
            place = np.searchsorted(items, spanning.item)
            self._passage = Passage(strata, spanning, when[place])
            special, tau = [items], [when]

        outliers, _ = gathered.outliers()
        covered = self._covered(gathered, outliers.item)
        ahead = self._tau(
            outliers.stratum, images_before(outliers.stratum, outliers.images), outliers.images
        )
        first = np.flatnonzero(np.diff(outliers.stratum, prepend=-1))
        edge = first[covered[outliers.stratum[first]]]
        ahead[edge] = np.minimum(ahead[edge], EDGE)
        late = gathered.smallest.item[covered]
        special += [outliers.item, late]
        tau += [ahead, np.full(len(late), 1 - EDGE)]

        order = np.argsort(np.concatenate(special), kind="stable")
        self._special = np.concatenate(special)[order]
        self._special_tau = np.concatenate(tau)[order]
        self._before = none.copy()
        np.add.at(self._before, outliers.stratum, outliers.images)
        self._edge = covered  # strata whose first item is still to come
        self._edge[outliers.stratum] = False
        self._next = 0

    def of(self, stratum: Ints, images: Ints) -> Floats:
        """Tau of the next items, float64 (items,); `stratum` is -1 where an item spans some."""
        tau = np.empty(len(stratum))
        here = slice(*np.searchsorted(self._special, [self._next, self._next + len(stratum)]))
        special = self._special[here] - self._next
        self._next += len(stratum)
        plain = np.ones(len(stratum), np.bool_)
        plain[special] = False
        tau[special] = self._special_tau[here]

        chosen = np.flatnonzero(plain)
        order = chosen[by_group(stratum[chosen], len(self._total))]
        own, amount = stratum[order], images[order]
        ranked = self._tau(own, self._before[own] + images_before(own, amount), amount)
        first = np.flatnonzero(np.diff(own, prepend=-1))
        edge = first[self._edge[own[first]]]
        ranked[edge] = np.minimum(ranked[edge], EDGE)
        self._edge[own[first]] = False
        np.add.at(self._before, own, amount)
        tau[order] = ranked
        return tau

    def _tau(self, stratum: Ints, before: Ints, images: Ints) -> Floats:
        """Tau of single-stratum items, together by stratum, from the images before each."""
        tau: Floats = (2 * before + images) / (2 * self._total[stratum])
        if self._passage is not None:
            middle = before + images / 2
            for s in np.unique(stratum[self._touched[stratum]]).tolist():
                mine = slice(*np.searchsorted(stratum, [s, s + 1]))
                tau[mine] = self._passage.tau(s, middle[mine])
        return tau

    def _covered(
        self, gathered: Gathered, outliers: Ints
    ) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """The strata that get both sides at any ratio: see `split.ranks`."""
        covered = (gathered.singles >= 2) & ~self._touched
        last = gathered.last_images(outliers)
        twice = 2 * (gathered.single_images - last) + last
        covered[covered] = twice[covered] / (2 * self._total[covered]) < 0.9
        return covered

"""`Plan`: the finished numbers of a split, read out at any ratio in a moment."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from brevviz.errors import SplitError
from brevviz.split.arrays import Bools, Floats, Ints
from brevviz.split.best_fit import fitted_tau
from brevviz.split.columns import in_words
from brevviz.split.counts import Counts
from brevviz.split.locks import FREE, Purposes
from brevviz.split.notes import notes_of
from brevviz.split.ranks import Cells, Strata
from brevviz.split.readout import ReadOut, cuts_of, read_out

__all__ = ["Plan"]


@dataclass(frozen=True, eq=False)
class Plan:
    """Every item's number tau, whatever the ratio; made by `SampleSplit.plan`.

    item_of_row : int64 (rows,), the item of each row; items are numbered in the seed's order.
    item_keys : Arrow large_string (items,).
    tau : float64 (items,); an item has the first purpose at ratios of tau and above.
    stratum_of_row : int64 (rows,); `strata` are their labels, in the order of their keys.
    cells : the (item, stratum) pairs of the free items.
    totals : images of each stratum in all, and locked.
    labels : the names of the purposes.
    locked : int8 (rows,), the purpose (its place in `labels.names`) of each locked row, or -1.
    free_items : bool (items,).
    engine : what matched the pattern of `split.uniqueness`; "" for columns.
    unmatched : rows without a key, each its own item.
    spanning, outliers, conflicts : int64, the items that lie in several strata, that are pinned
        to the front, and whose rows are locked to several purposes.
    absent : keys of `split.tied` that name no sample.
    fit : True: each ratio is read out at its best fit, so that plans at two ratios need not be
        nested.
    """

    item_of_row: Ints
    item_keys: pa.Array
    tau: Floats
    stratum_of_row: Ints
    strata: tuple[str, ...]
    cells: Cells
    totals: Strata
    labels: Purposes
    locked: npt.NDArray[np.int8]
    free_items: Bools
    engine: str
    unmatched: int
    spanning: Ints
    outliers: Ints
    conflicts: Ints
    absent: tuple[str, ...] = ()
    fit: bool = False

    @property
    def items(self) -> int:
        """Number of items."""
        return len(self.item_keys)

    @property
    def matched(self) -> int:
        """Number of rows that the rule found a key in."""
        return len(self.item_of_row) - self.unmatched

    @cached_property
    def images_of_item(self) -> Ints:
        """Rows of each item, int64 (items,)."""
        return np.bincount(self.item_of_row, minlength=self.items)

    @cached_property
    def item_names(self) -> pa.Array:
        """The items' keys as people read them: large_string (items,)."""
        return in_words(self.item_keys)

    def names_of(self, items: Ints) -> list[str]:
        """The names of a few items, without those of all."""
        names: list[str] = in_words(self.item_keys.take(pa.array(items))).to_pylist()
        return names

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """What a person should know of this plan, one sentence each."""
        return notes_of(self)

    def warm(self) -> Plan:
        """Prepare what all read-outs share, so that the first is as quick as the others."""
        _ = self._read_out, self._fixed, self._tau_of_row, self._all_free
        return self

    def counts(self, ratio: float, test_ratio: float = 0.0) -> Counts:
        """Images and items of each stratum and purpose at a ratio, by binary search."""
        if self.fit:
            return self.best_fit(ratio, test_ratio).counts(ratio, test_ratio)
        cuts = self._cuts(ratio, test_ratio)
        free_images, free_items = self._read_out.between(cuts)
        images, items = (fixed.copy() for fixed in self._fixed)
        images[:, : len(cuts) + 1] += free_images
        items[:, : len(cuts) + 1] += free_items
        wanted = ratio * self.totals.total - self.totals.trained
        return Counts(
            strata=self.strata,
            purposes=self.labels.names,
            images=images,
            items=items,
            target=self._targets(ratio, test_ratio),
            locked=self._fixed[0],
            at_cut=self._read_out.at(np.maximum(0, wanted)),
        )

    def table(self, ratio: float, test_ratio: float = 0.0) -> pd.DataFrame:
        """The counts at a ratio as a frame: see `Counts.table`."""
        return self.counts(ratio, test_ratio).table()

    def codes(self, ratio: float, test_ratio: float = 0.0) -> npt.NDArray[np.int8]:
        """The purpose of each row at a ratio, int8 (rows,), as its place in `labels.names`."""
        if self.fit:
            return self.best_fit(ratio, test_ratio).codes(ratio, test_ratio)
        cuts = self._cuts(ratio, test_ratio)
        codes = (self._tau_of_row > cuts[0]).astype(np.int8)
        for cut in cuts[1:]:
            codes += self._tau_of_row > cut
        return codes if self._all_free else np.where(self.locked == FREE, codes, self.locked)

    def purposes(self, ratio: float, test_ratio: float = 0.0) -> npt.NDArray[np.object_]:
        """The purpose of each row at a ratio, text, object (rows,)."""
        return np.array(self.labels.names, object)[self.codes(ratio, test_ratio)]

    def best_fit(self, ratio: float, test_ratio: float = 0.0) -> Plan:
        """The plan changed to come nearest to one ratio; use it at that ratio only.

        It is not nested: best fits at two ratios may move an item back.
        """
        wanted = (ratio, test_ratio)
        if wanted not in self._fits:
            cuts = (*self._cuts(ratio, test_ratio), 1.0)
            tau = fitted_tau(self.cells, self.tau, self.totals, *cuts[:2])
            self._fits.clear()
            self._fits[wanted] = replace(self, tau=tau, fit=False)
        return self._fits[wanted]

    @cached_property
    def _fits(self) -> dict[tuple[float, float], Plan]:
        return {}

    @cached_property
    def _tau_of_row(self) -> Floats:
        return self.tau[self.item_of_row]

    @cached_property
    def _all_free(self) -> bool:
        return bool((self.locked == FREE).all())

    @cached_property
    def _read_out(self) -> ReadOut:
        return read_out(self.cells, self.tau[self.cells.item], len(self.strata))

    @cached_property
    def _fixed(self) -> tuple[Ints, Ints]:
        """Images and items of the locked rows: int64 (strata, purposes) each."""
        width = len(self.labels.names)
        shape = (len(self.strata), width)
        rows = np.flatnonzero(self.locked != FREE)
        place = self.stratum_of_row[rows] * width + self.locked[rows]
        pairs = np.unique(place * max(1, self.items) + self.item_of_row[rows])
        items = np.bincount(pairs // max(1, self.items), minlength=shape[0] * width)
        images = np.bincount(place, minlength=shape[0] * width)
        return images.reshape(shape), items.reshape(shape)

    def _targets(self, ratio: float, test_ratio: float) -> Floats:
        """What the ratio asks for; what is locked elsewhere asks for what it has."""
        target = self._fixed[0].astype(np.float64)
        others = target[:, 2:].sum(axis=1)
        if self.labels.test != FREE:
            others -= target[:, self.labels.test]
            target[:, self.labels.test] += test_ratio * self.totals.total
        target[:, 0] = ratio * self.totals.total
        rest = (1 - ratio - test_ratio) * self.totals.total - others
        target[:, 1] = np.maximum(0, np.round(rest, 9))
        return target

    def _cuts(self, ratio: float, test_ratio: float) -> tuple[float, ...]:
        """The values of tau up to which each purpose but the last reaches.

        Test is cut off at the far end, so that moving the ratio never changes it.
        """
        cuts = cuts_of(ratio, test_ratio)
        if len(cuts) > 1 and self.labels.test == FREE:
            raise SplitError(
                "split.test_ratio",
                f"{test_ratio:g} asks for a third purpose, and 'test' is one of the first two",
            )
        return cuts

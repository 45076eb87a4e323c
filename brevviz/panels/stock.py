"""The samples that the Samples panel shows, and which of them pass its filters, in which order."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from brevviz.errors import BrevvizError, Cancelled
from brevviz.job.triage import Findings
from brevviz.panels.folders import Folders, folders_of

if TYPE_CHECKING:
    from brevviz.job import Job
    from brevviz.split import Plan

__all__ = [
    "ALL",
    "EXCLUDED",
    "PURPOSES",
    "SHOWN",
    "SORTS",
    "UNASSIGNED",
    "Ints",
    "Stock",
    "Wish",
    "stock_of",
]

ALL = "all"
EXCLUDED = "excluded"
UNASSIGNED = "not assigned"
PURPOSES = ("train", "devel", "test", UNASSIGNED, EXCLUDED)
"""What becomes of a sample, in the order in which it is listed and stacked."""
SHOWN = (ALL, "unreadable", "odd size or mode", "exact copies", EXCLUDED)
"""What the samples can be narrowed to by what triage says of them."""
SORTS: Mapping[str, tuple[str, bool]] = {
    "name": ("path", False),
    "largest first": ("size", True),
    "newest first": ("modified", True),
}
"""A sort by its name in the form → the column, and whether it descends."""

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Wish:
    """What a person wants to see. folder : of keys, "" is all; item : a key of the plan, or ""."""

    show: str = ALL
    of_class: str = ALL
    purpose: str = ALL
    folder: str = ""
    item: str = ""
    text: str = ""
    sort: str = "path"
    descending: bool = False


@dataclass(frozen=True)
class Stock:
    """Everything that was let in, with what became of it; a snapshot, replaced whole.

    samples : with `purpose`: also "excluded", and "not assigned" where the split does not stand.
    items : int64 (rows,), the item of each row, -1 where it has none. item_names : theirs.
    reasons : row → why it is excluded by hand.
    """

    samples: pd.DataFrame
    items: Ints
    item_names: pa.Array
    reasons: Mapping[int, str] = field(default_factory=dict)
    findings: Findings = field(default_factory=Findings)

    @cached_property
    def folders(self) -> Folders:
        """The folders that the keys lie in, and of each row which."""
        return folders_of(self.samples)

    @cached_property
    def root(self) -> str:
        """What stands before the keys, with its slash."""
        return f"{self.samples['bucket'].iloc[0]}/" if len(self.samples) else ""

    def same_samples(self, other: Stock) -> bool:
        """Do the rows of both stand for the same objects, byte for byte?"""
        if len(self.samples) != len(other.samples) or self.root != other.root:
            return False
        return all(
            pa.array(self.samples[name]).equals(pa.array(other.samples[name]))
            for name in ("path", "etag")
        )

    def key(self, row: int) -> str:
        """The path inside the source."""
        path: str = self._paths[row].as_py()
        return path[len(self.root) :]

    def item(self, row: int) -> str:
        """The name of a row's item; "" where it has none."""
        code = int(self.items[row])
        return "" if code < 0 else str(self.item_names[code])

    def rows_of_item(self, row: int) -> Ints:
        """The rows of the same item, in order; only the row itself where it has none."""
        code = self.items[row]
        return np.array([row]) if code < 0 else np.flatnonzero(self.items == code)

    def find(self, paths: Iterable[str]) -> Ints:
        """The rows of samples by their `path`, in order of keys; those that are not there left out.

        By binary search: samples stand in byte order of their paths.
        """
        rows = []
        for path in paths:
            wanted = path.encode()
            row = bisect_left(range(len(self.samples)), wanted, key=self._path)
            if row < len(self.samples) and self._path(row) == wanted:
                rows.append(row)
        return np.array(sorted(rows), np.int64)

    def _path(self, row: int) -> bytes:
        path: str = self._paths[row].as_py()
        return path.encode()

    @cached_property
    def _paths(self) -> pa.Array | pa.ChunkedArray:
        return pa.array(self.samples["path"])

    def why(self, row: int) -> str:
        """What triage says of a row: excluded, unreadable, odd, a copy; "" if nothing."""
        found = self.findings
        said = [
            f"excluded: {self.reasons[row]}" if row in self.reasons else "",
            f"unreadable: {found.unreadable[row]}" if row in found.unreadable else "",
            f"odd: {found.odd[row]}" if row in found.odd else "",
            f"same bytes as {self.key(found.copies[row])}" if row in found.copies else "",
        ]
        return "; ".join(filter(None, said))

    def numbers(self) -> dict[str, int]:
        """How many rows there are of each of `SHOWN`; what is excluded is counted as that only."""
        found = self.findings
        kinds = dict(zip(SHOWN[1:4], (found.unreadable, found.odd, found.copies), strict=True))
        kept = {name: sum(row not in self.reasons for row in rows) for name, rows in kinds.items()}
        return {ALL: len(self.samples), **kept, EXCLUDED: len(self.reasons)}

    def rows(self, wish: Wish) -> Ints:
        """The rows that pass, in the order wished for."""
        rows = np.flatnonzero(self._let_in(wish))
        if wish.sort != "path":
            # Stable, and descending too keeps the order of keys among equals.
            order = np.argsort(
                self._ranks(wish.sort)[rows] * (-1 if wish.descending else 1), kind="stable"
            )
            return rows[order]
        return rows[::-1] if wish.descending else rows

    def _let_in(self, wish: Wish) -> npt.NDArray[np.bool_]:
        samples = self.samples
        let_in = np.ones(len(samples), bool)
        if wish.show != ALL:
            let_in[:] = False
            let_in[[*self._narrowed(wish.show)]] = True
        if wish.of_class != ALL:
            let_in &= (samples["folder"] == wish.of_class).to_numpy(bool)
        if wish.purpose != ALL:
            let_in &= (samples["purpose"] == wish.purpose).to_numpy(bool)
        if wish.folder:
            let_in &= self.folders.below(wish.folder)
        if wish.item:
            codes = pc.indices_nonzero(pc.equal(self.item_names, wish.item)).to_numpy()
            let_in &= np.isin(self.items, codes)
        if wish.text:
            found = samples["path"].str.contains(wish.text, case=False, regex=False)
            let_in &= found.to_numpy(bool)
        return let_in

    def _narrowed(self, show: str) -> Mapping[int, Any]:
        found = self.findings
        kinds = (found.unreadable, found.odd, found.copies, self.reasons)
        return dict(zip(SHOWN[1:], kinds, strict=True))[show]

    def _ranks(self, column: str) -> Ints:
        """A number for each row, in the order of a column's values."""
        if column == "item":
            # What has no item, number -1, stands first.
            return np.append(_ranks_of(self.item_names), -1)[self.items]
        values = self.samples[column]
        if column == "size":
            return values.to_numpy(np.int64)
        if column == "modified":
            return np.asarray(values.astype("int64"), np.int64)
        return _ranks_of(pa.array(values))


def stock_of(
    samples: pd.DataFrame,
    job: Job | None = None,
    find: Callable[[pd.DataFrame], Findings] | None = None,
) -> Stock:
    """The stock of what was listed.

    Parameters
    ----------
    samples : all that was let in.
    job : whose exclusions and split are shown; None: neither is known yet.
    find : looks for odd ones among those that are not excluded; row numbers are its frame's.
    """
    if job is None:
        nothing = np.full(len(samples), -1)
        return Stock(samples.assign(purpose=UNASSIGNED), nothing, pa.array([], pa.large_string()))
    parted = job.parted
    out = samples["path"].isin(parted.excluded["path"]).to_numpy(bool)
    kept = np.flatnonzero(~out)
    reasons = dict(zip(np.flatnonzero(out).tolist(), parted.excluded["reason"], strict=True))
    plan, purposes = _split(job, len(kept))
    purpose = np.full(len(samples), EXCLUDED, object)
    purpose[kept] = purposes
    items = np.full(len(samples), -1, np.int64)
    if plan is not None:
        items[kept] = plan.item_of_row
    found = find(parted.samples) if find is not None else Findings()
    return Stock(
        samples=samples.assign(purpose=purpose),
        items=items,
        item_names=pa.array([], pa.large_string()) if plan is None else plan.item_names,
        reasons=reasons,
        findings=_in_rows(found, kept),
    )


def _ranks_of(texts: pa.Array | pa.ChunkedArray) -> Ints:
    """The place of each text among all, equal ones alike."""
    return np.asarray(pc.rank(texts, sort_keys="ascending", tiebreaker="dense"), np.int64)


def _split(job: Job, many: int) -> tuple[Plan | None, Any]:
    """The plan and the purposes, if the split stands: the Split panel says what is wrong."""
    try:
        return job.plan, job.assigned["purpose"].to_numpy(object)
    except Cancelled:
        raise
    except BrevvizError:
        return None, np.full(many, UNASSIGNED, object)


def _in_rows(found: Findings, rows: Ints) -> Findings:
    """Findings whose row numbers are those of a larger frame."""
    return Findings(
        unreadable={int(rows[row]): why for row, why in found.unreadable.items()},
        odd={int(rows[row]): why for row, why in found.odd.items()},
        copies={int(rows[row]): int(rows[first]) for row, first in found.copies.items()},
        looked=found.looked,
    )

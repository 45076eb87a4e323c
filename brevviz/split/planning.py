"""From a frame and the recipe's rules to a plan: keys, strata, locks, ranks."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from brevviz.progress import Report, quiet
from brevviz.recipe import Split
from brevviz.split.arrays import Bools, Floats, Ints
from brevviz.split.columns import column_text, in_words
from brevviz.split.encode import encode
from brevviz.split.items import Items, items_of
from brevviz.split.keys import row_keys
from brevviz.split.locks import FREE, Locks, Purposes, locks_of, purposes_of
from brevviz.split.pattern import check_pattern
from brevviz.split.plan import Plan
from brevviz.split.ranks import Cells, Strata, single_ranks
from brevviz.split.spanning import absorbing_ranks, spanning_ranks
from brevviz.split.tied import tied_rows

__all__ = ["make_plan", "stratum_keys"]

_NO_STRATUM = "\x00"


def make_plan(
    samples: pd.DataFrame,
    section: Split,
    seed: int | str,
    *,
    column: str = "purpose",
    purpose: str = "train",
    remainder: str | None = None,
    ties: Iterable[tuple[Ints, Ints]] = (),
    report: Report = quiet,
) -> Plan:
    """Give every item of a frame its number tau. Raises PatternError and SplitError.

    Parameters
    ----------
    samples : the samples frame. Not changed.
    section, seed : the recipe's.
    column, purpose, remainder : as in `SampleSplit.assign`.
    ties : pairs of int64 arrays of row numbers; the two rows of a pair show one object.
    report : told between pieces of work; may raise Cancelled.
    """
    items, absent = _items(samples, section, seed, ties, report)
    report("strata", 0)
    stratum_of_row, labels = _strata(samples, section, report)
    purposes, own = purposes_of(samples, column, purpose, remainder)
    locks = locks_of(own, purposes, items.of_row, len(items.keys))
    report("ranks", 0)
    strata = _totals(stratum_of_row, len(labels), locks, purposes)
    one, spans = _places(items, stratum_of_row)
    cells, across = _free_cells(items, stratum_of_row, one, spans, locks.free_items)
    if section.mode == "hash":
        tau = items.hashes / 2.0**64
        outliers = np.empty(0, np.int64)
    else:
        tau, outliers = _rank(cells, across, strata, len(items.keys), pin=section.pin_outliers)
    return Plan(
        item_of_row=items.of_row,
        item_keys=items.keys,
        tau=tau,
        stratum_of_row=stratum_of_row,
        strata=labels,
        cells=cells,
        totals=strata,
        labels=purposes,
        locked=locks.of_row,
        free_items=locks.free_items,
        engine=_engine(section),
        unmatched=items.unmatched,
        spanning=np.flatnonzero(spans),
        outliers=outliers,
        conflicts=locks.conflicts,
        absent=absent,
        fit=section.mode == "best fit",
    ).warm()


def _items(
    samples: pd.DataFrame,
    section: Split,
    seed: int | str,
    ties: Iterable[tuple[Ints, Ints]],
    report: Report,
) -> tuple[Items, tuple[str, ...]]:
    """The items, and the keys of `split.tied` that name no sample."""
    found = row_keys(samples, section.uniqueness, "split.uniqueness", section.engine, report)
    report("items", 0)
    absent: tuple[str, ...] = ()
    if section.tie_content:
        ties = [*ties, _same_content(samples)]
    if section.tied:
        named, absent = tied_rows(samples, section.tied)
        ties = [*ties, named]
    return items_of(samples, found, seed, per_folder=section.per_folder, ties=ties), absent


def _engine(section: Split) -> str:
    if isinstance(section.uniqueness, tuple):
        return ""
    return check_pattern(section.uniqueness, "split.uniqueness", section.engine).engine


def _same_content(samples: pd.DataFrame) -> tuple[Ints, Ints]:
    """Ties between each row and the first row of the same ETag."""
    codes, values = encode(column_text(samples, "etag", "split.tie_content").fill_null(""))
    first = np.full(len(values), len(codes))
    rows = np.arange(len(codes))
    np.minimum.at(first, codes, rows)
    known = np.append(values.to_numpy(zero_copy_only=False) != "", False)[codes]
    known &= first[codes] != rows
    return rows[known], first[codes][known]


def _strata(samples: pd.DataFrame, section: Split, report: Report) -> tuple[Ints, tuple[str, ...]]:
    """The stratum of each row, and the strata's labels in the byte order of their keys."""
    if section.stratification == ():
        return np.zeros(len(samples), np.int64), ("all",)
    codes, values = encode(stratum_keys(samples, section, report))
    order = pc.array_sort_indices(values)
    number = np.empty(len(values), np.int64)
    number[order.to_numpy()] = np.arange(len(values))
    labels: list[str] = in_words(values.take(order)).to_pylist()
    return number[codes] if len(codes) else codes, tuple(labels)


def stratum_keys(samples: pd.DataFrame, section: Split, report: Report = quiet) -> pa.ChunkedArray:
    """The key of each row's stratum, where the split has strata: large_string, without nulls."""
    keys = row_keys(samples, section.stratification, "split.stratification", section.engine, report)
    return pc.fill_null(keys, _NO_STRATUM)


def _totals(stratum: Ints, count: int, locks: Locks, purposes: Purposes) -> Strata:
    """Images of each stratum in all, locked to the first purpose, and to another but test."""
    locked = locks.of_row
    if locks.free_items.all():
        nothing = np.zeros(count, np.int64)
        return Strata(np.bincount(stratum, minlength=count), nothing, nothing)
    if purposes.test == FREE:
        total = np.bincount(stratum, minlength=count)
    else:
        total = np.bincount(stratum[locked != purposes.test], minlength=count)
    trained = np.bincount(stratum[locked == 0], minlength=count)
    free = np.bincount(stratum[locked == FREE], minlength=count)
    return Strata(total, trained, total - trained - free)


def _places(items: Items, stratum: Ints) -> tuple[Ints, Bools]:
    """A stratum of each item, int64 (items,), and whether it has others too, bool (items,)."""
    one = np.zeros(len(items.keys), np.int64)
    one[items.of_row] = stratum
    spans = np.zeros(len(items.keys), np.bool_)
    spans[items.of_row[one[items.of_row] != stratum]] = True
    return one, spans


def _free_cells(
    items: Items, stratum: Ints, one: Ints, spans: Bools, free: Bools
) -> tuple[Cells, Bools]:
    """The (item, stratum) cells of free items, and which of them belong to spanning items."""
    single = np.flatnonzero(~spans & free)
    images = np.bincount(items.of_row, minlength=len(spans))[single]
    cells = Cells(single, one[single], images)
    rows = np.flatnonzero((spans & free)[items.of_row])
    if not len(rows):
        return cells, np.zeros(len(single), np.bool_)
    count = int(stratum.max()) + 1
    pairs, amount = np.unique(items.of_row[rows] * count + stratum[rows], return_counts=True)
    cells = Cells(
        np.concatenate([cells.item, pairs // count]),
        np.concatenate([cells.stratum, pairs % count]),
        np.concatenate([cells.images, amount]),
    )
    order = np.argsort(cells.item, kind="stable")
    return cells.where(order), spans[cells.item[order]]


def _rank(
    cells: Cells, spans: Bools, strata: Strata, items: int, *, pin: bool
) -> tuple[Floats, Ints]:
    tau = np.full(items, np.nan)
    single = cells.where(~spans)
    spanned = np.zeros(len(strata.total), np.bool_)
    spanned[cells.stratum[spans]] = True
    tau[single.item], outliers = single_ranks(single, strata, pin=pin)
    if spans.any():
        spanning = cells.where(spans)
        who, when = spanning_ranks(spanning, strata, pin=pin)
        tau[who] = when
        # In their strata the others absorb the error, and lose the cover they had.
        beside = single.where(spanned[single.stratum])
        tau[beside.item] = absorbing_ranks(beside, strata, spanning, tau[spanning.item], pin=pin)
    return tau, single.item[outliers]

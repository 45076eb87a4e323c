"""What stands on both sides of a split, from the same item down to near-identical pictures."""

from __future__ import annotations

from collections.abc import Sequence, Sized
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from brevviz.errors import SplitError
from brevviz.progress import Report, quiet
from brevviz.split.arrays import Bools, Ints
from brevviz.split.columns import column_text, join_texts
from brevviz.split.encode import encode
from brevviz.split.near import Near, correlations, near_pairs, perceptual_hashes

__all__ = ["LEVELS", "Leaks", "find_leaks"]

LEVELS = ("same item", "same bytes", "same pixels", "near-identical")
"""From certain to probable. Near-identical means a copy or a re-encoding, not another photo."""

_RADIUS, _SMALL_RADIUS = 6, 2
_CORRELATION = 0.995


@dataclass(frozen=True)
class Leaks:
    """Pairs of samples that should not have different purposes.

    pairs : columns level; left, right (row numbers); path_left, path_right; purpose_left,
        purpose_right; likeness (correlation, near-identical only). Each pair stands at its
        most certain level; of a group that shares an item or a content each row is paired
        with one row of the group's first purpose.
    almost_empty : int64, rows that could not be compared: thousands look alike.
    checked : the levels that were looked at.
    """

    pairs: pd.DataFrame
    almost_empty: Ints
    checked: tuple[str, ...]

    @property
    def clean(self) -> bool:
        """True when no pair was found: what a gate asks."""
        return self.pairs.empty

    def counts(self) -> dict[str, int]:
        """Number of pairs of each level that was looked at."""
        found = self.pairs["level"].value_counts()
        return {level: int(found.get(level, 0)) for level in self.checked}

    def ties(self) -> list[tuple[Ints, Ints]]:
        """The pairs as `SampleSplit.plan` takes them, to make one item of each."""
        return [(self.pairs["left"].to_numpy(np.int64), self.pairs["right"].to_numpy(np.int64))]


def find_leaks(
    samples: pd.DataFrame,
    items: Ints | None = None,
    *,
    pixels: Sequence[str | None] | None = None,
    thumbnails: npt.NDArray[np.uint8] | None = None,
    small: Bools | None = None,
    seen: Bools | None = None,
    column: str = "purpose",
    report: Report = quiet,
) -> Leaks:
    """Look for pairs across purposes, at every level that there is something to look at for.

    Parameters
    ----------
    samples : an assigned frame with `path`, `etag`, and `size` where it is known.
    items : int64 (rows,), as `Plan.item_of_row`.
    pixels : a digest of each row's decoded pixels, or None where there is none.
    thumbnails : uint8 (rows, 32, 32), grey, reduced with antialiasing.
    small : bool (rows,), pictures of 32 pixels or fewer a side: too little for a correlation,
        so that their hashes alone decide, at a smaller distance.
    seen : bool (rows,), the rows that have a thumbnail; None: all.
    column : where purposes stand. Rows without one are on no side.

    Raises SplitError when an array does not fit the samples.
    """
    _check_lengths(
        samples, items=items, pixels=pixels, thumbnails=thumbnails, small=small, seen=seen
    )
    sides, names = _sides(samples, column)
    groups: dict[str, Ints] = {}
    if items is not None:
        groups["same item"] = items
    if "etag" in samples.columns:
        groups["same bytes"] = _content(samples)
    if pixels is not None:
        groups["same pixels"] = _codes(pa.chunked_array([pa.array(pixels, pa.large_string())]))
    pairs = {level: _across(codes, sides) for level, codes in groups.items()}
    likeness = {level: np.full(len(found[0]), np.nan) for level, found in pairs.items()}
    almost_empty = np.empty(0, np.int64)
    if thumbnails is not None:
        # Rows on no side, or without a thumbnail, are not looked at.
        rows = np.flatnonzero((sides >= 0) if seen is None else (sides >= 0) & seen)
        near, alike = _near_identical(
            thumbnails[rows], sides[rows], None if small is None else small[rows], report
        )
        pairs["near-identical"] = rows[near.left], rows[near.right]
        likeness["near-identical"] = alike
        almost_empty = rows[near.skipped]
    table = _table(samples, pairs, likeness, sides, names)
    return Leaks(table, almost_empty, tuple(level for level in LEVELS if level in pairs))


def _near_identical(
    thumbnails: npt.NDArray[np.uint8], sides: Ints, small: Bools | None, report: Report
) -> tuple[Near, npt.NDArray[np.float64]]:
    """The near pairs across sides that are alike enough, and their correlations."""
    near = near_pairs(perceptual_hashes(thumbnails), _RADIUS, sides, report)
    alike = correlations(thumbnails, near.left, near.right)
    kept = alike >= _CORRELATION
    if small is not None:
        tiny = small[near.left] | small[near.right]
        kept = np.where(tiny, near.distance <= _SMALL_RADIUS, kept)
    pairs = Near(near.left[kept], near.right[kept], near.distance[kept], near.skipped)
    return pairs, alike[kept]


def _check_lengths(samples: pd.DataFrame, **arrays: Sized | None) -> None:
    for name, array in arrays.items():
        if array is not None and len(array) != len(samples):
            raise SplitError(
                f"leaks.{name}", f"has {len(array):,} entries for {len(samples):,} samples"
            )


def _sides(samples: pd.DataFrame, column: str) -> tuple[Ints, list[str]]:
    """The purpose of each row as a number, -1 where there is none; train comes first."""
    codes, values = encode(column_text(samples, column, f"column {column!r}").fill_null(""))
    found: list[str] = values.to_pylist()
    names = sorted(filter(None, found), key=lambda name: (name != "train", name != "test", name))
    number = [names.index(name) if name else -1 for name in found]
    return np.array([*number, -1])[codes], names


def _content(samples: pd.DataFrame) -> Ints:
    """Equal ETag and size are equal bytes; unequal ETags may be, of uploads in parts."""
    etag = column_text(samples, "etag", "column 'etag'")
    if "size" not in samples.columns:
        return _codes(etag)
    return _codes(join_texts(etag, column_text(samples, "size", "column 'size'")))


def _codes(texts: pa.ChunkedArray) -> Ints:
    """Numbers of equal texts, -1 for none."""
    codes, values = encode(texts.fill_null(""))
    empty = values.index("").as_py()
    return np.where(codes == empty, -1, codes)


def _across(codes: Ints, sides: Ints) -> tuple[Ints, Ints]:
    """Each row of a group with several sides, with one row of the group's first side."""
    rows = np.flatnonzero((codes >= 0) & (sides >= 0))
    rows = rows[np.lexsort((rows, sides[rows], codes[rows]))]
    if not len(rows):
        return rows, rows
    group = codes[rows]
    starts = np.flatnonzero(np.r_[True, group[1:] != group[:-1]])
    lead = np.repeat(rows[starts], np.diff(np.r_[starts, len(rows)]))
    other = sides[rows] != sides[lead]
    return lead[other], rows[other]


def _table(
    samples: pd.DataFrame,
    pairs: dict[str, tuple[Ints, Ints]],
    likeness: dict[str, npt.NDArray[np.float64]],
    sides: Ints,
    names: list[str],
) -> pd.DataFrame:
    level = [name for name, found in pairs.items() for _ in range(len(found[0]))]
    empty = np.empty(0, np.int64)
    left, right = (
        np.concatenate([empty, *(found[side] for found in pairs.values())]) for side in (0, 1)
    )
    purpose = np.array([*names, ""], object)[sides]
    path = samples["path"].to_numpy()
    table = pd.DataFrame(
        {
            "level": pd.Series(level, dtype="str"),
            "left": left,
            "right": right,
            "path_left": path[left],
            "path_right": path[right],
            "purpose_left": purpose[left],
            "purpose_right": purpose[right],
            "likeness": np.concatenate([np.empty(0), *likeness.values()]),
        }
    )
    low, high = np.minimum(left, right), np.maximum(left, right)
    first = ~pd.Series(low * max(1, len(samples)) + high).duplicated()
    return table[first.to_numpy()].reset_index(drop=True)

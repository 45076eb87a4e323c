"""Rows that already have a purpose keep it, and take the rest of their item with them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from brevviz.errors import SplitError
from brevviz.split.arrays import Ints
from brevviz.split.columns import column_text
from brevviz.split.encode import encode

__all__ = ["FREE", "Locks", "Purposes", "locks_of", "purposes_of"]

FREE = -1
"""The code of a row, or an item, that no purpose holds."""


@dataclass(frozen=True)
class Purposes:
    """The purposes of a plan; a purpose's code is its place in `names`.

    names : the purpose that the ratio is about, the one for the rest, "test", then any others
        that rows already have.
    test : the code of "test", or FREE when "test" is one of the first two.
    """

    names: tuple[str, ...]
    test: int


@dataclass(frozen=True)
class Locks:
    """Which rows are not free.

    of_row : int8 (rows,), the purpose a row will end in by a lock, or FREE.
    free_items : bool (items,).
    conflicts : int64, the items whose rows are locked to different purposes.
    """

    of_row: npt.NDArray[np.int8]
    free_items: npt.NDArray[np.bool_]
    conflicts: Ints


def purposes_of(
    samples: pd.DataFrame, column: str, purpose: str, remainder: str | None
) -> tuple[Purposes, npt.NDArray[np.int8]]:
    """Name the purposes, and give each row's own: int8 (rows,), FREE where it has none."""
    rest = remainder or ("train" if purpose == "devel" else "devel")
    if rest == purpose:
        raise SplitError("split.remainder", f"{rest!r} is the purpose itself; name another")
    names = list(dict.fromkeys([purpose, rest, "test"]))
    test = 2 if len(names) == 3 else FREE
    own = np.full(len(samples), FREE, np.int8)
    if column in samples.columns:
        texts = column_text(samples, column, f"column {column!r}")
        codes, values = encode(texts.fill_null(""))
        found = values.to_pylist()
        names += sorted(set(found) - {"", *names})
        if len(names) > 120:
            raise SplitError(
                f"column {column!r}", f"holds {len(names)} different purposes; 120 are allowed"
            )
        places = [names.index(value) if value else FREE for value in found]
        own = np.array([*places, FREE], np.int8)[codes]
    return Purposes(tuple(names), test), own


def locks_of(own: npt.NDArray[np.int8], purposes: Purposes, item_of_row: Ints, items: int) -> Locks:
    """Spread the rows' own purposes over their items; a row's own always stands.

    An item follows the first purpose if any of its rows has it, else test, else the rest: what
    has once been trained on can no longer test.
    """
    locked = np.flatnonzero(own != FREE)
    if not len(locked):
        return Locks(own, np.ones(items, np.bool_), np.empty(0, np.int64))
    codes = [0, *([purposes.test] if purposes.test != FREE else [])]
    codes += [code for code in range(len(purposes.names)) if code not in codes]
    by_rank = np.array(codes, np.int8)
    rank = np.empty(len(codes), np.int64)
    rank[by_rank] = np.arange(len(codes))

    row_rank = rank[own[locked]]
    owner = item_of_row[locked]
    first = np.full(items, len(codes))
    last = np.full(items, -1)
    np.minimum.at(first, owner, row_rank)
    np.maximum.at(last, owner, row_rank)
    free = last < 0
    of_item = np.append(by_rank, np.int8(FREE))[first]
    of_row = np.where(own != FREE, own, of_item[item_of_row])
    return Locks(of_row, free, np.flatnonzero(~free & (first != last)))

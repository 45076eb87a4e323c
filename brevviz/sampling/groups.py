"""Groups of samples: rows of the frame that have the same values in some columns."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from brevviz.errors import SamplingError

__all__ = ["Groups", "group_codes", "group_text"]

_Counts = npt.NDArray[np.int64]

ALL = "all samples"


@dataclass(frozen=True)
class Groups:
    """Which group each row is in.

    labels : (k,) sorted; a value, or a tuple of values where several columns were asked for.
    codes : int64 (rows,), the number of each row's group.
    sizes : int64 (k,), rows in each group.
    """

    labels: tuple[Hashable, ...]
    codes: _Counts
    sizes: _Counts
    _order: _Counts | None = field(init=False, repr=False, compare=False)
    _starts: _Counts = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # A listing comes in order of its keys, so groups by folder mostly stand in one piece each:
        # then their first rows are enough, and no table as long as the frame is kept.
        heads = np.flatnonzero(np.diff(self.codes, prepend=-1))
        if len(heads) == len(self.labels):
            order = None
            starts = np.zeros(len(self.labels), np.int64)
            starts[self.codes[heads]] = heads
        else:
            order = np.argsort(self.codes, kind="stable")
            starts = np.concatenate(([0], np.cumsum(self.sizes)[:-1])).astype(np.int64)
        object.__setattr__(self, "_order", order)
        object.__setattr__(self, "_starts", starts)

    def rows(self, group: _Counts, member: _Counts) -> _Counts:
        """The rows of the frame that hold these members of these groups: int64 (n,)."""
        places = self._starts[group] + member
        return places if self._order is None else self._order[places]

    @property
    def texts(self) -> tuple[str, ...]:
        """The labels as people read them."""
        return tuple(group_text(label) for label in self.labels)


def group_text(label: Hashable) -> str:
    """A label as people read it: the values of a tuple joined by " / "."""
    if isinstance(label, tuple):
        return " / ".join(group_text(part) for part in label)
    return str(label)


def group_codes(samples: pd.DataFrame, groupby: Sequence[str] | str = ()) -> Groups:
    """Group the rows of a frame by the values of one or more columns.

    Parameters
    ----------
    samples : one row a sample.
    groupby : columns. None of them: all rows are one group.

    Raises
    ------
    SamplingError : no rows, an unknown column, or rows without a value in one of them.
    """
    names = [groupby] if isinstance(groupby, str) else list(groupby)
    if len(samples) == 0:
        raise SamplingError("samples", "hold no rows, so nothing can be drawn")
    if not names:
        sizes = np.array([len(samples)], np.int64)
        return Groups((ALL,), np.zeros(len(samples), np.int64), sizes)
    columns = [_factorised(samples, name) for name in names]
    codes, labels = columns[0]
    if len(columns) > 1:
        codes, labels = _crossed(columns)
    return Groups(tuple(labels), codes, np.bincount(codes, minlength=len(labels)).astype(np.int64))


def _factorised(samples: pd.DataFrame, name: str) -> tuple[_Counts, list[Any]]:
    if name not in samples.columns:
        known = [str(column) for column in samples.columns]
        near = get_close_matches(str(name), known, n=1, cutoff=0.5)
        hint = f"Did you mean {near[0]!r}?" if near else f"Columns are {', '.join(known)}"
        raise SamplingError("sampling.groupby", f"{name!r} is not a column", hint)
    column = samples[name]
    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype(column.cat.categories.dtype)
    try:
        codes, values = pd.factorize(column)
    except TypeError:
        raise SamplingError(
            "sampling.groupby",
            f"the values of column {name!r} are lists, which are not groups",
            "Make them tuples or text",
        ) from None
    missing = int(np.count_nonzero(codes < 0))
    if missing:
        raise SamplingError(
            "sampling.groupby",
            f"column {name!r} has no value in {missing} of {len(samples)} rows",
            "Fill it in, or leave those rows out",
        )
    return _sorted(codes.astype(np.int64), list(values))


def _sorted(codes: _Counts, values: list[Any]) -> tuple[_Counts, list[Any]]:
    # Python's order of text is that of its characters, on every platform and locale.
    try:
        order = sorted(range(len(values)), key=values.__getitem__)
    except TypeError:  # values of several types have no order of their own
        order = sorted(range(len(values)), key=lambda i: (str(type(values[i])), str(values[i])))
    place = np.empty(len(values), np.int64)
    place[order] = np.arange(len(values))
    return place[codes], [values[i] for i in order]


def _crossed(columns: Sequence[tuple[_Counts, list[Any]]]) -> tuple[_Counts, list[Any]]:
    """The combinations that occur, in the order of the first column, then of the next."""
    codes = columns[0][0]
    for more, values in columns[1:]:
        _, codes = np.unique(codes * len(values) + more, return_inverse=True)
    _, rows = np.unique(codes, return_index=True)
    labels = [tuple(values[column[row]] for column, values in columns) for row in rows]
    return codes.astype(np.int64), labels

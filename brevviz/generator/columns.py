"""Columns of a frame as arrays that a tensor can be made of, row by row on demand."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from brevviz.errors import SamplingError

__all__ = ["Column", "columns_of"]

_Rows = npt.NDArray[np.int64]


class Column(Protocol):
    """One column."""

    def take(self, rows: _Rows) -> npt.NDArray[Any]:
        """The values of some rows: (n,) or (n, k); text is bytes, of dtype `object`."""


def columns_of(samples: pd.DataFrame) -> dict[str, Column]:
    """Every column of a frame, by name.

    Text becomes bytes; missing text b""; times become int64 microseconds since 1970 UTC; tuples of
    text, such as `category`, become rows of bytes padded with b"".

    Raises SamplingError for a column whose values no tensor can hold.
    """
    return {str(name): _column(str(name), samples[name]) for name in samples.columns}


class _Plain:
    """Numbers, in an array."""

    def __init__(self, values: npt.NDArray[Any]) -> None:
        self._values = values

    def take(self, rows: _Rows) -> npt.NDArray[Any]:
        return self._values[rows]


class _Text:
    """Text, in Arrow's buffers: no Python object a row is kept."""

    def __init__(self, values: pa.Array) -> None:
        self._values = values

    def take(self, rows: _Rows) -> npt.NDArray[Any]:
        taken: npt.NDArray[Any] = self._values.take(pa.array(rows)).to_numpy(zero_copy_only=False)
        return taken


class _Coded:
    """Few distinct values: a table of them, and a number a row."""

    def __init__(self, codes: npt.NDArray[np.int64], table: npt.NDArray[Any]) -> None:
        self._codes = codes
        self._table = table

    def take(self, rows: _Rows) -> npt.NDArray[Any]:
        taken: npt.NDArray[Any] = self._table[self._codes[rows]]
        return taken


def _column(name: str, values: pd.Series[Any]) -> Column:
    if isinstance(values.dtype, pd.CategoricalDtype):
        values = values.astype(values.cat.categories.dtype)
    kind = pd.api.types
    if kind.is_bool_dtype(values.dtype) or kind.is_numeric_dtype(values.dtype):
        return _numbers(values)
    if kind.is_datetime64_any_dtype(values.dtype):
        moments = pd.DatetimeIndex(values)
        utc = moments.tz_convert(None) if moments.tz is not None else moments
        return _Plain(utc.as_unit("us").asi8)
    if isinstance(values.dtype, pd.StringDtype):
        return _text(values)
    found = values.dropna()
    first = found.iloc[0] if len(found) else ""
    if isinstance(first, str) and all(isinstance(value, str) for value in found):
        return _text(values)
    if isinstance(first, (tuple, list)):
        return _tuples(name, values)
    raise SamplingError(
        "samples",
        f"column {name!r} holds a {type(first).__name__}, which no tensor can hold",
        "Drop the column, or make it text or numbers",
    )


def _numbers(values: pd.Series[Any]) -> Column:
    if values.hasnans:
        return _Plain(values.to_numpy(np.float64, na_value=np.nan))
    plain = values.to_numpy()
    return _Plain(plain if plain.dtype != object else values.to_numpy(np.float64))


def _text(values: pd.Series[Any]) -> Column:
    array = pa.array(values, from_pandas=True)
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    array = array.cast(pa.large_string()).fill_null("")
    return _Text(array.cast(pa.large_binary()))


def _tuples(name: str, values: pd.Series[Any]) -> Column:
    # Missing values are rows without a part; lists cannot be hashed, tuples can.
    rows = values.map(lambda v: tuple(v) if isinstance(v, (tuple, list)) else ())
    codes, distinct = pd.factorize(rows.astype(object))
    longest = max(map(len, distinct), default=0)
    if all(isinstance(part, str) for row in distinct for part in row):
        table = np.full((len(distinct), longest), b"", object)
        for row, parts in zip(table, distinct, strict=True):
            row[: len(parts)] = [part.encode() for part in parts]
        return _Coded(codes.astype(np.int64), table)
    try:
        numbers = np.array([list(row) for row in distinct])
        if numbers.dtype.kind in "biuf":
            return _Coded(codes.astype(np.int64), numbers)
    except ValueError:
        pass  # rows of different lengths: said below, in our words
    raise SamplingError(
        "samples",
        f"column {name!r} holds lists that are neither all text nor equally many numbers",
        "Drop the column, or make it text or numbers",
    )

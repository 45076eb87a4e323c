"""Values of a frame's columns as text, the same for every type that can hold them."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from brevviz.errors import SplitError

__all__ = ["SEPARATOR", "column_text", "in_words", "join_texts", "joined_columns"]

SEPARATOR = "\x1f"
"""Stands between the parts of a key: no path and no label holds it."""
_WITHIN = "\x1e"
_MISSING = "\x00"
_WORDS = {SEPARATOR: " / ", _WITHIN: "|", _MISSING: "(none)"}


def joined_columns(samples: pd.DataFrame, columns: tuple[str, ...], where: str) -> pa.ChunkedArray:
    """One text for each row from one or more columns; null where all of them are empty.

    Raises SplitError when a column is missing, or holds what has no plain text.
    """
    parts = [column_text(samples, column, where) for column in columns]
    if len(parts) == 1:
        return parts[0]
    # An empty part among full ones is a value of its own: ("a", none) is not ("a", "").
    joined = join_texts(*(pc.fill_null(part, _MISSING) for part in parts))
    return pc.if_else(pc.equal(joined, SEPARATOR.join(_MISSING for _ in parts)), None, joined)


def join_texts(*parts: pa.ChunkedArray | pa.Array | str, between: str = SEPARATOR) -> Any:
    """Join large_string arrays, or one text for all rows, row by row; null where one is null."""
    kind = pa.large_string()  # the kernel wants one type throughout
    typed = [pa.scalar(part, kind) if isinstance(part, str) else part for part in parts]
    return pc.binary_join_element_wise(*typed, pa.scalar(between, kind))


def in_words(keys: pa.Array) -> pa.Array:
    """Keys as people read them: "bad_cap / 10" for the folder bad_cap's item 10."""
    for mark, word in _WORDS.items():
        keys = pc.replace_substring(keys, mark, word)
    return keys


def column_text(samples: pd.DataFrame, column: str, where: str) -> pa.ChunkedArray:
    """A column as large_string, null where it is missing or empty text.

    Whole numbers read alike as int and as float, because pandas turns one into the other when
    a value is missing; the tuples of `category` are joined.
    """
    if column not in samples.columns:
        raise SplitError(
            where,
            f"the samples have no column {column!r}",
            f"Columns are {', '.join(map(str, samples.columns))}",
        )
    try:
        text = _text(_arrow(samples[column]))
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
        raise SplitError(
            where,
            f"column {column!r} holds values that have no plain text",
            "Text, numbers, dates and tuples of text are allowed",
        ) from None
    empty = pc.equal(text, "")
    return pc.if_else(empty, None, text) if pc.any(empty).as_py() else text


def _arrow(series: pd.Series[Any]) -> pa.ChunkedArray:
    try:
        array = pa.array(series, from_pandas=True)
    except UnicodeEncodeError:
        # A file name that is no Unicode (lone surrogates) keeps its distinctness, escaped.
        array = pa.array(
            [
                value.encode(errors="backslashreplace").decode() if isinstance(value, str) else None
                for value in series
            ]
        )
    return array if isinstance(array, pa.ChunkedArray) else pa.chunked_array([array])


def _text(array: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = array.type
    if pa.types.is_dictionary(kind):
        return _text(array.cast(kind.value_type))
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return pc.binary_join(array, _WITHIN).cast(pa.large_string())
    if pa.types.is_floating(kind):
        return _number_text(array)
    return array.cast(pa.large_string())


def _number_text(array: pa.ChunkedArray) -> pa.ChunkedArray:
    whole = pc.if_else(pc.less(pc.abs(array), 2.0**53), pc.equal(pc.floor(array), array), False)
    as_integer = pc.if_else(whole, array, None).cast(pa.int64()).cast(pa.large_string())
    return pc.coalesce(as_integer, array.cast(pa.large_string()))

"""Columns as tensors."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from brevviz.errors import SamplingError
from brevviz.generator.columns import columns_of

ROWS = np.array([2, 0, 2])


def taken(values, **series):
    return columns_of(pd.DataFrame({"x": pd.Series(values, **series)}))["x"].take(ROWS)


@pytest.mark.parametrize(
    "dtype", ["str", "object", "string[pyarrow]", "string[python]", "category"]
)
def test_text_is_bytes_whatever_its_type(dtype):
    found = taken(["a", None, "ä"], dtype=dtype)
    assert found.tolist() == ["ä".encode(), b"a", "ä".encode()]
    assert taken(["", None, None], dtype=dtype).tolist() == [b"", b"", b""]


@pytest.mark.parametrize(
    ("values", "dtype", "expected"),
    [
        ([1, 2, 3], "int64", [3, 1, 3]),
        ([1, 2, 3], "uint8", [3, 1, 3]),
        ([1, 2, 3], "Int64", [3, 1, 3]),
        ([0.5, None, 1.5], "float32", [1.5, 0.5, 1.5]),
        ([True, False, False], "bool", [False, True, False]),
    ],
)
def test_numbers_stay_numbers(values, dtype, expected):
    found = taken(values, dtype=dtype)
    assert found.tolist() == expected
    assert found.dtype.kind in "iufb"


def test_a_missing_number_is_nan():
    assert np.isnan(taken([1, 2, None], dtype="Int64")[0])


@pytest.mark.parametrize("zone", [None, "UTC", "Europe/Copenhagen"])
def test_times_are_microseconds_since_1970(zone):
    moments = pd.to_datetime([1, 2, 3], unit="s", utc=True)
    moments = moments.tz_localize(None) if zone is None else moments.tz_convert(zone)
    assert taken(moments).tolist() == [3_000_000, 1_000_000, 3_000_000]


def test_tuples_of_text_are_padded():
    found = taken([("a", "b"), ("c",), ("ä",)])
    assert found.tolist() == [["ä".encode(), b""], [b"a", b"b"], ["ä".encode(), b""]]


def test_lists_of_numbers_are_rows():
    assert taken([[1, 2], [3, 4], [5, 6]]).tolist() == [[5, 6], [1, 2], [5, 6]]


@pytest.mark.parametrize("value", [{"a": 1}, object(), [1, "a"]])
def test_what_no_tensor_can_hold_is_named(value):
    with pytest.raises(SamplingError, match="samples: column 'x' holds"):
        columns_of(pd.DataFrame({"x": [value, value]}))


def test_lists_of_different_lengths_are_refused():
    with pytest.raises(SamplingError, match="neither all text nor equally many numbers"):
        columns_of(pd.DataFrame({"x": [[1, 2], [1]]}))

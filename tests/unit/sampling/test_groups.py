"""Rows with the same values are one group."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brevviz.errors import SamplingError
from brevviz.sampling import group_codes


def test_labels_are_sorted_and_sizes_counted(vials):
    groups = group_codes(vials.sample(frac=1, random_state=1), ["folder"])
    assert groups.labels == ("bad_cap", "good", "missing_cap")
    assert groups.sizes.tolist() == [22, 146, 12]


def test_no_column_is_one_group(vials):
    groups = group_codes(vials)
    assert groups.texts == ("all samples",)
    assert groups.sizes.tolist() == [180]


def test_several_columns_cross():
    frame = pd.DataFrame({"a": ["x", "x", "y", "x"], "b": [2, 1, 2, 2]})
    groups = group_codes(frame, ["a", "b"])
    assert groups.labels == (("x", 1), ("x", 2), ("y", 2))
    assert groups.codes.tolist() == [1, 0, 2, 1]
    assert groups.texts == ("x / 1", "x / 2", "y / 2")


@pytest.mark.parametrize("dtype", ["str", "object", "category", "string[pyarrow]"])
def test_the_type_of_the_column_does_not_matter(dtype):
    frame = pd.DataFrame({"folder": pd.Series(["b", "ä", "a", "b"], dtype=dtype)})
    groups = group_codes(frame, "folder")
    assert groups.labels == ("a", "b", "ä")
    assert groups.codes.tolist() == [1, 2, 0, 1]


def test_a_column_of_tuples():
    frame = pd.DataFrame({"category": [("good",), ("bad", "cap"), ("good",)]})
    groups = group_codes(frame, ["category"])
    assert groups.labels == (("bad", "cap"), ("good",))
    assert groups.texts == ("bad / cap", "good")


def test_values_of_several_types_have_one_order():
    frame = pd.DataFrame({"place": pd.Series([2, "a", 1], dtype=object)})
    assert group_codes(frame, "place").labels == (1, 2, "a")


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=40))
def test_members_are_the_rows_of_their_group_in_order(folders):
    groups = group_codes(pd.DataFrame({"folder": folders}), "folder")
    for number, label in enumerate(groups.labels):
        members = np.arange(groups.sizes[number])
        rows = groups.rows(np.full(len(members), number), members)
        assert rows.tolist() == [i for i, folder in enumerate(folders) if folder == label]


@pytest.mark.parametrize(
    ("frame", "columns", "words"),
    [
        ({"folder": ["a"]}, ["foldr"], "'foldr' is not a column. Did you mean 'folder'"),
        ({"folder": ["a"]}, ["xyz"], "Columns are folder"),
        ({"folder": ["a", None, None]}, ["folder"], "has no value in 2 of 3 rows. Fill it in"),
        ({"folder": []}, ["folder"], "samples: hold no rows"),
        ({"boxes": [[1], [2]]}, ["boxes"], "the values of column 'boxes' are lists"),
    ],
)
def test_what_cannot_be_grouped_is_said(frame, columns, words):
    with pytest.raises(SamplingError, match=words):
        group_codes(pd.DataFrame(frame), columns)

"""Keys from columns read alike in every type that can hold them."""

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from brevviz.errors import SplitError
from brevviz.split import SampleSplit
from brevviz.split.columns import column_text, joined_columns


def texts(values, **series):
    return column_text(pd.DataFrame({"c": pd.Series(values, **series)}), "c", "w").to_pylist()


@pytest.mark.parametrize(
    "series",
    [
        pd.Series(["7", None, "8"], dtype="str"),
        pd.Series(["7", None, "8"], dtype=object),
        pd.Series(["7", None, "8"], dtype="string"),
        pd.Series(["7", None, "8"], dtype="category"),
        pd.Series(["7", "", "8"], dtype="str"),
        pd.Series([7, None, 8], dtype="Int64"),
        pd.Series([7, np.nan, 8], dtype=float),
        pd.Series([7, None, 8], dtype=object),
        pd.Series([7, None, 8], dtype="category"),
    ],
    ids=lambda series: str(series.dtype),
)
def test_numbers_and_texts_of_every_type_are_one(series):
    frame = pd.DataFrame({"c": series})
    assert column_text(frame, "c", "w").to_pylist() == ["7", None, "8"]
    twice = pd.concat([frame, frame])
    assert column_text(twice, "c", "w").to_pylist() == ["7", None, "8"] * 2


def test_tuples_fractions_dates_and_truths_have_texts():
    assert texts([("good", "new"), ("good",), None]) == ["good\x1enew", "good", None]
    assert texts([0.5, 2.0, 1e300]) == ["0.5", "2", "1e+300"]
    assert texts([True, False]) == ["true", "false"]
    assert texts([datetime(2024, 1, 2, tzinfo=UTC)])[0].startswith("2024-01-02 00:00:00")


def test_what_has_no_text_is_refused_by_name():
    with pytest.raises(SplitError, match="column 'c' holds values that have no plain text"):
        texts([1, "a", object()], dtype=object)
    with pytest.raises(SplitError, match="column 'c' holds values"):
        texts([{"a": 1}])


def test_parts_are_not_confused_with_one_another():
    frame = pd.DataFrame({"a": ["x", "x", None, None, ""], "b": ["y", None, "y", None, None]})
    assert joined_columns(frame, ("a", "b"), "w").to_pylist() == [
        "x\x1fy", "x\x1f\x00", "\x00\x1fy", None, None,
    ]  # fmt: skip


def test_rows_without_a_key_are_items_of_their_own(frame_of):
    frame = frame_of([("a", 0), ("a", 0), ("b", 0)])
    frame["key"] = [None, None, "b"]
    plan = SampleSplit(["folder"], ["key"]).plan(frame)
    assert (plan.items, plan.unmatched) == (3, 2)


def test_rows_without_a_stratum_stay(frame_of):
    frame = frame_of([("a", 0), ("b", 0), ("c", 1)])
    frame["folder"] = ["x", None, None]
    assigned = SampleSplit(["folder"], ["key"], 0.5).assign(frame, remainder="devel")
    assert assigned["purpose"].notna().all()
    assert SampleSplit(["folder"], ["key"]).plan(frame).strata == ("(none)", "x")


def test_a_pattern_makes_strata_too(demo):
    by_pattern = SampleSplit(r"/(bad|good|missing)[^/]*/", r"/(\d*)_\d*.bmp")
    plan = by_pattern.plan(demo)
    assert plan.strata == ("bad", "good", "missing")
    by_column = SampleSplit(["folder"], r"/(\d*)_\d*.bmp").plan(demo)
    assert plan.purposes(0.8).tolist() == by_column.purposes(0.8).tolist()


def test_no_stratification_is_one_stratum(demo):
    plan = SampleSplit([], r"/(\d*)_\d*.bmp", per_folder=True).plan(demo)
    assert plan.strata == ("all",)
    assert abs(plan.counts(0.8).deviation[0, 0]) <= 2


def test_two_roots_keep_whole_paths_apart():
    frame = pd.DataFrame(
        {
            "path": ["s3://a/x.png", "s3://b/x.png"],
            "bucket": ["s3://a", "s3://b"],
            "folder": "__root__",
        }
    )
    assert SampleSplit(["folder"], r"/(\d+)_").plan(frame).items == 2

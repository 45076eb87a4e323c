"""The table of a split: targets, bounds, and reasons."""

import numpy as np
import pytest

from brevviz.split import SampleSplit
from brevviz.split.counts import error_bound


def table(frame, ratio=0.8, **settings):
    plan = SampleSplit(["folder"], ["key"], **settings).plan(frame)
    return plan.table(ratio).set_index(["stratum", "purpose"])


def test_the_demo_sets_table(demo):
    plan = SampleSplit(["folder"], r"/(\d*)_\d*.bmp", per_folder=True).plan(demo)
    rows = plan.table(0.8).set_index(["stratum", "purpose"])
    assert rows.index.tolist() == [
        (stratum, purpose)
        for stratum in ("bad_cap", "good", "missing_cap")
        for purpose in ("train", "devel")
    ]
    assert rows["images"].tolist() == [18, 4, 118, 28, 10, 2]
    assert rows["items"].tolist() == [9, 2, 39, 9, 5, 1]
    assert rows["target"].tolist() == pytest.approx([17.6, 4.4, 116.8, 29.2, 9.6, 2.4])
    assert rows["deviation"].sum() == pytest.approx(0)
    assert plan.counts(0.8).strata[plan.counts(0.8).smallest] == "missing_cap"


def test_the_bound_is_that_of_no_failure_among_the_items():
    # With 95 % confidence 59 items without failure show less than 5 %, 299 less than 1 %.
    bound = error_bound(np.array([0, 1, 59, 299]))
    assert bound[:2].tolist() == pytest.approx([1, 0.95])
    assert bound[2] < 0.05 < error_bound(np.array([58]))[0]
    assert bound[3] < 0.01 < error_bound(np.array([298]))[0]


def test_train_has_no_bound(frame_of):
    rows = table(frame_of([(n, 0) for n in range(100)]))
    assert np.isnan(rows["bound"][("0", "train")])
    assert rows["bound"][("0", "devel")] == pytest.approx(1 - 0.05 ** (1 / 20))


def test_cells_that_cannot_be_as_asked_say_why(frame_of):
    one = table(frame_of([("a", 0)] * 3 + [(n, 1) for n in range(50)]))
    assert one["note"][("0", "train")] == "one item, so one purpose"
    assert one["note"][("1", "train")] == ""
    lumps = table(frame_of([("a", 0)] * 10 + [("b", 0)] * 10))
    assert lumps["note"][("0", "train")] == "nearest is 50%: the item at the cut has 10 images"
    three = SampleSplit(["folder"], ["key"]).plan(frame_of([("a", 0), ("b", 0)])).table(0.6, 0.2)
    assert "2 items are too few for 3 purposes" in three["note"].tolist()
    frame = frame_of([(n, 0) for n in range(10)], ["train"] * 9 + [None])
    assert "9 images are locked, more than" in table(frame, 0.5)["note"][("0", "train")]


def test_locked_test_images_are_a_row_with_no_deviation(frame_of):
    frame = frame_of([(n, 0) for n in range(20)], ["test"] * 5 + [None] * 15)
    rows = table(frame)
    assert rows.loc[("0", "test"), ["images", "target", "deviation"]].tolist() == [5, 5, 0]
    assert rows["images"][("0", "train")] == 12


def test_other_purposes_are_kept_and_counted(frame_of):
    frame = frame_of([(n, 0) for n in range(20)], ["holdout"] * 2 + [None] * 18)
    rows = table(frame, 0.5)
    assert rows["images"].to_dict() == {("0", "train"): 10, ("0", "devel"): 8, ("0", "holdout"): 2}
    assert rows["deviation"].tolist() == pytest.approx([0, 0, 0])


def test_notes_say_what_is_unusual(frame_of):
    def notes(pairs, **settings):
        return " ".join(SampleSplit(["folder"], ["key"], **settings).plan(frame_of(pairs)).notes)

    assert notes([]) == "There are no samples."
    assert "All images are one item" in notes([("a", 0)] * 4)
    assert "Every image is its own item" in notes([("a", 0), ("b", 0)])
    assert "1 item is in more than one stratum" in notes([("a", 0), ("a", 1), ("b", 0), ("b", 0)])
    assert "1 stratum has one item only, which has one purpose: 0." in notes(
        [("a", 0), *((n, 1) for n in range(9))]
    )
    big = [("big", 0)] * 60 + [(n, 0) for n in range(100)]
    assert "1 item is pinned to train" in notes(big)
    assert "pinned" not in notes(big, pin_outliers=False)
    assert "the largest has 60 of 160" in notes(big)
    assert "may move items back" in notes(big, mode="best fit")


def test_a_strange_label_is_shown_in_words(frame_of):
    frame = frame_of([("a", 0), ("b", 0), ("c", 0)])
    frame["folder"] = ["x", None, "x"]
    frame["category"] = [("p", "q"), ("p",), ("p", "q")]
    plan = SampleSplit(["folder", "category"], ["key"]).plan(frame)
    assert plan.strata == ("(none) / p", "x / p|q")

"""Odd items: every image is counted once in the histogram, and the odd ones are told apart."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from brevviz.panels.odd import histogram, odd_lines
from brevviz.split import SampleSplit

RULE = r"/(\d+)_\d+"


def frame(items):
    """A samples frame from (class, key, images) of each item."""
    rows = [
        (folder, f"/vials/{folder}/{key}_{number}.bmp")
        for folder, key, images in items
        for number in range(images)
    ]
    samples = pd.DataFrame(rows, columns=["folder", "path"])
    samples["etag"] = np.arange(len(samples)).astype("str")
    return samples


def plan_of(samples):
    return SampleSplit(["folder"], RULE, split=0.8, seed=1).plan(samples)


@given(st.lists(st.integers(1, 200), min_size=1, max_size=30))
@settings(max_examples=50, deadline=None)
def test_a_histogram_counts_every_item_once_in_the_bar_of_its_size(sizes):
    bars = histogram(plan_of(frame([("a", key, size) for key, size in enumerate(sizes)])))
    assert sum(bar["items"] for bar in bars) == len(sizes)
    assert [bar["place"] for bar in bars] == list(range(len(bars)))
    for bar in bars:
        low, _, high = bar["images"].partition("-")
        inside = [size for size in sizes if int(low) <= size <= int(high or low)]
        assert bar["items"] == len(inside)


def test_items_in_several_classes_come_before_big_ones():
    samples = frame([("a", 1, 2), ("b", 1, 2), ("a", 2, 2), ("a", 3, 40), ("b", 4, 2)])
    lines = odd_lines(samples, plan_of(samples), RULE, "")
    assert [line[3] for line in lines] == ["1", "1", "3"]
    assert [line[0].split("/")[2] for line in lines] == ["a", "b", "a"]
    assert lines[0][4] == "one item in 2 classes: a, b"
    assert lines[2][4] == "a big item: 40 images, where 3 are usual"
    for path, start, end, key, _ in lines:
        assert path[start:end] == key


def test_columns_have_odd_items_too():
    samples = frame([("a", 1, 2), ("b", 2, 2)])
    samples["dataset"] = "one"
    plan = SampleSplit(["folder"], ["dataset"], split=0.8, seed=1).plan(samples)
    lines = odd_lines(samples, plan, ("dataset",), "")
    assert [line[1:4] for line in lines] == [[None, None, "one"], [None, None, "one"]]

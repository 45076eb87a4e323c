"""The stock of samples: found, narrowed and sorted as plain Python would do it."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brevviz.job.triage import Findings
from brevviz.panels.folders import folders_of
from brevviz.panels.stock import Stock, Wish

NAME = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/\0"), min_size=1)
KEYS = st.sets(st.lists(NAME, min_size=1, max_size=4).map("/".join), min_size=1, max_size=12)


def stock_of_keys(keys, **more):
    """A stock of keys, in byte order, each its own item, whose sizes count down."""
    keys = sorted(keys, key=str.encode)
    text = pd.ArrowDtype(pa.large_string())
    samples = pd.DataFrame(
        {
            "path": pd.Series([f"/r/{key}" for key in keys], dtype=text),
            "folder": pd.Series([key.rpartition("/")[0] for key in keys], dtype=text),
            "bucket": pd.Series(["/r"] * len(keys), dtype=text),
            "size": np.arange(len(keys))[::-1] // 2,
            "purpose": ["train"] * len(keys),
        }
    )
    items = pa.array([f"item {n % 3}" for n in range(len(keys))], pa.large_string())
    return keys, Stock(samples, np.arange(len(keys)), items, **more)


@given(KEYS, KEYS)
def test_samples_are_found_by_their_paths(keys, others):
    keys, stock = stock_of_keys(keys)
    asked = [f"/r/{key}" for key in {*keys[::2], *others}]
    found = stock.find(asked)
    assert [keys[row] for row in found] == [key for key in keys if f"/r/{key}" in asked]
    assert [stock.key(row) for row in range(len(keys))] == keys


@given(KEYS)
def test_the_tree_counts_every_sample_once_at_each_level(keys):
    keys, stock = stock_of_keys(keys)
    folders = folders_of(stock.samples)
    assert [folders.paths[code] for code in folders.of_row] == [
        key.rpartition("/")[0] for key in keys
    ]
    lines = folders.tree({path for key in keys for path in _above(key)})
    assert lines[0]["count"] == len(keys)
    assert {line["path"]: line["count"] for line in lines[1:]} == {
        path: sum(key.startswith(f"{path}/") for key in keys)
        for path in {path for key in keys for path in _above(key)}
    }
    for line in lines[1:]:
        rows = stock.rows(Wish(folder=line["path"]))
        assert len(rows) == line["count"]


def _above(key):
    parts = key.split("/")[:-1]
    return ["/".join(parts[: depth + 1]) for depth in range(len(parts))]


@given(KEYS, st.sampled_from(["path", "size", "folder", "item"]), st.booleans())
def test_every_order_holds_all_rows_and_keeps_equals_in_order_of_keys(keys, column, descending):
    keys, stock = stock_of_keys(keys)
    rows = stock.rows(Wish(sort=column, descending=descending)).tolist()

    def value(row):
        if column == "item":
            return stock.item(row).encode()
        found = stock.samples[column].iloc[row]
        return int(found) if column == "size" else str(found).encode()

    plain = sorted(range(len(keys)), key=value, reverse=descending)
    assert rows == plain


@pytest.mark.parametrize(
    ("wish", "names"),
    [
        (Wish(show="unreadable"), ["a/1"]),
        (Wish(show="odd size or mode"), ["a/2"]),
        (Wish(show="exact copies"), ["b/1"]),
        (Wish(show="excluded"), ["a/1"]),
        (Wish(item="item 0"), ["a/1", "b/1"]),
        (Wish(item="no such item"), []),
        (Wish(text="B/"), ["b/1"]),
        (Wish(of_class="a"), ["a/1", "a/2", "a/3"]),
        (Wish(folder="a", text="3"), ["a/3"]),
        (Wish(purpose="devel"), []),
    ],
)
def test_filters_narrow(wish, names):
    findings = Findings(unreadable={0: "cut"}, odd={1: "large"}, copies={3: 2}, looked=4)
    keys, stock = stock_of_keys({"a/1", "a/2", "a/3", "b/1"}, findings=findings, reasons={0: "bad"})
    assert [keys[row] for row in stock.rows(wish)] == names


def test_what_is_excluded_is_not_counted_as_unreadable_too():
    findings = Findings(unreadable={0: "cut", 1: "cut"})
    _, stock = stock_of_keys({"a", "b"}, findings=findings, reasons={0: "bad"})
    assert stock.numbers()["unreadable"] == 1
    assert stock.why(0) == "excluded: bad; unreadable: cut"

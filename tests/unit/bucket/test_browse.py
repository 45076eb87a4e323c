from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brevviz.bucket import browse, index
from brevviz.bucket.browse import Index
from brevviz.bucket.index import write_table
from brevviz.bucket.pages import SCHEMA
from brevviz.errors import BucketError

NAME = st.sampled_from(["a", "b", "a-b", "ä", "10", "2"])
KEYS = st.lists(st.lists(NAME, min_size=1, max_size=3).map("/".join), max_size=40, unique=True)


def table(keys):
    keys = sorted(keys, key=str.encode)
    columns = [keys, [1] * len(keys), ["e"] * len(keys), [0] * len(keys), [None] * len(keys)]
    return pa.table(
        [pa.array(c, t) for c, t in zip(columns, SCHEMA.types, strict=True)], schema=SCHEMA
    )


@pytest.fixture(autouse=True)
def small_groups(monkeypatch):
    monkeypatch.setattr(index, "_ROW_GROUP", 4)


@pytest.fixture(scope="module")
def indexed(tmp_path_factory):
    """Keys in files of 15 rows whose ranges overlap."""

    def make(keys):
        folder = tmp_path_factory.mktemp("index")
        parts = [keys[start::3] for start in range(3)]
        return Index(write_table(table(part), folder / f"{n}") for n, part in enumerate(parts))

    return make


@settings(max_examples=40)
@given(keys=KEYS)
def test_folders_are_counted(indexed, keys):
    found = indexed(keys)
    parents = [key.rpartition("/")[0] for key in keys]
    assert len(found) == len(keys)
    assert found.folder_counts() == {name: parents.count(name) for name in parents}


@given(
    keys=KEYS, prefix=st.sampled_from(["", "a", "a/", "ä", "10/2", "x"]), count=st.integers(1, 9)
)
def test_pages_follow_one_another_through_all_keys(indexed, keys, prefix, count):
    found, after, walked = indexed(keys), "", []
    while len(page := found.page(prefix, after, count)):
        assert len(page) <= count
        walked += page["key"].to_pylist()
        after = walked[-1]
    assert walked == sorted((k for k in keys if k.startswith(prefix)), key=str.encode)


@settings(max_examples=40)
@given(keys=KEYS, count=st.integers(0, 50), seed=st.integers(0, 9))
def test_a_sample_is_of_the_keys_and_repeats(indexed, keys, count, seed):
    found = indexed(keys)
    drawn = found.sample(count, seed)["key"].to_pylist()
    assert len(set(drawn)) == len(drawn) == min(count, len(keys))
    assert set(drawn) <= set(keys)
    assert drawn == found.sample(count, seed)["key"].to_pylist()


def test_only_groups_that_can_hold_the_page_are_read(indexed, monkeypatch):
    found = indexed([f"{letter}/{n:02}" for letter in "abc" for n in range(40)])
    read = []
    original = browse.pq.ParquetFile.read_row_group

    def counted(self, group, columns):
        read.append(group)
        return original(self, group, columns)

    monkeypatch.setattr(browse.pq.ParquetFile, "read_row_group", counted)
    assert found.page("b/", "b/20", 3)["key"].to_pylist() == ["b/21", "b/22", "b/23"]
    assert len(read) <= 6  # of thirty


def test_another_file_is_refused(tmp_path):
    (tmp_path / "x").write_text("no")
    with pytest.raises(BucketError, match="not a listing"):
        Index([tmp_path / "x"])

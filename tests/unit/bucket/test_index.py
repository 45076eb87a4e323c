from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brevviz.bucket.index import Changes, changes, load_listing, save_listing
from brevviz.bucket.kept import keep, kept
from brevviz.bucket.pages import SCHEMA
from brevviz.bucket.store import Listing
from brevviz.errors import BucketError
from brevviz.recipe import Source

KEY = st.text(st.characters(codec="utf-8"), max_size=6)
ETAG = st.sampled_from(["", "a", "b"])


def listing(objects, **more):
    keys = sorted(objects, key=str.encode)
    columns = [keys, range(len(keys)), [objects[k] for k in keys], range(len(keys))]
    arrays = [pa.array(c, t) for c, t in zip(columns, SCHEMA.types[:4], strict=True)]
    return Listing(*arrays, pa.nulls(len(keys), pa.large_string()), **more)


@given(st.dictionaries(KEY, ETAG, max_size=8), st.integers(0, 9))
def test_a_kept_listing_is_the_listing(tmp_path_factory, objects, hidden):
    path = tmp_path_factory.mktemp("index") / "x.parquet"
    whole = listing(objects, hidden=hidden, refused=("'\\udcff' (not UTF-8)",))
    taken = datetime(2026, 11, 24, 23, tzinfo=UTC)
    again = load_listing(save_listing(whole, path, taken))
    assert again.listing == whole
    assert again.taken == taken


@given(st.dictionaries(KEY, ETAG, max_size=8), st.dictionaries(KEY, ETAG, max_size=8))
def test_changes_are_what_sets_say(old, new):
    found = changes(listing(old), listing(new))
    assert set(found.added) == new.keys() - old.keys()
    assert set(found.gone) == old.keys() - new.keys()
    assert set(found.changed) == {k for k in old.keys() & new.keys() if old[k] != new[k]}
    assert bool(found) == (old != new)


def test_changes_speak():
    assert str(Changes((), (), ())) == "nothing has changed"
    assert str(Changes(("a",) * 1200, (), ("b",))) == "1,200 added, 1 changed"


def test_row_groups_know_their_keys(tmp_path):
    many = listing({f"{n:06}": "e" for n in range(100_001)})
    file = pq.ParquetFile(save_listing(many, tmp_path / "x.parquet"))
    groups = [file.metadata.row_group(n).column(0).statistics for n in range(2)]
    assert [(g.min, g.max) for g in groups] == [("000000", "099999"), ("100000", "100000")]
    assert file.metadata.row_group(0).column(0).compression == "ZSTD"


def test_each_way_of_access_keeps_its_own():
    one, other = Source(uri="s3://kept/x"), Source(uri="s3://kept/x", endpoint="https://y")
    assert kept(one) is None
    assert keep(one, listing({"a": "1"}))
    assert kept(one).listing.key.to_pylist() == ["a"]
    assert kept(other) is None


def test_what_cannot_be_kept_is_said_and_costs_nothing(monkeypatch, tmp_path):
    (tmp_path / "listings").write_text("in the way")
    monkeypatch.setenv("BREVVIZ_CACHE", str(tmp_path))
    assert not keep(Source(uri="s3://kept"), listing({}))
    assert kept(Source(uri="s3://kept")) is None


def test_half_a_listing_is_not_kept(tmp_path):
    with pytest.raises(BucketError, match="ended early"):
        save_listing(listing({}, complete=False), tmp_path / "x.parquet")


@pytest.mark.parametrize(
    "write", [lambda p: p.write_text("no"), lambda p: pq.write_table(pa.table({"a": [1]}), p)]
)
def test_another_file_is_not_taken_for_one(tmp_path, write):
    write(tmp_path / "x.parquet")
    with pytest.raises(BucketError, match="not a listing"):
        load_listing(tmp_path / "x.parquet")

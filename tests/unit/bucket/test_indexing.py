"""What many workers list is what one lists: the same listing, the same bytes of every part."""

import hashlib
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paged_bucket import KEYS, Bucket

from brevviz.bucket import indexing, load_index, open_store
from brevviz.bucket.index import save_listing
from brevviz.bucket.indexing import index_source, list_source
from brevviz.bucket.pages import Page
from brevviz.bucket.pieces import divide, list_below
from brevviz.cli import main
from brevviz.cluster import Here
from brevviz.dataset import Dataset
from brevviz.errors import BucketError, EvidenceError
from brevviz.recipe import Recipe, Source

TAKEN = datetime(2026, 11, 25, tzinfo=UTC)


@given(KEYS, st.integers(1, 9))
def test_the_pieces_of_a_bucket_are_all_keys_in_byte_order(keys, size):
    bucket = Bucket(keys, size)
    pieces = divide(bucket, "")
    tables = pieces.in_order(list_below(bucket, part) for part in pieces.parts)
    found = [key for table in tables for key in table["key"].to_pylist()]
    assert found == sorted(keys, key=str.encode)


def test_folders_are_opened_until_there_are_enough():
    keys = [f"{a}/{b}/{c}.png" for a in "xyz" for b in range(40) for c in range(5)]
    pieces = divide(Bucket([*keys, "x/own.png"], 100), "")
    assert len(pieces.parts) == 3 * 40
    assert pieces.loose["key"].to_pylist() == ["x/own.png"]


def test_many_small_folders_stay_one_piece():
    bucket = Bucket([f"{item:05}/1.png" for item in range(100)], 10)
    assert divide(bucket, "").parts == [""]


def test_a_server_that_gives_a_page_twice_is_no_listing():
    page = Bucket(["a/1", "a/2"])("a/", "", "")
    with pytest.raises(BucketError, match="the same page twice"):
        list_below(lambda *_: Page(page.table, (), "again"), "a/")


@pytest.fixture
def source(tmp_path):
    """A folder of 30 files in three folders, hidden ones and a link to nothing among them."""
    top = tmp_path / "set"
    for number in range(30):
        path = top / f"{number % 3}" / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes([number]) * number)
    (top / ".hidden").write_bytes(b"x")
    (top / "1" / "gone.png").symlink_to(top / "nowhere")
    return Source(uri=str(top))


def test_what_is_listed_in_pieces_is_the_stores_own_listing(source, monkeypatch):
    monkeypatch.setattr("brevviz.bucket.folder._PIECE", 7)
    told = []
    listed = list_source(source, Here(), report=lambda *about: told.append(about))
    own = open_store(source).list()
    assert listed == own
    assert listed.hidden == 1
    assert len(listed.refused) == 1
    assert told[-1] == ("parts listed", 5, 5)


def test_an_index_is_the_listing_in_parts(source, tmp_path, monkeypatch):
    monkeypatch.setattr("brevviz.bucket.folder._PIECE", 7)
    monkeypatch.setattr(indexing, "_PART", 10)
    index = index_source(source, tmp_path / "index", taken=TAKEN)
    assert [path.name for path in index.paths] == [f"part-0000{n}.parquet" for n in range(3)]
    listing = open_store(source).list()
    assert index.page()["key"].combine_chunks().equals(listing.key)
    assert index.folder_counts() == {"0": 10, "1": 10, "2": 10}
    about = json.loads((tmp_path / "index" / "index.json").read_text())
    assert (about["objects"], about["hidden"], len(about["refused"])) == (30, 1, 1)
    assert about["taken"] == TAKEN.isoformat()
    assert load_index(tmp_path / "index").paths == index.paths


def test_the_same_objects_give_the_same_bytes(source, tmp_path):
    for name in ("one", "two"):
        index_source(source, tmp_path / name, taken=TAKEN)
    digests = [
        {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
        for folder in (tmp_path / "one", tmp_path / "two")
    ]
    assert digests[0] == digests[1]
    assert set(digests[0]) == {"index.json", "part-00000.parquet"}
    kept = [
        save_listing(listing, tmp_path / name, TAKEN).read_bytes()
        for name, listing in (
            ("a", list_source(source, Here())),
            ("b", open_store(source).list()),
        )
    ]
    assert kept[0] == kept[1]


def test_a_part_that_is_not_the_one_that_was_written_is_refused(source, tmp_path):
    index = index_source(source, tmp_path / "index")
    index.paths[0].write_bytes(index.paths[0].read_bytes()[:-1] + b"?")
    with pytest.raises(BucketError, match=r"is not the part that index\.json names"):
        load_index(tmp_path / "index")


def test_a_folder_without_the_last_page_is_no_index(source, tmp_path):
    def stop(what, done, total):
        del what, total
        if done:
            raise BucketError("bucket", "is gone")

    index_source(source, tmp_path / "index")
    with pytest.raises(BucketError, match="is gone"):
        index_source(source, tmp_path / "index", report=stop)
    with pytest.raises(BucketError, match="holds no index that was written to its end"):
        load_index(tmp_path / "index")


def test_parts_of_an_index_that_was_larger_do_not_stay(source, tmp_path, monkeypatch):
    folder = tmp_path / "index"
    monkeypatch.setattr("brevviz.bucket.folder._PIECE", 7)
    monkeypatch.setattr(indexing, "_PART", 10)
    assert len(index_source(source, folder).paths) == 3
    monkeypatch.setattr(indexing, "_PART", 1000)
    index_source(source, folder)
    assert {path.name for path in folder.iterdir()} == {"index.json", "part-00000.parquet"}


def test_where_no_folder_can_be_is_said(source, tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(EvidenceError, match="cannot be written"):
        index_source(source, tmp_path / "file")


def test_the_command_line_writes_the_same_index(source, tmp_path, capsys):
    recipe = Recipe.start(source.uri).save(tmp_path / "recipe.yaml")
    command = ["index", str(recipe), "--out", str(tmp_path / "index")]
    assert main([*command, "--cluster", "here"]) == 0
    assert capsys.readouterr().out == f"30 objects in 1 part: {tmp_path / 'index'}\n"
    own = index_source(source, tmp_path / "own")
    assert load_index(tmp_path / "index").paths[0].read_bytes() == own.paths[0].read_bytes()
    assert main([*command, "--cluster", "dask"]) == 2
    assert "'dask' is not one of here, processes" in capsys.readouterr().err


def test_samples_listed_in_pieces_are_the_samples(source):
    dataset = Dataset.of(source.model_copy(update={"sample_filter": "png$"}))
    own = dataset.get_image_samples(details=True)
    listed = dataset.get_image_samples(details=True, cluster=Here())
    assert listed.equals(own)
    assert listed.attrs == own.attrs

from __future__ import annotations

import os

import pytest

from brevviz.bucket.folder import FolderStore
from brevviz.bucket.reading import md5_of
from brevviz.errors import (
    BucketError,
    Cancelled,
    NoSuchBucket,
    ObjectChanged,
    ObjectMissing,
)


@pytest.fixture
def folder(tmp_path):
    for name in ("b/2.png", "a/1.png", "a-b/1.png", ".thumbs/1.png", "a/.hidden.png", "top.png"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(name.encode())
    return tmp_path


def test_keys_come_in_byte_order_and_hidden_ones_are_counted(folder):
    listing = FolderStore(str(folder)).list()
    assert listing.key.to_pylist() == ["a-b/1.png", "a/1.png", "b/2.png", "top.png"]
    assert listing.hidden == 2
    assert listing.complete
    assert listing.etag[1].as_py() == md5_of(b"a/1.png")
    assert listing.size.to_pylist() == [9, 7, 7, 7]


def test_a_changed_file_is_hashed_again(folder):
    store = FolderStore(str(folder))
    before = store.list().etag[1].as_py()
    (folder / "a/1.png").write_bytes(b"changed")
    os.utime(folder / "a/1.png", ns=(1, 1))
    after = store.list().etag[1].as_py()
    assert (before, after) == (md5_of(b"a/1.png"), md5_of(b"changed"))


def test_reading_checks_the_version(folder):
    store = FolderStore(str(folder))
    etag = store.head("a/1.png").etag
    assert store.get("a/1.png", etag) == b"a/1.png"
    (folder / "a/1.png").write_bytes(b"other")
    with pytest.raises(ObjectChanged, match="no longer the one that was listed"):
        store.get("a/1.png", etag)
    (folder / "a/1.png").unlink()
    for ask in (store.get, store.head):
        with pytest.raises(ObjectMissing, match="not there any more"):
            ask("a/1.png")


@pytest.mark.parametrize("key", ["../x", "/etc/passwd", "a/../../x", "a//b", "", "a\0b", "./a"])
def test_a_key_cannot_leave_the_folder(folder, key):
    with pytest.raises(BucketError, match="not the key of a file"):
        FolderStore(str(folder)).get(key)


def test_links_are_followed_once_and_those_to_nothing_are_refused_by_name(folder):
    (folder / "loop").symlink_to(folder)
    (folder / "gone.png").symlink_to(folder / "nowhere")
    os.mkfifo(folder / "pipe.png")
    listing = FolderStore(str(folder)).list()
    assert len(listing) == 4
    assert sorted(listing.refused) == ["'gone.png' (a link to nothing)", "'pipe.png' (not a file)"]


def test_a_name_that_is_not_utf8_is_refused_by_name(folder):
    (folder / os.fsdecode(b"\xff.png")).write_bytes(b"x")
    assert FolderStore(str(folder)).list().refused == (r"'\udcff.png' (not UTF-8)",)


@pytest.mark.parametrize(("name", "says"), [("none", "no such folder"), ("top.png", "is a file")])
def test_what_is_no_folder_is_said(folder, name, says):
    with pytest.raises(NoSuchBucket, match=says):
        FolderStore(str(folder / name)).list()


def test_addresses_are_encoded_and_paths_are_raw(folder):
    store = FolderStore(str(folder))
    assert store.uri("a b/#1.png") == f"{folder}/a b/#1.png"
    assert store.url("a b/#1.png") == f"file://{folder}/a%20b/%231.png"


def test_a_listing_can_be_cancelled(folder):
    def report(what, done, total=None):
        if done:
            raise Cancelled("listing", "was stopped")

    with pytest.raises(Cancelled):
        FolderStore(str(folder)).list(report)

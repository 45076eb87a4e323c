"""What every store keeps to, the same on a disk, by minio and by obstore.

`tests/strict` runs this very file on a second server; so it asks of S3 only what all servers do.
"""

from __future__ import annotations

import hashlib
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import pytest

from brevviz.bucket import open_store, opening
from brevviz.bucket.fast import SETTING, FastStore
from brevviz.bucket.folder import FolderStore
from brevviz.bucket.s3 import S3Store
from brevviz.errors import BucketError, NoSuchBucket, ObjectChanged, ObjectMissing
from brevviz.recipe import Source

CONTENT = {
    "good/1.png": b"one",
    "good/10.png": b"",
    "good/2 ä+%20&#.png": b"two" * 1000,
    "good-not/3.png": b"three",
    "bad cap/日本語/4.png": bytes(range(256)) * 4000,
    "Zebra.png": b"five",
    "zebra.png": b"six",
}
HIDDEN = [".hidden/1.png", "good/.2.png"]
KINDS = {"folder": FolderStore, "minio": S3Store, "obstore": FastStore}


@dataclass
class Place:
    """An address of one kind, what puts objects there, and what opens it."""

    uri: str
    kind: str
    s3: object
    access: dict

    def put(self, key, data):
        if self.kind != "folder":
            self.s3.put(self.uri, key, data)
            return
        path = Path(self.uri, key)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def remove(self, key):
        if self.kind == "folder":
            Path(self.uri, key).unlink()
            return
        bucket, _, prefix = self.uri.removeprefix("s3://").partition("/")
        self.s3.server.client.remove_object(bucket_name=bucket, object_name=f"{prefix}/{key}")

    def open(self, uri=None):
        return open_store(Source(uri=uri or self.uri, **self.access))


@pytest.fixture(params=KINDS)
def place(request, s3, s3_keys, tmp_path, monkeypatch):
    monkeypatch.setattr(opening, "_open", {})
    kind = request.param
    if kind == "folder":
        return Place(str(tmp_path), kind, s3, {})
    monkeypatch.setenv(SETTING, kind)
    uri = f"s3://{s3.bucket}/contract-{next(s3.numbers)}"
    return Place(uri, kind, s3, {"endpoint": s3.endpoint, "profile": s3_keys})


@pytest.fixture
def store(place):
    for key, data in CONTENT.items():
        place.put(key, data)
    for key in HIDDEN:
        place.put(key, b"hidden")
    return place.open()


def test_the_kind_is_the_one_that_was_asked_for(place, store):
    assert type(store) is KINDS[place.kind]
    assert store.root == place.uri
    assert repr(store).startswith(KINDS[place.kind].__name__)


def test_a_listing_has_every_object_once_in_byte_order(store):
    listing = store.list()
    assert listing.complete
    assert listing.hidden == len(HIDDEN)
    assert listing.key.to_pylist() == sorted(CONTENT, key=str.encode)
    for key, size, etag, modified in zip(
        listing.key.to_pylist(),
        listing.size.to_pylist(),
        listing.etag.to_pylist(),
        listing.modified.to_pylist(),
        strict=True,
    ):
        assert size == len(CONTENT[key])
        assert etag == hashlib.md5(CONTENT[key], usedforsecurity=False).hexdigest()
        assert abs(modified / 1e6 - time.time()) < 3600


def test_each_object_is_read_as_listed_and_as_it_is(store):
    listing = store.list()
    versions = dict(zip(listing.key.to_pylist(), listing.etag.to_pylist(), strict=True))
    for _ in range(2):  # a store may keep what it has read
        assert {key: store.get(key, etag) for key, etag in versions.items()} == CONTENT
    assert {key: store.get(key) for key in versions} == CONTENT


def test_a_head_says_what_the_listing_says(store):
    listing = store.list()
    for row, key in enumerate(listing.key.to_pylist()):
        head = store.head(key)
        assert (head.key, head.size, head.etag) == (
            key,
            listing.size[row].as_py(),
            listing.etag[row].as_py(),
        )
        assert abs(head.modified - listing.modified[row].as_py()) <= 1_000_000


def test_addresses_are_the_root_and_the_key(store):
    for key in CONTENT:
        assert store.uri(key) == f"{store.root}/{key}"
        assert store.url(key).isascii()
        assert unquote(store.url(key)) == f"{unquote(store.base_url)}/{key}"


def test_a_root_is_whole_names(place, store):
    inner = place.open(f"{place.uri}/good")
    assert inner.list().key.to_pylist() == ["1.png", "10.png", "2 ä+%20&#.png"]
    etag = inner.head("1.png").etag
    assert inner.get("1.png", etag) == b"one"


def test_an_object_that_was_overwritten_is_said_to_be(place, store):
    etag = store.head("good/1.png").etag
    place.put("good/1.png", b"another")
    with pytest.raises(ObjectChanged, match=r"good/1\.png: is no longer the one"):
        store.get("good/1.png", etag)
    assert store.get("good/1.png", store.head("good/1.png").etag) == b"another"


def test_an_object_that_is_gone_is_said_to_be(place, store):
    etag = store.head("good/1.png").etag
    place.remove("good/1.png")
    asked = [
        lambda: store.get("good/1.png"),
        lambda: store.get("good/1.png", etag),
        lambda: store.head("good/1.png"),
    ]
    for ask in asked:
        with pytest.raises(ObjectMissing, match=r"good/1\.png: is not there any more"):
            ask()
    assert "good/1.png" not in store.list().key.to_pylist()


@pytest.mark.parametrize("key", ["", "../1.png", "good/../Zebra.png", "./Zebra.png"])
def test_a_key_that_would_name_another_object_is_refused(store, key):
    for etag in (None, hashlib.md5(b"five", usedforsecurity=False).hexdigest()):
        with pytest.raises(BucketError) as caught:
            store.get(key, etag)
        assert not isinstance(caught.value, ObjectMissing)


def test_what_is_not_there_at_all_is_no_empty_listing(place):
    nowhere = f"{place.uri}/none" if place.kind == "folder" else "s3://brevviz-no-such-bucket"
    with pytest.raises(NoSuchBucket):
        place.open(nowhere).list()


def test_many_threads_read_one_store(place):
    content = {f"{n}.bin": bytes([n]) * (1000 + n) for n in range(48)}
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(place.put, content, content.values()))
        store = place.open()
        listing = store.list()
        read = pool.map(store.get, listing.key.to_pylist(), listing.etag.to_pylist())
        assert dict(zip(listing.key.to_pylist(), read, strict=True)) == content


def test_a_closed_store_opens_again(store):
    etag = store.head("zebra.png").etag
    assert store.get("zebra.png", etag) == b"six"
    store.close()
    assert store.get("Zebra.png", store.head("Zebra.png").etag) == b"five"

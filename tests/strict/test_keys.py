"""What S3 says of keys, and SeaweedFS does otherwise: asked of a server that keeps to it."""

from __future__ import annotations

import psutil
import pytest

from brevviz.bucket import open_store
from brevviz.bucket.fast import SETTING
from brevviz.bucket.listing import fetch
from brevviz.errors import AccessDenied
from brevviz.recipe import Source


@pytest.fixture(params=["minio", "obstore"])
def holding(request, s3, s3_keys, monkeypatch):
    """A function (keys): the store of a fresh prefix whose objects hold their own keys."""
    monkeypatch.setenv(SETTING, request.param)

    def put(keys):
        uri = f"s3://{s3.bucket}/keys-{next(s3.numbers)}"
        for key in keys:
            s3.put(uri, key, key.encode())
        return open_store(Source(uri=uri, endpoint=s3.endpoint, profile=s3_keys))

    return put


def versions(store):
    listing = store.list()
    return dict(zip(listing.key.to_pylist(), listing.etag.to_pylist(), strict=True))


ORDER = ["a-b", "a.b", "a/b", "a0b", "aZ", "a_b", "ab", "a\u00e9", "a\uffee", "a\U0001f9ea"]
"""In byte order: '-' and '.' stand before '/', and UTF-16 would turn the last two round."""


def test_the_server_lists_in_byte_order_and_so_do_we(holding):
    store = holding(reversed(ORDER))
    page = fetch(store.client, store.prefix).table["key"].to_pylist()
    assert page == [store.prefix + key for key in ORDER]
    assert list(versions(store)) == ORDER


@pytest.mark.parametrize(
    "keys",
    [
        ["a//b.png", "a/b.png"],
        ["/lead.png", "lead.png"],
        ["//two.png", "/two.png", "two.png"],
        ["a\\b.png", "a/b.png"],
        ["s3://bucket/key.png", "s3:/bucket/key.png"],
        ["key.png", "key.png/child.png"],
        ["a", "a/b", "a/b/c"],
        ["a b.png", "a+b.png", "a%20b.png", "a%2Fb.png"],
        ["caf\u00e9.png", "cafe\u0301.png"],
        ["a\tb.png", "a\nb.png", "a\x7fb.png"],
        ["x" * 300 + ".png", "y" * 1000],
    ],
    ids=repr,
)
def test_keys_that_look_alike_are_objects_of_their_own(holding, keys):
    store = holding(keys)
    listed = versions(store)
    assert list(listed) == sorted(keys, key=str.encode)
    for key, etag in listed.items():
        assert store.get(key, etag).decode() == key
        assert store.get(key).decode() == key
        assert store.head(key).size == len(key.encode())


def test_markers_of_folders_are_no_samples(holding):
    store = holding(["dir/", "dir/1.png", "empty/"])
    assert list(versions(store)) == ["dir/1.png"]


def test_more_than_a_page_is_one_listing(holding):
    keys = [f"{'good' if n % 3 else 'bad'}/{n}.png" for n in range(1100)]
    assert list(versions(holding(keys))) == sorted(keys, key=str.encode)


def test_an_object_in_parts_is_read(s3, s3_keys, holding, tmp_path):
    data = bytes(range(256)) * (6 * 2**20 // 256)
    (tmp_path / "big.bin").write_bytes(data)
    store = holding([])
    s3.server.client.fput_object(
        bucket_name=s3.bucket,
        object_name=f"{store.prefix}big.bin",
        file_path=str(tmp_path / "big.bin"),
        part_size=5 * 2**20,
    )
    etag = versions(store)["big.bin"]
    assert etag.endswith("-2")
    assert store.get("big.bin", etag) == data


def test_a_public_bucket_needs_no_keys_and_another_one_does(s3, holding):
    holding([])
    for bucket in (s3.public, s3.bucket):
        s3.put(f"s3://{bucket}/open", "1.png", b"picture")
    store = open_store(Source(uri=f"s3://{s3.public}/open", endpoint=s3.endpoint, anonymous=True))
    assert [store.get(key, etag) for key, etag in versions(store).items()] == [b"picture"]
    closed = open_store(Source(uri=f"s3://{s3.bucket}/open", endpoint=s3.endpoint, anonymous=True))
    with pytest.raises(AccessDenied, match="does not let anybody read"):
        closed.list()


def test_it_listens_on_loopback_only(s3):
    addresses = {
        connection.laddr.ip
        for pid in s3.server.pids
        for connection in psutil.Process(pid).net_connections("inet")
        if connection.status == "LISTEN"
    }
    assert addresses == {"127.0.0.1"}

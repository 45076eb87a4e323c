"""Keys that break paths, shells, pages and encodings: read and cached right, or refused by name."""

from __future__ import annotations

import os
from urllib.parse import unquote

import pytest

from brevviz.bucket import open_store, reader
from brevviz.bucket.folder import FolderStore
from brevviz.bucket.pages import parse_page
from brevviz.dataset import Dataset
from brevviz.errors import BrevvizError, BucketError
from brevviz.recipe import Source

READABLE = [
    "a b.png",
    " lead.png",
    "trail .png",
    "a+b.png",
    "a%20b.png",
    "a%2Fb.png",
    "100%.png",
    "a&b=c.png",
    "a?b.png",
    "a#b.png",
    "a;b,c.png",
    "a:b@c.png",
    "a'b\"c.png",
    "<script>alert(1)</script>.png",
    "<img src=x onerror=alert(1)>.png",
    "]]>.png",
    "&amp;.png",
    "${HOME}.png",
    "$(id).png",
    "`id`.png",
    "=1+1.png",
    "-rf.png",
    "~.png",
    "nul.png",
    "a\tb.png",
    "a\u2028b.png",
    "\u202egpj.png",
    "\ufeffbom.png",
    "caf\u00e9.png",
    "cafe\u0301.png",
    "\U0001f9ea.png",
    "日本語/画像.png",
    "x" * 200 + ".png",
    "/".join(["deep"] * 60) + "/1.png",
    "/".join(["y" * 198] * 5) + ".png",
    "s3://bucket/key.png",
    "C:drive.png",
    "a|b*c.png",
    "[a]{b}.png",
    "^$.png",
    "no-extension/x.png",
]
HIDDEN = ["../up.png", "a/../b.png", "./here.png", ".hidden/x.png", "a/.x.png", "a/..b.png"]
"""Names that S3 can hold and no path should: each has a part that starts with a dot."""


@pytest.fixture
def named(s3):
    """Put objects whose content is their own key; gives the address."""

    def put(keys):
        uri = f"s3://{s3.bucket}/keys-{next(s3.numbers)}"
        for key in keys:
            s3.put(uri, key, key.encode())
        return uri

    return put


def test_readable_keys_are_listed_read_cached_and_addressed(s3, s3_keys, named):
    # "s3://" loses a slash in SeaweedFS, which is its way and not S3's.
    keys = [key for key in READABLE if "//" not in key]
    uri = named(keys)
    dataset = Dataset(uri, endpoint=s3.endpoint, profile=s3_keys)
    frame = dataset.get_image_samples()
    assert [path.removeprefix(f"{uri}/") for path in frame["path"]] == sorted(keys, key=str.encode)
    for _ in range(2):  # from the server, then from the cache
        read = reader(frame)
        for path, etag in zip(frame["path"], frame["etag"], strict=True):
            assert read(path, etag).decode() == path.removeprefix(f"{uri}/")
    bucket = f"{s3.endpoint}/{s3.bucket}/{uri.rpartition('/')[2]}/"
    for path, url in zip(frame["path"], frame["url"], strict=True):
        assert url.isascii()
        assert unquote(url.removeprefix(bucket)) == path.removeprefix(f"{uri}/")


def test_the_same_keys_in_a_folder(tmp_path):
    keys = [key for key in READABLE if "//" not in key]
    for key in keys:
        path = tmp_path / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(key.encode())
    frame = Dataset(str(tmp_path)).get_image_samples()
    assert [p.removeprefix(f"{tmp_path}/") for p in frame["path"]] == sorted(keys, key=str.encode)
    read = reader(frame)
    for path, etag in zip(frame["path"], frame["etag"], strict=True):
        assert read(path, etag).decode() == path.removeprefix(f"{tmp_path}/")


@pytest.mark.parametrize("key", [*HIDDEN, "a//b.png", "/etc/passwd", "a\0b.png", "dir/", ""])
def test_a_folder_never_reads_outside_of_itself(tmp_path, key, monkeypatch):
    (tmp_path / "in").mkdir()
    (tmp_path / "up.png").write_text("outside")
    monkeypatch.chdir(tmp_path / "in")
    with pytest.raises(BrevvizError):
        FolderStore(str(tmp_path / "in")).get(key)


def test_names_with_dots_that_a_server_lists_are_hidden_and_counted(proxy, through, make_rule):
    objects = "".join(
        f"<Contents><Key>p/{key}</Key><Size>1</Size><ETag>e</ETag>"
        "<LastModified>2026-11-24T00:00:00Z</LastModified></Contents>"
        for key in [*HIDDEN, "good/1.png", "folder/", ""]
    )
    page = f"<ListBucketResult>{objects}<IsTruncated>false</IsTruncated></ListBucketResult>"
    assert len(parse_page(page.encode()).table) == len(HIDDEN) + 3
    proxy.rules = [make_rule("page", text=page)]
    listing = through("s3://brevviz-tests/p").list()
    assert listing.key.to_pylist() == ["good/1.png"]
    assert listing.hidden == len(HIDDEN)


@pytest.mark.parametrize("key", ["../up.png", "a/../b.png", "./here.png", ""])
def test_a_key_that_would_name_another_object_is_refused_by_name(s3, s3_keys, key):
    store = open_store(Source(uri=f"s3://{s3.bucket}/x", endpoint=s3.endpoint, profile=s3_keys))
    with pytest.raises(BucketError) as caught:
        store.get(key)
    assert repr(f"x/{key}") in str(caught.value)


def test_nothing_is_written_outside_of_the_cache(s3, s3_keys, named, tmp_path, monkeypatch):
    monkeypatch.setenv("BREVVIZ_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    frame = Dataset(
        named(["etc/passwd.png", "a%2F..%2Fb.png"]), endpoint=s3.endpoint, profile=s3_keys
    ).get_image_samples()
    read = reader(frame)
    for path, etag in zip(frame["path"], frame["etag"], strict=True):
        read(path, etag)
    written = [os.path.relpath(path, tmp_path) for path in tmp_path.rglob("*") if path.is_file()]
    assert len(written) == 3
    assert {name.split("/")[1] for name in written} == {"objects", "listings"}
    assert all(name.startswith("cache/") for name in written)

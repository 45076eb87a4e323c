from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from urllib.parse import quote_plus

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from brevviz.bucket import open_store, opening
from brevviz.bucket.reading import md5_of
from brevviz.dataset import Dataset
from brevviz.errors import BucketError, ObjectMissing
from brevviz.recipe import Source

KEYS = ["good/1 1.png", "good/ä+1.png", "bad/2.png", ".hidden/3.png", "gone.png", "old.png"]
WHEN = datetime(2026, 11, 24, 1, 2, 3, tzinfo=UTC)
SCHEMA = (
    "Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size, LastModifiedDate, ETag, StorageClass"
)


@pytest.fixture(autouse=True)
def own_state(monkeypatch, tmp_path):
    monkeypatch.setattr(opening, "_open", {})
    monkeypatch.setenv("BREVVIZ_CACHE", str(tmp_path / "cache"))


def rows():
    for number, key in enumerate(KEYS):
        gone, latest = key == "gone.png", key != "old.png"
        yield key, f"v{number}", latest, gone, None if gone else 10 + number, f"{number:032x}"


def csv_file():
    when = "2026-11-24T01:02:03.000Z"
    lines = []
    for key, version, latest, gone, size, etag in rows():
        flags = [str(latest).lower(), str(gone).lower()]
        rest = ["" if size is None else str(size), when, etag, "STANDARD"]
        lines.append(["shop", quote_plus(key), version, *flags, *rest])
    text = "".join(",".join(f'"{value}"' for value in line) + "\n" for line in lines)
    return gzip.compress(text.encode())


def parquet_file():
    keys, versions, latest, gone, sizes, etags = zip(*rows(), strict=True)
    table = pa.table(
        {
            "bucket": ["shop"] * len(keys),
            "key": keys,
            "version_id": versions,
            "is_latest": latest,
            "is_delete_marker": gone,
            "size": pa.array(sizes, pa.int64()),
            "last_modified_date": pa.array(
                [WHEN.replace(tzinfo=None)] * len(keys), pa.timestamp("ms")
            ),
            "e_tag": etags,
        }
    )
    buffer = pa.BufferOutputStream()
    pq.write_table(table, buffer)
    return buffer.getvalue().to_pybytes()


@pytest.fixture(params=["CSV", "Parquet"])
def report(request, tmp_path):
    """A report's folder as S3 writes it; gives the manifest's path."""
    data = csv_file() if request.param == "CSV" else parquet_file()
    return write(tmp_path, request.param, data)


def write(tmp_path, form, data, **changed):
    config = tmp_path / "reports/shop/daily"
    (config / "data").mkdir(parents=True)
    (config / "2026-11-24T01-00Z").mkdir()
    (config / "data/part").write_bytes(data)
    entry = {"key": "reports/shop/daily/data/part", "size": len(data), "MD5checksum": md5_of(data)}
    manifest = {
        "sourceBucket": "shop",
        "destinationBucket": "arn:aws:s3:::reports",
        "version": "2016-11-30",
        "creationTimestamp": "1795482000000",
        "fileFormat": form,
        "fileSchema": SCHEMA,
        "files": [entry],
    } | changed
    text = json.dumps(manifest)
    path = config / "2026-11-24T01-00Z/manifest.json"
    path.write_text(text)
    path.with_name("manifest.checksum").write_text(md5_of(text.encode()))
    return path


def source(path, **more):
    return Source(uri=str(path), endpoint="http://127.0.0.1:9", anonymous=True, **more)


def test_current_objects_are_listed_and_nothing_is_asked_of_their_bucket(report):
    dataset = Dataset.of(source(report))
    frame = dataset.get_image_samples(details=True)
    keys = ["bad/2.png", "good/1 1.png", "good/ä+1.png"]
    assert list(frame["path"]) == [f"s3://shop/{key}" for key in keys]
    assert list(frame["size"]) == [12, 10, 11]
    assert list(frame["version_id"]) == ["v2", "v0", "v1"]
    assert set(frame["modified"]) == {WHEN}
    assert frame["etag"][0] == f"{2:032x}"
    assert dataset.counts.hidden == 1
    assert open_store(source(report)).index().folder_counts() == {".hidden": 1, "bad": 1, "good": 2}


def test_memory_is_bounded_by_a_setting(report, monkeypatch):
    store = open_store(source(report))
    listed = len(store.list())
    monkeypatch.setenv("BREVVIZ_MOST_LISTED", str(listed - 1))
    with pytest.raises(BucketError, match=r"are listed in memory.*set BREVVIZ_MOST_LISTED"):
        store.list()
    assert len(store.index()) >= listed
    monkeypatch.setenv("BREVVIZ_MOST_LISTED", "many")
    with pytest.raises(BucketError, match="BREVVIZ_MOST_LISTED: 'many' is not a number"):
        store.list()


def test_it_is_opened_again_without_its_files(report):
    first = Dataset.of(source(report)).get_image_samples()
    (report.parents[1] / "data/part").unlink()
    opening._open.clear()
    assert Dataset.of(source(report)).get_image_samples().equals(first)


def test_a_file_that_is_not_the_manifests_is_refused(report):
    (report.parents[1] / "data/part").write_bytes(b"other")
    with pytest.raises(BucketError, match="does not match its MD5"):
        open_store(source(report)).list()
    (report.parents[1] / "data/part").unlink()
    with pytest.raises(ObjectMissing):
        open_store(source(report)).list()


def test_a_changed_manifest_is_refused(report):
    report.write_text(report.read_text().replace("shop", "shopping"))
    with pytest.raises(BucketError, match=r"does not match manifest\.checksum"):
        open_store(source(report))


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"fileFormat": "ORC"}, "'ORC'; CSV and Parquet are read"),
        ({"files": None}, "not the manifest"),
        ({"sourceBucket": ""}, "not the manifest"),
    ],
)
def test_what_cannot_be_read_is_said(tmp_path, changed, says):
    path = write(tmp_path, "CSV", csv_file(), **changed)
    with pytest.raises(BucketError, match=says):
        open_store(source(path))


def test_a_broken_file_is_said(tmp_path):
    path = write(tmp_path, "Parquet", b"nothing")
    with pytest.raises(BucketError, match="cannot be read as Parquet"):
        open_store(source(path)).list()

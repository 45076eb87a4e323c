"""A manifest of a real bucket: what is overwritten, deleted or left out is found."""

import dataclasses
import random

import pytest

from brevviz.errors import EvidenceError
from brevviz.evidence import extend, lock, read_manifest, verify, write_manifest
from brevviz.evidence.manifest import Deed, save
from brevviz.job import Digests, Job
from brevviz.recipe import Recipe
from brevviz.sampling import draws_digest
from brevviz.split import split_digest


@dataclasses.dataclass
class Bucket:
    """A bucket with some files, and the folder of its manifest."""

    s3: object
    uri: str
    folder: object
    secret: str

    def put(self, key, data):
        self.s3.put(self.uri, key, data)

    def delete(self, key):
        bucket, _, prefix = self.uri.removeprefix("s3://").partition("/")
        self.s3.server.client.remove_object(bucket_name=bucket, object_name=f"{prefix}/{key}")


@pytest.fixture(name="bucket")
def _bucket(s3, s3_keys, tmp_path):
    draw = random.Random(1)
    source = tmp_path / "source"
    for number in range(30):
        path = source / draw.choice(["good", "bad"]) / f"{number // 2}_{number % 2} ä+%.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(draw.randbytes(50))
    uri = s3.put_tree(source)
    recipe = Recipe.start(uri, endpoint=s3.endpoint, profile=s3_keys).with_value(
        "split.uniqueness", r"/(\d+)_\d"
    )
    job = Job(recipe)
    draws = draws_digest(job.sampler().order(job.samples_of("train")).draws(0))
    digests = Digests(recipe.digest(), split_digest(job.assigned), draws, "b" * 64)
    write_manifest(job, tmp_path / "evidence", digests)
    return Bucket(s3, uri, tmp_path / "evidence", s3.secret_key)


def test_it_holds_locked_and_extended_and_keeps_the_secret(bucket):
    assert verify(bucket.folder).exit_code == 0
    assert lock(bucket.folder).exit_code == 0
    bucket.put("good/0_7.png", b"another image of a known item")
    bucket.put("good/99_0.png", b"a new item")
    extension = extend(bucket.folder)
    assert (extension.objects, extension.followed) == (2, 1)
    verdict = verify(bucket.folder)
    assert verdict.exit_code == 0, verdict
    assert verify(bucket.folder, deep=True).exit_code == 2, "the new ones are not locked"
    lock(bucket.folder)
    assert verify(bucket.folder, deep=True).exit_code == 0
    for path in bucket.folder.iterdir():
        assert bucket.secret.encode() not in path.read_bytes()


def test_overwritten_and_deleted_objects_are_found(bucket):
    keys = read_manifest(bucket.folder).rows["key"].to_pylist()
    bucket.put(keys[0], b"other bytes")
    bucket.delete(keys[1])
    verdict = verify(bucket.folder)
    assert verdict.exit_code == 1
    assert any(finding.startswith("objects are gone: 1 (") for finding in verdict.findings)
    assert any("another ETag: 1 (" in finding for finding in verdict.findings)
    with pytest.raises(EvidenceError, match="does not hold, so it is not extended"):
        extend(bucket.folder)
    locked = lock(bucket.folder)
    assert len(locked.findings) == 2
    assert locked.exit_code == 1


def test_a_row_that_was_taken_away_is_missed_when_the_bucket_is_older(bucket):
    manifest = read_manifest(bucket.folder)
    rows = manifest.rows.slice(1)
    later = [manifest.header.revisions[0] | {"listed": "2100-01-01T00:00:00+00:00"}]
    save(bucket.folder, rows, dataclasses.replace(manifest.about, revisions=later), Deed("forged"))
    findings = verify(bucket.folder).findings
    assert any("were there when it was listed, and have no row: 1" in text for text in findings)


def test_a_server_that_is_gone_leaves_the_objects_unchecked(bucket, monkeypatch):
    monkeypatch.setenv("BREVVIZ_TESTS_SECRET_KEY", "wrong")
    verdict = verify(bucket.folder)
    assert verdict.exit_code == 2
    assert verdict.findings == []
    assert verdict.unchecked[0].startswith("the objects: ")
    assert any("purpose again" in sentence for sentence in verdict.checked)


def test_lock_keeps_no_bytes_of_test_samples_on_this_disk(bucket, tmp_path, monkeypatch):
    monkeypatch.setenv("BREVVIZ_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("BREVVIZ_CACHE_MIB", "10")
    recipe = read_manifest(bucket.folder).recipe.with_value("split.test_ratio", 0.2)
    # A store is opened once for its settings: another region, which nobody checks, opens anew.
    job = Job(recipe.with_value("source.region", "us-west-2"))
    draws = draws_digest(job.sampler().order(job.samples_of("train")).draws(0))
    digests = Digests(job.recipe.digest(), split_digest(job.assigned), draws, "b" * 64)
    write_manifest(job, tmp_path / "tested", digests)
    verdict = lock(tmp_path / "tested")
    assert verdict.exit_code == 0, verdict
    rows = read_manifest(tmp_path / "tested").rows.to_pylist()
    assert all(row["sha256"] for row in rows)
    kept = [path.read_bytes() for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    held = {
        row["purpose"]
        for row in rows
        if any(bytes.fromhex(row["sha256"]) == data[:32] for data in kept)
    }
    assert held == {"train"} | ({"devel"} & {row["purpose"] for row in rows})
    assert "test" in {row["purpose"] for row in rows}

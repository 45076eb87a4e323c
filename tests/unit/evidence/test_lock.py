"""`lock` records the bytes that were listed, goes on where it was, and says what it could not."""

import hashlib
import json

import pytest
from PIL import Image

from brevviz.bucket.folder import FolderStore
from brevviz.errors import Cancelled, EvidenceError
from brevviz.evidence import lock, verify


def stop_after(pieces):
    """A report that stops the work after so many reports."""
    seen = []

    def report(what, done, total=None):
        seen.append((what, done))
        if len(seen) > pieces:
            raise Cancelled("", "the user stopped it")

    return report


def test_every_object_gets_the_sha256_of_its_bytes(case):
    verdict = lock(case.folder)
    assert verdict.exit_code == 0, verdict
    rows = case.manifest.rows.to_pylist()
    for row in rows:
        data = (case.source / row["key"]).read_bytes()
        assert row["sha256"] == hashlib.sha256(data).hexdigest()
    assert verdict.checked == [f"{len(rows)} of {len(rows)} objects have their SHA-256"]
    assert case.manifest.header.counts["locked"] == len(rows)
    assert sorted(path.name for path in case.folder.iterdir()) == [
        "manifest.json",
        "manifest.parquet",
        "trail.jsonl",
    ]
    assert verify(case.folder, deep=True).exit_code == 0


def test_samples_that_are_no_image_are_recorded_as_rejected(case):
    whole = case.source / "good" / "1000_0.png"
    Image.new("RGB", (8, 8), "red").save(whole)
    case.write()
    lock(case.folder)
    rows = {row["key"]: row for row in case.manifest.rows.to_pylist()}
    assert rows["good/1000_0.png"]["reason"] is None
    assert rows["notes.txt"]["reason"] == "source.sample_filter"
    tried = [row for row in rows.values() if row["purpose"] in {"train", "devel"}]
    others = [row for row in tried if row["key"] != "good/1000_0.png"]
    assert all(row["reason"].startswith("rejected: ") for row in others)
    assert case.manifest.header.counts["rejected"] == len(others)
    assert verify(case.folder).exit_code == 0


def test_a_lock_that_was_made_stays(case):
    lock(case.folder)
    before = case.manifest.rows
    (case.source / "notes.txt").write_text("something else now")
    verdict = lock(case.folder)
    assert verdict.exit_code == 0, "nothing is left to be locked"
    assert case.manifest.rows.equals(before)
    assert verify(case.folder).exit_code == 1


def test_what_changed_or_went_is_told_and_stays_open(case):
    (case.source / "notes.txt").write_text("something else now")
    (case.source / "other" / "1_1.png").unlink()
    verdict = lock(case.folder)
    assert verdict.findings == [
        "objects are gone: 1 ('other/1_1.png')",
        "objects are no longer those that were listed: 1 ('notes.txt')",
    ]
    assert verdict.exit_code == 1
    still = [row["key"] for row in case.manifest.rows.to_pylist() if row["sha256"] is None]
    assert still == ["notes.txt", "other/1_1.png"]


def test_stopped_work_goes_on_where_it_was(case, fill, monkeypatch):
    fill(case.source, seed=5, items=200, start=2000)
    case.write()
    with pytest.raises(Cancelled):
        lock(case.folder, report=stop_after(1))
    assert all(row["sha256"] is None for row in case.manifest.rows.to_pylist())
    journal = case.folder / "manifest.lock.jsonl"
    done = [json.loads(line) for line in journal.read_bytes().splitlines()]
    assert len(done) == 256
    # a crash tears the last line, and a stranger's lines are about nothing here
    lines = journal.read_bytes()
    journal.write_bytes(lines[:-20] + b'\n["x", "y", "z", null]\n5\n["a"]')
    reads = []
    get = FolderStore.get
    monkeypatch.setattr(
        FolderStore,
        "get",
        lambda store, key, *rest, **how: reads.append(key) or get(store, key, *rest),
    )
    lock(case.folder)
    assert len(reads) == len(case.manifest.rows) - 255
    monkeypatch.undo()
    assert verify(case.folder, deep=True).exit_code == 0
    assert not journal.exists()


def test_a_journal_of_other_versions_is_not_believed(case):
    row = case.manifest.rows.to_pylist()[0]
    (case.folder / "manifest.lock.jsonl").write_text(
        json.dumps([row["key"], "0" * 32, "f" * 64, None]) + "\n"
    )
    lock(case.folder)
    assert case.manifest.rows.to_pylist()[0]["sha256"] != "f" * 64


def test_a_journal_that_cannot_be_written_is_named(case):
    (case.folder / "manifest.lock.jsonl").mkdir()
    with pytest.raises(EvidenceError, match=r"manifest.lock.jsonl: cannot be read: Is a directory"):
        lock(case.folder)

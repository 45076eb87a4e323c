"""Test samples of a manifest: locked without being looked at, and opened with a reason."""

import pytest
from PIL import Image

from brevviz.bucket.folder import FolderStore
from brevviz.cli import main
from brevviz.errors import EvidenceError
from brevviz.evidence import Trail, lock, read_manifest, unseal, verify
from brevviz.evidence.trail import UNSEALED
from brevviz.images import ImagePipeline


@pytest.fixture(name="tested")
def _tested(case):
    """The keys of the test samples; one of them is an image."""
    keys = [row["key"] for row in case.manifest.rows.to_pylist() if row["purpose"] == "test"]
    assert len(keys) > 3
    Image.new("RGB", (8, 8), "red").save(case.source / keys[0])
    case.write()
    assert [row["purpose"] for row in case.manifest.rows.to_pylist() if row["key"] in keys] == [
        "test"
    ] * len(keys)
    return keys


@pytest.fixture(name="decoded")
def _decoded(monkeypatch):
    decoded = []
    load = ImagePipeline.load
    monkeypatch.setattr(
        ImagePipeline, "load", lambda self, data, key: decoded.append(key) or load(self, data, key)
    )
    return decoded


def rejected_of(case, keys):
    rows = {row["key"]: row["reason"] for row in case.manifest.rows.to_pylist()}
    return [key for key in keys if (rows[key] or "").startswith("rejected: ")]


def test_lock_hashes_test_samples_and_decodes_none_of_them(case, tested, decoded):
    verdict = lock(case.folder)
    assert verdict.exit_code == 0
    assert f"{len(tested)} test samples are sealed" in verdict.notes[0]
    assert decoded
    assert not set(tested) & set(decoded)
    assert all(row["sha256"] for row in case.manifest.rows.to_pylist())
    assert rejected_of(case, tested) == []
    assert verify(case.folder, deep=True).exit_code == 0


def test_no_bytes_of_test_samples_are_kept_in_a_cache(case, tested, monkeypatch):
    kept = {}
    get = FolderStore.get

    def watched(store, key, etag=None, *, keep=True):
        kept[key] = keep
        return get(store, key, etag)

    monkeypatch.setattr(FolderStore, "get", watched)
    lock(case.folder)
    assert {key for key, keep in kept.items() if not keep} == set(tested)


def test_unseal_says_why_and_how_often_before_it_reads(case, tested, decoded, capsys):
    lock(case.folder)
    decoded.clear()
    words = ["unseal", str(case.folder), "--reason", "acceptance", "--who", "QA"]
    assert main(words) == 0
    assert set(decoded) == set(tested)
    assert rejected_of(case, tested) == tested[1:]
    said = capsys.readouterr().out
    assert said.startswith("count        1 times, by this trail,")
    assert f"{len(tested)} of {len(tested)} test samples were tried as images" in said
    assert unseal(case.folder, "again").count == 2
    entries, findings = Trail(case.folder).entries()
    assert findings == []
    told = [(e.reason, e.who, e.count) for e in entries if e.what == UNSEALED]
    assert told == [("acceptance", "QA", 1), ("again", None, 2)]
    assert verify(case.folder).exit_code == 0


def test_what_is_not_said_or_not_there_opens_nothing(case, tested, decoded):
    with pytest.raises(EvidenceError, match="reason: is empty"):
        unseal(case.folder, " ")
    case.recipe = case.recipe.with_value("split.test_ratio", 0.0)
    case.write()
    with pytest.raises(EvidenceError, match="holds no test samples"):
        unseal(case.folder, "why")
    assert decoded == []
    assert not any(entry.what == UNSEALED for entry in Trail(case.folder).entries()[0])


def test_other_bytes_than_were_locked_are_a_finding_and_the_lock_stays(case, tested):
    lock(case.folder)
    rows = {row["key"]: row["sha256"] for row in case.manifest.rows.to_pylist()}
    case.edit_rows(
        lambda rows: [r.update(sha256="0" * 64) for r in rows if r["key"] == tested[1]], seal=True
    )
    (case.source / tested[2]).unlink()
    (case.source / tested[3]).unlink()
    (case.source / tested[3]).mkdir()
    verdict = unseal(case.folder, "why").verdict
    assert verdict.exit_code == 1
    assert f"test samples have other bytes than were locked: 1 ('{tested[1]}')" in verdict.findings
    assert verdict.unchecked[0].startswith("test samples cannot be read: 2 (")
    after = {row["key"]: row["sha256"] for row in read_manifest(case.folder).rows.to_pylist()}
    assert after == rows | {tested[1]: "0" * 64}


def test_lines_that_cut_an_unseal_off_are_missed_once_a_manifest_follows(case, tested):
    unseal(case.folder, "look")
    path = Trail(case.folder).path
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(line for line in lines if b"unsealed" not in line))
    assert verify(case.folder).exit_code == 1


def test_edits_and_unseals_after_the_manifest_are_no_other_manifest(case):
    Trail(case.folder).append("recipe changed", old={"seed": 1}, new={"seed": 2})
    Trail(case.folder).append(UNSEALED, new={"images": 3}, reason="look", counted=True)
    assert verify(case.folder).exit_code == 0

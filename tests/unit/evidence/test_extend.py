"""`extend` adds what is new, moves nothing, and its result can be derived again."""

import random
import shutil

import pytest

from brevviz.errors import EvidenceError
from brevviz.evidence import extend, read_manifest, verify


def by_key(case):
    return {row["key"]: row for row in case.manifest.rows.to_pylist()}


def test_nothing_new_changes_nothing(case):
    before = (case.folder / "manifest.json").read_bytes()
    assert extend(case.folder).objects == 0
    assert (case.folder / "manifest.json").read_bytes() == before


@pytest.mark.parametrize("seed", range(5))
def test_old_rows_stay_and_new_images_follow_their_item(case, fill, seed):
    before = by_key(case)
    purpose_of = {row["item"]: row["purpose"] for row in before.values() if row["purpose"]}
    draw = random.Random(seed)
    for revision in (1, 2):
        fill(case.source, seed=seed, items=10, start=1000 * revision)
        item = draw.choice(sorted(purpose_of))
        label = draw.choice(["good", "bad"])
        (case.source / label / f"{item}_{revision}00.png").write_bytes(draw.randbytes(9))
        extension = extend(case.folder)
        assert extension.followed == 1
        after = by_key(case)
        assert extension.objects == len(after) - len(before)
        assert all(after[key] == row for key, row in before.items())
        new = [row for key, row in after.items() if key not in before]
        assert {row["revision"] for row in new} == {revision}
        assert after[f"{label}/{item}_{revision}00.png"]["purpose"] == purpose_of[item]
        assert sum(extension.purposes.values()) == len(new)
        before = after
    verdict = verify(case.folder)
    assert (verdict.exit_code, verdict.findings) == (0, [])
    items = {}
    for row in case.manifest.rows.to_pylist():
        if row["purpose"]:
            items.setdefault(row["item"], set()).add(row["purpose"])
    assert all(len(purposes) == 1 for purposes in items.values())
    assert len(case.manifest.header.revisions) == 3
    assert case.manifest.header.digests.keys() == {"recipe", "split"}
    assert set(case.manifest.samples()["purpose"]) == {"train", "devel", "test"}


@pytest.mark.parametrize("revision", [0, 1])
@pytest.mark.parametrize("seed", range(3))
def test_tampering_is_found_in_every_revision(case, fill, revision, seed):
    fill(case.source, seed=1, items=10, start=1000)
    extend(case.folder)

    def move(rows):
        row = random.Random(seed).choice(
            [row for row in rows if row["purpose"] and row["revision"] == revision]
        )
        row["purpose"] = "devel" if row["purpose"] == "train" else "train"

    case.edit_rows(move, seal=True)
    verdict = verify(case.folder)
    assert verdict.exit_code == 1
    assert any("another purpose" in finding for finding in verdict.findings)


def test_a_manifest_that_does_not_hold_is_not_extended(case, fill):
    case.edit_rows(lambda rows: rows[5].update(purpose="test"), seal=True)
    before = (case.folder / "manifest.json").read_bytes()
    fill(case.source, seed=1, items=3, start=1000)
    with pytest.raises(EvidenceError, match="does not hold, so it is not extended"):
        extend(case.folder)
    assert (case.folder / "manifest.json").read_bytes() == before


def test_a_source_that_lost_or_changed_objects_is_not_extended(case, fill):
    fill(case.source, seed=1, items=3, start=1000)
    (case.source / "notes.txt").write_text("changed")
    with pytest.raises(EvidenceError, match=r"another ETag: 1 .'notes.txt'"):
        extend(case.folder)
    (case.source / "notes.txt").unlink()
    with pytest.raises(EvidenceError, match="objects are gone: 1"):
        extend(case.folder)


def test_the_same_files_extend_to_the_same_rows(case, fill, tmp_path):
    fill(case.source, seed=1, items=10, start=1000)
    copy = tmp_path / "copy"
    shutil.copytree(case.folder, copy)
    extend(case.folder)
    extend(copy)
    assert read_manifest(copy).rows.equals(case.manifest.rows)

"""The trail: each line holds the one before, whoever writes it."""

import json
import random
import resource
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from brevviz.errors import EvidenceError
from brevviz.evidence import Trail, extend, lock, verify


@pytest.fixture(name="trail")
def _trail(tmp_path):
    trail = Trail(tmp_path)
    for number in range(10):
        trail.append("ratio", old=number, new=number + 1, reason="because", who=None)
    return trail


def lines_of(trail):
    return trail.path.read_bytes().splitlines(keepends=True)


def test_a_line_says_when_who_what_old_new_and_why(tmp_path):
    trail = Trail(tmp_path / "new folder")
    written = trail.append("unseal", old={"a": [1]}, new=None, reason="Ω\n", who="Åsa")
    (entry,), findings = trail.entries()
    assert findings == []
    assert entry == written
    assert (entry.what, entry.old, entry.new) == ("unseal", {"a": [1]}, None)
    assert (entry.reason, entry.who) == ("Ω\n", "Åsa")
    when = datetime.fromisoformat(entry.when)
    assert when.utcoffset() == timedelta(0)
    assert trail.path.read_bytes().isascii()
    assert len(lines_of(trail)) == 1


def test_nobody_is_named_who_did_not_ask_for_it(tmp_path, monkeypatch):
    monkeypatch.setenv("USER", "canary")
    Trail(tmp_path).append("x")
    assert Trail(tmp_path).entries()[0][0].who is None
    assert b"canary" not in Trail(tmp_path).path.read_bytes()


def test_no_trail_is_an_empty_one(tmp_path):
    assert Trail(tmp_path).entries() == ([], [])


def edit(lines, draw):
    at = draw.randrange(len(lines) - 1)
    data = json.loads(lines[at])
    data["old"] = 1000
    lines[at] = json.dumps(data, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def delete(lines, draw):
    del lines[draw.randrange(len(lines) - 1)]


def swap(lines, draw):
    at = draw.randrange(len(lines) - 1)
    lines[at], lines[at + 1] = lines[at + 1], lines[at]


def double(lines, draw):
    at = draw.randrange(len(lines))
    lines.insert(at, lines[at])


def insert(lines, draw):
    lines.insert(draw.randrange(1, len(lines)), lines[0].replace(b"because", b"why not"))


def spoil(lines, draw):
    lines[draw.randrange(len(lines))] = b"\xff\x00\n"


def space(lines, draw):
    lines[-1] = lines[-1].replace(b":", b": ", 1)


@pytest.mark.parametrize("tamper", [edit, delete, swap, double, insert, spoil, space])
@pytest.mark.parametrize("seed", range(5))
def test_an_edited_deleted_or_moved_line_is_found(trail, tamper, seed):
    lines = lines_of(trail)
    tamper(lines, random.Random(seed))
    trail.path.write_bytes(b"".join(lines))
    assert trail.entries()[1]


def test_one_torn_last_line_is_forgiven_and_gone_with_the_next(trail):
    whole = trail.path.read_bytes()
    torn = whole + lines_of(trail)[0][:40]
    trail.path.write_bytes(torn)
    entries, findings = trail.entries()
    assert (len(entries), findings) == (10, [])
    trail.append("next")
    entries, findings = trail.entries()
    assert (len(entries), findings) == (11, [])
    assert trail.path.read_bytes().startswith(whole)


def test_many_writers_make_one_chain(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: Trail(tmp_path).append("write", new=n), range(100)))
    entries, findings = Trail(tmp_path).entries()
    assert findings == []
    assert sorted(entry.new for entry in entries) == list(range(100))


def test_a_line_can_say_how_many_of_its_kind_there_are(trail):
    assert [trail.append("unseal", counted=True).count for _ in range(3)] == [1, 2, 3]
    trail.append("ratio")
    lines_before = lines_of(trail)
    assert trail.append("ratio", counted=True).count == 12
    entries, findings = trail.entries()
    assert findings == []
    assert [entry.count for entry in entries if entry.what == "unseal"] == [1, 2, 3]
    lines = [*lines_before]
    lines[-2] = lines[-2].replace(b'"count":3', b'"count":1')
    trail.path.write_bytes(b"".join(lines))
    assert trail.entries()[1]


def test_a_full_disk_leaves_the_lines_that_were_there(trail):
    before = trail.path.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 100, hard))
    try:
        with pytest.raises(
            EvidenceError, match=r"trail.jsonl: 51\d\d bytes could not be written: F"
        ):
            trail.append("x" * 5000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert trail.path.read_bytes() == before
    trail.append("next")
    assert trail.entries()[1] == []


def test_a_trail_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "trail.jsonl").mkdir()
    with pytest.raises(
        EvidenceError, match=r"trail.jsonl: \d+ bytes could not be written: Is a dir"
    ):
        Trail(tmp_path).append("x")
    with pytest.raises(EvidenceError, match=r"trail.jsonl: cannot be read: Is a directory"):
        Trail(tmp_path).entries()


def test_what_is_done_to_a_manifest_is_in_its_trail(case, fill):
    lock(case.folder, reason="for the audit", who="QA")
    fill(case.source, seed=1, items=3, start=1000)
    extend(case.folder)
    entries, findings = Trail(case.folder).entries()
    assert findings == []
    assert [entry.what for entry in entries] == [
        "manifest written",
        "bytes locked",
        "samples added",
    ]
    assert (entries[1].reason, entries[1].who) == ("for the audit", "QA")
    assert entries[0].old is None
    assert [entry.old for entry in entries[1:]] == [entry.new for entry in entries[:-1]]
    assert entries[-1].new["rows"] == case.manifest.header.rows_sha256
    assert verify(case.folder).exit_code == 0


@pytest.mark.parametrize("kept", [0, 1])
def test_lines_cut_off_the_end_are_missed(case, kept):
    lock(case.folder)
    trail = Trail(case.folder)
    trail.path.write_bytes(b"".join(lines_of(trail)[:kept]))
    verdict = verify(case.folder)
    assert verdict.exit_code == 1
    assert "the trail has lost the line that the manifest was written with" in verdict.findings


def test_an_older_manifest_put_back_is_told_by_the_lines_after_it(case):
    older = {
        name: (case.folder / name).read_bytes() for name in ("manifest.json", "manifest.parquet")
    }
    lock(case.folder)
    for name, data in older.items():
        (case.folder / name).write_bytes(data)
    verdict = verify(case.folder)
    assert verdict.exit_code == 2
    assert "the trail goes on after it, by 1; work was stopped half-way" in verdict.unchecked[0]

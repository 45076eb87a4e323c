"""The Export panel: a folder is saved, locked, verified, reported and compared."""

import json
from pathlib import Path

import pytest

from brevviz.evidence import Trail, read_manifest
from brevviz.panels.deeds import read_any

DEEDS = ("save", "lock", "verify", "deep", "report", "compare")


@pytest.fixture
def small(tmp_path, vials):
    """A folder of nine of the vials, and one file that is no image."""
    for name in ("bad_cap", "good", "missing_cap"):
        (tmp_path / "set" / name).mkdir(parents=True)
        for path in sorted((Path(vials) / name).glob("*.bmp"))[:3]:
            (tmp_path / "set" / name / path.name).write_bytes(path.read_bytes())
    return tmp_path / "set"


@pytest.fixture
def files(open_app, small, tmp_path):
    """The panel's files, with `do(deed)` as a person presses a button."""
    user = open_app(str(small))
    user.enter("Images", "view.target_size", "16 x 16")
    files = user.panel("Export").files
    files.user, files.folder = user, tmp_path / "out"
    assert files.form.receive({"kind": "set", "name": "folder", "value": str(files.folder)})

    def do(deed):
        user.press(files.loading if deed == "load" else files.actions, deed)
        return [tuple(row) for row in files.findings.rows]

    files.do = do
    return files


def kinds(rows):
    return {kind for kind, _ in rows}


def test_lock_records_every_object_and_the_trail_says_why(files):
    assert files.form.receive({"kind": "set", "name": "reason", "value": "first release"})
    rows = files.do("lock")
    assert ("holds", "9 of 9 objects have their SHA-256") in rows
    assert files.done.text == f"Locked: {files.folder}"
    assert files.hint.text == f"To sign it, in a terminal: brevviz sign {files.folder} --key FILE"
    manifest = read_manifest(files.folder)
    assert manifest.rows["sha256"].null_count == 0
    entries, findings = Trail(files.folder).entries()
    assert findings == []
    assert [(entry.what, entry.reason) for entry in entries] == [
        ("manifest written", "first release"),
        ("bytes locked", "first release"),
    ]


def test_what_was_locked_is_verified_and_a_changed_byte_is_found(files, small):
    files.do("lock")
    for deed in ("verify", "deep"):
        rows = files.do(deed)
        assert files.done.text == f"It holds: {files.folder}"
        assert kinds(rows) <= {"holds", "note"}
        assert set(files.findings.flags) <= {"good", ""}
    path = next((small / "good").iterdir())
    path.write_bytes(path.read_bytes()[:-1] + b"\x7f")
    rows = files.do("deep")
    assert files.done.text == f"It does not hold: {files.folder}"
    assert path.name in next(said for kind, said in rows if kind == "finding")
    assert files.findings.flags[0] == "bad"
    assert files.user.error == ""


def test_the_report_is_written_beside_a_manifest(files):
    files.do("report")
    assert files.done.text == f"Wrote {files.folder / 'report.html'} and report.json beside it"
    data = json.loads((files.folder / "report.json").read_text("ascii"))
    assert data["digests"]["recipe"] == files.user.app.recipe.digest()
    assert "<script" not in (files.folder / "report.html").read_text("utf-8")


def test_compare_says_what_saving_would_change(files):
    files.do("save")
    assert files.do("compare") == []
    assert files.done.text == f"Nothing has changed since it was saved: {files.folder}"
    files.user.enter("Split", "split.ratio", 0.4)
    files.user.panel("Export")
    assert files.done.text == ""  # it was said of another recipe
    rows = files.do("compare")
    assert ("change", "recipe: split.ratio: 0.8 -> 0.4") in rows
    assert any("images moved from train to devel" in said for _, said in rows)


@pytest.mark.parametrize("deed", ["lock", "report"])
def test_a_folder_of_another_recipe_is_left_alone(files, deed):
    files.do("save")
    before = (files.folder / "manifest.json").read_bytes()
    files.user.enter("Split", "split.ratio", 0.4)
    files.user.panel("Export")
    assert files.do(deed) == []
    assert "the manifest of another recipe" in files.form.problems["folder"]
    assert (files.folder / "manifest.json").read_bytes() == before


@pytest.mark.parametrize("deed", ["verify", "deep", "compare"])
def test_a_folder_without_a_manifest_is_a_sentence_under_the_field(files, deed):
    files.do(deed)
    assert "cannot be read" in files.form.problems["folder"]
    assert files.user.error == ""
    assert files.form.receive({"kind": "set", "name": "folder", "value": ""})
    files.do(deed)
    assert files.form.problems["folder"] == "folder: is empty; a path is allowed"


def test_a_file_where_a_folder_should_be_is_a_sentence(files, tmp_path):
    (tmp_path / "file").write_text("x", "ascii")
    assert files.form.receive({"kind": "set", "name": "folder", "value": str(tmp_path / "file")})
    for deed in DEEDS:
        files.do(deed)
        assert str(tmp_path / "file") in files.form.problems["folder"], deed
        assert files.user.error == "", deed


def test_a_manifest_brings_its_recipe_back(files):
    files.do("save")
    saved = files.user.app.recipe
    for path in (files.folder, files.folder / "manifest.json", files.folder / "recipe.ipynb"):
        files.user.enter("Split", "split.ratio", 0.4)
        files.user.panel("Export")
        assert files.file.receive({"kind": "set", "name": "file", "value": str(path)})
        files.do("load")
        assert files.user.app.recipe == saved == read_any(path)
        assert files.loaded.text == f"Loaded {path}"
    files.user.press(files.user.app.history, "undo")
    assert files.user.app.recipe.split.ratio == 0.4


def test_a_lock_that_is_stopped_goes_on_where_it_was(files, monkeypatch):
    def stop(what, done, total):
        if what == "objects read" or done:
            files.latest.cancel()

    files.do("save")
    monkeypatch.setattr(files, "progress", stop)
    files.do("lock")
    assert files.done.text == "Stopped. What was read so far is kept: Lock goes on from there."
    assert files.form.problems == {}
    assert not any(button["disabled"] for button in files.actions.buttons)
    monkeypatch.undo()
    assert ("holds", "9 of 9 objects have their SHA-256") in files.do("lock")


def test_the_buttons_are_off_while_a_deed_is_done(files, monkeypatch):
    seen = []
    monkeypatch.setattr(
        files, "progress", lambda *_: seen.extend(b["disabled"] for b in files.actions.buttons)
    )
    files.do("save")
    assert seen
    assert all(seen)
    assert not any(button["disabled"] for button in files.actions.buttons)

"""Edits of a recipe are lines of a trail, one for each step of undo."""

import json
import subprocess
import sys
import time

import pytest

from brevviz import session as session_module
from brevviz.cli import main
from brevviz.errors import EvidenceError
from brevviz.evidence import Trail, verify
from brevviz.evidence.edits import settings_that_differ
from brevviz.recipe import Recipe
from brevviz.session import Session


@pytest.fixture(name="session")
def _session(tmp_path):
    session = Session(Recipe.start("folder"), trail=tmp_path, who="QA")
    yield session
    session.close()


def lines(session):
    session.edits.write()
    entries, findings = Trail(session.edits.folder).entries()
    assert findings == []
    return entries


def test_a_step_is_a_line_with_old_and_new(session):
    before = session.recipe.digest()
    session.set("split.ratio", 0.7)
    (entry,) = lines(session)
    assert (entry.what, entry.who, entry.reason) == ("recipe changed", "QA", "")
    assert entry.old == {"recipe": before, "settings": {"split": {"ratio": 0.8}}}
    assert entry.new == {
        "recipe": session.recipe.digest(),
        "settings": {"split": {"ratio": 0.7}},
    }
    assert entry.when.endswith("+00:00")


def test_a_drag_is_one_line_and_another_field_begins_the_next(session):
    for ratio in (0.79, 0.78, 0.6):
        session.set("split.ratio", ratio)
    session.set("seed", 7)
    first, second = lines(session)
    assert (first.old["settings"], first.new["settings"]) == (
        {"split": {"ratio": 0.8}},
        {"split": {"ratio": 0.6}},
    )
    assert second.new["settings"] == {"seed": 7}
    assert second.old["recipe"] == first.new["recipe"]


def test_there_and_back_in_one_drag_is_no_line(session):
    session.set("split.ratio", 0.7)
    session.set("split.ratio", 0.8)
    assert lines(session) == []


def test_undo_redo_and_another_recipe_are_lines(session):
    session.set("split.ratio", 0.7)
    session.undo()
    session.redo()
    session.replace(Recipe.start("elsewhere"))
    assert [entry.what for entry in lines(session)] == [
        "recipe changed",
        "recipe undone",
        "recipe done again",
        "recipe replaced",
    ]
    digests = [(entry.old["recipe"], entry.new["recipe"]) for entry in lines(session)]
    assert [old for old, _ in digests[1:]] == [new for _, new in digests[:-1]]


def test_what_does_not_fit_or_changes_nothing_is_no_line(session):
    session.set("split.ratio", 2)
    session.set("split.ratio", 0.8)
    session.set("seed", 42)
    assert lines(session) == []


def test_an_exclusion_is_a_line_with_its_key_alone(session):
    session.set("triage.excluded", {"a/1.png": "dark"})
    session.set("seed", 5)
    session.set("triage.excluded", {"a/1.png": "dark", "a/2.png": "blurred"})
    entry = lines(session)[-1]
    assert entry.old["settings"] == {"triage": {"excluded": {}}}
    assert entry.new["settings"] == {"triage": {"excluded": {"a/2.png": "blurred"}}}


def test_it_is_written_by_itself_when_the_hand_rests(tmp_path, monkeypatch):
    monkeypatch.setattr(session_module, "ONE_STEP_SECONDS", 0.01)
    session = Session(Recipe.start("folder"), trail=tmp_path)
    session.set("seed", 1)
    deadline = time.monotonic() + 30
    while not Trail(tmp_path).entries()[0] and time.monotonic() < deadline:
        time.sleep(0.01)
    assert [entry.what for entry in Trail(tmp_path).entries()[0]] == ["recipe changed"]
    session.close()


def test_without_a_trail_nothing_is_written_and_the_environment_may_name_one(tmp_path, monkeypatch):
    monkeypatch.delenv("BREVVIZ_TRAIL", raising=False)
    monkeypatch.chdir(tmp_path)
    session = Session(Recipe.start("folder"))
    session.set("seed", 1)
    session.close()
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(EvidenceError, match="trail: is not named"):
        session.note("why")
    monkeypatch.setenv("BREVVIZ_TRAIL", str(tmp_path / "trail"))
    session = Session(Recipe.start("folder"))
    session.set("seed", 1)
    session.note("another draw")
    session.close()
    entries = Trail(tmp_path / "trail").entries()[0]
    assert [(e.what, e.reason) for e in entries] == [
        ("recipe changed", ""),
        ("note", "another draw"),
    ]


def test_what_cannot_be_written_is_told_and_tried_again(session, tmp_path):
    told = []
    session.edits.on_change = lambda: told.append(session.edits.problem)
    (tmp_path / "trail.jsonl").mkdir()
    session.set("seed", 1)
    session.edits.write()
    assert "bytes could not be written" in session.edits.problem
    (tmp_path / "trail.jsonl").rmdir()
    session.set("split.ratio", 0.5)
    assert [entry.new["settings"] for entry in lines(session)] == [
        {"seed": 1},
        {"split": {"ratio": 0.5}},
    ]
    assert [bool(problem) for problem in told] == [True, False]


def test_what_was_not_written_yet_is_when_python_ends(tmp_path):
    code = (
        "import sys; from brevviz.recipe import Recipe; from brevviz.session import Session; "
        "Session(Recipe.start('folder'), trail=sys.argv[1]).set('seed', 3)"
    )
    subprocess.run([sys.executable, "-c", code, tmp_path], check=True)
    assert [entry.new["settings"] for entry in Trail(tmp_path).entries()[0]] == [{"seed": 3}]


def test_no_secret_reaches_the_trail(tmp_path, monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hunter2")
    session = Session(Recipe.start("s3://bucket"), trail=tmp_path)
    session.set("source.uri", "s3://me:hunter2@bucket")
    session.set("source.endpoint", "https://user:hunter2@s3.example")
    session.set("source.profile", "prod")
    session.close()
    text = Trail(tmp_path).path.read_text()
    assert "prod" in text
    assert "hunter2" not in text


def test_differences_are_whole_and_nothing_else():
    old = {"a": 1, "t": {"x": 1, "y": 2}, "gone": [1]}
    new = {"a": 1, "t": {"y": 3, "z": 4}, "new": None}
    before, after = settings_that_differ(old, new)
    assert before == {"t": {"x": 1, "y": 2}, "gone": [1]}
    assert after == {"t": {"y": 3, "z": 4}, "new": None}
    assert settings_that_differ(old, json.loads(json.dumps(old))) == ({}, {})


def test_the_trail_of_an_app_alone_can_be_verified(session, tmp_path, capsys):
    session.set("seed", 1)
    session.set("split.ratio", 0.6)
    session.edits.write()
    assert main(["verify", str(tmp_path)]) == 0
    assert "the 2 lines of the trail follow from each other" in capsys.readouterr().out
    path = Trail(tmp_path).path
    path.write_bytes(path.read_bytes().replace(b'"seed":1', b'"seed":2'))
    assert main(["verify", str(tmp_path)]) == 1


def test_a_manifest_that_its_trail_tells_of_is_missed(case):
    for name in ("manifest.json", "manifest.parquet"):
        (case.folder / name).unlink()
    assert "the trail tells of a manifest, and there is none" in verify(case.folder).findings

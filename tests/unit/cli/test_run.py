"""`brevviz run` and `verify` on the demo bucket, as a person would type them."""

import json
import os
import subprocess
import sys

import pytest
from PIL import Image

from brevviz import demo, notebook
from brevviz.evidence import read_manifest
from brevviz.recipe import Recipe

NAMES = {
    "batch.png",
    "frequencies.json",
    "manifest.json",
    "manifest.parquet",
    "recipe.ipynb",
    "recipe.yaml",
    "record.json",
    "report.html",
    "report.json",
    "split.json",
    "summary.json",
    "trail.jsonl",
}


def brevviz(*words):
    return subprocess.run(
        [sys.executable, "-m", "brevviz", *map(str, words)],
        env={**os.environ, "CUDA_VISIBLE_DEVICES": "-1"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(name="recipe", scope="module")
def _recipe():
    return (
        Recipe.start(demo.bucket())
        .with_value("split.uniqueness", r"/(\d+)_\d+\.bmp$")
        .with_value("split.per_folder", True)
        .with_value("sampling.batch_size", 8)
        .with_value("view.target_size", [48, 64])
    )


@pytest.fixture(name="done", scope="module")
def _done(recipe, tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    done = brevviz("run", recipe.save(folder / "job.yaml"), "--out", folder / "out")
    assert done.returncode == 0, done.stderr
    return done, folder / "out"


def test_the_folder_has_what_proves_the_job(done, recipe):
    _, folder = done
    assert {path.name for path in folder.iterdir()} == NAMES
    assert Recipe.load(folder / "recipe.yaml") == recipe
    assert notebook.load(folder / "recipe.ipynb") == recipe
    summary = json.loads((folder / "summary.json").read_text())
    assert summary["counts"]["classes"] == {"bad_cap": 22, "good": 146, "missing_cap": 12}
    assert summary["findings"] == []
    header = read_manifest(folder).header
    assert header.digests == summary["digests"]
    assert notebook.read(folder / "recipe.ipynb").expected == {
        name: digest for name, digest in summary["digests"].items() if name != "recipe"
    }
    with Image.open(folder / "batch.png") as picture:
        assert picture.size == (8 * 64, 3 * 48)
    split = json.loads((folder / "split.json").read_text())
    assert sum(row["images"] for row in split) == 180
    frequencies = json.loads((folder / "frequencies.json").read_text())
    assert (
        sum(row["drawn"] for row in frequencies) == summary["counts"]["purposes"]["train"]["images"]
    )


def test_the_summary_goes_to_stdout_and_the_progress_to_stderr(done):
    process, folder = done
    summary = json.loads((folder / "summary.json").read_text())
    lines = dict(line.split(maxsplit=1) for line in process.stdout.splitlines())
    assert {name: lines[name] for name in summary["digests"]} == summary["digests"]
    assert lines["samples"] == "180 of 65 items: bad_cap 22, good 146, missing_cap 12"
    assert lines["written"] == str(folder)
    assert "first batch again: 2 of 2" in process.stderr
    assert not any(word in process.stderr for word in ("Traceback", "oneDNN", "cuda", "absl"))


def test_the_manifest_verifies(done):
    process = brevviz("verify", done[1])
    assert process.returncode == 0, process.stdout
    assert process.stdout.splitlines()[-1] == "It holds."


def test_a_notebook_with_other_digests_is_a_finding(done, recipe, tmp_path):
    source = (done[1] / "recipe.ipynb").read_text()
    expected = notebook.read(done[1] / "recipe.ipynb").expected
    path = tmp_path / "other.ipynb"
    path.write_text(source.replace(expected["batch"], "0" * 64))
    process = brevviz("run", path, "--out", tmp_path / "out")
    assert process.returncode == 1, process.stderr
    assert f"FINDING    batch: is {expected['batch']}, and the notebook was" in process.stdout
    # and the rest is as it was: same recipe, same digests, from another process
    again = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert again["digests"] == json.loads((done[1] / "summary.json").read_text())["digests"]


def test_an_edited_notebook_runs_and_says_what_it_is_derived_from(done, recipe, tmp_path):
    path = tmp_path / "edited.ipynb"
    text = (done[1] / "recipe.ipynb").read_text()
    path.write_text(text.replace("'ratio': 0.8", "'ratio': 0.6"))
    process = brevviz("run", path, "--out", tmp_path / "out")
    assert process.returncode == 0, process.stdout
    assert f"its recipe is derived from {recipe.digest()}" in process.stdout
    assert "and the notebook was exported with" not in process.stdout
    written = Recipe.load(tmp_path / "out" / "recipe.yaml")
    assert written == recipe.with_value("split.ratio", 0.6)


def test_the_first_batch_replays_and_a_changed_record_does_not(done, tmp_path):
    again = brevviz("replay", done[1])
    assert again.returncode == 0, again.stderr
    assert "8 draws of train: samples, files, working images" in again.stdout
    assert again.stdout.endswith("It repeats.\n")
    changed = tmp_path / "record.json"
    changed.write_text((done[1] / "record.json").read_text().replace('"start": 0', '"start": 1'))
    other = brevviz("replay", changed)
    assert other.returncode == 1
    assert "was changed after it was written" in other.stdout
    assert "draw 0" in other.stdout

"""A recorded batch: it comes out the same, or the first step that does not is named."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from brevviz.cli import main
from brevviz.errors import EvidenceError
from brevviz.images import digests, render_view
from brevviz.images.augment import params
from brevviz.job import Job, Record, record, recording, replay
from brevviz.recipe import Recipe
from brevviz.recipe.text import canonical

BATCH = 5


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """A folder of twelve pictures in two classes, one of them broken."""
    root = tmp_path_factory.mktemp("recorded")
    random = np.random.default_rng(3)
    for folder in ("bad", "good"):
        (root / folder).mkdir()
        for number in range(6):
            pixels = random.integers(0, 256, (20, 24, 3), np.uint8)
            Image.fromarray(pixels).save(root / folder / f"{number}.png")
    return root


@pytest.fixture
def folder(original, tmp_path):
    """A copy of it that a test may change, always at the test's own place."""
    return Path(shutil.copytree(original, tmp_path / "set"))


@pytest.fixture
def recipe(folder):
    return (
        Recipe.start(str(folder))
        .with_value("view.target_size", [16, 16])
        .with_value("sampling.batch_size", BATCH)
        .with_value("split.ratio", 1.0)
        .with_value("augmentation.blur", 1.5)
    )


@pytest.fixture
def recorded(recipe, tmp_path):
    """The record of the first batch, by way of its file."""
    return Record.load(record(Job(recipe)).save(tmp_path / "record.json"))


def test_the_record_is_of_the_batch_that_training_sees(recipe, recorded):
    batch = next(iter(Job(recipe).generator("train").get_dataset_numpy()))
    assert [draw.pixels for draw in recorded.draws] == digests(batch["img"])
    root = f"{recipe.source.uri}/"
    assert [root + draw.key for draw in recorded.draws] == batch["path"].tolist()
    for draw in recorded.draws:
        data = Path(root + draw.key).read_bytes()
        assert draw.bytes == hashlib.sha256(data).hexdigest()
        assert len({draw.working, draw.parameters, draw.pixels}) == 3


def test_a_record_comes_back_from_its_file(recipe, recorded, tmp_path):
    assert recorded.whole
    assert recorded == record(Job(recipe))
    assert Record.load(tmp_path) == recorded
    text = (tmp_path / "record.json").read_text()
    assert Path.home().name not in {*recorded.environment.values()}
    assert json.loads(text)["environment"]["numpy"] == np.__version__


def test_a_batch_repeats(recorded):
    found = replay(recorded)
    assert (found.equal, found.difference, found.differing) == (True, None, 0)
    assert found.findings == []
    assert found.notes == ["the environment is the recorded one"]


def _tampered(recorded, place, **entries):
    draws = list(recorded.draws)
    draws[place] = replace(draws[place], **entries)
    return replace(recorded, draws=tuple(draws))


@pytest.mark.parametrize(
    ("entry", "stage"),
    [
        ("bytes", "file"), ("rejected", "decoding"), ("working", "working image"),
        ("parameters", "parameters"), ("pixels", "pixels"), ("etag", "file"), ("key", "draw"),
    ],
)  # fmt: skip
def test_the_first_entry_that_differs_is_named(recorded, entry, stage):
    found = replay(_tampered(recorded, 2, **{entry: "0" * 64}))
    assert (found.equal, found.differing) == (False, 1)
    assert (found.difference.draw, found.difference.stage) == (2, stage)
    assert found.difference.then == "0" * 64
    assert found.difference.now == getattr(recorded.draws[2], entry)
    assert f"draw 2, {found.difference.key}: {stage}: " in found.findings[0]


def test_another_file_is_told_from_another_decoding(folder, recorded):
    key = recorded.draws[1].key
    pixels = np.asarray(Image.open(folder / key)).copy()
    pixels[0, 0, 0] ^= 1
    Image.fromarray(pixels).save(folder / key)
    found = replay(recorded)
    assert not found.equal
    assert found.difference.key == key
    assert found.difference.stage == "file"
    assert found.differing >= 1


def test_a_file_that_breaks_is_named_with_its_reason(folder, recorded):
    key = recorded.draws[0].key
    (folder / key).write_bytes(b"no picture")
    found = replay(recorded)
    assert (found.difference.draw, found.difference.key, found.difference.stage) == (0, key, "file")
    assert "draw 0" in found.findings[0]


def test_another_sample_in_the_source_is_a_difference_of_the_draw(folder, recorded):
    (folder / recorded.draws[0].key).unlink()
    assert replay(recorded).difference.stage == "draw"


def test_a_kernel_that_gives_other_pixels_is_found_out(recorded, monkeypatch):
    monkeypatch.setattr(recording, "render_view", lambda *args: 255 - render_view(*args))
    found = replay(recorded)
    assert (found.difference.draw, found.difference.stage) == (0, "pixels")
    assert "the kernel gives other pixels" in found.findings[0]


def test_parameters_that_are_drawn_differently_are_found_out(recorded, monkeypatch):
    monkeypatch.setattr(params, "_NOISE", params._NOISE + 2)
    found = replay(recorded)
    assert (found.difference.draw, found.difference.stage) == (0, "parameters")
    assert found.differing == BATCH


def test_a_changed_environment_is_named(recorded):
    other = {**recorded.environment, "numpy": "1.0", "XLA_FLAGS": "--x"}
    del other["system"]
    found = replay(replace(recorded, environment=other))
    assert found.equal
    assert f"environment: numpy was 1.0, is {np.__version__}" in found.notes
    assert "environment: XLA_FLAGS was --x, is not set" in found.notes
    assert any(note.startswith("environment: system was not set") for note in found.notes)


def test_a_record_that_was_changed_is_a_finding_even_where_nothing_differs(recorded, tmp_path):
    path = tmp_path / "record.json"
    path.write_text(path.read_text().replace('"numpy": "', '"numpy": "9'))
    found = replay(Record.load(path))
    assert found.difference is None
    assert not found.equal
    assert "was changed after it was written" in found.findings[0]


def test_a_changed_recipe_is_a_finding_even_under_a_fresh_digest(recorded, tmp_path):
    data = json.loads((tmp_path / "record.json").read_text())
    del data["record_sha256"]
    data["recipe"]["augmentation"]["rotate"] = 7.0
    data["record_sha256"] = hashlib.sha256(b"brevviz-record-v1\0" + canonical(data)).hexdigest()
    (tmp_path / "record.json").write_text(json.dumps(data))
    found = replay(Record.load(tmp_path))
    assert found.whole
    assert "the recipe in the record is not the one" in found.findings[0]
    assert found.difference.stage == "parameters"


SOUND = {
    "kind": "brevviz-record", "schema": 1, "recipe": {}, "recipe_sha256": "", "purpose": "train",
    "epoch": 0, "start": 0, "draws": [], "environment": {},
}  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "null", '{"kind": "brevviz-manifest"}',
        json.dumps({**SOUND, "schema": 9}),
        json.dumps({**SOUND, "start": -1}),
        json.dumps({**SOUND, "environment": []}),
        json.dumps({**SOUND, "more": 1}),
        json.dumps({name: value for name, value in SOUND.items() if name != "draws"}),
        json.dumps({**SOUND, "draws": [{"key": 1, "repeat": 0, "etag": ""}]}),
        json.dumps({**SOUND, "draws": ["x"]}),
    ],
)  # fmt: skip
def test_what_is_no_record_is_refused(tmp_path, text):
    (tmp_path / "record.json").write_text(text)
    with pytest.raises(EvidenceError, match=r"is not a record|has the schema"):
        Record.load(tmp_path)


def test_the_command_says_the_same_with_the_exit_codes_of_the_others(recorded, tmp_path, capsys):
    assert main(["replay", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert f"{BATCH} draws of train" in out
    assert out.endswith("It repeats.\n")
    _tampered(recorded, 3, pixels="f" * 64).save(tmp_path / "record.json")
    assert main(["replay", str(tmp_path / "record.json")]) == 1
    out = capsys.readouterr().out
    assert "draw 3" in out
    assert "pixels" in out
    assert out.endswith("It does NOT repeat.\n")
    assert main(["replay", str(tmp_path / "missing.json")]) == 2
    assert "cannot be read" in capsys.readouterr().err

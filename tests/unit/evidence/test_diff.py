"""`diff` says what differs, in words and numbers."""

import shutil

import pytest

from brevviz.evidence import diff, extend, lock, read_manifest
from brevviz.recipe import Recipe


@pytest.fixture(name="old")
def _old(case, tmp_path):
    shutil.copytree(case.folder, tmp_path / "old")
    return read_manifest(tmp_path / "old")


def test_the_same_is_no_difference(case, old):
    case.write()
    difference = diff(old, case.manifest)
    assert not difference
    assert difference.sentences() == []


def test_a_lock_is_no_difference(case, old):
    lock(case.folder)
    difference = diff(old, case.manifest)
    assert [sentence.partition(":")[0] for sentence in difference.objects] == [
        "objects are left out or rejected for another reason"
    ]


def test_another_ratio_moves_images_one_way(case, old):
    case.recipe = case.recipe.with_value("split.ratio", 0.5)
    case.write()
    difference = diff(old, case.manifest)
    assert difference.recipe == ("split.ratio: 0.8 -> 0.5",)
    assert {(a, b) for a, b, _ in difference.moved} == {("train", "devel")}
    moved = sum(number for *_, number in difference.moved)
    counts = [m.header.counts["purposes"]["train"]["images"] for m in (old, case.manifest)]
    assert moved == counts[0] - counts[1]
    assert difference.sentences()[0] == "recipe: split.ratio: 0.8 -> 0.5"
    assert difference.sentences()[-1] == f"{moved} images moved from train to devel"


def test_objects_that_came_went_or_changed(case, old, fill):
    fill(case.source, seed=1, items=4, start=1000)
    extend(case.folder)
    added = len(case.manifest.rows) - len(old.rows)
    assert diff(old, case.manifest).objects[0].startswith(f"objects are new: {added} ('")
    assert diff(case.manifest, old).objects[0].startswith(f"objects are gone: {added} ('")
    (case.source / "notes.txt").write_text("changed")
    case.write()
    assert "objects have other bytes (ETag): 1 ('notes.txt')" in diff(old, case.manifest).objects


def test_recipes_are_compared_in_words():
    one = Recipe.start("folder")
    assert one.diff(one) == ()
    other = one.with_value("seed", "x" * 200).with_value("source.class_mapping", {"a": "b"})
    assert one.diff(other) == (
        f'seed: 42 -> "{"x" * 76}...',
        'source.class_mapping["a"]: none -> ["b"]',
    )

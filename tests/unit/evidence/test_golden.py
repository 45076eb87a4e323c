"""Manifests and notebooks that an earlier brevviz wrote, byte for byte, still hold.

`golden/schema-N` was written by the last brevviz of recipe schema N, and is never written anew.
"""

import shutil

import pytest

from brevviz import notebook
from brevviz.evidence import Trail, diff, read_manifest, verify
from brevviz.evidence.manifest import Deed, save
from brevviz.evidence.verdict import Verdict
from brevviz.evidence.verifying import check_record, check_trail
from brevviz.progress import quiet
from brevviz.recipe import Recipe
from brevviz.recipe.migrations import SCHEMA

OLD = {1: "a88ae16e4b7fcfb3273ecc80470fc66be0a70ea708ca534ab11f17bc08cb2601"}
"""Recipe schema → the recipe digest in what was written then."""


def test_every_earlier_schema_has_its_witness():
    assert list(OLD) == list(range(1, SCHEMA))


@pytest.fixture(name="old", params=OLD)
def _old(request, tmp_path):
    folder = tmp_path / "old"
    shutil.copytree(request.path.parent / "golden" / f"schema-{request.param}", folder)
    return folder


def findings_of(folder):
    manifest = read_manifest(folder)
    verdict = Verdict()
    check_record(manifest, verdict, quiet)
    check_trail(Trail(folder), manifest, verdict)
    return verdict.findings


def test_an_old_manifest_holds(old):
    assert findings_of(old) == []
    manifest = read_manifest(old)
    assert manifest.header.recipe["schema"] < SCHEMA
    assert manifest.recipe.digest() == manifest.header.digests["recipe"]
    assert manifest.recipe.digest() in OLD.values()


def test_of_an_old_manifest_only_the_objects_cannot_be_checked_from_here(old):
    verdict = verify(old)
    assert (verdict.findings, len(verdict.unchecked)) == ([], 1)
    assert verdict.unchecked[0].startswith("the objects: ")


def test_what_is_written_again_today_holds_and_is_the_same_recipe(old):
    before = read_manifest(old)
    save(old, before.rows, before.about, Deed("written again"))
    after = read_manifest(old)
    assert findings_of(old) == []
    assert after.header.recipe["schema"] == SCHEMA
    assert not diff(before, after)


def test_an_edited_old_recipe_is_found(old):
    path = old / "manifest.json"
    path.write_text(path.read_text().replace('"ratio": 0.6', '"ratio": 0.5'))
    assert "the recipe in the header is not the one that its digest names" in findings_of(old)


def test_an_old_notebook_and_an_old_recipe_are_read_and_are_not_edited(old):
    exported = notebook.read(old / "recipe.ipynb")
    assert not exported.edited
    assert exported.recipe == Recipe.load(old / "recipe.yaml") == read_manifest(old).recipe
    assert exported.recipe_sha256 in OLD.values()
    assert "as it was exported" in notebook.origin(exported.recipe, exported.recipe_sha256)

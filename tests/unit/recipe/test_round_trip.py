"""A recipe survives every trip unchanged, and its digest names it."""

import copy
import json
import pickle
import subprocess
import sys

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brevviz.errors import EvidenceError, RecipeError
from brevviz.recipe import Recipe

LAW = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@LAW
@given(st.data())
def test_yaml_and_json_give_back_the_recipe(recipes, data):
    recipe = data.draw(recipes)
    for back in (
        Recipe.from_yaml(recipe.to_yaml()),
        Recipe.from_json(recipe.to_json()),
        Recipe.build(recipe.data()),
    ):
        assert back == recipe
        assert back.digest() == recipe.digest()
        assert (back.to_yaml(), back.to_json()) == (recipe.to_yaml(), recipe.to_json())


@LAW
@given(st.data())
def test_files_are_ascii_and_what_any_reader_reads(recipes, data):
    recipe = data.draw(recipes)
    assert recipe.to_yaml().isascii()
    assert recipe.to_json().isascii()
    assert json.loads(recipe.to_json()) == recipe.data()
    assert yaml.safe_load(recipe.to_yaml()) == recipe.data()


@LAW
@given(st.data())
def test_equal_recipes_and_only_they_have_one_digest(recipes, data):
    one, other = data.draw(recipes), data.draw(recipes)
    assert (one == other) == (one.digest() == other.digest())
    if one == other:
        assert hash(one) == hash(other)


@LAW
@given(st.data())
def test_replacing_a_value_by_itself_changes_nothing(recipes, data):
    recipe = data.draw(recipes)
    for section in ("source", "triage", "split", "sampling", "view", "augmentation"):
        assert recipe.with_value(section, getattr(recipe, section)) == recipe
        for field in type(getattr(recipe, section)).model_fields:
            where = f"{section}.{field}"
            value = recipe.data()[section][field]
            assert recipe.with_value(where, value) == recipe
            assert recipe.get(where) == getattr(getattr(recipe, section), field)


def test_copies_and_pickles_are_equal():
    recipe = Recipe.start("s3://bucket").with_value("source.class_mapping", {"a": "b"})
    for back in (copy.deepcopy(recipe), pickle.loads(pickle.dumps(recipe))):  # noqa: S301  # our own
        assert back == recipe
        assert back.digest() == recipe.digest()
        assert hash(back) == hash(recipe)


def test_a_class_mapping_cannot_be_changed_in_place():
    recipe = Recipe.start("s3://bucket").with_value("source.class_mapping", {"a": "b"})
    with pytest.raises(TypeError, match="item assignment"):
        recipe.source.class_mapping["a"] = ("c",)


def test_minus_zero_is_zero():
    start = Recipe.start("x")
    for where, zero, minus in (
        ("augmentation.rotate", 0.0, -0.0),
        ("split.ratio", 0, -0.0),
        ("augmentation.contrast", [0.0, 1], [-0.0, 1]),
    ):
        one, other = start.with_value(where, zero), start.with_value(where, minus)
        assert one.digest() == other.digest(), where
        assert one.to_yaml() == other.to_yaml()


def test_a_seed_of_digits_is_a_number_wherever_an_int64_holds_it():
    start = Recipe.start("x")
    largest = 2**63 - 1
    assert start.with_value("seed", "42") == start.with_value("seed", 42)
    assert start.with_value("seed", str(largest)).seed == largest
    assert start.with_value("seed", str(largest + 1)).seed == str(largest + 1)
    assert start.with_value("seed", "007").seed == "007"


def test_another_process_gives_the_same_digest(tmp_path):
    recipe = Recipe.start("s3://bucket/ä", endpoint="https://s3.example").with_value("seed", "Ω\n")
    path = recipe.save(tmp_path / "recipe.yaml")
    code = "import sys, brevviz; print(brevviz.Recipe.load(sys.argv[1]).digest())"
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        env={"PYTHONHASHSEED": "7", "LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == recipe.digest()


def test_slices_depend_on_their_sections_only():
    one = Recipe.start("s3://bucket")
    other = one.with_value("view.target_size", [64, 64])
    assert one.slice_digest("source", "split", "seed") == other.slice_digest(
        "source", "split", "seed"
    )
    assert one.slice_digest("view") != other.slice_digest("view")


@pytest.mark.parametrize("name", ["r.yaml", "r.yml", "r.json", "R.YAML"])
def test_files_keep_the_recipe(tmp_path, name):
    recipe = Recipe.start("folder", name="ä")
    assert Recipe.load(recipe.save(tmp_path / name)) == recipe


def test_other_endings_are_refused_by_name(tmp_path):
    for act in (Recipe.load, Recipe.start("x").save):
        with pytest.raises(RecipeError, match=r"'r.toml' does not end in .yaml, .yml or .json"):
            act(tmp_path / "r.toml")


def test_what_cannot_be_read_or_written_is_named(tmp_path):
    with pytest.raises(RecipeError, match="cannot be read: No such file"):
        Recipe.load(tmp_path / "none.yaml")
    (tmp_path / "folder.yaml").mkdir()
    with pytest.raises(RecipeError, match="cannot be read: Is a directory"):
        Recipe.load(tmp_path / "folder.yaml")
    (tmp_path / "latin.yaml").write_bytes(b"seed: \xe4")
    with pytest.raises(RecipeError, match="it is not UTF-8 text"):
        Recipe.load(tmp_path / "latin.yaml")
    (tmp_path / "file").write_text("")
    with pytest.raises(
        EvidenceError, match=r"\d+ bytes could not be written: (Not a directory|File exists)"
    ):
        Recipe.start("x").save(tmp_path / "file" / "r.yaml")

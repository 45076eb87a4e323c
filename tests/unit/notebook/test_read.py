"""Notebooks from elsewhere: literals are read, nothing is run, the rest is refused in a sentence."""

import json

import pytest

from brevviz import notebook
from brevviz.errors import BrevvizError, EvidenceError, RecipeError
from brevviz.recipe import Recipe

DIGEST = "0" * 64
HEAD = "RECIPE = {'source': {'uri': 'x'}}\n"


@pytest.fixture(name="write")
def _write(tmp_path):
    def write(*sources, tags=("parameters", "brevviz-recipe"), **more):
        cells = [
            {"cell_type": "code", "metadata": {"tags": list(tags)}, "source": source} | more
            for source in sources
        ]
        path = tmp_path / "n.ipynb"
        path.write_text(json.dumps({"cells": cells}))
        return path

    return write


@pytest.fixture(name="canary")
def _canary(tmp_path):
    return tmp_path / "canary"


ATTACKS = [
    "__import__('pathlib').Path({canary!r}).touch()",
    "import pathlib; pathlib.Path({canary!r}).touch()",
    "RECIPE = __import__('pathlib').Path({canary!r}).touch()",
    "RECIPE = [__import__('pathlib').Path({canary!r}).touch() for _ in 'a']",
    "RECIPE = (lambda: __import__('pathlib').Path({canary!r}).touch())()",
    "RECIPE = f\"{{__import__('pathlib').Path({canary!r}).touch()}}\"",
    "RECIPE: open({canary!r}, 'w') = 1",
    "RECIPE = x = open({canary!r}, 'w')",
    "RECIPE[open({canary!r}, 'w')] = 1",
    "(RECIPE := open({canary!r}, 'w'))",
    "@open({canary!r}, 'w')\ndef f(): pass",
    "def f(x=open({canary!r}, 'w')): pass",
    "class RECIPE(open({canary!r}, 'w')): pass",
    "!touch {canary}",
    "%run {canary}",
    "RECIPE = {{**open({canary!r}, 'w')}}",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_is_run(write, canary, attack):
    path = write(attack.format(canary=str(canary)))
    with pytest.raises(EvidenceError) as caught:
        notebook.load(path)
    assert not canary.exists()
    assert "\n" not in str(caught.value)


REFUSED = [
    ("RECIPE = {'source': {'uri': 'x'}}\nRECIPE = {}", "assigned twice"),
    ("RECIPE = {'source': {'uri': 'x'}, 'source': {'uri': 'y'}}", "'source' stands twice"),
    (HEAD + "OTHER = 1", "OTHER is not a name"),
    (f"RECIPE_SHA256 = '{DIGEST}'", "does not assign RECIPE"),
    (HEAD, "RECIPE_SHA256 is not a SHA-256"),
    (HEAD + "RECIPE_SHA256 = 'abc'", "RECIPE_SHA256 is not a SHA-256"),
    (HEAD + f"RECIPE_SHA256 = '{DIGEST}'\nEXPECTED_SPLIT_SHA256 = 5", "EXPECTED_SPLIT_SHA256"),
    ("RECIPE = {", "is not Python"),
    ("RECIPE = " + "[" * 250 + "]" * 250, "is not Python"),
    ("RECIPE = " + "-" * 100_000 + "1", "is not"),
    ("RECIPE = '\\ud800'\0", "is not Python"),
    ("RECIPE = 1" + " " * 2**18, "outside 0..262144"),
    ("RECIPE = 9" + "9" * 5000, "is not Python"),
]


@pytest.mark.parametrize(("source", "said"), REFUSED)
def test_what_is_no_recipe_is_refused_in_a_sentence(write, source, said):
    with pytest.raises(EvidenceError) as caught:
        notebook.load(write(source))
    assert said in str(caught.value)
    assert len(str(caught.value)) < 500


def test_a_recipe_that_does_not_hold_is_told_as_any_recipe(write):
    source = f"RECIPE = {{'source': {{'uri': 'x'}}, 'seed': -1}}\nRECIPE_SHA256 = '{DIGEST}'"
    with pytest.raises(RecipeError, match="seed: -1 is outside"):
        notebook.load(write(source))


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"cells": 5}', '{"cells": [5, {"metadata": 5}]}', "[" * 10**6, "\xff"]
)
def test_what_is_no_notebook_is_refused_in_a_sentence(tmp_path, text):
    path = tmp_path / "n.ipynb"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(EvidenceError, match=r"is not a notebook|has 0 cells with the tag"):
        notebook.load(path)


def test_files_that_cannot_be_read_are_named(tmp_path):
    for path, reason in ((tmp_path / "none.ipynb", "No such file"), (tmp_path, "Is a directory")):
        with pytest.raises(EvidenceError, match=f"cannot be read: {reason}"):
            notebook.load(path)
    large = tmp_path / "large.ipynb"
    with large.open("wb") as file:
        file.truncate(2**40)
    with pytest.raises(EvidenceError, match="is larger than"):
        notebook.load(large)


def test_two_recipes_in_one_notebook_are_refused(write):
    with pytest.raises(EvidenceError, match="has 2 cells with the tag 'brevviz-recipe'"):
        notebook.load(write(HEAD, HEAD))
    with pytest.raises(EvidenceError, match="has 0 cells"):
        notebook.load(write(HEAD, cell_type="markdown"))
    assert issubclass(EvidenceError, BrevvizError)


def test_an_edit_is_noticed_and_keeps_where_it_came_from(tmp_path):
    recipe = Recipe.start("folder")
    path = notebook.export(recipe, tmp_path / "n.ipynb")
    path.write_text(path.read_text("ascii").replace("'ratio': 0.8", "'ratio': 0.5"))
    exported = notebook.read(path)
    assert exported.edited
    assert exported.recipe == recipe.with_value("split.ratio", 0.5)
    assert exported.recipe_sha256 == recipe.digest()


def test_overrides_of_papermill_count(tmp_path):
    recipe, other = Recipe.start("folder"), Recipe.start("other")
    path = notebook.export(recipe, tmp_path / "n.ipynb")
    made = json.loads(path.read_text("ascii"))
    cell = {
        "cell_type": "code",
        "metadata": {"tags": ["injected-parameters"]},
        "source": f"# Parameters\nRECIPE = {other.data()!r}\n",
    }
    made["cells"].insert(2, cell)
    path.write_text(json.dumps(made))
    exported = notebook.read(path)
    assert exported.recipe == other
    assert exported.edited


def test_the_proof_says_equal_edited_or_raises():
    recipe = Recipe.start("folder")
    assert "as it was exported" in notebook.origin(recipe, recipe.digest())
    assert f"EDITED after it was exported: it is {recipe.digest()}" in notebook.origin(
        recipe, DIGEST
    )
    assert notebook.compare("split", "a", "a", False) == "split: a, as exported."
    assert "the recipe was edited" in notebook.compare("split", "a", "b", True)
    assert "without one to compare" in notebook.compare("split", "a", None, False)
    with pytest.raises(EvidenceError, match="split: is a, not b as exported"):
        notebook.compare("split", "a", "b", False)

"""A recipe survives the trip through a notebook, and nothing in it becomes code."""

import ast
import json
from dataclasses import dataclass

import nbformat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brevviz import notebook
from brevviz.errors import EvidenceError
from brevviz.notebook.literals import read_assignments, write_literal
from brevviz.recipe import Recipe

LAW = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@dataclass(frozen=True)
class Digests:
    recipe: str
    split: str = "1" * 64
    draws: str = "2" * 64
    batch: str = "3" * 64

    def data(self):
        return dict(vars(self))


def literal_cell(text):
    return next(c for c in json.loads(text)["cells"] if c["metadata"].get("tags"))


@LAW
@given(st.data())
def test_any_recipe_comes_back_and_is_exported_to_the_same_bytes(recipes, tmp_path, data):
    recipe = data.draw(recipes)
    path = notebook.export(recipe, tmp_path / "job.ipynb", Digests(recipe.digest()))
    exported = notebook.read(path)
    assert exported.recipe == recipe == notebook.load(path)
    assert exported.recipe_sha256 == recipe.digest()
    assert not exported.edited
    assert exported.expected == {"split": "1" * 64, "draws": "2" * 64, "batch": "3" * 64}
    assert notebook.to_text(exported.recipe, Digests(recipe.digest())) == path.read_text("ascii")


@LAW
@given(st.data())
def test_only_the_cell_of_literals_depends_on_the_recipe(recipes, data):
    texts = [notebook.to_text(data.draw(recipes)) for _ in range(2)]
    made = [json.loads(text) for text in texts]
    for one, other in zip(*(m["cells"] for m in made), strict=True):
        if not one["metadata"]:
            assert one == other
    assert [c["id"] for c in made[0]["cells"]] == [c["id"] for c in made[1]["cells"]]
    assert all(text.isascii() for text in texts)


@LAW
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(st.characters(exclude_categories=["Cs"])),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=30,
    )
)  # fmt: skip
def test_any_plain_data_is_its_own_literal(value):
    text = write_literal(value)
    assert text.isascii()
    assert ast.literal_eval(text) == value
    assert read_assignments(f"X = {text}", "here") == {"X": value}


def test_hostile_text_stays_text(traps, tmp_path):
    for trap in [*traps, "\n]\nimport os\n", "}\nimport os", "'''\nimport os", "\\", "# -*-"]:
        recipe = Recipe.start("folder", name=trap, class_mapping={trap: trap})
        text = notebook.to_text(recipe)
        tree = ast.parse("".join(literal_cell(text)["source"]))
        assert [type(node) for node in tree.body] == [ast.Assign] * 5
        path = notebook.export(recipe, tmp_path / "job.ipynb")
        assert notebook.load(path) == recipe


def test_it_is_a_notebook_without_outputs_that_papermill_can_override():
    made = nbformat.reads(notebook.to_text(Recipe.start("folder")), as_version=4)
    nbformat.validate(made)
    assert [cell.id for cell in made.cells] == [
        "brevviz-title",
        "brevviz-recipe",
        "brevviz-check",
        "brevviz-split",
        "brevviz-frequencies",
        "brevviz-batch",
        "brevviz-pictures",
    ]
    assert made.cells[1].metadata.tags == ["parameters", "brevviz-recipe"]
    assert not any(cell.get("outputs") for cell in made.cells)


def test_the_code_is_code_and_loads_tensorflow_only_where_it_draws():
    cells = json.loads(notebook.to_text(Recipe.start("folder")))["cells"]
    for cell in cells:
        if cell["cell_type"] == "code":
            compile("".join(cell["source"]), cell["id"], "exec")
            assert not any("import tensorflow" in line for line in cell["source"])


def test_it_names_no_machine_and_no_user(monkeypatch):
    monkeypatch.setenv("USER", "canary-user")
    monkeypatch.setenv("HOSTNAME", "canary-host")
    text = notebook.to_text(Recipe.start("folder"))
    assert "canary" not in text
    assert json.loads(text)["metadata"].keys() == {"brevviz", "kernelspec", "language_info"}


def test_digests_of_another_recipe_are_refused(tmp_path):
    with pytest.raises(EvidenceError, match="those of another recipe"):
        notebook.export(Recipe.start("a"), tmp_path / "n.ipynb", Digests("0" * 64))
    assert not list(tmp_path.iterdir())


def test_only_a_notebook_is_written(tmp_path):
    with pytest.raises(EvidenceError, match=r"'n.py' does not end in .ipynb"):
        notebook.export(Recipe.start("a"), tmp_path / "n.py")


@LAW
@given(st.data())
def test_the_script_holds_the_recipe_as_a_literal(recipes, data):
    recipe = data.draw(recipes)
    text = notebook.to_script(recipe)
    assert text.isascii()
    assigned = {
        node.targets[0].id: node.value
        for node in ast.parse(text).body
        if isinstance(node, ast.Assign)
    }
    assert Recipe.build(ast.literal_eval(assigned["RECIPE"])) == recipe
    assert ast.literal_eval(assigned["RECIPE_SHA256"]) == recipe.digest()
    others = {name for name in assigned if not name.startswith("RECIPE")}
    assert others == {"recipe", "job", "train", "devel"}

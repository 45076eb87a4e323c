"""Exported notebooks, run as they are: they derive what the app derived, and say so."""

import json
import random
import shutil
import subprocess
import sys

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from brevviz import demo, notebook
from brevviz.recipe import Recipe

# nbclient and jupyter_client start their own event loop, and warn of what they do themselves.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")


@pytest.fixture(name="digests", scope="module")
def _digests():
    """The digests of recipes, each from a process of its own."""
    code = (
        "import json, sys, brevviz; from brevviz.recipe import Recipe; "
        "jobs = [brevviz.Job(Recipe.from_json(text)) for text in json.load(sys.stdin)]; "
        "print(json.dumps([job.digests().data() for job in jobs]))"
    )

    def digests(recipes):
        done = subprocess.run(
            [sys.executable, "-c", code],
            input=json.dumps([recipe.to_json() for recipe in recipes]),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return [Known(data) for data in json.loads(done.stdout.splitlines()[-1])]

    return digests


class Known:
    def __init__(self, data):
        self.values = data

    def data(self):
        return self.values


def some_recipe(draw):
    """A recipe for the demo bucket, with hostile text where text goes."""
    trap = draw.choice(["'''\nimport os", '"""', "\\", "{x}", "\U0001f9ea", "# -*- coding: x"])
    recipe = Recipe.start(demo.bucket(), name=trap, class_mapping={trap: trap})
    for where, value in {
        "split.uniqueness": draw.choice([r"/(\d+)_\d+\.bmp$", ["etag"]]),
        "split.per_folder": draw.random() < 0.5,
        "split.ratio": draw.choice([0.5, 0.7, 0.8]),
        "split.test_ratio": draw.choice([0.0, 0.1]),
        "sampling.weighing": draw.choice(["uniform", "count", "log", "square root"]),
        "sampling.batch_size": draw.randint(1, 12),
        "view.target_size": [draw.randint(16, 40), draw.randint(16, 40)],
        "augmentation.enabled": draw.random() < 0.8,
        "seed": draw.choice([trap, draw.randint(0, 10**9)]),
    }.items():
        recipe = recipe.with_value(where, value)
    return recipe


def run(path, folder):
    made = nbformat.read(path, as_version=4)
    NotebookClient(made, timeout=300, resources={"metadata": {"path": str(folder)}}).execute()
    return {
        cell.id: "".join(output.get("text", "") for output in cell.outputs)
        for cell in made.cells
        if cell.cell_type == "code"
    }, made


@pytest.mark.parametrize("count", [1, pytest.param(50, marks=pytest.mark.long)])
def test_an_exported_notebook_gives_the_digests_of_its_job(digests, tmp_path, count):
    draw = random.Random(count)
    recipes = [some_recipe(draw) for _ in range(count)]
    for recipe, expected in zip(recipes, digests(recipes), strict=True):
        path = notebook.export(recipe, tmp_path / "job.ipynb", expected)
        said, made = run(path, tmp_path)
        assert "The recipe is as it was exported" in said["brevviz-check"]
        assert f"split: {expected.values['split']}, as exported." in said["brevviz-split"]
        for name in ("draws", "batch"):
            assert f"{name}: {expected.values[name]}, as exported." in said["brevviz-batch"]
        outputs = {cell.id: cell.outputs for cell in made.cells if cell.cell_type == "code"}
        assert "image/png" in outputs["brevviz-pictures"][-1].data
        assert "text/html" in outputs["brevviz-frequencies"][-1].data
        # An executed notebook is still a recipe.
        nbformat.write(made, path)
        assert notebook.load(path) == recipe
    assert [entry.name for entry in tmp_path.iterdir()] == ["job.ipynb"]


def test_an_edited_notebook_says_so_and_goes_on(tmp_path):
    recipe = Recipe.start(demo.bucket()).with_value("view.target_size", [16, 16])
    path = notebook.export(recipe, tmp_path / "job.ipynb", Known(dict.fromkeys(
        ("split", "draws", "batch"), "0" * 64) | {"recipe": recipe.digest()}))  # fmt: skip
    with pytest.raises(CellExecutionError, match="as exported, although the recipe is the same"):
        run(path, tmp_path)
    path.write_text(path.read_text("ascii").replace("'ratio': 0.8", "'ratio': 0.5"))
    said, _ = run(path, tmp_path)
    assert (
        f"it is {recipe.with_value('split.ratio', 0.5).digest()}, derived from"
        in (said["brevviz-check"])
    )
    assert "the recipe was edited." in said["brevviz-split"]
    assert said["brevviz-batch"].count("the recipe was edited.") == 2


def test_a_notebook_of_an_earlier_schema_still_runs_and_gives_its_digests(request, tmp_path):
    golden = request.path.parents[1] / "unit" / "evidence" / "golden" / "schema-1"
    shutil.copytree(golden / "source", tmp_path / "source")
    said, _ = run(golden / "recipe.ipynb", tmp_path)
    expected = notebook.read(golden / "recipe.ipynb").expected
    assert "The recipe is as it was exported" in said["brevviz-check"]
    assert f"split: {expected['split']}, as exported." in said["brevviz-split"]
    for name in ("draws", "batch"):
        assert f"{name}: {expected[name]}, as exported." in said["brevviz-batch"]

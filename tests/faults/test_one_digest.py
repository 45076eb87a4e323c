"""The app, the command line, a notebook and Python: one recipe, one set of digests."""

import json
import os
import subprocess
import sys

import nbformat
import pytest
from nbclient import NotebookClient

from brevviz import Job, demo, notebook
from brevviz.bucket import trust
from brevviz.errors import UntrustedEndpoint
from brevviz.evidence import verify
from brevviz.explorer import Explorer
from brevviz.recipe import Recipe

# nbclient and jupyter_client start their own event loop, and warn of what they do themselves.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")


@pytest.mark.parametrize("place", [pytest.param("folder", marks=pytest.mark.long), "bucket"])
def test_all_four_ways_give_one_digest(request, tmp_path, place):
    vials = demo.bucket()
    source = {"uri": vials}
    if place == "bucket":
        s3 = request.getfixturevalue("s3")
        source = {"uri": s3.put_tree(vials), "endpoint": s3.endpoint}
        source["profile"] = request.getfixturevalue("s3_keys")
    recipe = (
        Recipe.start(**source)
        .with_value("split.uniqueness", r"/(\d+)_\d+\.bmp$")
        .with_value("split.per_folder", True)
        .with_value("view.target_size", [32, 48])
        .with_value("sampling.batch_size", 8)
    )
    by_python = Job(recipe).digests().data()
    assert by_python["recipe"] == recipe.digest()

    app = Explorer(recipe, threaded=False)
    try:
        assert app.digests.data() == by_python
    finally:
        app.close()

    path = recipe.save(tmp_path / "recipe.json")
    done = subprocess.run(
        [sys.executable, "-m", "brevviz", "run", path, "--out", tmp_path / "out"],
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "out" / "summary.json").read_text())["digests"] == by_python
    assert verify(tmp_path / "out").exit_code == 0

    exported = tmp_path / "out" / "recipe.ipynb"
    assert notebook.read(exported).expected | {"recipe": recipe.digest()} == by_python
    made = nbformat.read(exported, as_version=4)
    NotebookClient(made, timeout=300, resources={"metadata": {"path": str(tmp_path)}}).execute()
    said = "".join(
        output.get("text", "") for cell in made.cells for output in cell.get("outputs", ())
    )
    for name in ("split", "draws", "batch"):
        assert f"{name}: {by_python[name]}, as exported." in said


def test_an_endpoint_that_a_job_is_told_to_trust_is_listed_and_read(s3, s3_keys, monkeypatch):
    monkeypatch.setattr(trust, "is_loopback", lambda _: False)
    monkeypatch.setattr(trust, "_agreed", set())
    recipe = Recipe.start(s3.put_tree(demo.bucket()), endpoint=s3.endpoint, profile=s3_keys)
    recipe = recipe.with_value("view.target_size", [16, 16])
    with pytest.raises(UntrustedEndpoint):
        Job(recipe).digests()
    assert len(Job(recipe, trusted=[s3.endpoint]).digests().batch) == 64

"""The notebooks of the repository: what is in them, and that they run from top to bottom."""

from __future__ import annotations

import difflib
import json
import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[2]
SEED = ROOT / "notebooks" / "seed.ipynb"
SEED_CELLS = json.loads((Path(__file__).parent / "demo" / "seed_cells.json").read_text())
"""The code cells of the seed document, as text."""

SOURCE_CELL, ACCESS_CELL = 1, 2
COLUMNS = ["category", "path", "etag", "bucket", "dataset", "dataset_id", "url"]

LISTED = """
import json
table = samples.groupby("folder").count()
print(json.dumps({"columns": list(table), "counts": table.to_dict("index")}))
"""
DONE = """
numbers = samples.path.str.extract(uniqueness_regex)[0]
sides = samples.groupby([samples["folder"], numbers])["purpose"].nunique()
drawn = drawn_samples.groupby("folder").count()
print(json.dumps({
    "straddling": int((sides > 1).sum()),
    "purposes": samples.groupby(["folder", "purpose"]).size().unstack().to_dict("index"),
    "drawn_columns": list(drawn),
    "drawn": drawn["path"].to_dict(),
    "shape": list(imgs_gen["img"].shape),
    "spread": float(np.std(imgs_gen["img"])),
    "augmented": bool((np.asarray(imgs_aug["img"]) != np.asarray(imgs_gen["img"])).any()),
    "same_samples": bool((imgs_aug["path"] == imgs_aug_repeated["path"]).numpy().all()),
    "same_bits": np.asarray(imgs_aug["img"]).tobytes()
        == np.asarray(imgs_aug_repeated["img"]).tobytes(),
}))
"""


def _code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def _is_import(line):
    return line.strip().startswith(("import ", "from ", "pip install "))


@pytest.mark.parametrize("number", range(len(SEED_CELLS)))
def test_a_cell_differs_from_the_seeds_in_imports_and_source_only(number):
    ours = _code_cells(nbformat.read(SEED, as_version=4))[number].source
    lines = list(difflib.ndiff(SEED_CELLS[number].splitlines(), ours.splitlines()))
    removed = [line[2:] for line in lines if line.startswith("- ") and line[2:].strip()]
    added = [line[2:] for line in lines if line.startswith("+ ") and line[2:].strip()]
    others_removed = [line for line in removed if not _is_import(line)]
    others_added = [line for line in added if not _is_import(line)]
    if number == SOURCE_CELL:
        # The whole choice between the three sources stands behind one function.
        assert "use_dataset" in ours.splitlines()[2]
        assert others_added == ["dataset_path = source(use_dataset)"]
    elif number == ACCESS_CELL:
        assert others_added == []
        assert [line.strip()[:29] for line in others_removed] == [
            "# Fix to get access to a publ",
            'ds.io.minio.client_factory("s',
        ]
    else:
        assert (others_removed, others_added) == ([], [])


def test_the_seed_notebook_has_as_many_code_cells_as_the_seed():
    assert len(_code_cells(nbformat.read(SEED, as_version=4))) == len(SEED_CELLS)


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda p: p.name)
def test_a_notebook_is_kept_valid_clean_and_with_fixed_ids(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert [cell for cell in _code_cells(notebook) if cell.outputs or cell.execution_count] == []
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)
    assert all(name.replace("-", "").isalpha() for name in ids)  # written, not drawn at random
    assert path.read_text() == nbformat.writes(notebook, indent=1) + "\n"


def _run(path, tmp_path, probes):
    """Run a notebook with more cells after the named ones; what each of those printed as JSON."""
    notebook = nbformat.read(path, as_version=4)
    for after, code in probes.items():
        place = [cell.id for cell in notebook.cells].index(after) + 1
        probe = nbformat.v4.new_code_cell(code)
        probe["id"] = f"{after}-probe"
        notebook.cells.insert(place, probe)
    client = NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(tmp_path)}})
    cache = {"XDG_CACHE_HOME": str(tmp_path / "cache"), "MPLBACKEND": "agg"}
    client.execute(env={**os.environ, **cache, "PYTHONPATH": str(ROOT)})
    return {
        cell.id.removesuffix("-probe"): json.loads(cell.outputs[0].text)
        for cell in notebook.cells
        if cell.id.endswith("-probe")
    }


@pytest.fixture(scope="module")
def seed_run(tmp_path_factory):
    return _run(SEED, tmp_path_factory.mktemp("seed"), {"classes": LISTED, "repeat": DONE})


def test_the_seeds_table_of_classes(seed_run):
    listed = seed_run["classes"]
    assert listed["columns"] == COLUMNS
    assert listed["counts"] == {
        "bad_cap": dict.fromkeys(COLUMNS, 22),
        "good": dict.fromkeys(COLUMNS, 146),
        "missing_cap": dict.fromkeys(COLUMNS, 12),
    }


def test_the_seeds_split_leaves_no_item_on_both_sides(seed_run):
    done = seed_run["repeat"]
    assert done["straddling"] == 0
    assert {folder: sum(row.values()) for folder, row in done["purposes"].items()} == {
        "bad_cap": 22,
        "good": 146,
        "missing_cap": 12,
    }
    assert all(set(row) == {"devel", "train"} for row in done["purposes"].values())


def test_the_seeds_draws_are_within_one_of_what_is_expected(seed_run):
    done = seed_run["repeat"]
    assert done["drawn_columns"] == [*COLUMNS, "purpose", "_sampling_group"]
    expected = {"bad_cap": 41.7, "good": 107.5, "missing_cap": 30.8}
    assert done["drawn"] == {name: pytest.approx(n, abs=1.05) for name, n in expected.items()}
    assert sum(done["drawn"].values()) == 180


def test_the_seeds_images_have_the_size_asked_for_and_show_something(seed_run):
    assert seed_run["repeat"]["shape"] == [4, 128, 128, 3]
    assert seed_run["repeat"]["spread"] > 10


def test_the_seeds_augmentation_repeats_bit_for_bit(seed_run):
    done = seed_run["repeat"]
    assert done["augmented"]
    assert done["same_samples"]
    assert done["same_bits"]


TOLD = {
    "tour": (
        "diff",
        """
import json
print(json.dumps({
    "items": int(plan.table(0.8)["items"].sum()),
    "share": float(train.frequencies()["weight"]["missing_cap"]),
    "repeats": bool((np.asarray(batch["img"]) == np.asarray(again["img"])).all()),
    "digests": len(set(job.digests().data().values())),
}))
""",
        {"items": 65, "share": 0.25, "repeats": True, "digests": 4},
    ),
    "training": (
        "evidence",
        """
import json
print(json.dumps({
    "finite": bool(np.isfinite(history.history["loss"]).all()),
    "resumes": bool(np.array_equal(later[0], fourth[0])),
    "verified": __import__("brevviz.evidence").evidence.verify("evidence", deep=True).exit_code,
}))
""",
        {"finite": True, "resumes": True, "verified": 0},
    ),
    "audit": (
        "trail",
        """
import json
print(json.dumps({
    "found": sorted({finding.split(":")[0] for finding in verdict.findings}),
    "grown": len(after) - len(before),
    "moved": int((after[before.index] != before).sum()),
    "holds": verify("evidence", deep=True).exit_code,
}))
""",
        {
            "found": ["objects have another ETag", "objects have other bytes"],
            "grown": 1,
            "moved": 0,
            "holds": 2,  # the new image has no SHA-256 yet
        },
    ),
}


@pytest.mark.parametrize("name", TOLD)
def test_a_notebook_tells_what_it_says(name, tmp_path):
    after, probe, told = TOLD[name]
    run = _run(ROOT / "notebooks" / f"{name}.ipynb", tmp_path, {after: probe})
    assert run[after] == told

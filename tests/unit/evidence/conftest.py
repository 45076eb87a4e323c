"""A small source, its job, and its manifest; no TensorFlow."""

import json
import random
from dataclasses import dataclass

import pyarrow as pa
import pytest

from brevviz.evidence import read_manifest, write_manifest
from brevviz.evidence.manifest import Deed, save
from brevviz.job import Digests, Job
from brevviz.recipe import Recipe
from brevviz.sampling import draws_digest
from brevviz.split import split_digest


@dataclass
class Case:
    """A folder of files that are listed and split, and never decoded, and its manifest."""

    source: object
    folder: object
    recipe: Recipe

    def write(self):
        """The manifest as a job writes it, with a batch digest that nobody computes here."""
        job = Job(self.recipe)
        draws = job.sampler().order(job.samples_of("train")).draws(0)
        digests = Digests(
            self.recipe.digest(), split_digest(job.assigned), draws_digest(draws), batch="b" * 64
        )
        return write_manifest(job, self.folder, digests)

    @property
    def manifest(self):
        return read_manifest(self.folder)

    def edit_rows(self, edit, *, seal):
        """Change the rows as a person with a Parquet library can; `seal` makes all digests anew."""
        manifest = self.manifest
        rows = manifest.rows.to_pylist()
        edit(rows)
        table = pa.Table.from_pylist(rows, manifest.rows.schema)
        self.put(table, manifest.about, seal=seal)

    def put(self, table, about, *, seal):
        header, trail = (self.folder / name for name in ("manifest.json", "trail.jsonl"))
        before = header.read_bytes(), trail.read_bytes()
        save(self.folder, table, about, Deed("forged"))
        if not seal:
            header.write_bytes(before[0])
            trail.write_bytes(before[1])

    def edit_header(self, edit):
        path = self.folder / "manifest.json"
        data = json.loads(path.read_text())
        edit(data)
        path.write_text(json.dumps(data))


def fill(folder, seed=0, items=40, start=0):
    """Three classes of unequal size, one to five files an item."""
    draw = random.Random(seed)
    for item in range(start, start + items):
        label = draw.choice(["good", "good", "good", "bad", "worse"])
        for image in range(draw.randint(1, 5)):
            path = folder / label / f"{item}_{image}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(draw.randbytes(20))


@pytest.fixture(name="fill", scope="session")
def _fill():
    return fill


@pytest.fixture
def case(tmp_path):
    """A manifest of a source with three classes, notes beside the images, and a class left out."""
    source = tmp_path / "source"
    fill(source)
    (source / "notes.txt").write_text("not an image")
    (source / "other").mkdir()
    (source / "other" / "1_1.png").write_bytes(b"of no class that is wanted")
    recipe = (
        Recipe.start(str(source))
        .with_value("source.classes", ["good", "bad", "ugly"])
        .with_value("source.class_mapping", {"worse": ["bad", "ugly"]})
        .with_value("split.uniqueness", r"/(\d+)_\d+\.png$")
        .with_value("split.test_ratio", 0.1)
    )
    made = Case(source, tmp_path / "evidence", recipe)
    made.write()
    return made

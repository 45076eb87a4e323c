"""Two Ray workers on a real S3 server give what one process gives, also when one is killed."""

import hashlib
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import cluster_work
import numpy as np
import pyarrow.parquet as pq
import pytest
from PIL import Image

from brevviz.bucket import index_source, list_source, open_store, pieces
from brevviz.cluster import Cluster, open_cluster
from brevviz.evidence import lock, verify, write_manifest
from brevviz.images.kept import shared_kept
from brevviz.job import Job
from brevviz.job.looks import look_at
from brevviz.recipe import Recipe

CLASSES = ("good", "bad_cap", "missing_cap")
SIDE = 160


@pytest.fixture(scope="module")
def keys(s3, tmp_path_factory):
    """The server's keys, in the environment of Ray's workers too; gives their profile's name."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BREVVIZ_TESTS_ACCESS_KEY", s3.access_key)
        patch.setenv("BREVVIZ_TESTS_SECRET_KEY", s3.secret_key)
        # Ray starts before a test's own cache is set, and workers must share it.
        patch.setenv("BREVVIZ_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))
        yield "tests"


@pytest.fixture(scope="module")
def ray(keys, tmp_path_factory):
    """Two workers; each map loses one of them."""
    del keys
    with open_cluster("ray", 2) as cluster:
        yield Deadly(cluster, tmp_path_factory.mktemp("deadly"))


@pytest.fixture(scope="module", params=[160, pytest.param(10_000, marks=pytest.mark.long)])
def bucket(request, s3, tmp_path_factory):
    """So many small pictures in a bucket, one of which is broken."""
    folder = tmp_path_factory.mktemp("pictures")
    random = np.random.default_rng(9)
    for number in range(request.param):
        path = folder / CLASSES[number % 3] / f"{number // 4}_{number % 4}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(random.integers(0, 256, (24, 20, 3), np.uint8)).save(path)
    (folder / "good" / "0_0.png").write_bytes(b"no picture")
    return s3.put_tree(folder)


@pytest.fixture
def job(bucket, s3, keys):
    """A job on these pictures."""
    recipe = (
        Recipe.start(bucket, endpoint=s3.endpoint, profile=keys)
        .with_value("split.uniqueness", r"/(\d+)_\d\.png$")
        .with_value("split.ratio", 1.0)
        .with_value("view.target_size", [16, 16])
        .with_value("sampling.batch_size", 8)
        .with_value("sampling.repeat", False)
    )
    return Job(recipe)


class Deadly(Cluster):
    """A cluster's workers, one of which ends by kill -9 in the middle, its piece done and lost."""

    def __init__(self, cluster, folder):
        self.workers = cluster.workers
        self.folder = folder
        self._cluster = cluster

    def _results(self, work, shared, pieces):
        folder = tempfile.mkdtemp(dir=self.folder)
        numbered = list(enumerate(pieces))
        told = (work, shared, folder, len(numbered) // 2)
        yield from self._cluster._results(cluster_work.killed_in_the_middle, told, numbered)
        assert sorted(path.name for path in Path(folder).iterdir()) == ["again", "killed"]


def _digests(batches):
    digests = []
    for batch in batches:
        names = "\n".join(batch["path"]).encode()
        digests.append(hashlib.sha256(names + batch["img"].tobytes()).hexdigest())
    return digests


def test_ray_draws_and_locks_and_loses_nothing(job, ray, tmp_path):
    generator = job.generator("train")
    local = _digests(generator.get_dataset_numpy())
    distributed = generator.distribute(ray)
    assert _digests(distributed) == local
    assert distributed.report == generator.report
    # The square root of the classes' sizes: a large class's images are not all drawn each epoch.
    assert distributed.report.drawn == len(job.assigned)

    digests = job.digests()
    for name in ("here", "there"):
        write_manifest(job, tmp_path / name, digests)
    assert lock(tmp_path / "here").exit_code == 0
    assert lock(tmp_path / "there", cluster=ray).exit_code == 0
    here, there = (
        pq.read_table(tmp_path / name / "manifest.parquet") for name in ("here", "there")
    )
    assert here.equals(there)
    assert here["sha256"].null_count == 0
    assert verify(tmp_path / "there", deep=True).exit_code == 0


def test_ray_lists_and_indexes_and_loses_nothing(job, ray, tmp_path, monkeypatch):
    # Else folders as small as these are listed while the bucket is divided, and none is left over.
    monkeypatch.setattr(pieces, "_ENOUGH", len(CLASSES))
    source, taken = job.recipe.source, datetime.now(UTC)
    index_source(source, tmp_path / "here", taken=taken)
    index_source(source, tmp_path / "there", ray, taken=taken)
    here, there = (
        {path.name: path.read_bytes() for path in (tmp_path / name).iterdir()}
        for name in ("here", "there")
    )
    assert here == there
    listing = list_source(source, ray)
    assert listing == open_store(source).list()
    assert len(listing) == len(job.listing.samples)


def test_ray_checks_images_and_loses_nothing(job, ray):
    view, samples = job.recipe.view, job.samples
    here, there = {}, {}
    look_at(samples, view, here)
    look_at(samples, view, there, cluster=ray, thumbnails=SIDE)
    assert here == there
    assert sum(bool(look.problem) for look in there.values()) == 1
    contents = {look.content for look in there.values() if not look.problem}
    assert len(contents) == len(samples) - 1
    kept = [shared_kept().thumbnail(content, SIDE, view) for content in contents]
    assert None not in kept


def test_ray_compares_pictures_and_loses_nothing(job, ray):
    divided = job.with_recipe(job.recipe.with_value("split.ratio", 0.5))
    there = Job(divided.recipe, results=job.results, cluster=ray)
    here, there = divided.leaks(pictures=True), there.leaks(pictures=True)
    assert here.leaks.pairs.equals(there.leaks.pairs)
    assert there.unread == here.unread
    assert len(there.unread) == 1

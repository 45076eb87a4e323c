"""Two Ray workers on a real S3 server give what one process gives, also when one is killed."""

import hashlib
import os
import signal

import numpy as np
import psutil
import pyarrow.parquet as pq
import pytest
from PIL import Image

from brevviz.cluster import open_cluster
from brevviz.evidence import lock, verify, write_manifest
from brevviz.job import Job
from brevviz.recipe import Recipe

CLASSES = ("good", "bad_cap", "missing_cap")


@pytest.fixture(params=[160, pytest.param(10_000, marks=pytest.mark.long)])
def job(request, s3, s3_keys, tmp_path):
    """A job on so many small pictures in a bucket, one of which is broken."""
    folder = tmp_path / "pictures"
    random = np.random.default_rng(9)
    for number in range(request.param):
        path = folder / CLASSES[number % 3] / f"{number // 4}_{number % 4}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(random.integers(0, 256, (24, 20, 3), np.uint8)).save(path)
    (folder / "good" / "0_0.png").write_bytes(b"no picture")
    recipe = (
        Recipe.start(s3.put_tree(folder), endpoint=s3.endpoint, profile=s3_keys)
        .with_value("split.uniqueness", r"/(\d+)_\d\.png$")
        .with_value("split.ratio", 1.0)
        .with_value("view.target_size", [16, 16])
        .with_value("sampling.batch_size", 8)
        .with_value("sampling.repeat", False)
    )
    return Job(recipe)


@pytest.fixture
def ray(s3_keys):
    """Two workers, which have the server's keys in their environment."""
    del s3_keys
    with open_cluster("ray", 2) as cluster:
        yield cluster


def _digests(batches):
    digests = []
    for batch in batches:
        names = "\n".join(batch["path"]).encode()
        digests.append(hashlib.sha256(names + batch["img"].tobytes()).hexdigest())
    return digests


def _kill_one(what, done, total):
    """Between the first pieces, kill -9 a worker that is at work."""
    del what, total
    if done != 1:
        return
    for process in psutil.Process().children(recursive=True):
        if process.name().startswith("ray::_piece"):
            os.kill(process.pid, signal.SIGKILL)
            return
    raise AssertionError("no worker of Ray's is there")


def test_ray_draws_hashes_and_loses_nothing(job, ray, tmp_path):
    generator = job.generator("train")
    local = _digests(generator.get_dataset_numpy())
    distributed = generator.distribute(ray, report=_kill_one)
    assert _digests(distributed) == local
    assert distributed.report == generator.report
    # The square root of the classes' sizes: a large class's images are not all drawn each epoch.
    assert distributed.report.drawn == len(job.assigned)

    digests = job.digests()
    for name in ("here", "there"):
        write_manifest(job, tmp_path / name, digests)
    assert lock(tmp_path / "here").exit_code == 0
    assert lock(tmp_path / "there", cluster=ray, report=_kill_one).exit_code == 0
    here, there = (
        pq.read_table(tmp_path / name / "manifest.parquet") for name in ("here", "there")
    )
    assert here.equals(there)
    assert here["sha256"].null_count == 0
    assert verify(tmp_path / "there", deep=True).exit_code == 0

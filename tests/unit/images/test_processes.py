"""The promise across processes: same bytes whatever the engine's switches and the processor."""

import os
import subprocess
import sys

import pytest

PROGRAM = """
import numpy as np
from brevviz.hashing import mix
from brevviz.images import digests, render
from brevviz.images.reduce import reduce_area
from brevviz.recipe import Augmentation
grid = np.meshgrid(*map(np.arange, (5, 31, 45, 3)), indexing="ij")
working = ((53 * grid[0] + 11 * grid[1] + 7 * grid[2] + 85 * grid[3]) % 256).astype(np.uint8)
small = np.stack([reduce_area(image, (24, 24)) for image in working])
keys = mix(np.arange(5, dtype=np.uint64))
pictures = render(small, keys, Augmentation(), (16, 20))
print(*digests(working), *digests(small), *digests(pictures))
"""

ENGINES = {
    "plain": {},
    "without oneDNN, one thread": {
        "TF_ENABLE_ONEDNN_OPTS": "0",
        "TF_NUM_INTRAOP_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    },
    "AVX2": {"XLA_FLAGS": "--xla_cpu_max_isa=AVX2", "OPENBLAS_CORETYPE": "Haswell"},
    "SSE4.2": {"XLA_FLAGS": "--xla_cpu_max_isa=SSE4_2", "OPENBLAS_CORETYPE": "Nehalem"},
}


def digests_under(**switches):
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", **switches}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.split()


@pytest.fixture(scope="module")
def expected():
    return digests_under(**ENGINES["plain"])


@pytest.mark.parametrize("engine", ["SSE4.2"])
def test_an_older_processor_gives_the_same_bytes(expected, engine):
    assert len(expected) == 15
    assert digests_under(**ENGINES[engine]) == expected


@pytest.mark.long
@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_gives_the_same_bytes(expected, engine):
    assert digests_under(**ENGINES[engine]) == expected

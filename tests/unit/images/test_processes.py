"""The promise: same bytes of every change whatever the batch, order, engine, process, processor.

promise.txt holds the digests of `augmentation.algorithm` fixed-1: what changes one of them changes
the pictures of every recipe, and is another algorithm.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).with_name("promise.py")
EXPECTED = Path(__file__).with_name("promise.txt").read_text()

ENGINES = {
    "plain": {},
    "without oneDNN, one thread": {
        "TF_ENABLE_ONEDNN_OPTS": "0",
        "TF_NUM_INTRAOP_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    },
    "AVX2": {"XLA_FLAGS": "--xla_cpu_max_isa=AVX2", "OPENBLAS_CORETYPE": "Haswell"},
    "SSE4.2 without oneDNN": {
        "TF_ENABLE_ONEDNN_OPTS": "0",
        "XLA_FLAGS": "--xla_cpu_max_isa=SSE4_2",
        "OPENBLAS_CORETYPE": "Nehalem",
    },
}


def digests_under(engine, extent):
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", **ENGINES[engine]}
    done = subprocess.run(
        [sys.executable, PROGRAM, extent],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_the_digests_are_those_of_eighteen_pictures_each_another():
    names, digests = zip(*(line.split("\t") for line in EXPECTED.splitlines()), strict=True)
    assert len(names) == len(set(digests)) == 18
    assert names[-3:] == ("own", "all", "all by chance")


@pytest.mark.parametrize("engine", ["plain", "SSE4.2 without oneDNN"])
def test_two_processes_give_the_same_bytes(engine):
    assert digests_under(engine, "slice") == EXPECTED


@pytest.mark.long
@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_batch_and_order_gives_the_same_bytes(engine):
    assert digests_under(engine, "whole") == EXPECTED

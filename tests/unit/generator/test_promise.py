"""The promise, through the generator: a sample's picture is the same bytes however it is made.

Each program run makes one epoch of a folder in every way that it is told, and prints a digest over
(path, picture) in the order of the paths. The default run takes a slice; `-m long` takes every
change alone, all settings of oneDNN, and every level of x86-64 instructions.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

PROGRAM = """
import functools, hashlib, json, sys
from pathlib import Path
import pandas as pd
from brevviz.generator import DataGenerator
from brevviz.generator.maps import composed
from brevviz.images import ImageAugmenter, ImagePipeline, digests
from brevviz.images.augment import apply as module, change

folder, ops, ways = sys.argv[1], json.loads(sys.argv[2]), json.loads(sys.argv[3])
paths = sorted(map(str, Path(folder).glob("*/*.png")))[:11]
frame = pd.DataFrame({"path": paths, "bucket": folder})

def generator(op, batch=3, shuffle=False, parallel=1):
    made = DataGenerator(frame, batch, shuffle=shuffle, seed=9)
    steps = [ImagePipeline(target_size=(12, 16)), ImageAugmenter(**op)]
    return made.map(steps, num_parallel_calls=parallel)

def batches(op, engine="graph", shards=1, **how):
    made = generator(op, **how)
    for number in range(shards):
        part = made.shard(number, shards) if shards > 1 else made
        if engine == "eager":
            yield from map(composed(part._maps), part._feed.batches())
        else:
            yield from part.get_dataset_numpy()

def digest(op, engine="graph", **how):
    change.apply = module.apply
    if engine == "plain":
        change.apply = functools.partial(module.apply, compiled=False)
    found = {}
    for batch in batches(op, engine, **how):
        names = [p if isinstance(p, str) else p.decode() for p in batch["path"]]
        found.update(zip(names, digests(batch["img"]), strict=True))
    assert len(found) == 11, found
    return hashlib.sha256(json.dumps([found[path] for path in paths]).encode()).hexdigest()

print(json.dumps({f"{name}, {json.dumps(way)}": digest(op, **way) for name, op in ops.items() for way in ways}))
"""

NOTHING = {
    "flip_left_right": 0, "flip_up_down": 0, "rotate": 0, "scale": 0, "shear": 0, "translate": 0,
    "brightness": 0, "contrast": [1, 1], "saturation": 0, "hue": 0, "noise": 0, "blur": 0, "emboss": 0,
    "salt_and_pepper": 0, "elastic": 0,
}  # fmt: skip
ALL = {
    "flip_left_right": 0.5, "flip_up_down": 0.5, "rotate": 170, "scale": 0.2, "shear": 0.1,
    "translate": 0.1, "brightness": 40, "contrast": [0.6, 1.3], "saturation": 0.3, "hue": 30,
    "noise": 12, "blur": 1.5, "emboss": 0.5, "salt_and_pepper": 0.05, "elastic": 0.05,
    "rotate_chance": 0.8, "blur_chance": 0.5,
}  # fmt: skip
ALONE = {
    name: {**NOTHING, name: value} for name, value in ALL.items() if not name.endswith("_chance")
}

FEW = [
    {"batch": 1}, {"batch": 3, "parallel": 4, "shuffle": True}, {"batch": 32, "shards": 2},
    {"engine": "eager"}, {"engine": "plain", "batch": 32},
]  # fmt: skip
WAYS = [
    {"batch": batch, "parallel": parallel, "shuffle": shuffle, "shards": shards}
    for batch in (1, 3, 32) for parallel in (1, 4) for shuffle in (False, True) for shards in (1, 3)
] + [{"engine": engine, "batch": batch} for engine in ("eager", "plain") for batch in (1, 3, 32)]  # fmt: skip

OLD = {
    "XLA_FLAGS": "--xla_cpu_max_isa=SSE4_2", "TF_ENABLE_ONEDNN_OPTS": "0",
    "OPENBLAS_CORETYPE": "Nehalem", "BREVVIZ_WORKING_MIB": "0",
}  # fmt: skip
LEVELS = {
    "x86-64-v2": {
        "XLA_FLAGS": "--xla_cpu_max_isa=SSE4_2", "ONEDNN_MAX_CPU_ISA": "SSE41",
        "OPENBLAS_CORETYPE": "Nehalem",
    },
    "AVX": {
        "XLA_FLAGS": "--xla_cpu_max_isa=AVX", "ONEDNN_MAX_CPU_ISA": "AVX",
        "OPENBLAS_CORETYPE": "Sandybridge",
    },
    "x86-64-v3": {
        "XLA_FLAGS": "--xla_cpu_max_isa=AVX2", "ONEDNN_MAX_CPU_ISA": "AVX2",
        "OPENBLAS_CORETYPE": "Haswell",
    },
    "x86-64-v4": {
        "XLA_FLAGS": "--xla_cpu_max_isa=AVX512", "ONEDNN_MAX_CPU_ISA": "AVX512_CORE",
        "OPENBLAS_CORETYPE": "SkylakeX",
    },
    "oneDNN off": {"TF_ENABLE_ONEDNN_OPTS": "0"},
    "oneDNN on": {"TF_ENABLE_ONEDNN_OPTS": "1"},
    "one thread": {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"},
}  # fmt: skip


def made(pictures, ops, ways, **switches):
    """Digest for each change and way, in a process of its own."""
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", **switches}
    command = [sys.executable, "-c", PROGRAM, str(pictures), json.dumps(ops), json.dumps(ways)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def by_change(found):
    """The distinct digests of each change, over all ways."""
    digests = {}
    for name, digest in found.items():
        digests.setdefault(name.partition(", ")[0], set()).add(digest)
    return digests


def test_batches_orders_threads_shards_and_engines_give_the_same_bytes(pictures):
    here = by_change(made(pictures, {"all": ALL}, FEW))
    assert len(here["all"]) == 1
    assert by_change(made(pictures, {"all": ALL}, [{"batch": 3}], **OLD)) == here


@pytest.mark.long
def test_every_change_alone_and_all_together_in_every_way(pictures):
    changes = {"all": ALL, **ALONE}
    found = by_change(made(pictures, changes, WAYS))
    assert {name: len(digests) for name, digests in found.items()} == dict.fromkeys(changes, 1)
    # No two changes come to the same: each of them was drawn.
    assert len(set.union(*found.values())) == len(changes)


@pytest.mark.long
@pytest.mark.parametrize("level", LEVELS)
def test_every_level_of_instructions_gives_the_same_bytes(pictures, level):
    changes = {"all": ALL, **ALONE}
    here = by_change(made(pictures, changes, [{"batch": 3}]))
    # Nothing that another level has decoded is taken from the disk.
    there = made(pictures, changes, FEW, BREVVIZ_WORKING_MIB="0", **LEVELS[level])
    assert by_change(there) == here

"""Pictures per second of processor time, ours and others', in interleaved rounds on one thread.

Run it as `python -m benchmarks.images`. Three tables: augmentation alone, whole files (decoded,
shrunk and augmented), and a preview after a changed setting. The figure from cached working
images always stands beside the one for like and like: uint8 pictures of the final size in and
out. Goals are those of the project (benchmarks/image_rows.py).
"""

# ruff: noqa: PLC0415  # a peer may be missing, and TensorFlow starts after its threads are set
from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.image_rows import rows_of
from benchmarks.rows import report, smoke

BATCH = 32
SIDE = 128
ROUNDS = 1 if smoke() else 7
PICTURES = BATCH if smoke() else 4 * BATCH
ONE_THREAD = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "NO_ALBUMENTATIONS_UPDATE": "1",
}


def medians(
    jobs: dict[str, Callable[[], Any]], pictures: int, clock: Callable[[], float], rounds: int
) -> dict[str, float]:
    """Pictures a second for each job: the median over rounds in which every job has a turn."""
    times: dict[str, list[float]] = {name: [] for name in jobs}
    for job in jobs.values():
        job()
        job()
    for _ in range(rounds):
        for name, job in jobs.items():
            begin = clock()
            job()
            times[name].append(clock() - begin)
    return {name: pictures / statistics.median(spent) for name, spent in times.items()}


def augmentation(rounds: int = ROUNDS) -> dict[str, float]:
    """Working or finished pictures in memory → augmented uint8 batches."""
    from benchmarks.image_peers import augmenters
    from brevviz.hashing import mix
    from brevviz.images import render
    from brevviz.images.augment.apply import apply
    from brevviz.images.augment.params import Parameters, draw
    from brevviz.images.augment.ranges import ranges
    from brevviz.images.backend import tf
    from brevviz.images.packed import pack
    from brevviz.recipe import Augmentation

    rng = np.random.default_rng(0)
    working = rng.integers(0, 256, (BATCH, 192, 192, 3), dtype=np.uint8)
    small = np.ascontiguousarray(working[:, :SIDE, :SIDE])
    keys = mix(np.arange(PICTURES, dtype=np.uint64))
    settings = Augmentation(saturation=0.0, hue=0.0)
    # As the store keeps them: packed. A generator stacks a batch of them and gives it so.
    tables = {
        side: tf.constant(np.stack([pack(image) for image in images]))
        for side, images in ((192, working), (SIDE, small))
    }

    def cached(side: int) -> Callable[[], Any]:
        def run() -> Any:
            # Parameters in one block, as the cache's own loop draws them.
            block = draw(keys, ranges(settings), (side, side), (SIDE, SIDE))
            for i in range(0, PICTURES, BATCH):
                part = Parameters(*(column[i : i + BATCH] for column in block))
                apply(tables[side], part, (SIDE, SIDE)).numpy()

        return run

    def alike() -> None:
        for i in range(0, PICTURES, BATCH):
            render(small, keys[i : i + BATCH], settings, (SIDE, SIDE))

    def repeated(peer: Callable[[Any], Any]) -> Callable[[], None]:
        def run() -> None:
            for _ in range(PICTURES // BATCH):
                np.asarray(peer(small))

        return run

    peers = augmenters()
    check_alike(peers, small)
    jobs = {
        "ours, cached working images": cached(SIDE),
        "ours, cached working images 1.5x": cached(192),
        "ours, like for like": alike,
        **{name: repeated(peer) for name, peer in peers.items()},
    }
    return medians(jobs, PICTURES, time.process_time, rounds)


def check_alike(peers: dict[str, Callable[[Any], Any]], pictures: Any) -> None:
    """Raises ValueError where a peer gives other than as many uint8 pictures of the same size."""
    for name, peer in peers.items():
        given = np.asarray(peer(pictures))
        if (given.shape, given.dtype) != (pictures.shape, pictures.dtype):
            raise ValueError(f"{name} gives {given.dtype} {given.shape}, not {pictures.shape}")


def later_epochs(rounds: int) -> float:
    """Pictures a second of a `DataGenerator` whose working images are kept: all of its work.

    Measured for itself: its threads fill their buffers while another job would have its turn.
    """
    import pandas as pd
    from PIL import Image

    from brevviz.generator import DataGenerator
    from brevviz.images import ImageAugmenter, ImagePipeline

    rng = np.random.default_rng(2)
    with tempfile.TemporaryDirectory(prefix="brevviz-bench-") as folder:
        os.environ["BREVVIZ_CACHE"] = f"{folder}/cache"
        paths = [f"{folder}/{number}.bmp" for number in range(PICTURES)]
        for path in paths:
            Image.fromarray(rng.integers(0, 256, (200, 200, 3), dtype=np.uint8)).save(path)
        generator = DataGenerator(pd.DataFrame({"path": paths}), BATCH, shuffle=True, repeat=True)
        stages = [ImagePipeline(target_size=(SIDE, SIDE)), ImageAugmenter(saturation=0.0, hue=0.0)]
        batches = iter(generator.map(stages, num_parallel_calls=1).get_dataset())

        def run() -> None:
            for _ in range(PICTURES // BATCH):
                next(batches)

        return medians({"it": run}, PICTURES, time.process_time, rounds)["it"]


def draw_files(kind: str, width: int, height: int, folder: str) -> None:
    """Write a batch of files."""
    from PIL import Image

    rng = np.random.default_rng(1)
    for number in range(BATCH):
        coarse = Image.fromarray(rng.integers(0, 256, (60, 80, 3), dtype=np.uint8))
        whole = coarse.resize((width, height), Image.Resampling.BICUBIC)
        whole.save(f"{folder}/{number:02}", kind)


def files(
    kind: str, width: int, height: int, rounds: int = ROUNDS, *, naive: bool = False
) -> dict[str, float]:
    """Files in memory → augmented uint8 batches of 128 x 128.

    Naive TensorFlow alone, or all others. The files are drawn in another process: one that has
    once freed a large array keeps memory of that size, and then OpenCV reads a BMP three times
    as fast. MALLOC_MMAP_THRESHOLD_=33554432 MALLOC_TRIM_THRESHOLD_=134217728 in the environment
    shows the figures where it is so.
    """
    from benchmarks.image_peers import augmenters, readers
    from brevviz.hashing import mix
    from brevviz.images import render
    from brevviz.images.prepare import prepare
    from brevviz.recipe import Augmentation, View

    with tempfile.TemporaryDirectory(prefix="brevviz-bench-") as folder:
        task = get_context("spawn").Process(target=draw_files, args=(kind, width, height, folder))
        task.start()
        task.join()
        datas = [path.read_bytes() for path in sorted(Path(folder).iterdir())]
    view, settings = View(target_size=(SIDE, SIDE)), Augmentation(saturation=0.0, hue=0.0)
    keys = mix(np.arange(BATCH, dtype=np.uint64))

    def prepared() -> Any:
        return np.stack([prepare(data, view).working for data in datas])

    def whole(read: Callable[[bytes], Any], augment: Callable[[Any], Any]) -> Callable[[], Any]:
        return lambda: np.asarray(augment(np.stack([read(data) for data in datas])))

    peers = augmenters()
    theirs = {
        name: whole(read, peers[name])
        for name, read in readers().items()
        if name in peers and ("naive" in name) == naive
    }
    if naive:
        return medians(theirs, BATCH, time.process_time, rounds)
    jobs = {
        "ours": lambda: render(prepared(), keys, settings, (SIDE, SIDE)),
        "decoding and shrinking alone": prepared,
        **theirs,
    }
    return medians(jobs, BATCH, time.process_time, rounds)


def preview(rounds: int = ROUNDS) -> dict[str, float]:
    """Previews a second (by the clock) of 24 pictures for a changed setting."""
    from brevviz.hashing import mix
    from brevviz.images import ImageAugmenter, ImagePipeline, render
    from brevviz.images.backend import tf
    from brevviz.recipe import Augmentation

    working = np.random.default_rng(0).integers(0, 256, (24, 192, 192, 3), dtype=np.uint8)
    keys = mix(np.arange(24, dtype=np.uint64))
    turns = iter(np.linspace(1, 170, 10_000).tolist())
    pipeline = ImagePipeline(target_size=(SIDE, SIDE))

    def ours() -> None:
        render(working, keys, Augmentation(rotate=next(turns)), (SIDE, SIDE))

    def built_again() -> None:
        augment = ImageAugmenter(rotate=next(turns))

        @tf.autograph.experimental.do_not_convert
        def both(working: Any, keys: Any) -> Any:
            return augment(pipeline({"_working:img": working}), keys)["img"]

        data = tf.data.Dataset.from_tensor_slices((working, keys)).batch(24).map(both)
        next(iter(data.as_numpy_iterator()))

    jobs = {"ours": ours, "a data set built again": built_again}
    return medians(jobs, 1, time.perf_counter, rounds)


def measure(rounds: int = ROUNDS) -> dict[str, dict[str, float]]:
    """All tables: name → contender → pictures (previews) a second."""
    kinds = (("JPEG", 640, 480), ("BMP", 1280, 1024))
    # First: what others leave of the process's memory would change how fast large pictures are.
    tables: dict[str, dict[str, float]] = {
        f"{kind} {w} x {h}": files(kind, w, h, rounds) for kind, w, h in kinds
    }
    tables["augmentation"] = augmentation(rounds)
    tables["preview of 24"] = preview(rounds)
    for kind, w, h in kinds:
        tables[f"{kind} {w} x {h}"] |= files(kind, w, h, rounds, naive=True)
    # Last: what it leaves of the process's memory made the others' large pictures slower.
    tables["augmentation"]["ours, a generator's later epochs, to float32"] = later_epochs(rounds)
    return tables


def main() -> int:
    """Print the tables; the number of goals that were missed."""
    if "--here" not in sys.argv:
        command = [sys.executable, "-m", "benchmarks.images", "--here", *sys.argv[1:]]
        return subprocess.run(command, env={**os.environ, **ONE_THREAD}, check=False).returncode
    tables = measure()
    for name, rows in tables.items():
        print(f"\n{name}")
        for contender, rate in sorted(rows.items(), key=lambda row: -row[1]):
            print(f"  {rate:>10,.1f}/s  {contender}")
    return report(rows_of(tables))


if __name__ == "__main__":
    sys.exit(main())

"""What is measured of an index as it grows: seconds, peak memory and bytes of each step.

python -m benchmarks.scale 1e5 1e6 1e7 1e8 [folder]

Seconds are of CPU and of the wall clock, since others use the machine too.

Each size is a process of its own whose data segment is limited to 4 GiB (RLIMIT_DATA): an
allocation beyond it fails the run. An index that stands in the folder is taken as it is. Up to
a million samples the result is compared with that of `SampleSplit` and `Sampler` in memory.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from benchmarks.rows import Row, report, smoke
from benchmarks.scale_index import RULE, write_index
from brevviz.index import open_index
from brevviz.recipe import Sampling, Source, Split
from brevviz.sampling import Sampler
from brevviz.split import SampleSplit

LIMIT = 4 << 30
SECTION = Split(uniqueness=RULE, ratio=0.7, test_ratio=0.1)
SAMPLING = Sampling(groupby=("folder",), weighing="square root", shuffle=True)
COMPARED = 1_000_000


def bytes_of(folder: Path) -> int:
    """Bytes of the files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


class Steps:
    """Run steps one after the other, and print a line of the table for each."""

    def __init__(self, rows: int) -> None:
        self.rows = rows

    def run(self, name, work, size=None):
        """What `work` gives; `size()` afterwards is what it left on the disk."""
        Path("/proc/self/clear_refs").write_text("5")  # the peak starts anew
        begun, before = time.monotonic(), time.process_time()
        result = work()
        cpu, spent = time.process_time() - before, time.monotonic() - begun
        status = Path("/proc/self/status").read_text()
        peak = int(status.split("VmHWM:")[1].split()[0]) / 1024
        on_disk = "" if size is None else f"{size() / 1e6:,.1f} MB"
        figures = f"{cpu:.2f} | {spent:.2f} | {peak:.0f}"
        print(f"| {self.rows:,} | {name} | {figures} | {on_disk} |", flush=True)
        return result


def measure(rows: int, folder: Path) -> None:
    """Print the lines of one size."""
    (folder / "bucket").mkdir(parents=True, exist_ok=True)
    place, out = folder / "index", folder / "purposes.parquet"
    steps = Steps(rows)
    if not place.exists():
        steps.run("write the index", lambda: write_index(rows, place), lambda: bytes_of(place))
    source = Source(uri=str(folder / "bucket"))
    index = steps.run("open it", lambda: open_index(place, source), lambda: bytes_of(place))
    scratch = folder / "scratch"
    scratch.mkdir(exist_ok=True)
    most = [0]

    def report(what: str, done: int, total: int | None = None) -> None:
        del total
        if what == "items" and done == 0:
            most[0] = bytes_of(scratch)

    split = steps.run(
        "split",
        lambda: index.split(SECTION, out=out, scratch=scratch, report=report),
        lambda: most[0],
    )
    steps.run("its purposes, opened", lambda: index.open_split(out), lambda: out.stat().st_size)
    steps.run("frequencies", lambda: split.frequencies(SAMPLING))
    steps.run("first batch", lambda: split.batch(SAMPLING))
    steps.run("a page by place", lambda: split.page(rows // 2, 1000))
    steps.run("a page of a folder", lambda: index.folder("class_11/", count=1000))
    if rows <= COMPARED:
        compare(split, index, out)


def compare(split, index, out: Path) -> None:
    """Print whether memory comes to the same purposes, frequencies and first batch."""
    samples = pd.concat(map(index.pieces.frame, range(len(index.pieces))), ignore_index=True)
    purposes = SampleSplit.of(SECTION).plan(samples).purposes(SECTION.ratio, SECTION.test_ratio)
    stored = np.array(pq.read_table(out)["purpose"].to_pylist(), object)
    train = samples.assign(purpose=purposes)[purposes == "train"]
    sampler = Sampler.of(SAMPLING)
    same = sampler.frequencies(train).drop(columns="raw_weight").equals(split.frequencies(SAMPLING))
    first = train.iloc[sampler.order(train).draws(0, 0, SAMPLING.batch_size).index]
    drawn = first["path"].tolist() == split.batch(SAMPLING)["path"].tolist()
    equal = bool((purposes == stored).all()) and same and drawn
    print(f"| {len(samples):,} | equal to memory | {equal} | | | |", flush=True)
    if not equal:
        sys.exit("the index and memory differ")


def run(rows: int, folder: Path) -> Iterator[Row]:
    """Measure one size in a process of its own; what it found out, for the page of benchmarks."""
    command = [sys.executable, "-m", "benchmarks.scale", "--one", str(rows), str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        for line in child.stdout:
            sys.stdout.write(line)
            sys.stdout.flush()
            _, size, step, cpu, _, peak, *_ = (cell.strip() for cell in line.split("|"))
            what = f"an index of {size} samples on the disk: {step}"
            if step in {"split", "frequencies", "first batch"}:
                yield Row(what, "s of CPU", float(cpu))
            if step == "split":
                yield Row(what, "MB at the peak", float(peak), limit=LIMIT / 1e6)
    if child.returncode:
        sys.exit(f"{rows:,}: exit {child.returncode}")


def main(arguments: list[str]) -> int:
    """Measure each size."""
    if arguments[:1] == ["--one"]:
        resource.setrlimit(resource.RLIMIT_DATA, (LIMIT, LIMIT))
        measure(int(arguments[1]), Path(arguments[2]))
        return 0
    sizes = [word for word in arguments if word[0].isdigit()] or ["1e5" if smoke() else "1e6"]
    named = [word for word in arguments if not word[0].isdigit()]
    print(
        "| samples | step | CPU, s | wall, s | peak RSS, MB | on disk |\n|---|---|---|---|---|---|"
    )
    found: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="brevviz-scale-") as temporary:
        for size in sizes:
            rows = int(float(size))
            found += run(rows, Path(named[0] if named else temporary) / str(rows))
    return report(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

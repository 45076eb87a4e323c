"""A manifest of 100,000 objects: writing it, and checking it shallow, with no bucket in the way.

Run it as `python -m benchmarks.evidence [objects]`. Goal: verified in 5 s.
"""

from __future__ import annotations

import hashlib
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa

from benchmarks.rows import Row, report, smoke
from brevviz.bucket import Listing
from brevviz.evidence.derive import Place, derive, frame_with_purposes, listed_rows
from brevviz.evidence.manifest import About, Deed, read_manifest, save
from brevviz.evidence.objects import check_listing
from brevviz.evidence.trail import Trail
from brevviz.evidence.verdict import Verdict
from brevviz.evidence.verifying import check_record, check_trail
from brevviz.progress import quiet
from brevviz.recipe import Recipe
from brevviz.sampling import Sampler, draws_digest
from brevviz.split import split_digest

OBJECTS = 100_000
ROUNDS = 5
GOAL = 5.0
PLACE = Place("s3://bench", "https://s3.example/bench")
RECIPE = Recipe.start("s3://bench", anonymous=True).with_value(
    "split.uniqueness", r"/(\d+)_\d+\.png"
)


def listing_of(count: int) -> Listing:
    """Three classes, five images an item."""
    labels = ("bad", "good", "worse")
    keys = sorted(f"{labels[i // 5 % 3]}/{i // 5}_{i}.png" for i in range(count))
    etags = [hashlib.md5(key.encode(), usedforsecurity=False).hexdigest() for key in keys]
    return Listing(
        key=pa.array(keys, pa.large_string()),
        size=pa.array(np.full(count, 30_000, np.int64)),
        etag=pa.array(etags, pa.large_string()),
        modified=pa.array(np.zeros(count, np.int64)),
        version_id=pa.nulls(count, pa.large_string()),
    )


class Recorded:
    """As much of a store as a check of a listing asks for."""

    root = PLACE.root


def write(folder: Path, listing: Listing) -> None:
    rows = derive(listed_rows(listing), RECIPE, PLACE)
    samples = frame_with_purposes(rows, RECIPE, PLACE)
    order = Sampler.of(RECIPE.sampling, RECIPE.seed).order(samples[samples["purpose"] == "train"])
    revision = {"listed": "2026-01-01T00:00:00+00:00", "objects": len(rows)}
    digests = {
        "recipe": RECIPE.digest(),
        "split": split_digest(samples),
        "draws": draws_digest(order.draws(0)),
    }
    save(folder, rows, About(RECIPE, PLACE, digests, [revision]), Deed("benchmark"))


def check(folder: Path, listing: Listing) -> None:
    manifest = read_manifest(folder)
    verdict = Verdict()
    check_record(manifest, verdict, quiet)
    check_trail(Trail(folder), manifest, verdict)
    check_listing(manifest.rows, listing, Recorded(), manifest.listed, verdict)
    if verdict.exit_code:
        sys.exit(f"the manifest does not hold: {verdict.findings + verdict.unchecked}")


def timed(work, *arguments: object) -> tuple[float, float]:
    """Seconds by the clock, and of the processor."""
    begin, processor = time.perf_counter(), time.process_time()
    work(*arguments)
    return time.perf_counter() - begin, time.process_time() - processor


def measure(count: int = OBJECTS, rounds: int = ROUNDS) -> list[Row]:
    """Medians by the clock. There is no peer that writes such a manifest."""
    listing = listing_of(count)
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for what, work, limit in (("written", write, None), ("verified", check, GOAL)):
            times = [timed(work, folder, listing) for _ in range(rounds)]
            clock, cpu = (statistics.median(column) for column in zip(*times, strict=True))
            print(f"{what}: {cpu:.2f} CPU seconds")
            rows.append(Row(f"a manifest of {count:,} objects {what}", "s", clock, limit=limit))
        size = (folder / "manifest.parquet").stat().st_size / count
        rows.append(Row(f"a manifest of {count:,} objects in a file", "bytes an object", size))
    return rows


if __name__ == "__main__":
    objects = int(sys.argv[1]) if len(sys.argv) > 1 else 1000 if smoke() else OBJECTS
    sys.exit(report(measure(objects, 1 if smoke() else ROUNDS)))

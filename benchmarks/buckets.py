"""Listing and reading on a real S3 server, ours and others', in interleaved rounds.

Run it as `python -m benchmarks.buckets [objects]`. Each run is a process of its own, so that its
processor time, its largest memory and nothing of the server's are counted. All must find the same
objects. The third table is the frame of a million samples.
"""

# ruff: noqa: PLC0415  # each process imports one client only, and before the clock starts
from __future__ import annotations

import importlib.util
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any

from benchmarks.bucket_clients import BUCKET, CLIENTS, WORKERS
from benchmarks.rows import Row, report, smoke
from brevviz.demo.server import S3Server

OBJECTS = 300 if smoke() else 100_000
READS = 40 if smoke() else 2000
SIZE = 30_000
ROUNDS = 1 if smoke() else 3
ACCESS = "BREVVIZ_BENCH_ACCESS"
SAMPLES = 10_000 if smoke() else 1_000_000
LIST_US, LIST_TIMES, FRAME_MB = 12.0, 5.0, 400.0
Access = dict[str, str]


def run(client: str, work: str, access: Access) -> dict[str, float]:
    """One client's work in this process: processor and wall time, objects, and peak memory."""
    listing, get = CLIENTS[client](access)
    # Connections, regions and lazy imports are not what is measured.
    get("read/0.bin")
    if work == "list":
        listing()
    keys = [f"read/{n % 200}.bin" for n in range(READS)]
    wall, cpu = time.perf_counter(), time.process_time()
    if work == "list":
        count = listing()
    else:
        with ThreadPoolExecutor(WORKERS) as pool:
            count = sum(len(bytes(data)) == SIZE for data in pool.map(get, keys))
    return {
        "objects": count,
        "cpu": time.process_time() - cpu,
        "wall": time.perf_counter() - wall,
        "peak_mb": peak_mb(),
    }


def peak_mb() -> float:
    """The largest memory of this process; getrusage would count its parent's before the exec."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def frame(rows: int = SAMPLES) -> dict[str, float]:
    """The frame of a million samples: what stays in memory, the peak on the way, and the time."""
    import psutil
    import pyarrow as pa

    from brevviz.bucket import Listing
    from brevviz.dataset import frame_of
    from brevviz.recipe import Source

    def column(values: Any, kind: pa.DataType) -> pa.Array:
        return pa.array(values, kind)

    folders = [f"line {n}/good" for n in range(50)]
    keys = sorted(f"{folders[n % 50]}/{n // 3}_{1543412090863 + n}.bmp" for n in range(rows))
    listing = Listing(
        column(keys, pa.large_string()),
        column([150_582] * rows, pa.int64()),
        column([f"{n:032x}" for n in range(rows)], pa.large_string()),
        column([1_543_412_090_863_000] * rows, pa.int64()),
        pa.nulls(rows, pa.large_string()),
    )
    del keys
    root = "s3://public.data.example.org/data/NeurIPS_2018"
    process = psutil.Process()
    before, begin = process.memory_info().rss, time.perf_counter()
    samples, _ = frame_of(
        listing, Source(uri=root), root, "https://s3.example.org/public.data/NeurIPS_2018"
    )
    seconds = time.perf_counter() - begin
    pa.default_memory_pool().release_unused()
    return {
        "rows": len(samples),
        "seconds": round(seconds, 2),
        "frame_mb": round(samples.memory_usage(deep=False).sum() / 2**20, 1),
        "rss_grown_mb": round((process.memory_info().rss - before) / 2**20, 1),
        "peak_mb": round(peak_mb(), 1),
    }


def fill(server: S3Server, objects: int) -> None:
    """Objects to list, 1000 a folder, and 200 of 30 kB to read."""
    client = server.client
    server.make_bucket(BUCKET)

    def put(item: tuple[str, bytes]) -> None:
        key, data = item
        client.put_object(bucket_name=BUCKET, object_name=key, data=BytesIO(data), length=len(data))

    tiny = ((f"list/{n // 1000:04}/{n}_1543412090863.bmp", b"x") for n in range(objects))
    with ThreadPoolExecutor(8) as pool:
        for _ in pool.map(put, tiny):
            pass
        for _ in pool.map(put, [(f"read/{n}.bin", os.urandom(SIZE)) for n in range(200)]):
            pass


def measured(client: str, work: str, access: Access) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.buckets", client, work]
    own = {**os.environ, ACCESS: json.dumps(access)}  # not an argument, which others can see
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=own)
    result: dict[str, float] = json.loads(done.stdout)
    return result


def summary(runs: list[dict[str, float]]) -> dict[str, float]:
    cpu = statistics.median(r["cpu"] / r["objects"] for r in runs)
    rate = statistics.median(r["objects"] / r["wall"] for r in runs)
    return {
        "us_cpu_per_object": round(1e6 * cpu, 1),
        "objects_per_s": round(rate),
        "peak_mb": round(max(r["peak_mb"] for r in runs)),
        "objects": int(runs[0]["objects"]),
    }


def main(objects: int = OBJECTS) -> int:
    """Print the tables; the number of goals that were missed."""
    clients = [name for name in CLIENTS if importlib.util.find_spec(name)]
    runs: dict[tuple[str, str], list[dict[str, float]]] = {}
    with S3Server() as server:
        fill(server, objects)
        access = {
            "endpoint": server.endpoint,
            "key": server.access_key,
            "secret": server.secret_key,
        }
        for _ in range(ROUNDS):
            for work in ("list", "get"):
                for client in clients:
                    runs.setdefault((work, client), []).append(measured(client, work, access))
    for (work, client), entries in sorted(runs.items(), reverse=True):
        print(json.dumps({"work": work, "client": client, **summary(entries)}))
    command = [sys.executable, "-m", "benchmarks.buckets", "frame"]
    frame_of_a_million = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    print(json.dumps({"work": "frame", **frame_of_a_million}))
    return report([*compared(runs), *frame_rows(frame_of_a_million)])


def compared(runs: dict[tuple[str, str], list[dict[str, float]]]) -> Iterator[Row]:
    """Ours against each client, listing and reading. Raises ValueError where one found others."""
    for work in ("list", "get"):
        own = summary(runs[work, "brevviz"])
        objects = own["objects"]
        what = "listing a bucket of" if work == "list" else f"reading, in {WORKERS} threads,"
        for client in CLIENTS:
            if client == "brevviz":
                continue
            found = summary(runs[work, client]) if (work, client) in runs else {}
            if found and found["objects"] != objects:
                raise ValueError(f"{client}: {found['objects']} objects, not {objects}")
            yield Row(
                f"{what} {objects:,} objects",
                "µs of CPU an object",
                own["us_cpu_per_object"],
                client,
                found.get("us_cpu_per_object"),
                "" if found else f"{client} is not installed",
                times=LIST_TIMES if (work, client) == ("list", "minio") else None,
                limit=LIST_US if (work, client) == ("list", "minio") else None,
            )


def frame_rows(found: dict[str, float]) -> Iterator[Row]:
    what = f"the frame of {found['rows']:,} samples"
    yield Row(f"memory of {what}", "MB", found["rss_grown_mb"], limit=FRAME_MB)
    yield Row(what, "s", found["seconds"])


if __name__ == "__main__":
    if sys.argv[1:] == ["frame"]:
        print(json.dumps(frame()))
    elif len(sys.argv) == 3:
        print(json.dumps(run(sys.argv[1], sys.argv[2], json.loads(os.environ[ACCESS]))))
    else:
        sys.exit(main(*map(int, sys.argv[1:])))

"""The split against its peers: what straddles, how far classes are off, time and memory.

Peers: the original's algorithm (written anew from its description: numpy per stratum on pandas
groups), scikit-learn's GroupShuffleSplit and StratifiedGroupKFold (where installed; they get
ready-made integer codes, which is to their advantage), and split-folders' (each class shuffled
and cut, no items). Ours and the original's start from the same frame of text columns.

Every measurement is a forked child of its own, so that memory is its own too; the peers of one
data set run in turn, round after round, so that load hits all alike. CPU seconds are the best of
the rounds. A peer that has not finished after BUDGET CPU seconds is ended, or that needs more
than MEMORY GB, and is not asked for more rows of that set; its cell says so. Goals: the plan on 1 M rows at least 5 times faster than the
original and its algorithm, a ratio change on 10 M rows in single-digit milliseconds of CPU, a
pattern on 1 M paths at least twice as fast as `Series.str.extract`, and 10 M rows within 2 GB.

    python -m benchmarks.split                    100k and 1 M rows, what goals are for
    python -m benchmarks.split 1e4 1e5 1e6 1e7    the tables of docs/split.md, and goals
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import subprocess
import sys
import time
import warnings
from importlib import import_module
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.rows import report, smoke
from benchmarks.split_peers import PATTERN, PEERS, RATIO, ROUTES, Data
from benchmarks.split_rows import keys_row, ratio_rows, route_rows, split_rows
from benchmarks.split_table import KINDS, table
from brevviz.split import SampleSplit
from brevviz.split.keys import row_keys

BUDGET, MEMORY, ENOUGH = 30, 12, 3


def rounds(rows):
    """How often each peer runs."""
    return 1 if smoke() or rows > 10**6 else 3 if rows < 10**5 else 2


def make(kind: str, rows: int) -> Data:
    """A frame of paths, folders and keys, and the codes of its strata and items."""
    rng = np.random.default_rng(7)
    classes = 10
    if kind == "zipf":
        sizes = np.minimum(rng.zipf(1.7, rows), max(4, rows // 20))
        item = np.repeat(np.arange(rows), sizes)[:rows]
    else:
        item = rng.permutation(rows) // 4
    if kind == "tiny classes":  # most classes hold one or two items
        classes = max(10, rows // 8)
    stratum = (item * 2_654_435_761 >> 7) % classes
    if kind == "items span":
        loose = rng.random(item.max() + 1) < 0.1
        stratum = np.where(loose[item], rng.integers(0, classes, rows), stratum)
    text = pa.large_string()
    key, folder = pa.array(item).cast(text), pa.array(stratum).cast(text)
    stamp = pa.array(1_543_412_090_863 + np.arange(rows)).cast(text)

    def join(*parts: object) -> pa.Array:
        typed = [pa.scalar(part, text) if isinstance(part, str) else part for part in parts]
        return pc.binary_join_element_wise(*typed, pa.scalar("", text))

    columns = {
        "path": join("s3://inspection/line-4/class_", folder, "/", key, "_", stamp, ".bmp"),
        "folder": join("class_", folder),
        "key": key,
    }
    frame = pa.table(columns).to_pandas()
    return Data(frame.astype(dict.fromkeys(columns, "str")), stratum, item)


def in_child(work):
    """What `work` gives, its CPU seconds and its peak memory, from a process of its own; or why
    it gives nothing.
    """
    read, write = os.pipe()
    child = os.fork()
    if not child:
        os.close(read)
        resource.setrlimit(resource.RLIMIT_CPU, (BUDGET, BUDGET))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY << 30, MEMORY << 30))
        warnings.simplefilter("ignore")
        before, begun = _memory("VmRSS"), time.process_time()
        try:
            Path("/proc/self/clear_refs").write_text("5")  # the peak starts anew
            answer = work()
        except subprocess.CalledProcessError as error:
            ended = error.returncode in {-signal.SIGXCPU, -signal.SIGKILL}
            answer = _LATE if ended else error.stderr.strip().splitlines()[-1]
        except MemoryError:
            answer = _LARGE
        except (ImportError, ValueError) as error:
            answer = str(error)
        spent, peak = time.process_time() - begun, _memory("VmHWM") - before
        os.write(write, json.dumps([answer, spent, peak]).encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    return json.loads(told) if told else [_LATE, BUDGET, 0]


_LATE = f"not finished in {BUDGET} s"
_LARGE = f"needs more than {MEMORY} GB"


def _memory(field):
    """MB of this process, from /proc."""
    lines = Path("/proc/self/status").read_text().splitlines()
    line = next(line for line in lines if line.startswith(field))
    return int(line.split()[1]) / 1024


def quality(train, stratum, item):
    """Straddling items, and the class that is furthest off in images, and in points."""
    sides = np.zeros((item.max() + 1, 2), bool)
    sides[item, train.astype(int)] = True
    total = np.bincount(stratum)
    off = np.abs(np.bincount(stratum[train], minlength=len(total)) - RATIO * total)
    return {
        "straddling": int(sides.all(axis=1).sum()),
        "off_images": round(float(off.max()), 1),
        "off_pp": round(float((100 * off / np.maximum(total, 1)).max()), 2),
    }


def compare(kind, rows, peers=PEERS, late=()):
    """Each peer on one data set, in turn, round after round; none of those that were late before."""
    data = make(kind, rows)
    found = {name: {"not run": "fewer rows did not finish"} for name in peers if name in late}
    for _ in range(rounds(rows)):
        for name in [name for name in peers if _again(found.get(name))]:
            answer, _, peak = in_child(lambda name=name: _timed(peers[name], data))
            if isinstance(answer, str):
                found[name] = {"not run": answer}
                continue
            figures, cpu, elsewhere = answer
            best = min(cpu, found.get(name, {}).get("cpu_s", cpu))
            found[name] = {**figures, "cpu_s": round(best, 4), "peak_mb": round(elsewhere or peak)}
    for name, figures in found.items():
        print(json.dumps({"data": kind, "rows": rows, "peer": name, **figures}), flush=True)
    return found


def _again(figures):
    """False where a peer gave no answer, or took so long that one measurement is enough."""
    return not figures or figures.get("cpu_s", ENOUGH) < ENOUGH


def _timed(peer, data):
    begun = time.process_time()
    train = peer(data)
    spent, peak = time.process_time() - begun, None
    if isinstance(train, tuple):  # it was measured where it ran
        train, spent, peak = train
    return quality(train, data.stratum, data.item), spent, peak


def ratio_change(rows):
    """CPU milliseconds of counts and of row codes at a new ratio."""
    frame = make("items of 4", rows).frame

    def work():
        plan = SampleSplit(["folder"], PATTERN, RATIO).plan(frame)
        plan.counts(0.5), plan.codes(0.5)
        spent = []
        for ratio in np.linspace(0.6, 0.9, 7):
            begun = time.process_time()
            plan.counts(ratio)
            middle = time.process_time()
            plan.codes(ratio)
            spent.append((middle - begun, time.process_time() - middle))
        return [1000 * float(x) for x in np.median(spent, axis=0)]

    (counts, codes), spent, peak = in_child(work)
    return {
        "rows": rows,
        "counts_ms": round(counts, 3),
        "codes_ms": round(codes, 2),
        "plan_s": round(spent, 2),
        "peak_mb": round(peak),
    }


def pattern_speed(rows):
    """CPU seconds of the keys of all paths, against `Series.str.extract`, in pairs."""
    frame = make("items of 4", rows).frame
    ways = {
        "ours": lambda: len(row_keys(frame, PATTERN, "split.uniqueness")),
        "str.extract": lambda: len(frame["path"].str.extract(PATTERN)),
    }
    pairs = [{name: in_child(way)[1] for name, way in ways.items()} for _ in range(rounds(rows))]
    return {
        "rows": rows,
        "ours_s": round(min(pair["ours"] for pair in pairs), 3),
        "extract_s": round(min(pair["str.extract"] for pair in pairs), 3),
        "times": round(float(np.median([p["str.extract"] / p["ours"] for p in pairs])), 1),
    }


def main() -> int:
    """Print one line a figure; 1 when a goal is missed that the sizes given allow to check."""
    with contextlib.suppress(ImportError):
        import_module("sklearn.model_selection")  # its own start is not measured
    usual = [1000] if smoke() else [100_000, 1_000_000]
    sizes = [int(float(text)) for text in sys.argv[1:]] or usual
    kinds = KINDS if sys.argv[1:] else ("items of 4", "items span")
    handed, cells = [], {kind: {} for kind in kinds}
    for rows in sizes:
        for kind, before in cells.items():
            late = {
                peer
                for found in before.values()
                for peer in found
                if found[peer].get("not run") in (_LATE, _LARGE)
            }
            before[rows] = compare(kind, rows, PEERS, late)
        routes = compare("items of 4", rows, ROUTES)
        keys, change = pattern_speed(rows), ratio_change(rows)
        print(json.dumps({"keys": keys, "ratio": change}), flush=True)
        handed += split_rows({kind: found[rows] for kind, found in cells.items()}, rows)
        handed += [*route_rows(routes, rows), keys_row(keys), *ratio_rows(change)]
    print("\n".join(table(kind, found) for kind, found in cells.items()))
    return report(handed)


if __name__ == "__main__":
    sys.exit(main())

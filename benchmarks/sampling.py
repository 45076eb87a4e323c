"""The draw order against what training code draws with today.

Peers: `tf.data.Dataset.sample_from_datasets` over indices; the original's construction, which
is the same over text tensors with a shuffle buffer of 1,024 a group; the algorithm of PyTorch's
`WeightedRandomSampler` (cumulated weights of all samples, one bisection a draw), in numpy.
All draw in blocks of 16,384 (the first batch is of 32), each in a process of its own, rounds
interleaved, so that load hits all alike. Goals: 100 times the draws per CPU-second of
`sample_from_datasets`, and a batch of any epoch within a millisecond.
"""

from __future__ import annotations

import argparse
import itertools
import json
import resource
import statistics
import subprocess
import sys
import time
from importlib import import_module

import numpy as np

from benchmarks.rows import Row, report, smoke
from brevviz.sampling import DrawOrder

SIZES = (10_000, 1_000_000, 10_000_000)
SHARES = (0.1, 0.8, 0.1)
WEIGHTS = (0.2, 0.5, 0.3)
BATCH = 32
BLOCK = 1 << 14
ROUNDS = 3
GOAL = 100
SEEK_GOAL_MS = 1.0


def group_sizes(samples):
    return [int(samples * share) for share in SHARES]


def ours(samples, size, algorithm="quota-1", shuffle=True):
    order = DrawOrder(group_sizes(samples), WEIGHTS, samples, 42, shuffle, algorithm=algorithm)
    for epoch in itertools.count():
        for start in range(0, samples, size):
            yield order.draws(epoch, start, start + size).index


def even(samples, size):
    return ours(samples, size, "even-1")


def ordered(samples, size):
    return ours(samples, size, shuffle=False)


def independent(samples, size):
    return ours(samples, size, "independent-1")


def torch_algorithm(samples, size):
    sizes = group_sizes(samples)
    weights = np.repeat(np.array(WEIGHTS) / sizes, sizes)
    cumulated = np.cumsum(weights)
    cumulated /= cumulated[-1]
    random = np.random.default_rng(42)
    while True:
        yield np.searchsorted(cumulated, random.random(size), side="right")


def sample_from_datasets(samples, size, texts=False):
    import tensorflow as tf  # noqa: PLC0415  # not in the memory of the other methods

    parts, start = [], 0
    for count in group_sizes(samples):
        if texts:
            rows = [
                f"s3://bucket/data/set/{i // 1000}/{i}_1543413169486.bmp"
                for i in range(start, start + count)
            ]
            part = tf.data.Dataset.from_tensor_slices(rows)
        else:
            part = tf.data.Dataset.range(start, start + count)
        parts.append(part.repeat().shuffle(min(count, 1024), seed=42))
        start += count
    dataset = tf.data.Dataset.sample_from_datasets(parts, WEIGHTS, seed=42)
    return (batch.numpy() for batch in dataset.batch(size))


def original(samples, size):
    return sample_from_datasets(samples, size, texts=True)


METHODS = {
    "ours, shuffled": ours,
    "ours, even": even,
    "ours, in order": ordered,
    "ours, independent": independent,
    "torch's algorithm": torch_algorithm,
    "sample_from_datasets": sample_from_datasets,
    "the original's": original,
}
SLOW = {"sample_from_datasets", "the original's"}
PEERS = ("torch's algorithm", "sample_from_datasets", "the original's")


def peak_mb():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def one(method, samples):
    """Figures of one method, in this process: first batch, draws per CPU-second, memory."""
    if method in SLOW:
        import_module("tensorflow")  # the time and memory of its import are not the peer's fault
    wanted = BLOCK if smoke() else 40_000 if method in SLOW else 2_000_000
    before = peak_mb()
    begin = time.perf_counter()
    next(METHODS[method](samples, BATCH))
    first_ms = 1000 * (time.perf_counter() - begin)
    blocks = METHODS[method](samples, BLOCK)
    next(blocks)
    drawn = 0
    cpu = time.process_time()
    while drawn < wanted:
        drawn += len(next(blocks))
    cpu = time.process_time() - cpu
    return {
        "first_ms": round(first_ms, 1),
        "draws_per_cpu_s": round(drawn / cpu),
        "mb": round(peak_mb() - before, 1),
    }


def apart(method, samples):
    """The same in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.sampling", "--one", method, str(samples)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def seek_ms(samples=10_000_000, tries=200):
    """A batch of any of the first thousand epochs, from any place: median CPU milliseconds."""
    order = DrawOrder(group_sizes(samples), WEIGHTS, samples, 42, True)
    random = np.random.default_rng(1)
    times = []
    for epoch, start in zip(
        random.integers(0, 1000, tries).tolist(),
        random.integers(0, samples - BATCH, tries).tolist(),
        strict=True,
    ):
        begin = time.process_time()
        order.draws(epoch, start, start + BATCH)
        times.append(1000 * (time.process_time() - begin))
    return round(statistics.median(times), 3)


def check_shares(samples=10_000):
    """All draw from the groups what their weights say: no peer draws the very same samples, so
    how often each group comes is what can be compared. A method that does not is no peer.
    """
    ends = np.cumsum(group_sizes(samples))
    for method, draw in METHODS.items():
        drawn = np.concatenate(
            [group_of(block, ends) for block in itertools.islice(draw(samples, BLOCK), 2)]
        )
        shares = np.bincount(drawn, minlength=len(WEIGHTS)) / len(drawn)
        if np.abs(shares - WEIGHTS).max() > 0.02:  # six standard deviations of 32,768 draws
            sys.exit(f"{method} draws shares of {shares}, not {WEIGHTS}")


def group_of(rows, ends):
    """The group of each row; texts say their row behind the last slash."""
    if rows.dtype == object:
        rows = [int(row.rsplit(b"/")[-1].split(b"_")[0]) for row in rows]
    return np.searchsorted(ends, rows, side="right")


def measure(sizes=SIZES, rounds=ROUNDS):
    """Medians over the rounds: {samples: {method: figures}}."""
    table = {}
    for samples in sizes:
        runs = {method: [] for method in METHODS}
        for _ in range(rounds):
            for method in METHODS:
                if method == "the original's" and samples > 1_000_000:
                    continue  # ten million texts: gigabytes, and nothing new
                runs[method].append((one if smoke() else apart)(method, samples))
        table[samples] = {
            method: {name: statistics.median(run[name] for run in found) for name in found[0]}
            for method, found in runs.items()
            if found
        }
    return table


def main(arguments=None):
    """Print the table; 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--one", nargs=2, metavar=("METHOD", "SAMPLES"))
    parser.add_argument("--rounds", type=int, default=1 if smoke() else ROUNDS)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES[:1] if smoke() else SIZES)
    chosen = parser.parse_args(arguments)
    if chosen.one:
        print(json.dumps(one(chosen.one[0], int(chosen.one[1]))))
        return 0
    check_shares()
    table = measure(chosen.sizes, chosen.rounds)
    print(
        "| samples | method | draws per CPU-s | first batch ms | memory MB |\n|---|---|---|---|---|"
    )
    for samples, methods in table.items():
        for method, found in methods.items():
            print(
                f"| {samples:,} | {method} | {found['draws_per_cpu_s']:,.0f} "
                f"| {found['first_ms']:,.1f} | {found['mb']:,.1f} |"
            )
    return report([*compared(table), seeking(max(chosen.sizes))])


def compared(table):
    """Draws a CPU second and the time to the first batch, against each peer."""
    for samples, methods in table.items():
        own = methods["ours, shuffled"]
        for peer in PEERS:
            found = methods.get(peer, {})
            absent = "" if found else "not run: its texts take gigabytes"
            times = GOAL if peer == "sample_from_datasets" else None
            yield Row(
                f"drawing from {samples:,} samples",
                "draws a CPU second",
                own["draws_per_cpu_s"],
                peer,
                found.get("draws_per_cpu_s"),
                absent,
                more=True,
                times=times,
            )
            yield Row(
                f"the first batch of {BATCH} from {samples:,} samples",
                "ms",
                own["first_ms"],
                peer,
                found.get("first_ms"),
                absent,
            )


def seeking(samples):
    what = f"a batch of {BATCH} from any place of any epoch, {samples:,} samples"
    return Row(what, "ms of CPU", seek_ms(samples), limit=SEEK_GOAL_MS)


if __name__ == "__main__":
    sys.exit(main())

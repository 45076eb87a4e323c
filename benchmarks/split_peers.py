"""The splits that `benchmarks.split` compares: ours, and what others do."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from importlib import import_module
from typing import NamedTuple

import numpy as np
import pandas as pd

from brevviz.split import SampleSplit

RATIO = 0.8
PATTERN = r"/(\d+)_\d+\.bmp$"


class Data(NamedTuple):
    frame: pd.DataFrame
    stratum: np.ndarray
    item: np.ndarray


def ours(data):
    plan = SampleSplit(["folder"], ["key"], RATIO, 42).plan(data.frame)
    return plan.codes(RATIO) == 0


def best_fit(data):
    plan = SampleSplit(["folder"], ["key"], RATIO, 42, mode="best fit").plan(data.frame)
    return plan.codes(RATIO) == 0


def by_hash(data):
    plan = SampleSplit(["folder"], ["key"], RATIO, 42, mode="hash").plan(data.frame)
    return plan.codes(RATIO) == 0


def ours_by_pattern(data):
    return SampleSplit(["folder"], PATTERN, RATIO, 42).plan(data.frame).codes(RATIO) == 0


def original(data):
    return _original(data.frame, data.frame["key"])


def original_by_pattern(data):
    return _original(data.frame, data.frame["path"].str.extract(PATTERN)[0].rename("key"))


def _original(frame, keys):
    """Sorted items of each stratum, permuted, cut at the ratio with stochastic rounding."""
    rng = np.random.RandomState(42)
    row_item = pd.MultiIndex.from_arrays([frame["folder"], keys])
    items = frame.groupby([frame["folder"], keys], observed=True).size()
    takes = np.zeros(len(items), bool)
    place = 0
    for _, sizes in items.groupby(level=0):
        order = rng.permutation(len(sizes))
        cumulated = np.cumsum(sizes.to_numpy()[order])
        wanted = RATIO * cumulated[-1]
        k = int(np.searchsorted(cumulated, wanted, side="right"))
        before = cumulated[k - 1] if k else 0
        if k < len(order) and rng.rand() <= (wanted - before) / (cumulated[k] - before):
            k += 1
        takes[place + order[:k]] = True
        place += len(sizes)
    return pd.Series(takes, items.index).reindex(row_item).to_numpy()


def group_shuffle(data):
    splitter = _sklearn().GroupShuffleSplit(n_splits=1, train_size=RATIO, random_state=42)
    return _mask(next(splitter.split(data.item, data.stratum, data.item))[0], len(data.item))


def stratified_group_k_fold(data):
    splitter = _sklearn().StratifiedGroupKFold(n_splits=5, shuffle=True, random_state=42)
    return _mask(next(splitter.split(data.item, data.stratum, data.item))[0], len(data.item))


def split_folders(data):
    stratum = data.stratum
    rng = np.random.RandomState(42)
    order = np.lexsort((rng.rand(len(stratum)), stratum))
    sizes = np.bincount(stratum)
    rank = np.arange(len(order)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return _mask(order[rank < (RATIO * sizes).astype(int)[stratum[order]]], len(stratum))


def _sklearn():
    try:
        return import_module("sklearn.model_selection")
    except ImportError:
        raise ImportError("scikit-learn is not installed") from None


def _mask(rows, count):
    mask = np.zeros(count, bool)
    mask[rows] = True
    return mask


def brevettiai_by_pattern(data):
    return brevettiai(data, PATTERN)


def brevettiai(data, uniqueness=("key",)):
    """The real one, in the interpreter that BREVETTIAI_PYTHON names: it needs pydantic 1."""
    python = os.environ.get("BREVETTIAI_PYTHON")
    if not python:
        raise ImportError("BREVETTIAI_PYTHON names no interpreter that has brevettiai")
    with tempfile.TemporaryDirectory() as folder:
        data.frame.to_parquet(f"{folder}/in.parquet")
        done = subprocess.run(
            [python, "-c", _BREVETTIAI, folder, json.dumps(uniqueness)],
            capture_output=True,
            text=True,
            check=True,
        )
        train = pd.read_parquet(f"{folder}/out.parquet")["train"].to_numpy()
    spent, peak = json.loads(done.stdout.splitlines()[-1])
    return train, spent, peak


_BREVETTIAI = """
import json, sys, time, warnings
warnings.simplefilter("ignore")
import pandas as pd
from brevettiai.data.sample_integrity import SampleSplit

def memory(field):
    lines = open("/proc/self/status").read().splitlines()
    return int(next(line for line in lines if line.startswith(field)).split()[1]) / 1024

frame = pd.read_parquet(sys.argv[1] + "/in.parquet")
frame["row"] = range(len(frame))
open("/proc/self/clear_refs", "w").write("5")
before, begun = memory("VmRSS"), time.process_time()
split = SampleSplit(stratification=["folder"], uniqueness=json.loads(sys.argv[2]), split=0.8, seed=42)
done = split.assign(frame, remainder="devel")
spent = time.process_time() - begun
peak = memory("VmHWM") - before
done = done.sort_values("row")  # it has its own order
pd.DataFrame({"train": (done["purpose"] == "train").to_numpy()}).to_parquet(
    sys.argv[1] + "/out.parquet"
)
print(json.dumps([spent, peak]))
"""


PEERS = {
    "ours": ours,
    "ours, best fit": best_fit,
    "ours, hash": by_hash,
    "original": original,
    "GroupShuffleSplit": group_shuffle,
    "StratifiedGroupKFold": stratified_group_k_fold,
    "split-folders": split_folders,
    "brevettiai": brevettiai,
}
ROUTES = {
    "ours, pattern": ours_by_pattern,
    "original, pattern": original_by_pattern,
    "brevettiai, pattern": brevettiai_by_pattern,
}

"""The split of an index gives each sample what `SampleSplit` gives it in memory: for any samples."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brevviz.hashing import hash_keys
from brevviz.index import splitting
from brevviz.index.splitting import divide
from brevviz.recipe import PURPOSES, Split
from brevviz.split import SampleSplit, items

RULE = r"([^/]*)_\d+\.png$"


class Frames:
    """Frames in the place of row groups."""

    def __init__(self, frames):
        self.frames = frames

    def __len__(self):
        return len(self.frames)

    def frame(self, number, columns=None):
        del columns
        return self.frames[number]


def cut(samples, size):
    return Frames([samples.iloc[start : start + size] for start in range(0, len(samples), size)])


def samples_of(places):
    """`places`: the folder and the item of each image."""
    folders = [f"f{folder}" for folder, _ in places]
    names = [
        f"nokey{n}" if item is None else f"{item}_{n}.png" for n, (_, item) in enumerate(places)
    ]
    paths = [f"/root/{folder}/{name}" for folder, name in zip(folders, names, strict=True)]
    frame = pd.DataFrame({"folder": folders, "path": paths}, dtype="str")
    return frame.assign(bucket=pd.Series("/root", frame.index, dtype="str"))


def check(samples, section, seed, piece, at_once):
    """Compare purposes, images and items with those in memory."""
    got = divide(cut(samples, piece), section, seed, at_once=at_once, rows=len(samples))
    plan = SampleSplit.of(section, seed).plan(samples)
    want = plan.purposes(section.ratio, section.test_ratio)
    assert np.array(PURPOSES, object)[got.codes].tolist() == want.tolist()
    counts = plan.counts(section.ratio, section.test_ratio)
    assert got.strata == counts.strata
    assert got.images.tolist() == counts.images.tolist()
    assert got.items.tolist() == counts.items.tolist()
    assert np.diff(got.starts).tolist() == [len(part) for part in cut(samples, piece).frames]


@st.composite
def split_cases(draw):
    """Samples with items small and large, in one folder or several, and how to split them."""
    amounts = st.one_of(st.integers(1, 4), st.integers(1, 40))
    item = st.tuples(st.integers(0, 3), amounts, st.booleans())
    drawn = draw(st.lists(item, min_size=1, max_size=40))
    places = []
    for number, (folder, images, spans) in enumerate(drawn):
        step = int(spans and draw(st.integers(0, 3)) == 0)
        places += [((folder + n * step) % 5, f"i{number}") for n in range(images)]
    places += [(0, None)] * draw(st.integers(0, 3))
    places = draw(st.permutations(places)) if len(places) < 60 else places
    ratio = draw(st.sampled_from([0.0, 0.05, 0.3, 0.5, 0.7, 0.95, 1.0]))
    section = Split(
        stratification=draw(st.sampled_from([("folder",), (), r"/root/(\w)"])),
        uniqueness=RULE,
        per_folder=draw(st.booleans()),
        pin_outliers=draw(st.booleans()),
        mode=draw(st.sampled_from(["rank", "rank", "rank", "hash"])),
        ratio=ratio,
        test_ratio=draw(st.sampled_from([0.0, 0.2])) if ratio <= 0.7 else 0.0,
    )
    return samples_of(places), section


@settings(max_examples=200, deadline=None)
@given(split_cases(), st.integers(0, 5), st.integers(1, 50), st.integers(3, 200))
def test_an_index_and_memory_give_the_same_purposes(case, seed, piece, at_once):
    samples, section = case
    check(samples, section, seed, piece, at_once)


@pytest.mark.parametrize("pin", [True, False])
@pytest.mark.parametrize("span", [0, 40])
def test_large_items_among_many_are_placed_as_in_memory(pin, span):
    places = [(n % 2, f"i{n}") for n in range(900)]
    places += [(0, "large")] * 60 + [(0, "larger")] * 150 + [(1, "whole")] * 500
    places += [(n % 2, f"span{n // 2}") for n in range(span)]
    section = Split(uniqueness=RULE, pin_outliers=pin, ratio=0.6, test_ratio=0.2)
    for seed in range(5):
        check(samples_of(places), section, seed, 100, 64)


def test_where_two_items_have_one_hash_their_keys_decide(monkeypatch):
    def coarse(keys, seed):
        hashes = hash_keys(keys, seed)
        second = str(seed).endswith("bits")
        return hashes if second else hashes & np.uint64(3 << 62)

    monkeypatch.setattr(splitting, "hash_keys", coarse)
    monkeypatch.setattr(items, "hash_keys", coarse)
    samples = samples_of([(n % 3, f"i{n * 7 % 50}") for n in range(160)])
    section = Split(uniqueness=RULE, per_folder=True, ratio=0.6)
    check(samples, section, 1, 9, 40)

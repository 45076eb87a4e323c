"""Leaks of every level are found, told and repaired."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from brevviz.errors import SplitError
from brevviz.split import SampleSplit, find_leaks, repair
from brevviz.split.leaks import Leaks
from brevviz.split.near import correlations, near_pairs, perceptual_hashes


def picture(seed, side=256):
    """A smooth, seeded scene, uint8 (side, side)."""
    rng = np.random.default_rng(seed)
    small = Image.fromarray(rng.integers(0, 256, (9, 9), np.uint8))
    return np.asarray(small.resize((side, side), Image.Resampling.BICUBIC))


def thumbnail(pixels):
    grey = Image.fromarray(np.asarray(pixels, np.uint8)).convert("L")
    return np.asarray(grey.resize((32, 32), Image.Resampling.BOX))


@given(st.lists(st.integers(0, 2**64 - 1), max_size=12), st.integers(0, 7), st.randoms())
def test_near_pairs_are_all_pairs_in_the_radius(seeds, radius, random):
    words = [*seeds]
    for seed in seeds:  # relatives, some bits away
        word = seed
        for bit in random.sample(range(64), random.randint(0, 9)):
            word ^= 1 << bit
        words.append(word)
    expected = {
        (i, j): (words[i] ^ words[j]).bit_count()
        for j in range(len(words))
        for i in range(j)
        if (words[i] ^ words[j]).bit_count() <= radius
    }
    near = near_pairs(np.array(words, np.uint64), radius)
    found = zip(near.left.tolist(), near.right.tolist(), near.distance.tolist(), strict=True)
    assert {(i, j): d for i, j, d in found} == expected
    assert len(near.skipped) == 0


def test_a_radius_that_is_not_exact_is_refused():
    with pytest.raises(ValueError, match=r"radius: 8 is outside 0\.\.7"):
        near_pairs(np.zeros(2, np.uint64), 8)


def test_almost_empty_pictures_are_skipped_and_counted():
    words = np.r_[np.zeros(4_001, np.uint64), np.arange(1, 20, dtype=np.uint64) << np.uint64(32)]
    near = near_pairs(words, 2)
    assert len(near.skipped) >= 4_001
    assert near.left.min(initial=5_000) >= 4_001 or not len(near.left)


def test_hashes_set_31_bits_and_know_no_brightness():
    scenes = np.stack([thumbnail(picture(n)) for n in range(5)])
    hashes = perceptual_hashes(scenes)
    assert np.bitwise_count(hashes).tolist() == [31] * 5
    assert (perceptual_hashes(scenes // 2 + 40) ^ hashes).astype(bool).sum() <= 5
    assert len(set(hashes.tolist())) == 5


@pytest.mark.parametrize(
    "change",
    [
        lambda p: p,
        lambda p: np.asarray(Image.fromarray(p).resize((128, 128), Image.Resampling.BOX)),
        lambda p: np.clip(p * 0.85 + 10, 0, 255),
        lambda p: np.clip(p + np.random.default_rng(1).normal(0, 5, p.shape), 0, 255),
    ],
    ids=["copy", "half size", "light", "noise"],
)
def test_copies_and_re_encodings_are_near_identical(change):
    scenes = [picture(n) for n in range(40)]
    thumbs = np.stack([thumbnail(p) for p in scenes] + [thumbnail(change(p)) for p in scenes])
    samples = pd.DataFrame(
        {"path": [f"{n}.png" for n in range(80)], "purpose": ["train"] * 40 + ["devel"] * 40}
    )
    leaks = find_leaks(samples, thumbnails=thumbs)
    assert leaks.checked == ("near-identical",)
    found = set(zip(leaks.pairs["left"], leaks.pairs["right"], strict=True))
    # Every pair found is true, and nearly all are found.
    assert found <= {(n, n + 40) for n in range(40)}
    assert len(found) >= 38
    assert (leaks.pairs["likeness"] >= 0.995).all()


def test_small_pictures_go_by_their_hash_alone():
    thumbs = np.stack([thumbnail(picture(1)), thumbnail(picture(1))])
    # The finest checks change no low frequency, and so no bit of the hash.
    thumbs[1] = np.clip(thumbs[1] // 2 + 60 + 20 * (np.indices((32, 32)).sum(axis=0) % 2), 0, 255)
    assert correlations(thumbs, np.array([0]), np.array([1]))[0] < 0.995
    samples = pd.DataFrame({"path": ["a", "b"], "purpose": ["train", "test"]})
    near = near_pairs(perceptual_hashes(thumbs), 7).distance
    assert near.tolist() in ([0], [2])
    assert find_leaks(samples, thumbnails=thumbs).clean
    assert not find_leaks(samples, thumbnails=thumbs, small=np.ones(2, bool)).clean


def test_levels_from_certain_to_probable():
    samples = pd.DataFrame(
        {
            "path": list("abcdefg"),
            "etag": ["1", "2", "3", "3", "5", "6", None],
            "size": [9, 9, 9, 9, 9, 9, 9],
            "purpose": ["train", "devel", "devel", "test", "train", "test", None],
        }
    )
    items = np.array([0, 0, 1, 2, 3, 4, 0])
    pixels = ["p", "p", "q", "r", "s", "s", "s"]
    leaks = find_leaks(samples, items, pixels=pixels)
    told = leaks.pairs[["level", "path_left", "path_right", "purpose_left", "purpose_right"]]
    assert told.to_numpy().tolist() == [
        ["same item", "a", "b", "train", "devel"],
        ["same bytes", "d", "c", "test", "devel"],
        ["same pixels", "e", "f", "train", "test"],
    ]
    assert leaks.counts() == {"same item": 1, "same bytes": 1, "same pixels": 1}
    assert not leaks.clean


def test_equal_etags_of_unequal_sizes_are_not_the_same_bytes():
    samples = pd.DataFrame(
        {"path": ["a", "b"], "etag": ["1", "1"], "size": [1, 2], "purpose": ["train", "devel"]}
    )
    assert find_leaks(samples).clean
    assert not find_leaks(samples.drop(columns="size")).clean


def test_our_own_split_has_no_leak(demo):
    splitter = SampleSplit(["folder"], r"/(\d*)_\d*.bmp")
    plan = splitter.plan(demo)
    leaks = find_leaks(splitter.assign(demo, remainder="devel"), plan.item_of_row)
    assert leaks.clean
    assert leaks.checked == ("same item", "same bytes")


def test_repair_ties_the_pair_and_moves_nobody_else(frame_of):
    splitter = SampleSplit(["folder"], ["key"], 0.7)
    frame = frame_of([(f"i{n}", n % 2) for n in range(60) for _ in range(2)])
    before = splitter.assign(frame, remainder="devel")
    train = before.index[before["purpose"] == "train"][:3]
    devel = before.index[before["purpose"] == "devel"][:3]
    before.loc[devel, "etag"] = before.loc[train, "etag"].to_numpy()
    leaks = find_leaks(before, splitter.plan(frame).item_of_row)
    assert leaks.counts() == {"same item": 0, "same bytes": 3}

    done = repair(before, leaks, splitter)
    assert find_leaks(done.samples, splitter.plan(frame, ties=leaks.ties()).item_of_row).clean
    tied = frame["key"].isin(frame.loc[[*train, *devel], "key"])
    assert (done.samples["purpose"] == before["purpose"])[~tied].all()
    assert set(done.moved["path"]) <= set(frame["path"][tied])
    assert len(done.moved) >= 3
    assert set(done.moved["why"]) == {"tied to an item of another purpose"}


def test_nothing_to_repair_moves_nobody(frame_of):
    splitter = SampleSplit(["folder"], ["key"], 0.7)
    before = splitter.assign(frame_of([(n, 0) for n in range(9)]), remainder="devel")
    leaks = find_leaks(before)
    assert isinstance(leaks, Leaks)
    done = repair(before, leaks, splitter)
    assert done.moved.empty
    pd.testing.assert_frame_equal(done.samples, before)


def test_an_array_that_does_not_fit_is_refused(frame_of):
    samples = frame_of([("a", 0)]).assign(purpose="train")
    with pytest.raises(SplitError, match=r"leaks.items: has 2 entries for 1 samples"):
        find_leaks(samples, np.zeros(2, np.int64))

"""Permutations without memory."""

from __future__ import annotations

import numpy as np
import pytest

from brevviz.sampling.bijection import Bijections


@pytest.mark.parametrize("key", [0, 0x9E3779B97F4A7C15])
def test_every_size_up_to_1025_is_a_permutation(key):
    for size in range(1, 1026):
        places = np.arange(size)
        moved = Bijections([size], np.array([key], np.uint64)).apply(np.zeros(1, np.int64), places)
        assert np.array_equal(np.sort(moved), places), size


def test_sizes_mixed_in_one_call_stay_apart():
    sizes = [1, 7, 1000]
    orders = Bijections(sizes, np.array([3, 4, 5], np.uint64))
    which = np.repeat(np.arange(3), sizes)
    places = np.concatenate([np.arange(size) for size in sizes])
    moved = orders.apply(which, places)
    for number, size in enumerate(sizes):
        alone = Bijections([size], np.array([3 + number], np.uint64))
        expected = alone.apply(np.zeros(1, np.int64), np.arange(size))
        assert np.array_equal(moved[which == number], expected)


def test_another_key_is_another_order():
    first, second = (
        Bijections([1000], np.array([key], np.uint64)).apply(np.zeros(1, np.int64), np.arange(1000))
        for key in (1, 2)
    )
    assert np.count_nonzero(first == second) < 10


def test_a_place_reaches_each_slot_alike():
    # 4,000 keys, place 0 of 8: each slot is expected 500 times, with a deviation of 21.
    keys = np.arange(4000, dtype=np.uint64)
    orders = Bijections([8] * 4000, keys)
    moved = orders.apply(np.arange(4000), np.zeros(4000, np.int64))
    assert np.all(np.abs(np.bincount(moved.astype(np.int64), minlength=8) - 500) < 105)


def test_the_largest_size_works():
    moved = Bijections([1 << 32], np.array([9], np.uint64)).apply(
        np.zeros(1, np.int64), np.array([0, 1, (1 << 32) - 1])
    )
    assert len(set(moved.tolist())) == 3
    assert moved.max() < 1 << 32

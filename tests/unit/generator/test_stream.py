"""Shards, steps and epochs of a stream of draws."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brevviz.errors import SamplingError
from brevviz.generator.stream import _BLOCK, DrawStream
from brevviz.sampling import DrawOrder


def order(samples=30, shuffle=True):
    return DrawOrder([7, 3], [1, 2], samples, 42, shuffle)


def drawn(stream, count=None):
    rows = (int(row) for _, draws in stream.pieces() for row in draws.index)
    return list(itertools.islice(rows, count))


@given(st.integers(1, 60), st.integers(1, 60), st.booleans())
def test_shards_partition_each_epoch(samples, shards, shuffle):
    shards = min(shards, samples)
    parts = [DrawStream(order(samples, shuffle), False, i, shards) for i in range(shards)]
    assert [row for part in parts for row in drawn(part)] == drawn(
        DrawStream(order(samples, shuffle), False)
    )
    assert max(map(len, parts)) - min(map(len, parts)) <= 1


@given(st.integers(0, 100), st.integers(1, 3))
def test_a_start_is_that_place_of_the_whole_run(start, shards):
    whole = DrawStream(order(), True, shards - 1, shards)
    late = DrawStream(order(), True, shards - 1, shards, start)
    assert drawn(late, 50) == drawn(whole, start + 50)[start:]


def test_past_the_end_there_is_nothing():
    assert drawn(DrawStream(order(), False, start=29)) == drawn(DrawStream(order(), False))[29:]
    assert drawn(DrawStream(order(), False, start=30)) == []


def test_pieces_are_of_one_epoch_each():
    stream = DrawStream(order(_BLOCK + 10), True)
    pieces = list(itertools.islice(stream.pieces(), 4))
    assert [(epoch, len(draws)) for epoch, draws in pieces] == [
        (0, _BLOCK), (0, 10), (1, _BLOCK), (1, 10),
    ]  # fmt: skip
    whole = np.concatenate([pieces[2][1].index, pieces[3][1].index])
    assert np.array_equal(whole, order(_BLOCK + 10).draws(1).index)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"shard": 2, "shards": 2}, "shard: 2 of 2 is outside 0..1"),
        ({"shard": 0, "shards": 31}, "31 shards of 30 draws leave some empty"),
        ({"start": -1}, "step: is negative"),
    ],
)
def test_what_is_no_part_is_refused(arguments, words):
    with pytest.raises(SamplingError, match=words):
        DrawStream(order(), False, **arguments)

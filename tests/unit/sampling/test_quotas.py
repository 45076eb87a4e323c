"""Quotas in whole numbers."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from brevviz.hashing import G
from brevviz.sampling.quotas import Quotas, cumulated
from brevviz.sampling.streams import Stream, key, keys

WEIGHTS = st.lists(st.floats(1e-6, 1e6), min_size=1, max_size=9).map(np.array)


@given(WEIGHTS)
def test_borders_are_the_weights_to_fifty_bits(p):
    borders = [0, *cumulated(p), 2**64]
    assert borders == sorted(borders)
    shares = np.diff(np.array(borders, object)) / 2**64
    assert np.allclose(shares.astype(float), p / p.sum(), rtol=0, atol=len(p) * 2.0**-50)


@given(WEIGHTS, st.integers(1, 2**32), st.integers(0, 2**40))
def test_starts_are_exact(p, samples, epoch):
    quotas = Quotas(p, samples, 42)
    phase = Fraction((key(42, Stream.PHASE) + epoch * G) % 2**64, 2**64)
    expected = [math.floor(samples * Fraction(b, 2**64) + phase) for b in cumulated(p)]
    assert quotas.starts(epoch).tolist() == [0, *expected, samples]


@given(WEIGHTS, st.integers(1, 5000), st.integers(0, 30))
def test_before_is_the_sum_of_the_epochs(p, samples, epochs):
    quotas = Quotas(p, samples, "seed")
    expected = sum((quotas.of(e) for e in range(epochs)), np.zeros(len(p), np.int64))
    assert quotas.before(epochs).tolist() == expected.tolist()
    assert (quotas.before(epochs + 1) - expected).tolist() == quotas.of(epochs).tolist()


def test_what_before_gives_is_the_callers():
    quotas = Quotas(np.array([0.5, 0.5]), 10, 42)
    quotas.before(3)[:] = -1
    assert quotas.before(3).tolist() == [15, 15]


def test_streams_do_not_meet():
    found = {int(k) for stream in Stream for k in keys(7, stream, np.arange(1000))}
    assert len(found) == 1000 * len(Stream)

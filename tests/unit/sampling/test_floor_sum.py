"""The exact sum of rounded-down steps."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from brevviz.sampling.floor_sum import floor_sum
from brevviz.sampling.slots import Golden


@given(st.integers(0, 60), st.integers(1, 200), st.integers(0, 500), st.integers(0, 500))
def test_is_the_sum(count, modulus, step, offset):
    expected = sum((step * i + offset) // modulus for i in range(count))
    assert floor_sum(count, modulus, step, offset) == expected


@given(st.integers(1, 400), st.integers(0, 2**64 - 1), st.data())
def test_visits_counts_what_the_golden_order_visits(size, key, data):
    order = Golden(size, key)
    stop = data.draw(st.integers(0, size))
    border = data.draw(st.integers(0, size))
    slots = order.slots(np.arange(stop))
    assert order.visits(stop, [border]) == [int((slots < border).sum())]


@given(st.integers(1, 3000), st.integers(0, 2**64 - 1))
def test_the_golden_order_visits_every_slot_once(size, key):
    slots = Golden(size, key).slots(np.arange(size))
    assert sorted(slots.tolist()) == list(range(size))

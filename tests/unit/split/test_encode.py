"""Distinct texts are numbered as Arrow numbers them, and orders are those of a plain sort."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brevviz.split import encode as module
from brevviz.split.encode import encode
from brevviz.split.order import by_group, radix_order

TEXT = pa.large_string()


def plain(texts):
    """Codes in order of appearance, and the distinct texts."""
    number = {text: place for place, text in enumerate(dict.fromkeys(texts))}
    return [number[text] for text in texts], list(number)


def check(texts, kind=TEXT):
    half = len(texts) // 2
    array = pa.chunked_array([pa.array(texts[:half], kind), pa.array(texts[half:], kind)], kind)
    codes, distinct = encode(array)
    assert codes.dtype == np.int64
    assert (codes.tolist(), distinct.to_pylist()) == plain(texts)


# Texts that are nearly alike: by a last byte, by a length, by a NUL where another ends.
words = st.text("ab\0é", max_size=9) | st.text("0123456789", min_size=6, max_size=40)


@settings(max_examples=30)
@given(st.lists(words, min_size=1, max_size=60), st.integers(0, 99))
def test_codes_are_in_order_of_appearance(distinct, seed):
    drawn = np.random.default_rng(seed).integers(0, len(distinct), 5000)
    texts = [distinct[place] for place in drawn]
    check(texts)
    check([f"{text}{place}" for place, text in enumerate(texts)])
    check(texts[:50])


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()])
@pytest.mark.parametrize("size", [1, 7, 8, 9, 16, 24, 32, 33, 200])
def test_texts_of_any_length(size, kind):
    texts = [f"{n % 4500:x}".rjust(size, "x") for n in range(5000)]
    check([*texts, "", "x" * size], kind)


def test_texts_whose_numbers_collide_are_told_apart_all_the_same(monkeypatch):
    # Without its multiplier the number of a long text forgets all words but the last.
    monkeypatch.setattr(module, "G", 0)
    texts = [f"{n % 4500:08}{n % 7:08}" for n in range(5000)]
    assert module._first_alike(pa.array(texts, TEXT)) is None
    check(texts)


def test_no_text():
    check([])
    check([""] * 5000)


@given(st.lists(st.integers(0, 2**64 - 1) | st.integers(0, 3), max_size=60))
def test_radix_order_is_the_stable_order(values):
    array = np.array(values, np.uint64)
    assert radix_order(array).tolist() == sorted(range(len(values)), key=values.__getitem__)


@given(st.integers(1, 2**40), st.data())
def test_group_order_is_the_stable_order(groups, data):
    values = data.draw(st.lists(st.integers(0, groups - 1), max_size=40))
    array = np.array(values, np.int64)
    assert by_group(array, groups).tolist() == sorted(range(len(values)), key=values.__getitem__)

"""Where two pictures differ: how many pixels, where first, and amplified so that it is seen."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from brevviz.job.difference import difference, differences

PICTURE = arrays(np.uint8, (4, 5, 3))


@given(PICTURE, PICTURE)
@settings(max_examples=100)
def test_a_difference_counts_and_places_what_the_eye_would(one, other):
    found = difference(one, other)
    wrong = [
        (row, column)
        for row in range(4)
        for column in range(5)
        if tuple(one[row, column]) != tuple(other[row, column])
    ]
    if not wrong:
        assert found is None
        return
    assert (found.pixels, found.of, found.first) == (len(wrong), 20, wrong[0])
    apart = np.abs(one.astype(int) - other.astype(int))
    assert found.most == apart.max()
    assert 128 <= found.most * found.amplified <= 255
    assert (found.picture == apart * found.amplified).all()


@given(PICTURE, st.integers(0, 19))
@settings(max_examples=50)
def test_one_level_in_one_pixel_is_seen(one, place):
    row, column = divmod(place, 5)
    other = one.copy()
    other[row, column, 1] ^= 1
    found = difference(one, other)
    assert (found.pixels, found.first, found.most, found.amplified) == (1, (row, column), 1, 255)
    assert str(found) == (
        f"1 of 20 pixels differ, by 1 of 255 at most; the first at row {row}, column {column}"
    )


def test_each_picture_is_compared_with_all_its_repeats():
    first = np.zeros((3, 4, 5, 3), np.uint8)
    second, third = first.copy(), first.copy()
    third[2, 3, 4] = 7
    found = list(differences(first, [second, third]))
    assert found[:2] == [None, None]
    assert found[2].first == (3, 4)

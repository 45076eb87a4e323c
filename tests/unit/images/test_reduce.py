import tracemalloc
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brevviz.images.reduce import reduce_area


def exact(line, count):
    """The definition, in fractions, for one row of one channel."""
    step = Fraction(len(line), count)
    result = []
    for j in range(count):
        low, high = j * step, (j + 1) * step
        result.append(
            sum(int(v) * max(0, min(high, i + 1) - max(low, i)) for i, v in enumerate(line)) / step
        )
    return result


def test_the_picture_of_the_fact_sheet(pattern, sha):
    assert sha(reduce_area(pattern(40, 50)[0], (12, 16))) == "5b96ce62f8328ca8fcb3933449515e2d"


@settings(deadline=None)
@given(
    line=st.lists(st.integers(0, 255), min_size=2, max_size=40),
    data=st.data(),
)
def test_each_pixel_is_the_mean_of_what_it_covers(line, data):
    count = data.draw(st.integers(1, len(line)))
    means = exact(line, count)
    # Halves round up; (2Σ + n) // 2n is floor(mean + 1/2).
    expected = [int(mean + Fraction(1, 2)) for mean in means]
    image = np.repeat(np.array(line, np.uint8)[:, None, None], 3, axis=2)
    down = reduce_area(np.repeat(image, 2, axis=1), (count, 2))
    across = reduce_area(np.repeat(image.transpose(1, 0, 2), 2, axis=0), (2, count))
    assert down[:, 0, 0].tolist() == expected
    assert across[0, :, 2].tolist() == expected


def test_the_layout_in_memory_changes_nothing(pattern):
    image = pattern(37, 53)[1]
    expected = reduce_area(image, (12, 20))
    padded = np.zeros((37, 60, 3), np.uint8)
    padded[:, :53] = image
    reversed_channels = np.ascontiguousarray(image[::-1, :, ::-1])[::-1, :, ::-1]
    turned = np.ascontiguousarray(image.transpose(1, 0, 2)).transpose(1, 0, 2)
    for other in (padded[:, :53], reversed_channels, turned, np.asfortranarray(image)):
        assert np.array_equal(reduce_area(other, (12, 20)), expected)


def test_a_grey_view_without_memory_of_its_own(pattern):
    grey = pattern(37, 53)[0, :, :, :1]
    broad = np.broadcast_to(grey, (37, 53, 3))
    assert np.array_equal(
        reduce_area(broad, (10, 10)), reduce_area(np.ascontiguousarray(broad), (10, 10))
    )


def test_the_largest_sums_are_exact():
    white = np.full((16_000, 3, 3), 255, np.uint8)
    assert (reduce_area(white, (7, 2)) == 255).all()


@pytest.mark.parametrize("area", [2, 3, 7, 255, 4093, 4096, 4099, 70_001])
def test_halves_round_up_and_a_unit_less_does_not(area):
    for level in (0, 1, 2, 3, 63, 127, 128, 129, 200, 253, 254):
        half = level * area + (area + 1) // 2
        for total, mean in ((half, level + 1), (half - 1, level)):
            line = np.zeros((area, 1, 1), np.uint8)
            whole, rest = divmod(total, 255)
            line[:whole] = 255
            if rest:
                line[whole] = rest
            assert reduce_area(line, (1, 1)).item() == mean


def test_a_very_wide_or_large_picture_takes_little_memory(pattern):
    wide = np.ascontiguousarray(np.broadcast_to(pattern(33, 40)[0][:, :1], (33, 65_535, 3)))
    large = np.full((4000, 4000, 3), 77, np.uint8)
    tracemalloc.start()
    try:
        assert reduce_area(wide, (24, 24)).shape == (24, 24, 3)
        assert (reduce_area(large, (24, 24)) == 77).all()
        assert tracemalloc.get_traced_memory()[1] < 64 << 20
    finally:
        tracemalloc.stop()


def test_turning_and_shrinking_commute(pattern):
    image = pattern(37, 53)[2]
    small = reduce_area(image, (12, 20))
    assert np.array_equal(reduce_area(np.rot90(image), (20, 12)), np.rot90(small))
    assert np.array_equal(reduce_area(image[::-1], (12, 20)), small[::-1])


def test_its_own_size_is_itself_and_a_larger_one_is_refused(pattern):
    image = pattern(8, 9)[0]
    assert np.array_equal(reduce_area(image, (8, 9)), image)
    with pytest.raises(ValueError, match="enlarge it"):
        reduce_area(image, (9, 9))

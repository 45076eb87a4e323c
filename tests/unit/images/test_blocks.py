import numpy as np
import pytest

from brevviz.images import reduce
from brevviz.images.blocks import block_sums, repeats


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(
    ("source", "size"),
    [
        ((240, 320), (192, 192)),
        ((1024, 1280), (192, 192)),
        ((192, 96), (192, 32)),
        ((35, 49), (25, 14)),
        ((300, 400), (192, 192)),
        ((33, 5), (1, 5)),
        ((6, 6), (2, 3)),
    ],
)
@pytest.mark.parametrize("real", [np.float32, np.float64])
def test_blocks_give_the_sums_of_windows_to_the_bit(source, size, channels, real):
    image = np.random.default_rng(4).integers(0, 256, (*source, channels), dtype=np.uint8)
    assert repeats(*source, channels, size)
    rows = image.reshape(source[0], -1)
    windows = reduce._sums(rows, size, channels, real).reshape(*size, channels)
    assert np.array_equal(block_sums(image, size, real), windows)


def test_rows_may_lie_apart_and_from_the_bottom_up():
    image = np.random.default_rng(4).integers(0, 256, (48, 70, 3), dtype=np.uint8)
    expected = block_sums(np.ascontiguousarray(image[::-1, :64]), (24, 16), np.float32)
    assert np.array_equal(block_sums(image[::-1, :64], (24, 16), np.float32), expected)


@pytest.mark.parametrize(
    ("source", "size"),
    [((479, 640), (192, 192)), ((480, 641), (192, 192)), ((7000, 7000), (7, 7))],
)
def test_what_does_not_repeat_or_is_too_large_goes_by_windows(source, size):
    assert not repeats(*source, 3, size)

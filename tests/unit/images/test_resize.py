import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brevviz.images.reduce import reduce_area
from brevviz.images.resize import mirrored, resize

SIZES = [(5, 7), (10, 13), (3, 30), (40, 2)]


@pytest.mark.parametrize("size", SIZES)
def test_nearest_takes_the_pixel_that_holds_the_middle(pattern, size):
    image = pattern(10, 13)[0]
    shown = resize(image, size, "nearest")
    for y in range(size[0]):
        for x in range(size[1]):
            row, column = int((y + 0.5) * 10 / size[0]), int((x + 0.5) * 13 / size[1])
            assert np.array_equal(shown[y, x], image[row, column])


@pytest.mark.parametrize("size", SIZES)
def test_bilinear_is_that_of_floats_to_a_level(pattern, size):
    image = pattern(10, 13)[0].astype(np.float64)
    y, x = (
        np.clip((np.arange(o) + 0.5) * n / o - 0.5, 0, n - 1)
        for n, o in zip((10, 13), size, strict=True)
    )
    y0, x0 = np.minimum(y.astype(int), 8), np.minimum(x.astype(int), 11)
    fy, fx = (y - y0)[:, None, None], (x - x0)[None, :, None]
    top = image[y0][:, x0] * (1 - fx) + image[y0][:, x0 + 1] * fx
    bottom = image[y0 + 1][:, x0] * (1 - fx) + image[y0 + 1][:, x0 + 1] * fx
    exact = top * (1 - fy) + bottom * fy
    # Places are counted in 1/65536 and ways in 1/256 of a pixel: a level, and no more.
    assert np.abs(resize(pattern(10, 13)[0], size, "bilinear") - exact).max() <= 1.5


def test_area_shrinks_by_means_and_enlarges_as_bilinear(pattern):
    image = pattern(10, 13)[0]
    assert np.array_equal(resize(image, (5, 7), "area"), reduce_area(image, (5, 7)))
    assert np.array_equal(resize(image, (20, 26), "area"), resize(image, (20, 26), "bilinear"))
    assert not np.array_equal(resize(image, (5, 7), "area"), resize(image, (5, 7), "bilinear"))


@pytest.mark.parametrize("method", ["area", "bilinear", "nearest"])
def test_its_own_size_is_itself(pattern, method):
    image = pattern(10, 13)[0]
    assert np.array_equal(resize(image, (10, 13), method), image)


@given(
    count=st.integers(2, 9),
    before=st.integers(0, 40),
    after=st.integers(0, 40),
    mode=st.sampled_from(["reflect", "symmetric"]),
)
def test_the_mirror_is_that_of_numpy(count, before, after, mode):
    expected = np.pad(np.arange(count), (before, after), mode)
    assert mirrored(count, before, before + count + after, mode).tolist() == expected.tolist()


@pytest.mark.parametrize("mode", ["reflect", "symmetric"])
def test_one_row_is_repeated(mode):
    assert mirrored(1, 2, 5, mode).tolist() == [0] * 5

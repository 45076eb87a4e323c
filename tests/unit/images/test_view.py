import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brevviz.errors import ImageRejected
from brevviz.images.prepare import cut_out
from brevviz.images.reduce import reduce_area
from brevviz.images.resize import resize
from brevviz.images.view import Geometry, plan, regions, working_image
from brevviz.recipe import View


def shown(pixels, **fields):
    view = View(**fields)
    (size,) = regions(view, pixels.shape[:2])
    (region,) = cut_out(pixels, view)
    return working_image(region, view, plan(view, size))


def test_without_a_target_a_picture_keeps_its_size(pattern):
    picture = pattern(20, 30)[0]
    assert plan(View(), (20, 30)) == Geometry((20, 30), (20, 30), (20, 30), (0, 0))
    assert np.array_equal(shown(picture), picture)


@pytest.mark.parametrize(
    ("scale", "working"), [("1", (15, 128)), ("1.5", (23, 192)), ("2", (30, 256))]
)
def test_the_working_image_is_larger_than_the_target(scale, working):
    geometry = plan(View(target_size=(15, 128), working_scale=scale), (480, 640))
    assert (geometry.size, geometry.working) == ((15, 128), working)


def test_a_target_is_reached_by_area(pattern):
    picture = pattern(50, 70)[0]
    assert np.array_equal(shown(picture, target_size=(16, 16)), reduce_area(picture, (24, 24)))


def test_what_is_too_small_along_one_side_is_shrunk_along_the_other(pattern):
    picture = pattern(10, 90)[0]
    wide = shown(picture, target_size=(16, 16))
    assert wide.shape == (24, 24, 3)
    # A row of one colour stays that colour, whatever happens across it.
    rows = np.repeat(picture[:, :1], 90, axis=1)
    assert (shown(rows, target_size=(16, 16)) == shown(rows, target_size=(16, 16))[:, :1]).all()


def test_regions_are_stacked_downwards(pattern):
    picture = pattern(20, 30)[0]
    stacked = shown(picture, rois=[((2, 3), (12, 8)), ((20, 0), (30, 4))])
    assert stacked.shape == (9, 10, 3)
    assert np.array_equal(stacked[:5], picture[3:8, 2:12])
    assert np.array_equal(stacked[5:], picture[0:4, 20:30])


def test_a_region_outside_the_picture_is_refused():
    view = View(rois=[((0, 0), (10, 10)), ((25, 0), (35, 10))])
    with pytest.raises(ImageRejected, match=r"region 2 of view\.rois ends at \(35, 10\)") as error:
        regions(view, (20, 30), "a.bmp")
    assert error.value.where == "a.bmp"
    assert "30 x 20" in error.value.problem


@pytest.mark.parametrize(
    ("picture", "center", "corner", "fitted"),
    [
        ((10, 20), False, (0, 0), (8, 16)),
        ((10, 20), True, (4, 0), (8, 16)),
        ((20, 10), True, (0, 4), (16, 8)),
        ((16, 16), True, (0, 0), (16, 16)),
        ((10, 10_000), True, (7, 0), (1, 16)),
        ((30, 20), True, (0, 2), (16, 11)),
    ],
)
def test_a_picture_is_fitted_and_padded_with_black(picture, center, corner, fitted):
    view = View(
        target_size=(16, 16), keep_aspect_ratio=True, center_padding=center, working_scale="1"
    )
    geometry = plan(view, picture)
    assert (geometry.corner, geometry.fitted) == (corner, fitted)
    white = np.full((*picture, 3), 255, np.uint8)
    working = working_image(white, view, geometry)
    inside = np.zeros((16, 16), bool)
    inside[corner[0] : corner[0] + fitted[0], corner[1] : corner[1] + fitted[1]] = True
    assert (working[inside] == 255).all()
    assert (working[~inside] == 0).all()


@settings(deadline=None)
@given(st.tuples(*[st.integers(2, 5000)] * 2), st.tuples(*[st.integers(2, 500)] * 2))
def test_fitting_keeps_the_shape_to_half_a_pixel(picture, target):
    view = View(target_size=target, keep_aspect_ratio=True)
    geometry = plan(view, picture)
    (high, wide), (height, width) = geometry.fitted, picture
    assert high <= geometry.working[0]
    assert wide <= geometry.working[1]
    assert high == geometry.working[0] or wide == geometry.working[1]
    by_height = (width * geometry.working[0] / height, wide)
    by_width = (height * geometry.working[1] / width, high)
    full = high == geometry.working[0]
    exact, got = by_height if full and by_height[0] <= geometry.working[1] + 0.5 else by_width
    assert abs(got - exact) <= 0.5 or got == 1


def test_greyscale_is_luma_in_three_equal_channels(photo):
    grey = shown(photo(20, 30), color_mode="greyscale")
    assert (grey == grey[..., :1]).all()
    luma = photo(20, 30) @ np.array([0.299, 0.587, 0.114])
    assert np.abs(grey[..., 0] - luma).max() <= 0.51


@pytest.mark.parametrize("picture", [(1, 50), (50, 1)])
def test_a_line_is_no_picture(picture):
    with pytest.raises(ImageRejected, match="at least 2 x 2"):
        plan(View(), picture)


def test_a_side_that_the_kernel_cannot_count_needs_a_target():
    with pytest.raises(ImageRejected, match=r"Set view\.target_size"):
        plan(View(), (10, 20_000))
    assert plan(View(target_size=(10, 10)), (10, 20_000)).working == (15, 15)
    assert plan(View(target_size=(8192, 8192), working_scale="2"), (100, 100)).working == (
        16_383,
        16_383,
    )


@pytest.mark.parametrize("mode", ["reflect", "symmetric"])
@pytest.mark.parametrize("center", [False, True])
def test_padding_is_the_picture_mirrored(pattern, mode, center):
    picture = pattern(8, 16)[0]
    view = View(
        target_size=(32, 16),
        keep_aspect_ratio=True,
        center_padding=center,
        padding_mode=mode,
        working_scale="1",
    )
    geometry = plan(view, (8, 16))
    assert (geometry.fitted, geometry.corner) == ((8, 16), (12 if center else 0, 0))
    before = 12 if center else 0
    expected = np.pad(picture, ((before, 24 - before), (0, 0), (0, 0)), mode)
    assert np.array_equal(working_image(picture, view, geometry), expected)


@pytest.mark.parametrize("method", ["area", "bilinear", "nearest"])
def test_the_working_image_is_made_by_the_method_asked_for(pattern, method):
    picture = pattern(50, 70)[0]
    small = shown(picture, target_size=(16, 16), resize_method=method)
    assert np.array_equal(small, resize(picture, (24, 24), method))


def test_each_region_is_planned_by_itself():
    rois = [((0, 0), (20, 10)), ((5, 5), (10, 25))]
    apart = View(rois=rois, roi_mode="tuple", target_size=(8, 8), keep_aspect_ratio=True)
    assert regions(apart, (30, 30)) == ((10, 20), (20, 5))
    assert [plan(apart, size).fitted for size in regions(apart, (30, 30))] == [(6, 12), (12, 3)]
    stacked = View(rois=[rois[0], ((5, 5), (25, 25))])
    assert regions(stacked, (30, 30)) == ((30, 20),)

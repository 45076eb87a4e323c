from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brevviz.errors import ImageError
from brevviz.hashing import mix
from brevviz.images.augment.apply import BUCKETS, apply
from brevviz.images.augment.kernel import _noise, pack, unpack
from brevviz.images.augment.limits import check_reach, check_sizes, check_table
from brevviz.images.augment.params import Parameters, draw
from brevviz.images.augment.ranges import Ranges, ranges
from brevviz.images.backend import barrier, tf
from brevviz.images.bilinear import bilinear
from brevviz.recipe import Augmentation

Z = Ranges()
D = Ranges(0.5, 0.5, 0.5, 0.2, 0.04, 0.1, 63.75, 0.5, 1.25, 0, 0, 10.2)
E = Ranges(0.5, 0.5, 0.5, 0.2, 0.04, 0.1, 63.75, 0.5, 1.25, 0.3, 0.05, 10.2)


@pytest.mark.parametrize("compiled", [True, False], ids=["xla", "graph"])
@pytest.mark.parametrize(
    "case",
    [
        (Z, (16, 16), (16, 16), "81801065a04dcdd731739f00f5fc7abb"),
        (D, (16, 16), (16, 16), "cb47dfc98e7ebc52d9a1ae7c845693ae"),
        (E, (16, 16), (16, 16), "df84740cb913a29751cbdd44d0227e7c"),
        (E, (24, 24), (16, 16), "e8822eb3673c6017d6b2efda8df07797"),
        (E, (20, 28), (12, 16), "524af1729a2a8c7b69d32f02b8105020"),
    ],
)
def test_pictures_of_the_fact_sheet(pattern, keys, sha, case, compiled):
    within, source, target, digest = case
    drawn = draw(keys(), within, source, target)
    pictures = apply(pattern(*source), drawn, target, compiled=compiled).numpy()
    assert pictures.dtype == np.uint8
    assert sha(pictures) == digest


def test_three_pixels_in_full(pattern, keys):
    drawn = draw(keys(), E, (16, 16), (16, 16))
    out = apply(pattern(16, 16), drawn, (16, 16)).numpy()
    assert out[0, 0, 0].tolist() == [83, 136, 184]
    assert out[1, 3, 5].tolist() == [181, 181, 81]
    assert out[3, 15, 15].tolist() == [45, 136, 255]


def test_eager_operations_give_the_same_bytes(pattern, keys):
    drawn = draw(keys(), E, (16, 16), (16, 16))
    expected = apply(pattern(16, 16), drawn, (16, 16)).numpy()
    tf.config.run_functions_eagerly(True)
    try:
        eager = apply(pattern(16, 16), drawn, (16, 16)).numpy()
    finally:
        tf.config.run_functions_eagerly(False)
    assert np.array_equal(eager, expected)


def test_noise_of_the_fact_sheet():
    count = tf.constant([0, 1, 767], tf.uint32)
    key = tf.constant([1, 0, 0xE181FD74], tf.uint32)
    assert _noise(count, key).numpy().tolist() == [67, 54, -69]


def test_noise_is_what_it_says(pattern):
    flat = np.full((1, 128, 128, 3), 128, np.uint8)
    drawn = draw(np.array([7], np.uint64), Z, (128, 128), (128, 128))
    gain = np.array([round(10 * 4096 / 147.8)], np.int32)
    noise = apply(flat, drawn._replace(noise_gain=gain), (128, 128)).numpy().astype(float) - 128
    # 49,152 values: the mean's standard error is .05, that of the deviation .03.
    assert abs(noise.mean()) < 0.25
    assert abs(noise.std() - 10) < 0.2
    assert abs(np.corrcoef(noise[0, :, 1:, 0].ravel(), noise[0, :, :-1, 0].ravel())[0, 1]) < 0.04
    assert abs(np.corrcoef(noise[..., 0].ravel(), noise[..., 1].ravel())[0, 1]) < 0.04


def test_pack_and_unpack_undo_each_other(pattern):
    images = pattern(5, 7, 3)
    packed = tf.reshape(pack(images), (3, 5, 7))
    assert int(packed[1, 2, 3]) == sum(int(images[1, 2, 3, c]) << 8 * c for c in range(3))
    assert np.array_equal(unpack(packed).numpy(), images)


@pytest.mark.parametrize("count", [1, 2, 5, 7, 33])
def test_the_size_of_a_batch_changes_nothing(pattern, keys, count):
    images, many = pattern(24, 20, count), keys(count)
    drawn = draw(many, E, (24, 20), (16, 12))
    together = apply(images, drawn, (16, 12)).numpy()
    assert together.shape == (count, 16, 12, 3)
    for i in range(count):
        one = Parameters(*(column[i : i + 1] for column in drawn))
        assert np.array_equal(apply(images[i : i + 1], one, (16, 12)).numpy()[0], together[i])


def test_one_set_of_parameters_serves_a_whole_batch(pattern):
    images = pattern(24, 24, 5)
    one = draw(np.zeros(1, np.uint64), Z, (24, 24), (16, 16))
    every = Parameters(*(np.repeat(column, 5, axis=0) for column in one))
    assert np.array_equal(apply(images, one, (16, 16)), apply(images, every, (16, 16)))


def test_buckets_waste_less_than_half_and_reach_the_largest_batch():
    assert BUCKETS[-1] == 4096
    assert all(b <= 1.5 * a for a, b in pairwise(BUCKETS[1:]))


@pytest.mark.parametrize("size", [(40, 24), (24, 20), (31, 57), (20, 24)])
def test_enlarging_is_the_kernel_with_nothing_to_change(pattern, size):
    image = pattern(20, 24, 1)
    drawn = draw(np.zeros(1, np.uint64), ranges(None), (20, 24), size)
    assert np.array_equal(bilinear(image[0], size), apply(image, drawn, size).numpy()[0])


def test_one_axis_of_two_pixels_can_be_sampled(pattern):
    image = pattern(2, 30, 1)
    drawn = draw(np.zeros(1, np.uint64), ranges(None), (2, 30), (16, 16))
    assert apply(image, drawn, (16, 16)).shape == (1, 16, 16, 3)


def test_results_are_clipped_and_never_wrap(keys):
    bright = np.full((4, 16, 16, 3), 250, np.uint8)
    for sign, end in ((1, 255), (-1, 0)):
        drawn = draw(keys(), Z, (16, 16), (16, 16))
        colour = drawn.colour.copy()
        colour[:, 3::4] += sign * 4096 * 300
        out = apply(bright, drawn._replace(colour=colour), (16, 16)).numpy()
        assert (out == end).all()


def test_a_grey_picture_stays_grey_without_noise(keys):
    grey = np.repeat(np.arange(256, dtype=np.uint8).reshape(1, 16, 16, 1), 3, axis=3)
    within = ranges(Augmentation(hue=180.0, saturation=1.0, noise=0.0))
    drawn = draw(keys(64), within, (16, 16), (16, 16))
    out = apply(np.repeat(grey, 64, axis=0), drawn, (16, 16)).numpy().astype(int)
    assert np.abs(out - out[..., :1]).max() <= 1


def test_the_widest_ranges_stay_inside_32_bits(keys, pattern):
    widest = Augmentation(
        rotate=180.0,
        scale=0.9,
        shear=1.0,
        translate=1.0,
        brightness=255.0,
        contrast=(0.0, 4.0),
        saturation=1.0,
        hue=180.0,
        noise=128.0,
    )
    drawn = draw(keys(4096), ranges(widest), (192, 192), (128, 128))
    rows = np.abs(drawn.colour.reshape(-1, 3, 4).astype(np.int64))
    assert (rows[:, :, :3].sum(axis=2) * 4080).max() < 2**31
    corners = np.array([[0, 0, 1], [127, 0, 1], [0, 127, 1], [127, 127, 1]])
    places = drawn.affine.reshape(-1, 2, 3).astype(np.int64) @ corners.T
    assert np.abs(places).max() < 2**31


@pytest.mark.parametrize("size", [(1, 16), (16, 1), (16_384, 16)])
def test_sizes_that_cannot_be_counted_are_refused(size):
    with pytest.raises(ImageError, match=r"outside 2\.\.16383"):
        check_sizes(size, (16, 16))
    with pytest.raises(ImageError, match=r"view: view\.target_size of"):
        check_sizes((16, 16), size)


def test_too_many_pixels_in_one_call_are_refused():
    check_table(4096, (512, 512))
    with pytest.raises(ImageError, match="Take a smaller batch"):
        check_table(8192, (512, 512))


@settings(deadline=None)
@given(
    scale=st.floats(0, 0.9),
    shear=st.floats(0, 1),
    translate=st.floats(0, 1),
    side=st.integers(2, 8192),
    other=st.integers(2, 8192),
)
def test_what_the_reach_allows_never_leaves_32_bits(scale, shear, translate, side, other):
    within = ranges(Augmentation(scale=scale, shear=shear, translate=translate, rotate=180.0))
    source, target = (min(side * 3 // 2 + 1, 16_383), other), (side, other)
    try:
        check_reach(within, source, target)
    except ImageError:
        return
    drawn = draw(mix(np.arange(200, dtype=np.uint64)), within, source, target)
    corners = np.array([[x, y, 1] for x in (0, other - 1) for y in (0, side - 1)])
    places = drawn.affine.reshape(-1, 2, 3).astype(np.int64) @ corners.T
    assert np.abs(places).max() < 2**31


def test_the_default_ranges_reach_the_largest_target():
    check_reach(ranges(Augmentation()), (12_288, 12_288), (8192, 8192))
    with pytest.raises(ImageError, match="Take smaller ranges"):
        check_reach(ranges(Augmentation(scale=0.9)), (12_288, 12_288), (8192, 8192))


def test_the_private_barrier_changes_no_value():
    a, b = barrier(tf.constant([1, 2]), tf.constant([3.0]))
    assert a.numpy().tolist() == [1, 2]
    assert b.numpy().tolist() == [3.0]

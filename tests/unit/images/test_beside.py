"""The changes beside the kernel: golden digest, a second implementation, and what each promises."""

import numpy as np
import pytest

from brevviz.images.augment.apply import apply
from brevviz.images.augment.beside import Beside, draw_beside
from brevviz.images.augment.blur import TAPS, blur
from brevviz.images.augment.elastic import shifts, spline
from brevviz.images.augment.emboss import emboss
from brevviz.images.augment.kernel import pack, unpack
from brevviz.images.augment.params import draw, plain
from brevviz.images.augment.ranges import Ranges
from brevviz.images.augment.speckle import speckle
from brevviz.images.backend import ARITHMETIC, tf

engines = pytest.mark.parametrize("compiled", [True, False], ids=["xla", "graph"])


def on_pixels(change, images, *columns, compiled=True):
    packed = tf.reshape(pack(images), images.shape[:3])
    return unpack(change(packed, *columns, compiled=compiled)).numpy()


# What the formulas say, in numpy and one image at a time.


def blurred(image, taps):
    w0, w1, w2 = (int(weight) for weight in taps)
    for axis in (0, 1):
        wide = np.pad(
            image.astype(int), [(2, 2) if i == axis else (0, 0) for i in range(3)], "edge"
        )
        a, b, c, d, e = (np.take(wide, np.arange(image.shape[axis]) + i, axis) for i in range(5))
        image = (w0 * c + w1 * (b + d) + w2 * (a + e) + 128) >> 8
    return image.astype(np.uint8)


def embossed(image, relief):
    wide = np.pad(image.astype(int), [(1, 1), (1, 1), (0, 0)], "edge")
    light = wide[..., 0] + 2 * wide[..., 1] + wide[..., 2]
    slope = 2 * (light[2:, 2:] - light[:-2, :-2])
    slope += light[1:-1, 2:] - light[1:-1, :-2] + light[2:, 1:-1] - light[:-2, 1:-1]
    added = (slope * int(relief) + 1024) >> 11
    return np.clip(image + added[..., None], 0, 255).astype(np.uint8)


def strewn(image, key, part):
    result = image.copy()
    for number in range(image.shape[0] * image.shape[1]):
        z = (number * 0x9E3779B9 % 2**32) ^ int(key)
        z = (z ^ z >> 16) * 0x7FEB352D % 2**32
        z = (z ^ z >> 15) * 0x846CA68B % 2**32
        z ^= z >> 16
        if z >> 1 < part:
            result[divmod(number, image.shape[1])] = 255 if z & 1 else 0
    return result


def bent(nodes, target):
    """The cubic B-spline's shifts in float64, in 1/256 of a pixel: (2, *target)."""
    weights = []
    for side in target:
        cell, t = np.divmod((np.arange(side) + 0.5) * 4 / side, 1)
        four = (
            (1 - t) ** 3,
            3 * t**3 - 6 * t**2 + 4,
            3 * (1 - t) ** 3 - 6 * (1 - t) ** 2 + 4,
            t**3,
        )
        dense = np.zeros((7, side))
        for step, values in enumerate(four):
            dense[cell.astype(int) + step, np.arange(side)] = values / 6
        weights.append(dense)
    return np.einsum("kij,iy,jx->kyx", nodes.reshape(2, 7, 7), *weights)


@engines
def test_blur_of_the_fact_sheet(pattern, sha, compiled):
    taps = np.array([[256, 0, 0], [128, 64, 0], [96, 64, 16], [52, 52, 50]], np.int32)
    result = on_pixels(blur, pattern(16, 16), taps, compiled=compiled)
    assert sha(result) == "657e8cf90e59c893fe088264e77bafba"


@engines
@pytest.mark.parametrize("size", [(2, 3), (3, 2), (17, 30)])
def test_each_change_is_its_formula(pattern, keys, size, compiled):
    images = pattern(*size, 5)
    rows = np.array([0, 9, 24, 33, 45])
    relief = np.array([0, 1, 100, 200, 256], np.int32)
    key = (keys(5) >> np.uint64(32)).astype(np.uint32)
    part = np.array([0, 2**20, 2**27, 2**29, 2**30], np.int32)
    for change, formula, columns in (
        (blur, blurred, (np.array(TAPS, np.int32)[rows],)),
        (emboss, embossed, (relief,)),
        (speckle, strewn, (key, part)),
    ):
        result = on_pixels(change, images, *columns, compiled=compiled)
        for i, image in enumerate(images):
            expected = formula(image, *(column[i] for column in columns))
            assert np.array_equal(result[i], expected), (formula.__name__, i)


def test_taps_blur_by_what_their_row_says():
    for row, (w0, w1, w2) in enumerate(TAPS):
        assert w0 + 2 * w1 + 2 * w2 == 256
        assert w0 >= w1 >= w2 >= 0
        deviation = np.sqrt(2 * (w1 + 4 * w2) / 256)
        assert abs(deviation - row / 32) < (0.063 if row < 3 else 0.011)
    assert sorted(TAPS, reverse=True) == [*TAPS]


@engines
@pytest.mark.parametrize("target", [(2, 3), (16, 24), (129, 64)])
def test_elastic_shifts_are_the_splines_between_their_nodes(keys, target, compiled):
    nodes = draw_beside(keys(), Ranges(elastic=0.25), (40, 60)).nodes
    for i, both in enumerate(zip(*shifts(nodes, target, compiled=compiled), strict=True)):
        # Weights are in 1/1024, their places too: a few thousandths of the largest node.
        expected = bent(nodes[i], target)
        given = np.stack([way.numpy() / 256 for way in both])
        assert np.abs(given - expected).max() < 0.004 * np.abs(nodes[i]).max() + 1
        assert (np.abs(given).max(axis=(1, 2)) <= np.abs(nodes[i]).reshape(2, -1).max(axis=1)).all()


@pytest.mark.parametrize("side", [2, 3, 5, 64, 1000, 8192])
def test_a_splines_weights_are_whole_and_do_not_lean(side):
    weights = spline(side)
    assert (weights >= 0).all()
    assert (weights.sum(axis=0) == 1024).all()
    # The last pixel is to the right end what the first is to the left one.
    assert np.abs(weights - weights[::-1, ::-1]).max() <= 3
    assert ((weights > 0).sum(axis=0) <= 4).all()


def test_the_widest_elastic_shift_stays_inside_32_bits(keys):
    size = (16_383, 16_383)
    nodes = draw_beside(keys(256), Ranges(elastic=0.25), size).nodes.astype(np.int64)
    assert np.abs(nodes).max() * 1024 < 2**31 - 512
    assert np.abs(nodes).max() * 256 < 2**31


def test_pictures_fold_nowhere_up_to_a_sixteenth(keys):
    nodes = draw_beside(keys(200), Ranges(elastic=1 / 16), (64, 64)).nodes
    for across, down in zip(*shifts(nodes, (64, 64)), strict=True):
        x, y = (
            1 + np.diff(way.numpy() / 65536, axis=axis) for way, axis in ((across, 1), (down, 0))
        )
        assert x.min() > 0
        assert y.min() > 0


def test_a_constant_shift_moves_the_picture_by_so_much(pattern):
    image = pattern(32, 32, 1)
    nodes = np.repeat(np.array([[3 * 256, -5 * 256]], np.int32), 49, axis=1)
    out = apply(image, plain((32, 32), (32, 32)), (32, 32), Beside(nodes=nodes)).numpy()
    assert np.array_equal(out[0, 5:, :-3], image[0, :-5, 3:])


def test_salt_and_pepper_are_as_much_as_was_drawn(keys):
    grey = np.full((64, 96, 96, 3), 128, np.uint8)
    drawn = draw_beside(keys(64), Ranges(speckle=0.4), (96, 96))
    out = apply(grey, plain((96, 96), (96, 96)), (96, 96), drawn).numpy()
    white, black = ((out == level).all(axis=3).mean(axis=(1, 2)) for level in (255, 0))
    assert np.array_equal(np.unique(out), [0, 128, 255])
    part = drawn.speckle_part / 2**31
    # 9,216 pixels a picture, 64 pictures: 5 standard errors.
    assert (np.abs(white + black - part) < 5 * np.sqrt(part * (1 - part) / 9216) + 1e-3).all()
    assert (np.abs(white - black) < 5 * np.sqrt(part / 9216) + 1e-3).all()


@pytest.mark.parametrize("within", [{"blur": 2.0}, {"emboss": 1.0}, {"elastic": 0.25}])
def test_a_flat_picture_stays_flat(keys, within):
    flat = np.full((4, 20, 20, 3), (7, 130, 250), np.uint8)
    drawn = draw_beside(keys(), Ranges(**within), (20, 20))
    assert np.array_equal(apply(flat, plain((20, 20), (20, 20)), (20, 20), drawn), flat)


@pytest.mark.parametrize(
    "within", [{"blur": 2.0}, {"emboss": 1.0}, {"elastic": 0.25}, {"speckle": 0.3}]
)
def test_grey_stays_grey(keys, pattern, within):
    grey = np.repeat(pattern(20, 20)[..., :1], 3, axis=3)
    out = apply(
        grey, plain((20, 20), (20, 20)), (20, 20), draw_beside(keys(), Ranges(**within), (20, 20))
    ).numpy()
    assert np.array_equal(out, np.repeat(out[..., :1], 3, axis=3))
    assert not np.array_equal(out, grey)


def test_embossing_lights_what_rises_to_the_lower_right(pattern):
    step = np.zeros((1, 8, 8, 3), np.uint8)
    step[:, :, 4:] = 100
    out = on_pixels(emboss, step, np.array([256], np.int32))[0, 3, :, 0]
    assert out.tolist() == [0, 0, 0, 150, 250, 100, 100, 100]
    back = on_pixels(emboss, step[:, :, ::-1], np.array([256], np.int32))[0, 3, :, 0]
    assert back.tolist() == [100, 100, 100, 0, 0, 0, 0, 0]


def test_tensorflow_draws_the_same_bits_in_a_data_set(keys):
    """TensorFlow simplifies the graphs of data sets: no sum may come out another."""
    everything = Ranges(
        *(0.3, 0.7, 0.3, 0.23, 0.07, 0.11, 47.0, 0.55, 1.3, 0.31, 0.04, 9.7),
        *(1.7, 0.9, 0.03, 0.09),
        *(0.9, 0.8, 0.7, 0.6, 0.5, 0.6, 0.7, 0.8, 0.9, 0.8, 0.7, 0.6, 0.5),
    )
    many, sizes = keys(4096), ((192, 224), (128, 96))
    expected = (*draw(many, everything, *sizes), *draw_beside(many, everything, sizes[0]))

    def drawn(keys):
        kernel = draw(keys, everything, *sizes, ARITHMETIC)
        return (*kernel, *draw_beside(keys, everything, sizes[0], ARITHMETIC))

    for size in (1, 37, 4096):
        count = min(4096, 64 * size)
        data = tf.data.Dataset.from_tensor_slices(many[:count]).batch(size).map(drawn)
        parts = list(zip(*data.as_numpy_iterator(), strict=True))
        for name, column, pieces in zip(range(len(expected)), expected, parts, strict=True):
            assert np.array_equal(np.concatenate(pieces), column[:count]), (name, size)

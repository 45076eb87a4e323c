"""The changes beside the kernel: golden digest, a second implementation, and what each promises."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brevviz.images.augment.apply import apply
from brevviz.images.augment.beside import NOTHING, Beside, draw_beside
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

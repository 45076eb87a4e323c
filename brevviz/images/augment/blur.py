"""Gaussian blur: five integer taps along each axis, from a table."""

from __future__ import annotations

from functools import cache
from typing import Any

from brevviz.images.augment.integers import cluster, edged, per_image, shifted, word
from brevviz.images.backend import barrier, tf

__all__ = ["TAPS", "blur"]

TAPS = (
    (256, 0, 0), (256, 0, 0), (256, 0, 0), (254, 1, 0), (252, 2, 0), (250, 3, 0), (248, 4, 0), (244, 6, 0),
    (240, 8, 0), (236, 10, 0), (232, 12, 0), (226, 15, 0), (220, 18, 0), (214, 21, 0), (208, 24, 0), (200, 28, 0),
    (192, 32, 0), (184, 36, 0), (176, 40, 0), (172, 41, 1), (162, 46, 1), (158, 47, 2), (148, 52, 2), (142, 54, 3),
    (136, 56, 4), (130, 58, 5), (124, 60, 6), (122, 59, 8), (114, 62, 9), (112, 61, 11), (108, 61, 13), (100, 64, 14),
    (96, 64, 16), (92, 64, 18), (92, 61, 21), (88, 61, 23), (82, 62, 25), (82, 59, 28), (76, 60, 30), (74, 58, 33),
    (66, 60, 35), (64, 58, 38), (62, 56, 41), (58, 55, 44), (54, 54, 47), (52, 52, 50),
)  # fmt: skip
"""Row i blurs by i/32 pixel: weights of a pixel, of its two neighbours and of the next two, in
1/256. They are those of a normal law whose variance over the five taps is (i/32)², rounded so
that theirs is next to it; no exponential is computed where pictures are made."""

_EVERY_OTHER = 0xFF00FF
_HALF = 0x800080


def blur(packed: Any, taps: Any, *, compiled: bool = True) -> Any:
    """Blur packed pictures.

    Parameters
    ----------
    packed : int32 (n, height, width): red + 256 green + 65536 blue.
    taps : int32 (n, 3), each picture's weights, as the rows of TAPS.

    First down the columns, then along the rows, each rounded; the border is repeated.

    Returns int32 (n, height, width), packed.
    """
    return _blur(compiled)(packed, taps)


@cache
def _blur(compiled: bool) -> Any:
    def blurred(packed: Any, taps: Any) -> Any:
        pixels = tf.cast(packed, tf.uint32)
        weights = [per_image(tf.cast(taps[:, i], tf.uint32)) for i in range(3)]
        for axis in (1, 2):
            (padded,) = barrier(edged(pixels, 2, axis))
            (pixels,) = barrier(_pass(padded, weights, axis))
        return tf.cast(pixels, tf.int32)

    signature = [tf.TensorSpec([None, None, None], tf.int32), tf.TensorSpec([None, 3], tf.int32)]
    return cluster(blurred, signature, compiled=compiled)


def _pass(padded: Any, weights: list[Any], axis: int) -> Any:
    """One axis: red and blue in the two halves of a word at once, then green; none carries over,
    since weights sum to 256.
    """
    count = tf.shape(padded)[axis] - 4
    five = [
        padded[:, i : i + count] if axis == 1 else padded[:, :, i : i + count] for i in range(5)
    ]
    result = None
    for bits in (0, 8):
        far, near, middle, next_, last = (shifted(x, bits) & word(_EVERY_OTHER) for x in five)
        total = weights[0] * middle + weights[1] * (near + next_) + weights[2] * (far + last)
        part = shifted(total + word(_HALF), 8) & word(_EVERY_OTHER)
        result = part if result is None else result | (part * word(256))
    return result

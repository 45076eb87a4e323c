"""Salt and pepper: some pixels turn white or black, which ones is hashed from their numbers."""

from __future__ import annotations

from functools import cache
from typing import Any

from brevviz.images.augment.integers import cluster, hashed, per_image, shifted, word
from brevviz.images.backend import tf

__all__ = ["speckle"]

_WHITE = 0xFFFFFF


def speckle(packed: Any, key: Any, part: Any, *, compiled: bool = True) -> Any:
    """Strew salt and pepper over packed pictures, as much of one as of the other.

    Parameters
    ----------
    packed : int32 (n, height, width): red + 256 green + 65536 blue.
    key : uint32 (n,).
    part : int32 (n,), of the pixels, in 1/2³¹.

    Returns int32 (n, height, width), packed.
    """
    return _speckle(compiled)(packed, key, part)


@cache
def _speckle(compiled: bool) -> Any:
    def strewn(packed: Any, key: Any, part: Any) -> Any:
        shape = tf.shape(packed)
        pixel = tf.range(shape[1])[:, None] * shape[2] + tf.range(shape[2])
        z = hashed(tf.cast(pixel, tf.uint32)[None], per_image(key))
        white = tf.cast(z & word(1), tf.int32) * _WHITE
        return tf.where(tf.cast(shifted(z, 1), tf.int32) < per_image(part), white, packed)

    signature = [
        tf.TensorSpec([None, None, None], tf.int32),
        tf.TensorSpec([None], tf.uint32),
        tf.TensorSpec([None], tf.int32),
    ]
    return cluster(strewn, signature, compiled=compiled)

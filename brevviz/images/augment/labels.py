"""Label maps: moved as their pictures are, by whole pixels; never blended, coloured or noisy."""

from __future__ import annotations

from typing import Any

from brevviz.images.augment.kernel import result_grid, source_places
from brevviz.images.backend import tf

__all__ = ["move"]


def move(labels: Any, affine: Any) -> Any:
    """Take each label from the nearest source pixel; beyond the border, from the border.

    Parameters
    ----------
    labels : (n, height, width, channels) of any type.
    affine : int32 (n, 6), drawn for this height and width on both sides.

    Returns labels of the same shape and type.
    """
    height, width = (int(side) for side in labels.shape[1:3])
    x, y = result_grid((height, width))
    across, down = source_places(affine, x, y, (height, width))
    half = 1 << 15
    column = tf.bitwise.right_shift(across + half, 16)
    row = tf.bitwise.right_shift(down + half, 16)
    count = tf.shape(labels)[0]
    place = (tf.range(count)[:, None, None] * height + row) * width + column
    flat = tf.reshape(labels, [-1, labels.shape[-1]])
    return tf.gather(flat, place)

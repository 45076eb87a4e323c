"""Label maps: moved as their pictures are, by whole pixels; never blended, coloured or noisy."""

from __future__ import annotations

from typing import Any

from brevviz.images.augment.elastic import shifts
from brevviz.images.augment.kernel import result_grid, source_places
from brevviz.images.backend import tf

__all__ = ["move"]


def move(labels: Any, affine: Any, nodes: Any = None) -> Any:
    """Take each label from the nearest source pixel; beyond the border, from the border.

    Parameters
    ----------
    labels : (n, height, width, channels) of any type.
    affine : int32 (n, 6), drawn for this height and width on both sides.
    nodes : int32 (n, 98), elastic shifts drawn for them; None: there are none.

    Returns labels of the same shape and type.
    """
    height, width = (int(side) for side in labels.shape[1:3])
    x, y = result_grid((height, width))
    bent = () if nodes is None else shifts(nodes, (height, width), compiled=False)
    across, down = source_places(affine, x, y, (height, width), bent)
    half = 1 << 15
    column = tf.bitwise.right_shift(across + half, 16)
    row = tf.bitwise.right_shift(down + half, 16)
    count = tf.shape(labels)[0]
    place = (tf.range(count)[:, None, None] * height + row) * width + column
    flat = tf.reshape(labels, [-1, labels.shape[-1]])
    return tf.gather(flat, place)

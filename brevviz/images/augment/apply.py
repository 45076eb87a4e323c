"""Parameters onto pixels: one call of the kernel for a batch, in few sizes of batch."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from brevviz.errors import ImageError
from brevviz.images.augment.kernel import pack, unpack, warp
from brevviz.images.augment.limits import check_table
from brevviz.images.augment.params import Parameters
from brevviz.images.backend import tf

__all__ = ["BUCKETS", "apply", "as_floats", "as_levels", "size_of"]

_Rescale = tuple[float, float] | None

BUCKETS = tuple(sorted({1, *(2**k for k in range(1, 13)), *(3 * 2**k for k in range(11))}))
"""Batches are padded up to one of these sizes: each size is compiled once, in about a second."""


def size_of(images: Any) -> tuple[int, int]:
    """(height, width) of a batch of pictures; raises ImageError when a graph does not know it."""
    height, width = images.shape[1:3]
    if height is None or width is None:
        raise ImageError(
            "view.target_size",
            "the graph does not know the size of the images",
            "Set view.target_size to one (height, width) for all.",
        )
    return int(height), int(width)


def apply(
    working: Any, parameters: Parameters, target: tuple[int, int], *, compiled: bool = True
) -> Any:
    """Render one picture from each working image.

    Parameters
    ----------
    working : uint8 (n, height, width, 3), tensor or array.
    parameters : of n pictures, or of one for all.
    target : (height, width) of the pictures, pixels.
    compiled : False runs without XLA: same bits, slower.

    Returns uint8 (n, *target, 3).
    """
    source = size_of(working)
    count = working.shape[0]
    if count is None:
        count = tf.shape(working)[0]
        ladder = tf.constant(BUCKETS)
        rows = ladder[tf.searchsorted(ladder, count[None])[0]]
    else:
        rows = next((size for size in BUCKETS if size >= count), count)
        check_table(rows, source)
    working, parameters = _padded(working, parameters, count, rows)
    return _program(source, target, compiled)(working, *parameters)[:count]


@cache
def _program(source: tuple[int, int], target: tuple[int, int], compiled: bool) -> Any:
    """Pack, warp and unpack as one graph: one call from Python, not three."""

    def run(working: Any, *columns: Any) -> Any:
        table = pack(working, compiled=compiled)
        index = tf.range(tf.shape(working)[0])
        packed = warp(table, index, Parameters(*columns), source, target, compiled=compiled)
        return unpack(packed, compiled=compiled)

    signature = [
        tf.TensorSpec([None, *source, 3], tf.uint8),
        tf.TensorSpec([None, 6], tf.int32),
        tf.TensorSpec([None, 12], tf.int32),
        tf.TensorSpec([None], tf.uint32),
        tf.TensorSpec([None], tf.int32),
    ]
    return tf.function(run, input_signature=signature, autograph=False)


def _padded(working: Any, parameters: Parameters, count: Any, rows: Any) -> tuple[Any, Parameters]:
    def pad(array: Any) -> Any:
        if array.shape[0] == 1:
            return array  # one for all: the kernel broadcasts it
        return tf.pad(array, [[0, rows - count], *([[0, 0]] * (len(array.shape) - 1))])

    if isinstance(rows, int) and rows == count:
        return working, parameters
    if isinstance(rows, int):
        return pad(working), Parameters(*map(pad, parameters))
    padded = tf.cond(
        tf.equal(rows, count),
        lambda: (tf.identity(working), tuple(map(tf.convert_to_tensor, parameters))),
        lambda: (pad(working), tuple(map(pad, parameters))),
    )
    return padded[0], Parameters(*padded[1])


def as_floats(pictures: Any, channels: int, rescale: _Rescale) -> Any:
    """uint8 (n, h, w, 3) → float32 (n, h, w, channels), 0..255 or rescaled.

    The last step, and the only one in floating point.
    """
    floats = tf.cast(pictures[..., :channels], tf.float32)
    if rescale is None:
        return floats
    scale, offset = (np.float32(value) for value in rescale)
    return floats * scale + offset


def as_levels(images: Any, rescale: _Rescale) -> Any:
    """Turn float (n, h, w, 3 or 1), perhaps rescaled, back to uint8 (n, h, w, 3), clipped."""
    floats = tf.cast(images, tf.float32)
    if rescale is not None:
        scale, offset = (np.float32(value) for value in rescale)
        floats = (floats - offset) / scale
    levels = tf.cast(tf.round(tf.clip_by_value(floats, 0.0, 255.0)), tf.uint8)
    return tf.tile(levels, [1, 1, 1, 3]) if images.shape[-1] == 1 else levels

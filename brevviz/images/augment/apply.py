"""Parameters onto pixels: one call of the kernel for a batch, in few sizes of batch."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np

from brevviz.errors import ImageError
from brevviz.images.augment.beside import GRID, NOTHING, Beside
from brevviz.images.augment.blur import TAPS, blur
from brevviz.images.augment.elastic import shifts
from brevviz.images.augment.emboss import emboss
from brevviz.images.augment.integers import cluster
from brevviz.images.augment.kernel import pack, unpack, warp
from brevviz.images.augment.limits import check_table
from brevviz.images.augment.params import Parameters
from brevviz.images.augment.speckle import speckle
from brevviz.images.backend import tf

__all__ = ["BUCKETS", "SEEN", "Sizes", "apply", "as_floats", "as_levels", "size_of"]

_Rescale = tuple[float, float] | None

BUCKETS = tuple(sorted({1, *(2**k for k in range(1, 13)), *(3 * 2**k for k in range(11))}))
"""Batches are padded up to one of these sizes: each size is compiled once, in about a second."""


class Sizes(NamedTuple):
    """What clusters are compiled for: (height, width) of working images and pictures, pixels;
    pictures a call; are the working images packed?
    """

    source: tuple[int, int]
    target: tuple[int, int]
    rows: int
    is_packed: bool


SEEN: set[Sizes] = set()
"""What was rendered outside graphs: the next setting will ask for it again."""


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
    working: Any,
    parameters: Parameters,
    target: tuple[int, int],
    beside: Beside = NOTHING,
    *,
    compiled: bool = True,
) -> Any:
    """Render one picture from each working image.

    Parameters
    ----------
    working : uint8 (n, height, width, 3), or int32 (n, height, width) packed; tensor or array.
    parameters : of n pictures, or of one for all.
    target : (height, width) of the pictures, pixels.
    beside : parameters of the changes beside the kernel, of n pictures.
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
        if tf.executing_eagerly() and compiled:
            SEEN.add(Sizes(source, target, rows, len(working.shape) == 3))
    names = tuple(
        name for name, column in zip(Beside._fields, beside, strict=True) if column is not None
    )
    columns = (*parameters, *(getattr(beside, name) for name in names))
    padded = _padded((working, *columns), count, rows)
    is_packed = len(working.shape) == 3
    return _program(source, target, names, is_packed, compiled)(*padded)[:count]


@cache
def _program(
    source: tuple[int, int],
    target: tuple[int, int],
    names: tuple[str, ...],
    is_packed: bool,
    compiled: bool,
) -> Any:
    """All clusters that are needed as one graph: one call from Python."""

    def run(working: Any, *columns: Any) -> Any:
        beside = Beside(**dict(zip(names, columns[4:], strict=True)))
        table = tf.reshape(working, [-1]) if is_packed else pack(working, compiled=compiled)
        index = tf.range(tf.shape(working)[0])
        bent = None if beside.nodes is None else shifts(beside.nodes, target, compiled=compiled)
        packed = warp(
            table, index, Parameters(*columns[:4]), source, target, shifts=bent, compiled=compiled
        )
        return unpack(_changed_beside(packed, beside, compiled), compiled=compiled)

    signature = [
        tf.TensorSpec([None, *source], tf.int32)
        if is_packed
        else tf.TensorSpec([None, *source, 3], tf.uint8),
        tf.TensorSpec([None, 6], tf.int32),
        tf.TensorSpec([None, 12], tf.int32),
        tf.TensorSpec([None], tf.uint32),
        tf.TensorSpec([None], tf.int32),
        *(_BESIDE[name] for name in names),
    ]
    return cluster(run, signature, compiled=False)


_BESIDE = {
    "nodes": tf.TensorSpec([None, 2 * GRID**2], tf.int32),
    "blur": tf.TensorSpec([None], tf.int32),
    "blur_again": tf.TensorSpec([None], tf.int32),
    "relief": tf.TensorSpec([None], tf.int32),
    "speckle_key": tf.TensorSpec([None], tf.uint32),
    "speckle_part": tf.TensorSpec([None], tf.int32),
}


def _changed_beside(packed: Any, beside: Beside, compiled: bool) -> Any:
    """Blur what the kernel gave, then emboss it, then strew: salt and pepper stay sharp."""
    for row in (beside.blur, beside.blur_again):
        if row is not None:
            packed = blur(packed, tf.gather(tf.constant(TAPS), row), compiled=compiled)
    if beside.relief is not None:
        packed = emboss(packed, beside.relief, compiled=compiled)
    if beside.speckle_part is not None:
        packed = speckle(packed, beside.speckle_key, beside.speckle_part, compiled=compiled)
    return packed


def _padded(arrays: tuple[Any, ...], count: Any, rows: Any) -> tuple[Any, ...]:
    def pad(array: Any) -> Any:
        if array.shape[0] == 1:
            return array  # one for all: the kernel broadcasts it
        return tf.pad(array, [[0, rows - count], *([[0, 0]] * (len(array.shape) - 1))])

    if isinstance(rows, int) and rows == count:
        return arrays
    if isinstance(rows, int):
        return tuple(map(pad, arrays))
    padded: tuple[Any, ...] = tf.cond(
        tf.equal(rows, count),
        lambda: tuple(map(tf.convert_to_tensor, arrays)),
        lambda: tuple(map(pad, arrays)),
    )
    return padded


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

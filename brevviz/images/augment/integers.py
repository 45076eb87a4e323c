"""What the clusters are made of: 32-bit integers in TensorFlow, and their compilation."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from brevviz.images.backend import tf

__all__ = ["cluster", "edged", "hashed", "per_image", "shifted", "word"]


def cluster(body: Callable[..., Any], signature: list[Any], *, compiled: bool) -> Any:
    """One function of tensors; compiled by XLA, or not: integers give the same bits."""
    # TensorFlow counts traces by a function's code, and warns of many: here one code is traced
    # once for each size on purpose. A partial has no code, and is counted for itself.
    return tf.function(
        partial(body), input_signature=signature, jit_compile=compiled or None, autograph=False
    )


def per_image(column: Any) -> Any:
    """(n,) as (n, 1, 1), to be broadcast over pictures."""
    return column[:, None, None]


def word(value: int) -> Any:
    """A constant of 32 bits without a sign."""
    return tf.constant(value, tf.uint32)


def shifted(value: Any, bits: int) -> Any:
    """Shift to the right; of signed values arithmetic: halves round down, below zero too."""
    return tf.bitwise.right_shift(value, tf.constant(bits, value.dtype)) if bits else value


def hashed(count: Any, key: Any) -> Any:
    """Hash numbers of pixels by a key: uint32 of both, to uint32."""
    z = (count * word(0x9E3779B9)) ^ key
    z = (z ^ shifted(z, 16)) * word(0x7FEB352D)
    z = (z ^ shifted(z, 15)) * word(0x846CA68B)
    return z ^ shifted(z, 16)


def edged(pictures: Any, reach: int, axis: int) -> Any:
    """Pictures (n, height, width) with their border repeated `reach` times along one axis."""
    first = pictures[:, :1] if axis == 1 else pictures[:, :, :1]
    last = pictures[:, -1:] if axis == 1 else pictures[:, :, -1:]
    return tf.concat([first] * reach + [pictures] + [last] * reach, axis)

"""Sampling by the integer kernel with nothing to change: bilinear, to the same bits as stage 2.

The kernel's formulas (`brevviz.images.augment.kernel`) with identity parameters, in numpy: here
rows and columns separate, and no TensorFlow is needed to prepare an image.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["bilinear"]


def bilinear(image: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """Sample a picture at `size`.

    Parameters
    ----------
    image : uint8 (height, width, channels), at least 2 x 2 pixels.
    size : (height, width) of the result, pixels.

    Returns uint8 (*size, channels).
    """
    if image.shape[:2] == size:
        return image
    y0, fy = _places(image.shape[0], size[0])
    x0, fx = _places(image.shape[1], size[1])
    fx, fy = fx[None, :, None], fy[:, None, None]
    w11 = fx * fy
    w01 = (fx << 8) - w11
    w10 = (fy << 8) - w11
    w00 = 65536 - (fx << 8) - (fy << 8) + w11
    top, bottom = image[y0], image[y0 + 1]
    q = top[:, x0] * w00 + top[:, x0 + 1] * w01 + bottom[:, x0] * w10 + bottom[:, x0 + 1] * w11
    result: NDArray[np.uint8] = ((((q + 2048) >> 12) + 8) >> 4).astype(np.uint8)
    return result


def _places(source: int, target: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Source pixel and the part of the way to the next, 0..256, for each result pixel."""
    step = source / target
    scale, shift = np.rint(65536 * np.array([step, (0.5 * step) - 0.5])).astype(np.int64)
    place = np.clip(scale * np.arange(target) + shift, 0, (source - 1) << 16)
    whole = np.minimum(place >> 16, source - 2)
    return whole.astype(np.int32), ((place - (whole << 16)) >> 8).astype(np.int32)

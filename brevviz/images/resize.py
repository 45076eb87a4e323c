"""The ways to another size, each in whole numbers, and the mirror beyond a border.

area : the exact mean of what a result pixel covers (`brevviz.images.reduce`), along an axis that
gets shorter; along one that gets longer as bilinear.
bilinear : the kernel's two by two pixels about the place (i + 1/2) · n / o - 1/2, nothing more.
nearest : the pixel that holds the place (i + 1/2) · n / o: number ((2i + 1) · n) // 2o.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from brevviz.images.bilinear import bilinear
from brevviz.images.reduce import reduce_area

__all__ = ["mirrored", "resize"]

_Pixels = NDArray[np.uint8]


def resize(
    image: _Pixels, size: tuple[int, int], method: Literal["area", "bilinear", "nearest"]
) -> _Pixels:
    """Bring a picture to a size.

    Parameters
    ----------
    image : uint8 (height, width, channels), at least 2 x 2 pixels.
    size : (height, width) of the result, pixels.
    method : as in `view.resize_method`.

    Returns uint8 (*size, channels).
    """
    if method == "nearest":
        rows, columns = (_nearest(n, o) for n, o in zip(image.shape[:2], size, strict=True))
        return image[rows][:, columns]
    if method == "area":
        # Each axis is shrunk by area where it can be; what is still too small is enlarged.
        height, width = image.shape[:2]
        image = reduce_area(image, (min(height, size[0]), min(width, size[1])))
    return bilinear(image, size)


def mirrored(
    count: int, before: int, total: int, mode: Literal["reflect", "symmetric"]
) -> NDArray[np.intp]:
    """Which of `count` rows stands at each of `total` places when they begin at place `before`.

    reflect : mirrored about the middle of the last row, which comes once: 2 1 0 1 2 3 2 1.
    symmetric : about its edge, so that it comes twice: 1 0 0 1 2 3 3 2.
    """
    places = np.arange(total) - before
    if mode == "symmetric":
        places = places % (2 * count)
        return np.minimum(places, 2 * count - 1 - places)
    if count == 1:
        return np.zeros(total, np.intp)
    places = places % (2 * count - 2)
    return np.minimum(places, 2 * count - 2 - places)


def _nearest(n: int, o: int) -> NDArray[np.intp]:
    return ((2 * np.arange(o) + 1) * n) // (2 * o)

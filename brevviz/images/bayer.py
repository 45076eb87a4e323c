"""Colour from the raw image of a sensor with a Bayer mosaic: bilinear, in whole numbers.

Each pixel has one colour; the other two are the means, halves up, of the nearest pixels that have
them: of four beside it or at its corners, or of two. Beyond the border the picture is mirrored
without its last row (two rows on stands the same colour, so the mosaic goes on).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["demosaic"]


def demosaic(raw: NDArray[Any], pattern: str) -> NDArray[Any]:
    """Give every pixel three colours.

    Parameters
    ----------
    raw : uint8 or uint16 (height, width), at least 2 x 2 pixels.
    pattern : the colours of the first 2 x 2 pixels by rows, "rggb" say.

    Returns (height, width, 3) of the same type.
    """
    height, width = raw.shape
    wide = np.pad(raw, 1, "reflect").astype(np.int32)

    def at(dy: int, dx: int) -> NDArray[np.int32]:
        return wide[1 + dy : 1 + dy + height, 1 + dx : 1 + dx + width]

    own = at(0, 0)
    across = (at(0, -1) + at(0, 1) + 1) >> 1
    down = (at(-1, 0) + at(1, 0) + 1) >> 1
    beside = (at(-1, 0) + at(1, 0) + at(0, -1) + at(0, 1) + 2) >> 2
    corners = (at(-1, -1) + at(-1, 1) + at(1, -1) + at(1, 1) + 2) >> 2
    result = np.empty((height, width, 3), raw.dtype)
    for place, colour in enumerate(pattern):
        y, x = divmod(place, 2)
        cells = np.s_[y::2, x::2]
        if colour == "g":
            beside_it = pattern[place ^ 1]  # the colour of the pixels to the left and right
            sources = {"g": own, beside_it: across, _other(beside_it): down}
        else:
            sources = {colour: own, "g": beside, _other(colour): corners}
        for channel, name in enumerate("rgb"):
            result[*cells, channel] = sources[name][cells]
    return result


def _other(colour: str) -> str:
    return "b" if colour == "r" else "r"

"""Working images as the kernel reads them: one 32-bit number a pixel, three bytes of it colours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from brevviz.images.loaded import Loaded, same_size

__all__ = ["pack", "packed", "stack_packed"]


def pack(working: NDArray[np.uint8]) -> NDArray[np.int32]:
    """uint8 (height, width, 3) → int32 (height, width): red + 256 green + 65536 blue."""
    height, width, _ = working.shape
    table = np.zeros((height, width), "<i4")
    _levels(table)[...] = working
    return table


def packed(image: Loaded) -> Loaded:
    """The image with its pixels packed; its `working` then looks into the packed array."""
    if image.packed is not None:
        return image
    table = pack(image.working)
    table.flags.writeable = False
    return replace(image, working=_levels(table), packed=table)


def stack_packed(
    images: Sequence[Loaded], out: NDArray[np.int32] | None = None
) -> NDArray[np.int32]:
    """Put working images into one packed array, int32 (n, height, width).

    Parameters
    ----------
    out : where to put them; None: into a new array.

    Raises ImageError when they differ in size: a batch needs one.
    """
    same_size(images)
    tables = (pack(image.working) if image.packed is None else image.packed for image in images)
    return np.stack(list(tables), out=out)


def _levels(table: NDArray[np.int32]) -> NDArray[np.uint8]:
    """The colours in a packed array, uint8 (height, width, 3), without a copy."""
    return table.view(np.uint8).reshape(*table.shape, 4)[..., :3]

"""Several working images of one file as one array: one below the other, the narrow ones filled up.

One array a file is what a cache keeps and a batch stacks, whatever `view.roi_mode` makes of its
regions; the view alone says where each of them lies.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brevviz.images.view import Geometry, plan
from brevviz.recipe import View

__all__ = ["cut", "laid", "laid_size", "parts_of"]

_Pixels = NDArray[np.uint8]


def parts_of(view: View) -> tuple[Geometry, ...]:
    """The images that a view makes of each file, where it keeps regions apart.

    Empty for a view without regions of interest, and for one that stacks them downwards.
    """
    if view.roi_mode == "concatenate_height":
        return ()
    return tuple(plan(view, (y2 - y1, x2 - x1)) for (x1, y1), (x2, y2) in view.rois)


def laid(images: Sequence[_Pixels]) -> _Pixels:
    """Lay images out downwards, filled up with black on the right.

    Parameters
    ----------
    images : uint8 (..., height, width, channels), equal but for height and width.

    Returns uint8 (..., sum of heights, largest width, channels).
    """
    if len(images) == 1:
        return images[0]
    first = images[0]
    size = laid_size([image.shape[-3:-1] for image in images])
    strip = np.zeros((*first.shape[:-3], *size, first.shape[-1]), np.uint8)
    top = 0
    for image in images:
        bottom = top + image.shape[-3]
        strip[..., top:bottom, : image.shape[-2], :] = image
        top = bottom
    return strip


def laid_size(sizes: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """(height, width) of images of these sizes once they are laid out downwards, pixels."""
    return sum(height for height, _ in sizes), max(width for _, width in sizes)


def cut(strips: Any, parts: Sequence[Geometry]) -> Iterator[Any]:
    """Cut batches of strips, (n, height, width, channels), array or tensor, into their images."""
    top = 0
    for part in parts:
        height, width = part.working
        yield strips[:, top : top + height, :width]
        top += height
